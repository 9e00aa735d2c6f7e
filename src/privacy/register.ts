import type { Country, DataCategory, Processing } from '#countries'
import { inventory } from './inventory.ts'

/** One category of the register of processing, with the columns that hold it. */
export type RegisterRow = Processing & {
  readonly columns: readonly { readonly table: string; readonly columns: readonly string[] }[]
  /** Declared facts in it, as the catalogue names them. */
  readonly facts: readonly string[]
}

/** The register of processing as it is shown and printed: what the country says, with what the schema holds. */
export function registerOf({ personalData, catalogue }: Pick<Country, 'personalData' | 'catalogue'>): RegisterRow[] {
  const sensitive = new Set(personalData.sensitiveFacts.map(({ of, name }) => `${of}.${name}`))
  const facts = (['household', 'member'] as const).flatMap(of => [...catalogue[of].keys()].map(name => `${of}.${name}`))
  const factsOf: Partial<Record<DataCategory, readonly string[]>> = {
    sensitive: facts.filter(name => sensitive.has(name)),
    circumstances: facts.filter(name => !sensitive.has(name)),
  }
  return personalData.processings.map(processing => ({
    ...processing,
    columns: Object.entries(inventory).flatMap(([table, held]) => {
      const columns = held.columns[processing.category]
      return columns === undefined ? [] : [{ table, columns }]
    }),
    facts: factsOf[processing.category] ?? [],
  }))
}

import { type DateText, placesOf, type TerritoryTree } from '#kernel'
import { accepted, type Catalogue, readValue } from '#rules'
import type { CellStyle } from './cell.ts'
import type { Mapping } from './mapping.ts'
import type { Table } from './table.ts'

/** The country that an import is checked against. */
export type CountryTerms = {
  readonly code: string
  readonly catalogue: Catalogue
  readonly territories: TerritoryTree
  /** Digits of its unique numbers. */
  readonly uniqueNumberLength: number
}

/** What an import is asked to do. */
export type ImportAsked = {
  readonly country: CountryTerms
  readonly households: Table
  /** Needed where the catalogue has members, refused where it has none. */
  readonly members?: Table
  readonly mapping?: Mapping
  /** Name of the register or survey, where there is no mapping to say it. */
  readonly source: string
  /** Day from which the files are true, where they do not say it themselves. */
  readonly effectiveOn: DateText
  /** Who asks, for the history. */
  readonly askedBy: string
  /** Checks and compares, and registers nothing. */
  readonly dryRun: boolean
  /** Households registered in one transaction; 2,000 unless said. */
  readonly batch?: number
}

/** How the cells of a table are written, and which places exist. */
export function cellStyle(
  country: Omit<CountryTerms, 'code' | 'uniqueNumberLength'>,
  table: Pick<Table, 'format'>,
): CellStyle {
  const { catalogue, territories } = country
  const fact = [...catalogue.household.values()].find(({ type }) => type === 'territory')
  return {
    decimalComma: table.format !== 'xlsx' && table.format.separator !== ',',
    moneyPlaces: placesOf(catalogue.currency),
    territory: {
      knows: fact ? remembered(code => readValue(code, fact, catalogue, territories) !== undefined) : () => true,
      accepted: fact ? accepted(fact, catalogue) : 'a code',
    },
  }
}

/** A country has few places and a file many rows. */
function remembered(ask: (code: string) => boolean): (code: string) => boolean {
  const known = new Map<string, boolean>()
  return code => {
    let answer = known.get(code)
    if (answer === undefined) {
      answer = ask(code)
      // A file of nonsense must not fill the memory.
      if (known.size < 100_000) known.set(code, answer)
    }
    return answer
  }
}

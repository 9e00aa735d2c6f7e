import { placesOf } from '#kernel'
import type { Case, Facts } from '../case.ts'
import { decimal, whole } from '../number.ts'
import type { Value } from '../value.ts'
import { type Column, type Columns, DECIMAL_PLACES } from './columns.ts'
import { unpackDate } from './packed-date.ts'

/** The case that stands in the columns for one household. */
export function caseAt(columns: Columns, household: number): Case {
  const beyond = columns.beyond.get(household)
  if (beyond !== undefined) return beyond
  const { ids, offsets, at } = columns
  const places = placesOf(columns.catalogue.currency)
  const first = offsets[household] as number
  const count = (offsets[household + 1] as number) - first
  return {
    id: ids?.household(household) ?? `${household}`,
    at,
    household: new FactsAt(columns.household, household, places),
    members: Array.from({ length: count }, (_, index) => ({
      id: ids?.member(first + index) ?? `m${index + 1}`,
      facts: new FactsAt(columns.member, first + index, places),
    })),
  }
}

/** The facts of one row, made into values of the language when they are read: most never are. */
class FactsAt implements Facts {
  readonly #columns: ReadonlyMap<string, Column>
  readonly #row: number
  readonly #places: number

  constructor(columns: ReadonlyMap<string, Column>, row: number, places: number) {
    this.#columns = columns
    this.#row = row
    this.#places = places
  }

  *[Symbol.iterator](): MapIterator<[string, Value]> {
    for (const name of this.#columns.keys()) {
      const value = this.get(name)
      if (value !== undefined) yield [name, value]
    }
  }

  has(name: string): boolean {
    return this.get(name) !== undefined
  }

  get(name: string): Value | undefined {
    const column = this.#columns.get(name)
    return column === undefined ? undefined : (valueAt(column, this.#row, this.#places) ?? undefined)
  }
}

function valueAt({ fact, data, words }: Column, row: number, places: number): Value {
  const value = data[row] as number
  switch (fact.type) {
    case 'boolean':
      return value === 2 ? null : value === 1
    case 'code':
    case 'territory':
      return words[value] ?? null
    case 'integer':
      return value === -2_147_483_648 ? null : whole(value)
    case 'date':
      return value === -2_147_483_648 ? null : unpackDate(value)
    case 'money':
      return Number.isNaN(value) ? null : decimal(BigInt(value), places)
    case 'decimal':
      return Number.isNaN(value) ? null : decimal(BigInt(value), DECIMAL_PLACES)
  }
}

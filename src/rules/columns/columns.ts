import type { Month } from '#kernel'
import type { Case } from '../case.ts'
import type { Catalogue, Fact } from '../catalogue.ts'

/** What is unknown, in each kind of column. Truths are 0, 1 and 2 for unknown. */
const UNKNOWN_TRUTH = 2
const UNKNOWN_CODE = 255
const UNKNOWN_INTEGER = -2_147_483_648
const UNKNOWN_PLACE = -1

/** Decimal facts are held as integers with this many decimals; a finer one is for the exact path. */
export const DECIMAL_PLACES = 6

/**
 * One fact of every household, or of every member, in a typed array: what a snapshot file holds, so that it can be used
 * where it lies. The type of the fact says what the numbers mean:
 *
 * | fact      | array        | holds                                             | unknown     |
 * | --------- | ------------ | ------------------------------------------------- | ----------- |
 * | boolean   | Uint8Array   | 0, 1                                              | 2           |
 * | code      | Uint8Array   | place in the catalogue's list of codes            | 255         |
 * | integer   | Int32Array   | the number                                        | −2³¹        |
 * | date      | Int32Array   | year · 512 + month · 32 + day                     | −2³¹        |
 * | money     | Float64Array | minor units, whole, below 2⁵³                     | NaN         |
 * | decimal   | Float64Array | millionths, whole, below 2⁵³                      | NaN         |
 * | territory | Int32Array   | place in `words`                                  | −1          |
 */
export type Column = {
  readonly fact: Fact
  readonly data: Uint8Array | Int32Array | Float64Array
  /** Smallest and largest number known in the column; 0 and 0 where the kind has no order. */
  readonly low: number
  readonly high: number
  /** The texts of a territory column, each once; the codes of a coded one, in the catalogue's order. */
  readonly words: readonly string[]
}

/** Households and their members in one month, side by side: household `h` has the members from `offsets[h]` to `offsets[h + 1]`. */
export type Columns = {
  readonly catalogue: Catalogue
  readonly at: Month
  readonly households: number
  readonly members: number
  readonly offsets: Int32Array
  /** The member who is the head of each household; −1 where the catalogue has no members. */
  readonly heads: Int32Array
  readonly household: ReadonlyMap<string, Column>
  readonly member: ReadonlyMap<string, Column>
  /** Fewest and most members in one household; 0 and 0 where there is none. */
  readonly smallest: number
  readonly largest: number
  /** Households that hold a value too large or too fine for their column: decided from the case itself. */
  readonly beyond: ReadonlyMap<number, Case>
  /** Names of households and members, for decisions; places in the columns where there are none. */
  readonly ids: { readonly household: (row: number) => string; readonly member: (row: number) => string } | null
}

/** An empty array for a fact, in the kind of its column. */
export function arrayFor(fact: Fact, length: number): Column['data'] {
  switch (fact.type) {
    case 'boolean':
    case 'code':
      return new Uint8Array(length)
    case 'integer':
    case 'date':
    case 'territory':
      return new Int32Array(length)
    case 'money':
    case 'decimal':
      return new Float64Array(length)
  }
}

export function unknownOf(fact: Fact): number {
  switch (fact.type) {
    case 'boolean':
      return UNKNOWN_TRUTH
    case 'code':
      return UNKNOWN_CODE
    case 'integer':
    case 'date':
      return UNKNOWN_INTEGER
    case 'territory':
      return UNKNOWN_PLACE
    case 'money':
    case 'decimal':
      return Number.NaN
  }
}

/** A column over an array that exists already: finds its smallest and largest number in one pass. */
export function columnOver(
  fact: Fact,
  data: Column['data'],
  words: readonly string[] = [...fact.codes.keys()],
): Column {
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  if (fact.type === 'integer' || fact.type === 'money' || fact.type === 'decimal') {
    const unknown = unknownOf(fact)
    for (let i = 0; i < data.length; i++) {
      const value = data[i] as number
      if (value === unknown) continue
      if (value < low) low = value
      if (value > high) high = value
    }
  }
  return low > high ? { fact, data, words, low: 0, high: 0 } : { fact, data, words, low, high }
}

import type { DayOrder } from './birth-date.ts'
import { type Comparison, type Kind, withComparison } from './kind.ts'

/** A key that records of one column may share: for each record its number, or -1 where it has none. */
export type Key = {
  readonly name: string
  readonly column: number
  readonly distinct: number
  /** The number of the key by the number of the value. */
  readonly ofValue: Int32Array
}

/** The values of one column, each distinct one kept once. */
export type Column = {
  readonly name: string
  readonly kind: Kind
  readonly levels: readonly string[]
  readonly expected: readonly number[]
  /** The number of the value by record; -1 where it is missing. */
  readonly values: Int32Array
  /** How many records hold each value. */
  readonly counts: Float64Array
  readonly known: number
  /** The text of a value: the same for two that are one value. */
  readonly textOf: (value: number) => string
  /** The level of two values, numbers as in `values`. */
  readonly compare: (a: number, b: number) => number
  readonly keys: readonly Omit<Key, 'column'>[]
}

export type ColumnAsked = { readonly name: string; readonly kind: Kind; readonly dayOrder?: DayOrder }

/** A column being filled: one text per record, in order. */
export type OpenColumn = { readonly add: (text: string) => void; readonly close: () => Column }

/** Values that several columns share, so that a given name can be held against a surname. */
type Dictionary<Value> = { readonly numbers: Map<string, number>; readonly values: Value[] }

/**
 * Opens columns for the records of one matching. Given names and surnames share their values: a pair whose names stand in
 * each other's place is seen.
 */
export function openColumns(asked: readonly ColumnAsked[]): OpenColumn[] {
  const names: Dictionary<unknown> = { numbers: new Map(), values: [] }
  return asked.map(each =>
    withComparison(each.kind, each.dayOrder ?? 'day_first', comparison => {
      const shared = each.kind === 'given_name' || each.kind === 'surname'
      // Both kinds read the same values: the two columns agree on the type.
      return openColumn(each, comparison, shared ? (names as Dictionary<never>) : { numbers: new Map(), values: [] })
    }),
  )
}

function openColumn<Value>(
  { name, kind }: ColumnAsked,
  comparison: Comparison<Value>,
  dictionary: Dictionary<Value>,
): OpenColumn {
  const seen = new Map<string, number>()
  let values = new Int32Array(1024)
  let size = 0
  return {
    add(text) {
      const trimmed = text.trim()
      let number = seen.get(trimmed)
      if (number === undefined) {
        number = numberOf(trimmed, comparison, dictionary)
        seen.set(trimmed, number)
      }
      if (size === values.length) {
        const room = new Int32Array(size * 2)
        room.set(values)
        values = room
      }
      values[size++] = number
    },
    close() {
      seen.clear()
      const counts = new Float64Array(dictionary.values.length)
      let known = 0
      for (let record = 0; record < size; record++) {
        const value = values[record]!
        if (value < 0) continue
        counts[value]!++
        known++
      }
      return {
        name,
        kind,
        levels: comparison.levels,
        expected: comparison.expected,
        values: values.slice(0, size),
        counts,
        known,
        textOf: value => comparison.text(dictionary.values[value]!),
        compare: comparer(comparison, dictionary.values),
        keys: Object.entries(comparison.keys).map(([key, of]) => ({
          name: key,
          ...keyOf(of, dictionary.values, counts),
        })),
      }
    },
  }
}

/** What people write where they know nothing. */
const NOTHING = /^(?:n\/?a|null|none|unknown|nan|-+|\?+|inconnue?|sans|غير معروف)?$/i

function numberOf<Value>(text: string, comparison: Comparison<Value>, dictionary: Dictionary<Value>): number {
  const value = NOTHING.test(text) ? undefined : comparison.read(text)
  if (value === undefined) return -1
  const normal = comparison.text(value)
  const known = dictionary.numbers.get(normal)
  if (known !== undefined) return known
  dictionary.numbers.set(normal, dictionary.values.length)
  return dictionary.values.push(value) - 1
}

/** Places in the table of outcomes, as a power of two: so many at most, and no more than there are pairs of values. */
const MOST_BITS = 17

/** Compares two values; outcomes that take long are remembered, the latest in each place of a table. */
function comparer<Value>(comparison: Comparison<Value>, values: readonly Value[]): (a: number, b: number) => number {
  const compare = (a: number, b: number) => comparison.compare(values[a]!, values[b]!)
  if (!comparison.slow) return (a, b) => (a === b ? 0 : compare(a, b))
  const bits = Math.min(MOST_BITS, Math.max(1, Math.ceil(2 * Math.log2(values.length + 1))))
  const firsts = new Int32Array(2 ** bits).fill(-1)
  const seconds = new Int32Array(2 ** bits)
  const levels = new Uint8Array(2 ** bits)
  return (one, other) => {
    if (one === other) return 0
    const [a, b] = one < other ? [one, other] : [other, one]
    const place = (Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b)) >>> (32 - bits)
    if (firsts[place] === a && seconds[place] === b) return levels[place]!
    const level = compare(a, b)
    firsts[place] = a
    seconds[place] = b
    levels[place] = level
    return level
  }
}

function keyOf<Value>(
  of: (value: Value) => string,
  values: readonly Value[],
  counts: Float64Array,
): { distinct: number; ofValue: Int32Array } {
  const numbers = new Map<string, number>()
  const ofValue = new Int32Array(values.length).fill(-1)
  for (let value = 0; value < values.length; value++) {
    const text = counts[value] === 0 ? '' : of(values[value]!)
    if (text === '') continue
    let number = numbers.get(text)
    if (number === undefined) {
      number = numbers.size
      numbers.set(text, number)
    }
    ofValue[value] = number
  }
  return { distinct: numbers.size, ofValue }
}

// One fact's column as Arrow writes it, and back. Arrow's own types, so that an analyst needs nothing of ours: days for
// dates, exact decimals for money, dictionaries in the catalogue's order for codes.
import {
  Bool,
  type Data,
  type DataType,
  DateDay,
  Decimal,
  Dictionary,
  Int32,
  makeData,
  Uint8,
  Utf8,
  type Vector,
} from 'apache-arrow'
import { type Column, DECIMAL_PLACES, dayOfPacked, type Fact, packedOfDay, unknownOf } from '#rules'

/** Digits of Arrow's decimals: more than the exact integers of a column have. */
const PRECISION = 18
const WORD = 2 ** 32

/** The Arrow type of a fact. `places`: decimals of the country's currency. */
export function arrowType(fact: Fact, places: number, dictionary: number): DataType {
  switch (fact.type) {
    case 'boolean':
      return new Bool()
    case 'integer':
      return new Int32()
    case 'date':
      return new DateDay()
    case 'money':
      return new Decimal(places, PRECISION)
    case 'decimal':
      return new Decimal(DECIMAL_PLACES, PRECISION)
    case 'code':
      return new Dictionary(new Utf8(), new Uint8(), dictionary)
    case 'territory':
      return new Dictionary(new Utf8(), new Int32(), dictionary)
  }
}

/** The values of a column with Arrow's own mark of what is unknown. They share the column's memory where they can. */
export function encodeColumn({ fact, data }: Column, type: DataType, dictionary: Vector<Utf8> | undefined): Data {
  const common = { length: data.length, ...knownBits(fact, data) }
  switch (fact.type) {
    case 'boolean':
      return makeData({ ...common, type: type as Bool, data: truthBits(data) })
    case 'integer':
      return makeData({ ...common, type: type as Int32, data: data as Int32Array })
    case 'date':
      return makeData({ ...common, type: type as DateDay, data: daysOf(data) })
    case 'money':
    case 'decimal':
      return makeData({ ...common, type: type as Decimal, data: wideIntegers(data) })
    case 'code':
    case 'territory':
      if (dictionary === undefined) throw new Error(`${fact.name} has no dictionary`)
      return makeData({
        ...common,
        type: type as Dictionary<Utf8, Uint8 | Int32>,
        data: data as Uint8Array,
        dictionary,
      })
  }
}

/** Writes what Arrow holds into a column's array from row `at` on. `places`: where each word of the file's dictionary stands in the column's. */
export function decodeInto(
  fact: Fact,
  column: Column['data'],
  at: number,
  { values, nullBitmap, nullCount, offset, length }: Data,
  places: Int32Array | undefined,
): void {
  const held = values as Uint8Array | Int32Array | Uint32Array
  const from = offset
  switch (fact.type) {
    case 'boolean':
      for (let row = 0; row < length; row++) {
        column[at + row] = ((held[(from + row) >> 3] as number) >> ((from + row) & 7)) & 1
      }
      break
    case 'date':
      for (let row = 0; row < length; row++) column[at + row] = packedOfDay(held[row] as number)
      break
    case 'money':
    case 'decimal':
      for (let row = 0; row < length; row++) {
        column[at + row] = (held[4 * row] as number) + ((held[4 * row + 1] as number) | 0) * WORD
      }
      break
    case 'code':
    case 'territory':
      for (let row = 0; row < length; row++) column[at + row] = places?.[held[row] as number] ?? unknownOf(fact)
      break
    default:
      column.set(held.subarray(0, length), at)
  }
  if (nullCount === 0) return
  const unknown = unknownOf(fact)
  for (let row = 0; row < length; row++) {
    const bit = from + row
    if ((((nullBitmap[bit >> 3] as number) >> (bit & 7)) & 1) === 0) column[at + row] = unknown
  }
}

function knownBits(fact: Fact, data: Column['data']): { nullCount: number; nullBitmap: Uint8Array } {
  const unknown = unknownOf(fact)
  const bits = new Uint8Array((data.length + 7) >> 3)
  let nullCount = 0
  for (let row = 0; row < data.length; row++) {
    const value = data[row] as number
    if (value === unknown || Number.isNaN(value)) nullCount++
    else bits[row >> 3] = (bits[row >> 3] as number) | (1 << (row & 7))
  }
  return { nullCount, nullBitmap: bits }
}

function truthBits(data: Column['data']): Uint8Array {
  const bits = new Uint8Array((data.length + 7) >> 3)
  for (let row = 0; row < data.length; row++) {
    if (data[row] === 1) bits[row >> 3] = (bits[row >> 3] as number) | (1 << (row & 7))
  }
  return bits
}

function daysOf(data: Column['data']): Int32Array {
  const days = new Int32Array(data.length)
  for (let row = 0; row < data.length; row++) {
    const packed = data[row] as number
    if (packed >= 0) days[row] = dayOfPacked(packed)
  }
  return days
}

/** Whole numbers below 2⁵³ as integers of 128 bits, the lowest word first. */
function wideIntegers(data: Column['data']): Uint32Array {
  const words = new Uint32Array(4 * data.length)
  for (let row = 0; row < data.length; row++) {
    const value = data[row] as number
    if (Number.isNaN(value)) continue
    const high = Math.floor(value / WORD)
    words[4 * row] = value - high * WORD
    words[4 * row + 1] = high
    if (high < 0) words.fill(0xffffffff, 4 * row + 2, 4 * row + 4)
  }
  return words
}

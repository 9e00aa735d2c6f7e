// What tells whether two scenarios decide the same for the same households, without keeping what they decided. Counts may be
// equal where amounts are not: who is paid otherwise, though, shows in the marks of the group.
import { type Box, type Dimension, groupsBefore } from './dimensions.ts'
import type { Decided } from './tally.ts'

/** Of so many marks does each group consist; a household leaves its own in one of them. */
const BUCKETS = 64

/** `BUCKETS` marks for each group of each dimension, in the order of the box. */
export type Marks = Uint32Array

/** Marks of some groups, comparable with those of the same law. */
export type MarkedColumn = {
  readonly law: string
  readonly marks: Marks
  /** Households that one of the snapshot stands for, in the mean. */
  readonly each: number
}

/**
 * Sums by group and bucket a random number for each household whose decision is another than the law's; the number follows
 * from the household and from what it is now paid. Two scenarios that differ for n households differ in n buckets at most.
 * @param draws a random number for each household, the same in every study
 */
export function marksOf(box: Box, draws: Uint32Array, before: Decided, after: Decided): Marks {
  const { place, groups, dimensions } = box
  const sides = dimensions.length
  const marks = new Int32Array(groupsBefore(dimensions) * BUCKETS)
  const none = new Float64Array(0)
  const paidBefore = before.amount ?? none
  const paidAfter = after.amount ?? none
  for (let h = 0; h < place.length; h++) {
    const had = before.outcome[h] === 0
    const has = after.outcome[h] === 0
    if (!had && !has) continue
    const was = had ? (paidBefore[h] as number) || 0 : 0
    const is = has ? (paidAfter[h] as number) || 0 : 0
    if (had === has && was === is) continue
    const draw = draws[h] as number
    const mark = mixed(draw ^ Math.imul(is, 0x9e3779b1) ^ (has ? 0x5bd1e995 : 0))
    const bucket = draw & (BUCKETS - 1)
    const from = (place[h] as number) * sides
    for (let side = from; side < from + sides; side++) {
      const index = (groups[side] as number) * BUCKETS + bucket
      marks[index] = ((marks[index] as number) + mark) | 0
    }
  }
  return new Uint32Array(marks.buffer)
}

/** The marks of a nation's parts together. */
export function joinedMarks(parts: readonly Marks[]): Marks {
  const [first, ...others] = parts
  const sum = first?.slice() ?? new Uint32Array(0)
  for (const other of others) for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + (other[i] as number)
  return sum
}

/** The marks of one dimension's groups. */
export function marksAlong(dimensions: readonly Dimension[], marks: Marks, dimension: number): Marks {
  return marks.subarray(
    groupsBefore(dimensions, dimension) * BUCKETS,
    groupsBefore(dimensions, dimension + 1) * BUCKETS,
  )
}

/**
 * At least so many households of some groups, together, are decided otherwise in two columns: about as many as there are, up
 * to some tens. Null where they cannot be compared.
 */
export function decidedOtherwise(
  one: MarkedColumn | undefined,
  other: MarkedColumn | undefined,
  groups: readonly number[],
): number | null {
  if (one === undefined || other === undefined || one.law !== other.law) return null
  let buckets = 0
  for (let bucket = 0; bucket < BUCKETS; bucket++) {
    let sum = 0
    for (const group of groups) {
      const index = group * BUCKETS + bucket
      sum = (sum + ((one.marks[index] ?? 0) - (other.marks[index] ?? 0))) | 0
    }
    if (sum !== 0) buckets++
  }
  return buckets * one.each
}

/** As kept with a study, and back. */
export function marksText(marks: Marks): string {
  return Buffer.from(marks.buffer, marks.byteOffset, marks.byteLength).toString('base64')
}

export function marksIn(text: string): Marks {
  const bytes = Uint8Array.from(Buffer.from(text, 'base64'))
  return new Uint32Array(bytes.buffer)
}

/** The finaliser of MurmurHash3. */
function mixed(word: number): number {
  let hash = Math.imul(word ^ (word >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return hash ^ (hash >>> 16)
}

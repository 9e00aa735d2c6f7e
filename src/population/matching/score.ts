import { type Blocks, eachPair } from './blocking.ts'
import type { Chances } from './chance.ts'
import type { Column } from './column.ts'
import type { Shares } from './learn.ts'
import type { Model } from './model.ts'
import { comparerOf, MISSING, type Records } from './records.ts'
import type { Ties } from './ties.ts'

/** Pairs with their evidence, in bits: the logarithm, base 2, of how much likelier the pair is one person than two. */
export type Pairs = {
  readonly size: number
  readonly one: Int32Array
  readonly other: Int32Array
  readonly bits: Float64Array
}

/** The evidence of each level, in bits, by column and level of its parent; the last list is for no parent. */
export type Weights = { readonly ties: Ties; readonly bits: readonly (readonly Float64Array[])[] }

export function weightsOf(shares: Shares, chances: Chances, ties: Ties): Weights {
  const bits = shares.map((levels, at) => {
    const own = ties.parent[at]! < 0 ? [] : ties.given[at]!
    return [...own, chances[at]!].map(given => bitsOf(levels, given ?? chances[at]!))
  })
  return { ties, bits }
}

function bitsOf(shares: Float64Array, chances: Float64Array): Float64Array {
  return shares.map((share, level) => Math.log2(share / chances[level]!))
}

/** The bits of a column at a level, when its parent stands at one. */
export function bitsAt({ ties, bits }: Weights, levels: Uint8Array, column: number): number {
  const lists = bits[column]!
  const parent = ties.parent[column]!
  const above = parent < 0 ? MISSING : levels[parent]!
  return (above < lists.length - 1 ? lists[above]! : lists[lists.length - 1]!)[levels[column]!]!
}

/** A rare value in common weighs more than a frequent one: how much, by value, beside the bits of the level `same`. */
export function rarityOf({ columns }: Records, chances: Chances): (Float64Array | undefined)[] {
  return columns.map(({ kind, counts, known }, at) => {
    if (kind === 'sex' || known === 0) return undefined
    return counts.map(count => bitsOfShare(Math.max(1, count) / known, chances[at]![0]!))
  })
}

/** The same for some records of many, whose values are as common as a model says. */
export function rarityBy(model: Model, { columns }: Records, chances: Chances): (Float64Array | undefined)[] {
  return columns.map(({ counts, textOf }, at) => {
    const common = model.columns[at]!.common
    if (!common) return undefined
    const same = chances[at]![0]!
    const least = Math.min(same, ...Object.values(common))
    // Names share one dictionary: a value that no record holds here is not asked for.
    return counts.map((count, value) => (count === 0 ? 0 : bitsOfShare(common[textOf(value)] ?? least, same)))
  })
}

function bitsOfShare(share: number, same: number): number {
  return Math.max(-8, Math.min(MOST_RARE, Math.log2(same / share)))
}

const MOST_RARE = 4
/** How much of the rarity counts at each level: all of it where values are the same, half where they nearly are. */
const RARITY = [1, 0.5, 0.5]

/** The evidence that a rare or a frequent value adds at a level. */
export function rarityAt(
  { values }: Column,
  rarity: Float64Array | undefined,
  level: number,
  one: number,
  other: number,
): number {
  if (!rarity || level >= RARITY.length) return 0
  return RARITY[level]! * Math.min(rarity[values[one]!]!, rarity[values[other]!]!)
}

/** The evidence of one pair of records, in bits; -Infinity where it is sure to stay below `least`. */
export type Weigher = (one: number, other: number) => number

export function weigherOf(
  records: Records,
  weights: Weights,
  rarity: readonly (Float64Array | undefined)[],
  least = Number.NEGATIVE_INFINITY,
): Weigher {
  const { columns } = records
  const { order } = weights.ties
  const most = order.map(
    at => Math.max(0, ...weights.bits[at]!.map(list => Math.max(...list))) + (rarity[at] ? MOST_RARE : 0),
  )
  const rest = most.map((_, place) => most.slice(place + 1).reduce((sum, bits) => sum + bits, 0))
  const compare = comparerOf(records)
  const levels = new Uint8Array(columns.length)
  return (one, other) => {
    let sum = 0
    for (let place = 0; place < order.length; place++) {
      const at = order[place]!
      compare(one, other, levels, at)
      const level = levels[at]!
      if (level === MISSING) continue
      sum += bitsAt(weights, levels, at) + rarityAt(columns[at]!, rarity[at], level, one, other)
      if (sum + rest[place]! < least) return Number.NEGATIVE_INFINITY
    }
    return sum
  }
}

/**
 * Weighs the pairs that the blocks bring together, all or one of every `step`, and keeps those with at least some bits.
 *
 * @param watch told after each pass how many pairs were looked at
 */
export async function weighPairs(
  records: Records,
  blocks: Blocks,
  weigh: Weigher,
  { least, step }: { readonly least: number; readonly step: number },
  watch: (compared: number) => Promise<void> | void,
): Promise<{ pairs: Pairs; compared: number }> {
  const kept = openPairs()
  let compared = 0
  for (let pass = 0; pass < blocks.passes.length; pass++) {
    eachPair(records, blocks, pass, (one, other) => {
      if (compared++ % step !== 0) return
      const bits = weigh(one, other)
      if (bits >= least) kept.add(one, other, bits)
    })
    await watch(compared)
  }
  return { pairs: kept.close(), compared }
}

/** A growing list of pairs. */
export function openPairs(): { add: (one: number, other: number, bits: number) => void; close: () => Pairs } {
  let one = new Int32Array(1024)
  let other = new Int32Array(1024)
  let bits = new Float64Array(1024)
  let size = 0
  return {
    add(a, b, weight) {
      if (size === one.length) {
        one = longer(one, new Int32Array(size * 2))
        other = longer(other, new Int32Array(size * 2))
        bits = longer(bits, new Float64Array(size * 2))
      }
      one[size] = a
      other[size] = b
      bits[size++] = weight
    },
    close: () => ({ size, one: one.subarray(0, size), other: other.subarray(0, size), bits: bits.subarray(0, size) }),
  }
}

function longer<List extends Int32Array | Float64Array>(list: List, room: List): List {
  room.set(list)
  return room
}

/** The chance that a pair is one person, from its bits and the share of all pairs that are. */
export function probability(bits: number, priorBits: number): number {
  return 1 / (1 + 2 ** -(bits + priorBits))
}

/**
 * How many pairs are one person, found as the number that the pairs' own chances add up to: the chances depend on it, so it
 * is sought until it holds still.
 */
export function expectedMatches(bits: Float64Array, pairs: number, start: number, step = 1): number {
  let matches = start
  for (let turn = 0; turn < 60; turn++) {
    const prior = Math.log2(matches / Math.max(1, pairs - matches))
    let sum = 0
    for (const each of bits) sum += step * probability(each, prior)
    const next = Math.min(Math.max(sum, 0.5), pairs / 2)
    if (Math.abs(next - matches) < 0.01 * Math.max(1, matches) && turn > 5) return next
    matches = next
  }
  return matches
}

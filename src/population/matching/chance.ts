import type { Column } from './column.ts'
import { comparerOf, MISSING, pairsOf, type Records } from './records.ts'

/** How often two strangers stand at each level, column by column: the u of Fellegi and Sunter. */
export type Chances = readonly Float64Array[]

const DRAWN = 300_000

/**
 * The levels of strangers, from pairs drawn blindly out of all. Among millions of pairs next to none are of one person, so
 * no labels are needed. Agreement to the letter is counted over all pairs rather than drawn.
 */
export function chancesOf(records: Records): Chances {
  const { columns, size, first } = records
  const drawn = Math.min(DRAWN, pairsOf(records) * 2)
  const counts = columns.map(({ levels }) => new Float64Array(levels.length))
  const known = new Float64Array(columns.length)
  const compare = comparerOf(records)
  const levels = new Uint8Array(columns.length)
  const draw = seeded(20_221_122)
  for (let turn = 0; turn < drawn; turn++) {
    const one = draw(first ?? size)
    const other = first === undefined ? draw(size) : first + draw(size - first)
    if (one === other) continue
    compare(one, other, levels)
    for (let at = 0; at < columns.length; at++) {
      const level = levels[at]!
      if (level === MISSING) continue
      counts[at]![level]!++
      known[at]!++
    }
  }
  return columns.map((column, at) => {
    const same = sameChance(column, records)
    const others = known[at]! - counts[at]![0]!
    return counts[at]!.map((count, level) =>
      level === 0 ? same : ((1 - same) * (count + 0.5)) / (others + 0.5 * (column.levels.length - 1)),
    )
  })
}

/** How likely two known values of different records are equal to the letter. */
function sameChance({ values, counts }: Column, { size, first }: Records): number {
  if (first === undefined) {
    const known = counts.reduce((all, count) => all + count, 0)
    const same = counts.reduce((all, count) => all + count * (count - 1), 0)
    return Math.max(same, 0.5) / Math.max(1, known * (known - 1))
  }
  const left = new Float64Array(counts.length)
  const sides = [0, 0]
  for (let record = 0; record < size; record++) {
    const value = values[record]!
    if (value < 0) continue
    if (record < first) left[value]!++
    sides[record < first ? 0 : 1]!++
  }
  let same = 0
  for (let value = 0; value < counts.length; value++) same += left[value]! * (counts[value]! - left[value]!)
  return Math.max(same, 0.5) / Math.max(1, sides[0]! * sides[1]!)
}

/** Whole numbers below a bound, the same row of them in every run (Marsaglia's xorshift, 32 bits). */
export function seeded(seed: number): (below: number) => number {
  let state = seed | 1
  return below => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return Math.floor(((state >>> 0) / 2 ** 32) * below)
  }
}

/**
 * What is left of the chances once the pairs of one person, a share of all pairs, are taken out: in a file where everybody
 * stands ten times, half of those who share a date of birth are one person.
 */
export function withoutMatches(chances: Chances, shares: readonly Float64Array[], matched: number): Chances {
  return chances.map((levels, at) => {
    const left = levels.map((chance, level) =>
      Math.max((chance - matched * shares[at]![level]!) / (1 - matched), chance * 0.02),
    )
    const all = left.reduce((sum, chance) => sum + chance, 0)
    return left.map(chance => chance / all)
  })
}

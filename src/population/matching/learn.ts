import { type Blocks, columnsOf, eachPair } from './blocking.ts'
import type { Chances } from './chance.ts'
import { comparerOf, MISSING, type Records } from './records.ts'
import { bitsAt, weightsOf } from './score.ts'
import type { Ties } from './ties.ts'

/** How often two records of one person stand at each level, column by column: the m of Fellegi and Sunter. */
export type Shares = readonly Float64Array[]

/** Pairs that compare alike, counted together. */
type Patterns = {
  readonly levels: Uint8Array
  readonly counts: Float64Array
  readonly size: number
  readonly pairs: number
}

/** Pairs brought together by one pass, and the columns that had no part in it. */
export type Lesson = { readonly columns: readonly number[]; readonly patterns: Patterns }

const LESSONS = 12
const PAIRS = 100_000
const FEWEST_PAIRS = 100

/**
 * What to learn from: the sharpest passes, where strangers are few, and no two of the same columns, so that every column is
 * judged in blocks it did not choose.
 */
export function lessonsOf(records: Records, blocks: Blocks): Lesson[] {
  const order = blocks.passes.map((_, place) => place).sort((a, b) => expectedIn(blocks, a) - expectedIn(blocks, b))
  const seen = new Set<string>()
  const lessons: Lesson[] = []
  for (const place of order) {
    const own = columnsOf(blocks.passes[place]!)
    if (lessons.length >= LESSONS || seen.has(own.join(' '))) continue
    const patterns = patternsOf(records, blocks, place)
    if (patterns.pairs < FEWEST_PAIRS) continue
    seen.add(own.join(' '))
    lessons.push({ columns: records.columns.map((_, at) => at).filter(at => !own.includes(at)), patterns })
  }
  return lessons
}

function expectedIn(blocks: Blocks, place: number): number {
  return blocks.passes[place]!.expected
}

/** Compares up to some many pairs of a pass, taken evenly out of all. */
function patternsOf(records: Records, blocks: Blocks, place: number): Patterns {
  const alone: Blocks = { ...blocks, passes: blocks.passes.slice(place, place + 1), of: only(blocks, place) }
  const single = { ...alone, count: [blocks.count[place]!] }
  let pairs = 0
  eachPair(records, single, 0, () => pairs++)
  const step = Math.max(1, Math.floor(pairs / PAIRS))
  const compare = comparerOf(records)
  const width = records.columns.length
  const levels = new Uint8Array(width)
  const found = new Map<string, number>()
  let turn = 0
  eachPair(records, single, 0, (one, other) => {
    if (turn++ % step !== 0) return
    compare(one, other, levels)
    const pattern = String.fromCharCode(...levels)
    found.set(pattern, (found.get(pattern) ?? 0) + 1)
  })
  const all = new Uint8Array(found.size * width)
  let row = 0
  for (const pattern of found.keys()) {
    for (let at = 0; at < width; at++) all[row * width + at] = pattern.charCodeAt(at)
    row++
  }
  return { levels: all, counts: Float64Array.from(found.values()), size: found.size, pairs }
}

function only({ of, passes }: Blocks, place: number): Int32Array {
  const width = passes.length
  return Int32Array.from({ length: of.length / width }, (_, record) => of[record * width + place]!)
}

const TURNS = 30
/** First only how many are one person is sought: else what strangers often share would draw the shares to itself. */
const TURNS_OF_SHARE = 8
/** What is expected beforehand weighs as much as this many pairs of one person. */
const BELIEF = 10

/**
 * Learns the shares by expectation and maximisation: guess which pairs are one person from the shares, then the shares from
 * the pairs, until both hold still (Dempster, Laird and Rubin 1977; Winkler 1988). Every lesson guesses on its own and
 * teaches only the columns that had no part in its blocks; what strangers do is known beforehand and stays.
 */
export function learnShares(
  records: Records,
  lessons: readonly Lesson[],
  chances: Chances,
  ties: Ties,
  start: Shares,
): Shares {
  const taught = start.map(levels => levels.map(() => 0))
  for (const lesson of lessons) {
    const { shares, matched, matches } = learnLesson(records, lesson, chances, ties, start)
    // Where next to nothing in a block is one person, what was learnt there is the noise of strangers.
    if (
      matched < 0.05 ||
      matches < 5 ||
      toldBy(lesson, shares, chances) < LEAST_TOLD + Math.max(0, Math.log2(1 / matched - 1))
    )
      continue
    for (const at of lesson.columns) {
      for (let level = 0; level < taught[at]!.length; level++) taught[at]![level]! += shares[at]![level]! * matches
    }
  }
  return taught.map((levels, at) => normal(levels, records.columns[at]!.expected))
}

/** A class of pairs that is told from strangers by less, beyond how common it is, is a habit of strangers. */
const LEAST_TOLD = 4

/** How many bits a pair of one person has on average in the columns of a lesson. */
function toldBy({ columns }: Lesson, shares: Shares, chances: Chances): number {
  return columns.reduce(
    (sum, at) => shares[at]!.reduce((all, share, level) => all + share * Math.log2(share / chances[at]![level]!), sum),
    0,
  )
}

/** Shares that sum to one, with some weight on what is expected beforehand. */
function normal(counts: Float64Array, expected: readonly number[]): Float64Array {
  const total = counts.reduce((sum, count) => sum + count, BELIEF)
  return counts.map((count, level) => (count + BELIEF * expected[level]!) / total)
}

function learnLesson(
  { columns }: Records,
  { columns: taught, patterns }: Lesson,
  chances: Chances,
  ties: Ties,
  start: Shares,
): { shares: Shares; matched: number; matches: number } {
  const width = columns.length
  let shares = start
  let matched = 0.3
  let matches = 0
  const total = patterns.counts.reduce((sum, count) => sum + count, 0)
  for (let turn = 0; turn < TURNS; turn++) {
    const weights = weightsOf(shares, chances, ties)
    const found = shares.map(levels => levels.map(() => 0))
    matches = 0
    for (let row = 0; row < patterns.size; row++) {
      const levels = patterns.levels.subarray(row * width, (row + 1) * width)
      let bits = Math.log2(matched / (1 - matched))
      for (const at of taught) if (levels[at] !== MISSING) bits += bitsAt(weights, levels, at)
      const part = patterns.counts[row]! / (1 + 2 ** -bits)
      matches += part
      for (const at of taught) {
        const level = levels[at]!
        if (level !== MISSING) found[at]![level]! += part
      }
    }
    matched = Math.min(0.999, Math.max(1e-6, matches / Math.max(1, total)))
    if (turn >= TURNS_OF_SHARE) shares = found.map((levels, at) => normal(levels, columns[at]!.expected))
  }
  return { shares, matched, matches }
}

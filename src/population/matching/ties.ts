import { type Chances, seeded } from './chance.ts'
import type { Key } from './column.ts'
import type { Shares } from './learn.ts'
import { comparerOf, MISSING, type Records } from './records.ts'

/**
 * What strangers share together. Who lives in one town has its postcode as well, a family has one name and one telephone:
 * counted apart, such columns would say the same thing twice. Each column leans on one other at most, its parent, and the
 * chances of its levels are then those among strangers at the same level of the parent (a tree, as in Chow and Liu 1968).
 */
export type Ties = {
  /** The column each column leans on; -1 for none. A parent always comes before its children in `order`. */
  readonly parent: readonly number[]
  /** By column and level of the parent: the chances of the column's levels. Undefined where the parent says nothing. */
  readonly given: readonly (readonly (Float64Array | undefined)[])[]
  /** The columns, those first that are compared fastest. */
  readonly order: readonly number[]
}

/** Columns that lean on nothing. */
export function noTies(records: Records, chances: Chances): Ties {
  return {
    parent: records.columns.map(() => -1),
    given: records.columns.map(() => []),
    order: orderOf(records, chances),
  }
}

const SLOW = new Set(['text', 'place', 'given_name', 'surname', 'name'])

function orderOf({ columns }: Records, chances: Chances): number[] {
  const rank = (at: number) => {
    const { kind } = columns[at]!
    const names = kind === 'given_name' || kind === 'surname' ? 2 : SLOW.has(kind) ? 1 : 0
    return names - chances[at]![0]!
  }
  return columns.map((_, at) => at).sort((a, b) => rank(a) - rank(b) || a - b)
}

const DRAWN_PER_KEY = 6000
/** Fewer strangers than this at one level of a parent teach nothing. */
const FEWEST = 40
/** Of the pairs at one level of a parent at least this share must be of strangers. */
const LEAST_STRANGERS = 0.3
/** A tie counts where knowing that strangers agree on the parent tells at least so many bits of the child. */
const LEAST_TOLD = 0.05

/**
 * Learns which columns strangers share together, from pairs drawn among those that share a key of one column. Such pairs are a
 * mixture of one person's and of strangers'; the shares of the first are known by now, and what strangers do there is found
 * by expectation and maximisation.
 */
export function learnTies(records: Records, chances: Chances, shares: Shares): Ties {
  const { columns } = records
  const order = orderOf(records, chances)
  const among = columns.map((_, at) => amongStrangers(records, at, chances, shares))
  const parent = columns.map(() => -1)
  const given: (readonly (Float64Array | undefined)[])[] = columns.map(() => [])
  for (const [place, child] of order.entries()) {
    let best = LEAST_TOLD
    for (const other of order.slice(0, place)) {
      const conditional = among[other]!.map(level => level?.[child])
      const told = Math.max(...conditional.map(each => toldBy(each, chances[child]!)))
      if (told <= best) continue
      best = told
      parent[child] = other
      given[child] = conditional
    }
  }
  return { parent, given, order }
}

/** How much likelier a column agrees once its parent does: the agreeing part of Kullback and Leibler's measure, in bits. */
function toldBy(conditional: Float64Array | undefined, chances: Float64Array): number {
  if (!conditional) return 0
  const last = chances.length - 1
  return conditional.reduce(
    (sum, chance, level) => sum + (level < last ? Math.max(0, chance * Math.log2(chance / chances[level]!)) : 0),
    0,
  )
}

/** By level of one column: the chances of every column's levels among strangers who stand there in that one. */
function amongStrangers(
  records: Records,
  column: number,
  chances: Chances,
  shares: Shares,
): (readonly Float64Array[] | undefined)[] {
  const { columns } = records
  const compare = comparerOf(records)
  const levels = new Uint8Array(columns.length)
  const drawn: number[][] = columns[column]!.levels.map(() => [])
  for (const key of columns[column]!.keys) {
    drawTogether(records, { ...key, column }, (one, other) => {
      compare(one, other, levels)
      if (levels[column] !== MISSING) drawn[levels[column]!]!.push(...levels)
    })
  }
  // Those who differ in a column are as all strangers are.
  return drawn.map((pairs, level) =>
    level === drawn.length - 1 ? undefined : strangersAmong(Uint8Array.from(pairs), column, chances, shares),
  )
}

const TURNS = 15

/** The chances of strangers in a mixture of pairs, one row of levels each; nothing where strangers are few. */
function strangersAmong(
  pairs: Uint8Array,
  column: number,
  chances: Chances,
  shares: Shares,
): readonly Float64Array[] | undefined {
  const width = chances.length
  const rows = pairs.length / width
  let found: readonly Float64Array[] = chances
  let matched = 0.5
  for (let turn = 0; turn < TURNS; turn++) {
    const bits = shares.map((levels, at) => levels.map((share, level) => Math.log2(share / found[at]![level]!)))
    const counts = chances.map(levels => levels.map(chance => BELIEF * chance))
    let strangers = 0
    for (let row = 0; row < rows; row++) {
      let sum = Math.log2(matched / (1 - matched))
      for (let at = 0; at < width; at++) {
        const level = pairs[row * width + at]!
        if (at !== column && level !== MISSING) sum += bits[at]![level]!
      }
      const weight = 1 / (1 + 2 ** sum)
      strangers += weight
      for (let at = 0; at < width; at++) {
        const level = pairs[row * width + at]!
        if (level !== MISSING) counts[at]![level]! += weight
      }
    }
    found = counts.map((levels, at) => notBelow(levels, chances[at]!))
    matched = Math.min(0.999, Math.max(0.001, 1 - strangers / Math.max(1, rows)))
  }
  return rows * (1 - matched) >= FEWEST && 1 - matched >= LEAST_STRANGERS ? found : undefined
}

/** What is known of all strangers weighs as much as this many pairs of those who share a value. */
const BELIEF = 5

/** Chances in proportion to counts, but for agreeing never less than among all strangers. */
function notBelow(counts: Float64Array, chances: Float64Array): Float64Array {
  const seen = counts.reduce((sum, count) => sum + count, 0)
  const last = counts.length - 1
  const told = counts.map((count, level) => (level === last ? count / seen : Math.max(count / seen, chances[level]!)))
  const sum = told.reduce((all, chance) => all + chance, 0)
  return told.map(chance => chance / sum)
}

/** Draws pairs that share one key, every such pair as likely as any other. */
function drawTogether(records: Records, key: Key, use: (one: number, other: number) => void): void {
  const { size, first } = records
  const { values } = records.columns[key.column]!
  const numberOf = (record: number) => (values[record]! < 0 ? -1 : key.ofValue[values[record]!]!)
  const starts = new Int32Array(key.distinct + 1)
  for (let record = 0; record < size; record++) if (numberOf(record) >= 0) starts[numberOf(record) + 1]!++
  for (let number = 1; number <= key.distinct; number++) starts[number]! += starts[number - 1]!
  const members = new Int32Array(starts[key.distinct]!)
  const next = starts.slice()
  for (let record = 0; record < size; record++) if (numberOf(record) >= 0) members[next[numberOf(record)]!++] = record
  const reach = new Float64Array(members.length)
  let total = 0
  for (let place = 0; place < members.length; place++) {
    const number = numberOf(members[place]!)
    total += starts[number + 1]! - starts[number]! - 1
    reach[place] = total
  }
  if (total === 0) return
  const draw = seeded(7 + key.column)
  for (let turn = 0; turn < Math.min(DRAWN_PER_KEY, total * 2); turn++) {
    const place = firstAbove(reach, draw(2 ** 31) * (total / 2 ** 31))
    const one = members[place]!
    const start = starts[numberOf(one)]!
    const at = start + draw(starts[numberOf(one) + 1]! - start)
    const other = members[at]!
    if (one === other || (first !== undefined && one < first === other < first)) continue
    use(Math.min(one, other), Math.max(one, other))
  }
}

function firstAbove(sums: Float64Array, value: number): number {
  let low = 0
  let high = sums.length - 1
  while (low < high) {
    const middle = (low + high) >> 1
    if (sums[middle]! > value) high = middle
    else low = middle + 1
  }
  return low
}

import type { Key } from './column.ts'
import { pairsOf, type Records } from './records.ts'

// Two records are compared only where they share the keys of at least one pass. Many passes, each of other columns, so that
// no single error and no single gap keeps a pair apart; each pass sharp enough that the work grows with the file and not with
// its square.

/** One way of bringing records together: those that share all its keys are compared. */
export type Pass = {
  readonly keys: readonly Key[]
  /** How many pairs of strangers it is expected to bring together. */
  readonly expected: number
}

/** How much may be compared, in pairs per record and pass of one, two and three keys: small files are compared nearly whole. */
const PAIRS_PER_PASS = [5, 3, 2]
const PAIRS_IN_ALL = 40
const LEAST_PAIRS = 150_000
const MOST_PASSES = 40
/** Of the same columns, so many sets of keys are used: another beginning, another end. */
const PASSES_PER_COLUMNS = [3, 2, 1]

/** The keys of all columns, with the chance that two strangers share each. */
type Weighed = { readonly key: Key; readonly chance: number }

function weighKeys({ columns, size }: Records): Weighed[] {
  return columns.flatMap((column, at) =>
    column.keys.map(key => {
      const counts = new Float64Array(key.distinct)
      for (let value = 0; value < key.ofValue.length; value++) {
        const number = key.ofValue[value]!
        if (number >= 0) counts[number]! += column.counts[value]!
      }
      let squares = 0
      for (const count of counts) squares += count * (count - 1)
      return { key: { ...key, column: at }, chance: squares / (size * Math.max(1, size - 1)) }
    }),
  )
}

/**
 * Chooses the passes for these records: for each column, each two and each three of them the keys that bring most records
 * together and yet keep the work in proportion to their number.
 */
export function planPasses(records: Records): Pass[] {
  const pairs = pairsOf(records)
  const keys = weighKeys(records)
    .filter(({ chance }) => chance > 0 && chance < 0.9)
    .sort((a, b) => b.chance - a.chance)
  const mostInAll = Math.max(PAIRS_IN_ALL * records.size, 10 * LEAST_PAIRS)
  const passes: Pass[] = []
  let total = 0
  for (const [place, perRecord] of PAIRS_PER_PASS.entries()) {
    const used = new Map<string, number>()
    const most = Math.max(perRecord * records.size, LEAST_PAIRS)
    const sets = combinations(keys, place + 1)
      .map(set => ({ keys: set.map(({ key }) => key), expected: pairs * set.reduce((all, k) => all * k.chance, 1) }))
      .filter(({ expected }) => expected <= most)
      .sort((a, b) => b.expected - a.expected)
    for (const pass of sets) {
      const columns = columnsOf(pass).join(' ')
      const before = used.get(columns) ?? 0
      if (before >= PASSES_PER_COLUMNS[place]! || passes.some(earlier => isWider(earlier, pass))) continue
      if (passes.length >= MOST_PASSES || total + pass.expected > mostInAll) continue
      used.set(columns, before + 1)
      passes.push(pass)
      total += pass.expected
    }
  }
  return passes
}

/** Whether one pass brings together whatever the other does. */
function isWider(pass: Pass, other: Pass): boolean {
  return pass.keys.every(key => other.keys.includes(key))
}

/** The columns of a pass, in order. */
export function columnsOf({ keys }: Pass): number[] {
  return [...new Set(keys.map(({ column }) => column))].sort((a, b) => a - b)
}

function combinations(keys: readonly Weighed[], size: number, from = 0): Weighed[][] {
  if (size === 0) return [[]]
  const sets: Weighed[][] = []
  for (let at = from; at < keys.length; at++) {
    const first = keys[at]!
    for (const rest of combinations(keys, size - 1, at + 1)) {
      if (rest.every(({ key }) => key.column !== first.key.column)) sets.push([first, ...rest])
    }
  }
  return sets
}

/** Records brought together by each pass. */
export type Blocks = {
  readonly passes: readonly Pass[]
  /** The number of the block by record and pass, `record * passes + pass`; -1 where the record has no such key. */
  readonly of: Int32Array
  /** How many blocks each pass made. */
  readonly count: readonly number[]
  /** How many blocks were too large and were split by another key. */
  readonly split: number
}

/** A block of more records is split: comparing goes with the square of its size. */
const LARGEST = 400

/** Sorts the records of every pass into its blocks. */
export function makeBlocks(records: Records, passes: readonly Pass[]): Blocks {
  const width = passes.length
  const of = new Int32Array(records.size * width).fill(-1)
  const splitters = weighKeys(records)
    .filter(({ chance }) => chance > 0 && chance < 0.5)
    .sort((a, b) => a.chance - b.chance)
    .map(({ key }) => key)
  let split = 0
  const count = passes.map((pass, place) => {
    let block = 0
    const order = sortByKeys(records, pass.keys)
    for (const run of runsOf(records, order, pass.keys)) {
      if (run.length > LARGEST) split++
      for (const part of run.length > LARGEST ? splitRun(records, run, splittersFor(pass, splitters)) : [run]) {
        if (part.length > 1) for (const record of part) of[record * width + place] = block
        if (part.length > 1) block++
      }
    }
    return block
  })
  return { passes, of, count, split }
}

function splittersFor(pass: Pass, splitters: readonly Key[]): Key[] {
  return splitters.filter(key => pass.keys.every(({ column }) => column !== key.column))
}

const keyAt = ({ columns }: Records, key: Key, record: number) => {
  const value = columns[key.column]!.values[record]!
  return value < 0 ? -1 : key.ofValue[value]!
}

/** Records that have every key, those that share them side by side: sorted by counting, one key after the other. */
function sortByKeys(records: Records, keys: readonly Key[]): Int32Array {
  let order: Int32Array = new Int32Array(records.size)
  let size = 0
  for (let record = 0; record < records.size; record++) {
    if (keys.every(key => keyAt(records, key, record) >= 0)) order[size++] = record
  }
  order = order.subarray(0, size)
  for (const key of keys) order = sortByCounting(order, key.distinct, record => keyAt(records, key, record))
  return order
}

function sortByCounting(order: Int32Array, distinct: number, numberOf: (record: number) => number): Int32Array {
  const ends = new Int32Array(distinct + 1)
  for (const record of order) ends[numberOf(record) + 1]!++
  for (let number = 1; number <= distinct; number++) ends[number]! += ends[number - 1]!
  const sorted = new Int32Array(order.length)
  for (const record of order) sorted[ends[numberOf(record)]!++] = record
  return sorted
}

function* runsOf(records: Records, order: Int32Array, keys: readonly Key[]): Iterable<Int32Array> {
  const together = (a: number, b: number) => keys.every(key => keyAt(records, key, a) === keyAt(records, key, b))
  let start = 0
  for (let at = 1; at <= order.length; at++) {
    if (at < order.length && together(order[at]!, order[start]!)) continue
    yield order.subarray(start, at)
    start = at
  }
}

/** A block that is too large, split by one key after another; at last by cutting it where it stands. */
function splitRun(records: Records, run: Int32Array, [key, ...others]: readonly Key[]): Int32Array[] {
  if (run.length <= LARGEST) return [run]
  if (!key) {
    return Array.from({ length: Math.ceil(run.length / LARGEST) }, (_, part) =>
      run.subarray(part * LARGEST, (part + 1) * LARGEST),
    )
  }
  const sorted = sortByCounting(run, key.distinct + 1, record => keyAt(records, key, record) + 1)
  return [...runsOf(records, sorted, [key])].flatMap(part => splitRun(records, part, others))
}

/** Visits each pair of records that one pass brings together and none before it did, in a fixed order. */
export function eachPair(
  { size, first }: Records,
  blocks: Blocks,
  pass: number,
  visit: (one: number, other: number) => void,
): void {
  const { of, count } = blocks
  const width = blocks.passes.length
  const members = Int32Array.from({ length: size }, (_, record) => record).filter(r => of[r * width + pass]! >= 0)
  const order = sortByCounting(members, count[pass]!, record => of[record * width + pass]!)
  const isNew = (a: number, b: number) => {
    for (let earlier = 0; earlier < pass; earlier++) {
      const block = of[a * width + earlier]!
      if (block >= 0 && block === of[b * width + earlier]!) return false
    }
    return true
  }
  for (let start = 0; start < order.length; ) {
    const block = of[order[start]! * width + pass]!
    let end = start + 1
    while (end < order.length && of[order[end]! * width + pass] === block) end++
    for (let i = start; i < end; i++) {
      const one = order[i]!
      if (first !== undefined && one >= first) break
      for (let j = i + 1; j < end; j++) {
        const other = order[j]!
        if ((first === undefined || other >= first) && isNew(one, other)) visit(one, other)
      }
    }
    start = end
  }
}

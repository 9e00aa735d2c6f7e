import { NO_DAY, type Prepared, type Side } from './prepared.ts'
import { typingErrors } from './typing-errors.ts'

/** Hundredths of a bit: how many times more often something is seen on two lines of one payment than on two of any. */
export type Points = number

export function points(times: number): Points {
  return Math.round(100 * Math.log2(times))
}

/** Days between the two lines of a payment that are told apart; beyond, they count as the last. */
const FAR = 90

/** What the two lists themselves say about how their lines go together. */
export type Evidence = {
  /** For a pair of two lines of which nothing else is known; negative. */
  readonly prior: Points
  /** By days from ours to theirs, from -FAR to FAR. */
  readonly delay: (days: number) => Points
  /** Longest delay that is usual, in days. */
  readonly usual: number
  /** Both lines have references, and none is that of the other. */
  readonly otherReference: Points
  /** References that differ by typing errors. */
  readonly typedReference: Points
  /** Both lines have words, and none goes with one of the other. */
  readonly otherWords: Points
  /** Fees taken off a payment, seen on sure pairs: minor units. */
  readonly fees: ReadonlySet<bigint>
}

type Pair = readonly [left: number, right: number]

/**
 * Learns from the pairs that need no judging: a reference that stands once in each list, or an amount that does, on days
 * that are close. Where there are few, what is usual elsewhere holds.
 */
export function learn(lists: Prepared): Evidence {
  const { ours, theirs } = lists
  const byReference = oncePairs(ours, theirs, ours.byMark, theirs.byMark, lists)
  const byAmount = oncePairs(ours, theirs, ours.byAmount, theirs.byAmount, undefined)
  const sure = distinct([...byReference.filter(pair => sameAmount(lists, pair)), ...byAmount])
  return {
    prior: priorOf(ours, theirs),
    ...delaysOf(lists, sure),
    otherReference: disagreement(sharePairs(byAmount, ours.marks, theirs.marks, lists, true)),
    typedReference: typedReference(ours, theirs),
    otherWords: disagreement(sharePairs(sure, ours.words, theirs.words, lists, false)),
    fees: feesOf(ours, theirs, byReference),
  }
}

/** Days from the line of ours to that of theirs; undefined where one does not say. */
export function delayOf(ours: Side, theirs: Side, left: number, right: number): number | undefined {
  const from = ours.day[left]!
  const to = theirs.day[right]!
  return from === NO_DAY || to === NO_DAY ? undefined : to - from
}

export function currenciesAgree(ours: Side, theirs: Side, left: number, right: number): boolean {
  const own = ours.currency[left]
  const other = theirs.currency[right]
  return own === '' || other === '' || own === other
}

function sameAmount({ ours, theirs }: Prepared, [left, right]: Pair): boolean {
  return ours.amountNumber[left] === theirs.amountNumber[right]
}

function oncePairs(
  ours: Side,
  theirs: Side,
  left: ReadonlyMap<number, readonly number[]>,
  right: ReadonlyMap<number, readonly number[]>,
  marks: Prepared | undefined,
): Pair[] {
  const pairs: Pair[] = []
  for (const [key, [own, ...more]] of left) {
    const [other, ...others] = right.get(key) ?? []
    if (own === undefined || other === undefined || more.length > 0 || others.length > 0) continue
    if (marks && (marks.tokens[key]!.startsWith('#') || marks.tokens[key]!.length < 5)) continue
    const days = delayOf(ours, theirs, own, other)
    const close = days === undefined || (days >= -10 && days <= (marks ? 60 : 20))
    if (close && currenciesAgree(ours, theirs, own, other)) pairs.push([own, other])
  }
  return pairs
}

function distinct(pairs: readonly Pair[]): Pair[] {
  const seen = new Map(pairs.map(pair => [`${pair[0]} ${pair[1]}`, pair]))
  return [...seen.values()]
}

/** One line of theirs goes with a line of ours, where any does: how often that is, the lists tell roughly. */
function priorOf(ours: Side, theirs: Side): Points {
  let found = 0
  for (let line = 0; line < ours.size; line++) {
    const amount = ours.amountNumber[line]!
    if (theirs.byAmount.has(amount) || ours.marks[line]!.some(mark => theirs.byMark.has(mark))) found++
  }
  const share = Math.min(0.95, Math.max(0.5, (found + 1) / (ours.size + 2)))
  return points(share / (1 - share) / Math.max(1, theirs.size))
}

/** What is usual: most on the day or the days after, a few the day before, some weeks late. */
function usualDelay(days: number): number {
  if (days < 0) return days >= -3 ? 0.04 / -days : 0.0006
  if (days <= 5) return [0.3, 0.2, 0.14, 0.1, 0.06, 0.05][days]!
  return days <= 10 ? 0.015 : days <= 45 ? 0.0015 : 0.0003
}

function delaysOf(lists: Prepared, sure: readonly Pair[]): Pick<Evidence, 'delay' | 'usual'> {
  const { ours, theirs } = lists
  const seen = new Float64Array(2 * FAR + 1)
  const place = (days: number) => Math.max(-FAR, Math.min(FAR, days)) + FAR
  const delays = sure.map(([left, right]) => delayOf(ours, theirs, left, right)).filter(days => days !== undefined)
  for (const days of delays) seen[place(days)]! += 1
  // A few dozen sure pairs outweigh what is usual elsewhere.
  const weight = 25
  const any = anyDelays(ours, theirs, place)
  const table = Array.from(seen, (count, at) => {
    const of = (count + weight * usualDelay(at - FAR)) / (delays.length + weight)
    return Math.max(-700, points(of / any[at]!))
  })
  const sorted = delays.toSorted((a, b) => a - b)
  const common = sorted.length < 20 ? 5 : sorted[Math.floor(sorted.length * 0.9)]!
  return { delay: days => table[place(days)]!, usual: Math.max(7, common + 4) }
}

/** How often any line of ours and any of theirs are so many days apart. */
function anyDelays(ours: Side, theirs: Side, place: (days: number) => number): Float64Array {
  const left = countBy(ours.day)
  const right = countBy(theirs.day)
  const any = new Float64Array(2 * FAR + 1)
  let all = 1
  for (const [from, own] of left) {
    for (const [to, other] of right) {
      any[place(to - from)]! += own * other
      all += own * other
    }
  }
  return any.map(count => (count + 1) / (all + 1))
}

function countBy(days: Int32Array): [number, number][] {
  const counts = new Map<number, number>()
  for (const day of days) if (day !== NO_DAY) counts.set(day, (counts.get(day) ?? 0) + 1)
  // Lists over years of days are looked at by a part of them: a share is wanted, not a sum.
  const all = [...counts]
  return all.length <= 400 ? all : all.filter((_, at) => at % Math.ceil(all.length / 400) === 0)
}

/** Among pairs found without it: how many both say something, and how many of these agree. */
function sharePairs(
  pairs: readonly Pair[],
  left: Side['marks'],
  right: Side['marks'],
  { tokens }: Prepared,
  marks: boolean,
): { both: number; agree: number } {
  let both = 0
  let agree = 0
  const sample = pairs.length <= 5_000 ? pairs : pairs.filter((_, at) => at % Math.ceil(pairs.length / 5_000) === 0)
  for (const [own, other] of sample) {
    const said = left[own]!
    const heard = right[other]!
    if (said.length === 0 || heard.length === 0) continue
    both++
    if (said.some(token => heard.includes(token) && (marks || tokens[token]!.length >= 3))) agree++
  }
  return { both, agree }
}

/** Where sure pairs agree nearly always, a disagreement says much; where they seldom do, nothing. */
function disagreement({ both, agree }: { both: number; agree: number }): Points {
  return Math.max(-600, points((both - agree + 2) / (both + 5)))
}

/** In lists numbered one after the other, references one digit apart are everywhere: they are counted. */
function typedReference(ours: Side, theirs: Side): Points {
  const some = (side: Side, most: number) => {
    const keys = [...new Set(side.references.flat())].filter(key => key.length >= 5)
    const step = Math.ceil(keys.length / most)
    return keys.filter((_, at) => at % step === 0)
  }
  const left = some(ours, 100)
  const right = some(theirs, 1_000)
  let near = 0
  for (const own of left) for (const other of right) if (own !== other && typingErrors(own, other, 1) <= 1) near++
  const any = (near + 1) / (left.length * right.length + 50)
  return Math.max(0, Math.min(900, points(0.05 / any)))
}

/** Differences between the amounts of pairs sure by their reference, where one comes back: what a provider keeps. */
function feesOf(ours: Side, theirs: Side, pairs: readonly Pair[]): ReadonlySet<bigint> {
  const seen = new Map<bigint, number>()
  for (const [left, right] of pairs) {
    const difference = feeOf(ours.amount[left]!, theirs.amount[right]!)
    if (difference > 0n) seen.set(difference, (seen.get(difference) ?? 0) + 1)
  }
  const often = [...seen].filter(([, times]) => times >= 3 && times * 200 >= pairs.length)
  return new Set(
    often
      .toSorted((a, b) => b[1] - a[1])
      .slice(0, 8)
      .map(([difference]) => difference),
  )
}

/** What theirs lacks of ours, sizes alone: zero where either is unsaid. */
export function feeOf(ours: bigint | null, theirs: bigint | null): bigint {
  if (ours === null || theirs === null) return 0n
  return size(ours) - size(theirs)
}

export function size(amount: bigint): bigint {
  return amount < 0n ? -amount : amount
}

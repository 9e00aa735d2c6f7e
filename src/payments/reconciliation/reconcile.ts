import { assign } from './assign.ts'
import { candidatesOf } from './candidates.ts'
import { delayOf, type Evidence, learn, type Points } from './evidence.ts'
import { findGroups } from './groups.ts'
import type { Finding, LineClass, ReconciliationLine } from './line.ts'
import { type AmountRelation, pairScorer, type ScoredPair } from './pair-score.ts'
import { NO_DAY, type Prepared, prepare } from './prepared.ts'
import { restOf } from './rest.ts'

export type Reconciliation = {
  /** Pairs in the order of ours, then what stands alone. Every line of both lists is in one finding at least. */
  readonly findings: readonly Finding[]
  /** Lines whose group was too entangled to be paired exactly: from the best down. */
  readonly greedy: number
}

/** A pair is taken from this on: it is then more often right than wrong, whatever else is paired. */
const TAKEN: Points = 0
/** Edges of one line kept for the pairing. */
const MOST_EDGES = 12

/**
 * Pairs the lines of two lists, ours and theirs: a reference, else amount, date, name and text with a score; one to one at
 * the greatest total, then one to several by exact sums, then what a reference or a name ties together despite its amount.
 * Deterministic; `onProgress` is told how many of ours are scored.
 */
export function reconcile(
  left: readonly ReconciliationLine[],
  right: readonly ReconciliationLine[],
  onProgress?: (done: number) => void,
): Reconciliation {
  const lists = prepare(left, right)
  const evidence = learn(lists)
  const score = pairScorer(lists, evidence)
  const pairs = scoredPairs(lists, candidatesOf(lists, evidence), score, onProgress)
  const state = new Paired(lists, evidence)
  const equal = pairs.filter(pair => agrees(pair.amount))
  let greedy = state.take(equal)
  state.group(score)
  greedy += state.take(pairs.filter(pair => !agrees(pair.amount) && pair.amount !== 'turned' && tied(pair)))
  greedy += state.take(pairs.filter(pair => pair.amount === 'turned' && tied(pair)))
  return { findings: [...state.findings(), ...restOf(state, pairs)], greedy }
}

function agrees(amount: AmountRelation): boolean {
  return amount === 'equal' || amount === 'fee' || amount === 'unsaid'
}

/** Lines of other amounts are of one payment only where a reference or a rare name says so. */
function tied({ referenced, named }: ScoredPair): boolean {
  return referenced || named >= 900
}

type Scorer = ReturnType<typeof pairScorer>

function scoredPairs(
  lists: Prepared,
  candidates: (left: number) => readonly number[],
  score: Scorer,
  onProgress?: (done: number) => void,
): ScoredPair[] {
  const pairs: ScoredPair[] = []
  for (let line = 0; line < lists.ours.size; line++) {
    if (onProgress && line % 5_000 === 0) onProgress(line)
    const own = candidates(line)
      .map(other => score(line, other))
      .filter(pair => pair !== undefined)
      .filter(pair => pair.points > TAKEN - 800)
    own.sort((a, b) => b.points - a.points || a.right - b.right)
    pairs.push(...own.slice(0, MOST_EDGES))
  }
  return pairs
}

/** What has been paired so far. */
class Paired {
  readonly lists: Prepared
  readonly #evidence: Evidence
  readonly ours = new Set<number>()
  readonly theirs = new Set<number>()
  readonly #found: Finding[] = []
  /** Lines of theirs that say the same, by day. */
  readonly #sayings = new Map<string, number[]>()

  constructor(lists: Prepared, evidence: Evidence) {
    this.lists = lists
    this.#evidence = evidence
    for (let line = 0; line < lists.theirs.size; line++) {
      const saying = sayingOf(lists, line)
      const known = this.#sayings.get(saying)
      if (known) known.push(line)
      else this.#sayings.set(saying, [line])
    }
    for (const lines of this.#sayings.values())
      lines.sort((a, b) => lists.theirs.day[a]! - lists.theirs.day[b]! || a - b)
  }

  /** Pairs one to one among lines still free. Answers how many were not paired exactly. */
  take(pairs: readonly ScoredPair[]): number {
    const open = pairs.filter(
      ({ left, right, points }) => points > TAKEN && !this.ours.has(left) && !this.theirs.has(right),
    )
    const byPlace = new Map(open.map(pair => [`${pair.left} ${pair.right}`, pair]))
    const { rightOf, greedy } = assign(open.map(({ left, right, points }) => ({ left, right, worth: points - TAKEN })))
    const chosen = new Set(rightOf.values())
    for (const [left, right] of rightOf) {
      const pair = this.#earliest(byPlace.get(`${left} ${right}`)!, chosen)
      this.#add({ left, right: pair.right, score: likely(pair.points), class: this.#classOf(pair) })
    }
    return greedy
  }

  /** Of lines of theirs that say the same to the letter, the first said is the payment, and the others say it again. */
  #earliest(pair: ScoredPair, chosen: ReadonlySet<number>): ScoredPair {
    const { ours, theirs } = this.lists
    // Where an amount and a day are all there is, it must be the amount of one line of ours, and of days in a row.
    const bare = theirs.marks[pair.right]!.length + theirs.words[pair.right]!.length === 0
    if (bare && ours.byAmount.get(ours.amountNumber[pair.left]!)?.length !== 1) return pair
    for (const line of this.#sayings.get(sayingOf(this.lists, pair.right)) ?? []) {
      const days = delayOf(ours, theirs, pair.left, line) ?? 0
      if (theirs.day[line]! >= theirs.day[pair.right]!) break
      if (theirs.day[line] === NO_DAY) continue
      if (bare && theirs.day[pair.right]! - theirs.day[line]! > 3) continue
      if (days >= 0 && !this.theirs.has(line) && !chosen.has(line)) return { ...pair, right: line }
    }
    return pair
  }

  /** Sums: one of theirs for several of ours, then the reverse. */
  group(score: Scorer): void {
    for (const oneIsTheirs of [true, false]) {
      const groups = findGroups({
        lists: this.lists,
        oneIsTheirs,
        free: { ours: this.free('ours'), theirs: this.free('theirs') },
        named: (left, right) => score(left, right)?.named ?? 0,
      })
      for (const { one, many } of groups) {
        for (const line of many) {
          const [left, right] = oneIsTheirs ? [line, one] : [one, line]
          this.#add({ left, right, score: 900, class: oneIsTheirs ? 'grouped' : 'split' })
        }
      }
    }
  }

  free(side: 'ours' | 'theirs'): ReadonlySet<number> {
    const taken = this[side]
    return new Set(Array.from({ length: this.lists[side].size }, (_, line) => line).filter(line => !taken.has(line)))
  }

  findings(): readonly Finding[] {
    return this.#found.toSorted((a, b) => a.left! - b.left! || a.right! - b.right!)
  }

  #add(finding: Finding & { readonly left: number; readonly right: number }): void {
    this.ours.add(finding.left)
    this.theirs.add(finding.right)
    this.#found.push(finding)
  }

  #classOf({ left, right, amount }: ScoredPair): LineClass {
    if (amount === 'turned') return 'reversed'
    if (amount === 'other') return 'wrong_amount'
    const days = delayOf(this.lists.ours, this.lists.theirs, left, right)
    if (days !== undefined && days > this.#evidence.usual) return 'late'
    return amount === 'fee' ? 'fee' : 'matched'
  }
}

/** What a line of theirs says that ours may know: its own numbering and set phrases are left out. */
function sayingOf({ ours, theirs }: Prepared, line: number): string {
  const marks = theirs.marks[line]!.filter(mark => ours.byMark.has(mark))
  const words = theirs.words[line]!.filter(word => ours.byWord.has(word))
  return `${theirs.amount[line]} ${theirs.currency[line]} ${marks.join(',')} ${words.join(',')}`
}

/** Points as thousandths of sureness: 0 points are even odds. */
function likely(points: Points): number {
  return Math.min(999, Math.max(1, Math.round(1000 / (1 + 2 ** (-points / 100)))))
}

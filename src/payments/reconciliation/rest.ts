import { size } from './evidence.ts'
import type { Finding } from './line.ts'
import type { ScoredPair } from './pair-score.ts'
import type { Prepared, Side } from './prepared.ts'

type Taken = { readonly lists: Prepared; readonly ours: ReadonlySet<number>; readonly theirs: ReadonlySet<number> }

/**
 * What every line left alone is: one that says again what another of its list says, one that takes back another, one that
 * may go with several or not surely enough, or one that the other list does not know.
 */
export function restOf(taken: Taken, pairs: readonly ScoredPair[]): Finding[] {
  const { lists, ours, theirs } = taken
  const mayGo = likeliest(pairs, taken)
  const rest: Finding[] = []
  for (let line = 0; line < lists.ours.size; line++) {
    if (ours.has(line)) continue
    const twin = saidBefore(taken, false, line)
    if (twin) rest.push({ left: line, right: null, score: 0, class: 'duplicate', seeLeft: twin.line })
    else rest.push({ left: line, right: null, score: 0, ...maybe(mayGo.ours.get(line), 'missing') })
  }
  for (let line = 0; line < lists.theirs.size; line++) {
    if (theirs.has(line)) continue
    const twin = saidBefore(taken, true, line)
    if (twin) {
      const kind = twin.turned ? 'reversed' : 'duplicate'
      rest.push({ left: null, right: line, score: 0, class: kind, seeRight: twin.line })
    } else rest.push({ left: null, right: line, score: 0, ...maybe(mayGo.theirs.get(line), 'unknown') })
  }
  return rest
}

function maybe(other: { seeLeft?: number; seeRight?: number } | undefined, alone: 'missing' | 'unknown') {
  return other === undefined ? { class: alone } : { class: 'ambiguous' as const, ...other }
}

/** Lines left alone whose best counterpart is left alone too: close to enough, and not enough. */
function likeliest(pairs: readonly ScoredPair[], { ours, theirs }: Taken) {
  const found = { ours: new Map<number, { seeRight: number }>(), theirs: new Map<number, { seeLeft: number }>() }
  const open = pairs.filter(({ left, right, points }) => points > -200 && !ours.has(left) && !theirs.has(right))
  for (const { left, right } of open.toSorted((a, b) => b.points - a.points)) {
    if (!found.ours.has(left)) found.ours.set(left, { seeRight: right })
    if (!found.theirs.has(right)) found.theirs.set(right, { seeLeft: left })
  }
  return found
}

/** Days between a line and its repetition or its return, where a reference ties them; where only words do. */
const REFERENCED_DAYS = 60
const WORDED_DAYS = 3

/**
 * A line of the same list of the same size that names the same payment, not long before or after: one that is paired, or
 * one that stands before.
 */
function saidBefore(
  { lists, ours, theirs }: Taken,
  isTheirs: boolean,
  line: number,
): { line: number; turned: boolean } | undefined {
  const [side, paired] = isTheirs ? [lists.theirs, theirs] : [lists.ours, ours]
  const amount = side.amount[line] ?? null
  if (amount === null) return undefined
  for (const { other, days } of twins(side, line)) {
    const its = side.amount[other] ?? null
    if (other === line || its === null || size(its) !== size(amount)) continue
    if (!paired.has(other) && other > line) continue
    if (Math.abs(side.day[other]! - side.day[line]!) > days || side.currency[other] !== side.currency[line]) continue
    return { line: other, turned: its !== amount }
  }
  return undefined
}

/** Lines that name the same payment, nearest first by their place in the list, and how far apart in days they may be. */
function twins(side: Side, line: number): { readonly other: number; readonly days: number }[] {
  const found = new Map<number, number>()
  const words = side.words[line]!
  if (words.length > 0) {
    const rarest = words.reduce((a, b) => (side.byWord.get(a)!.length <= side.byWord.get(b)!.length ? a : b))
    for (const other of side.byWord.get(rarest)!.slice(0, 400)) {
      const same = words.length === side.words[other]!.length && words.every(word => side.words[other]!.includes(word))
      if (same && side.references[line]!.length + side.references[other]!.length === 0) found.set(other, WORDED_DAYS)
    }
  }
  for (const mark of side.marks[line]!) {
    const lines = side.byMark.get(mark)!
    if (lines.length <= 10) for (const other of lines) found.set(other, REFERENCED_DAYS)
  }
  return [...found]
    .map(([other, days]) => ({ other, days }))
    .sort((a, b) => Math.abs(a.other - line) - Math.abs(b.other - line) || a.other - b.other)
}

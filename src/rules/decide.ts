import { placesOf } from '#kernel'
import type { Case } from './case.ts'
import type { Decision, FactOrigin, Line, Outcome, Reason } from './decision.ts'
import { explain, explainNotInForce } from './explain.ts'
import { type ExactNumber, round, toDouble } from './number.ts'
import type { LineRule, Pack, RuleBook, Step } from './pack.ts'
import { type Computed, type Run, Runs } from './run.ts'
import { isNumber, type Value } from './value.ts'

export type DecideOptions = {
  /** Adds the tree of steps that leads to the decision. */
  readonly explain?: boolean
  /** Where each fact was learnt, and when, for the explanation. */
  readonly originOf?: (path: string) => FactOrigin | null
}

/** Digits after the point of every score. */
const SCORE_PLACES = 7

/**
 * One decision for one case. Never refuses: what cannot be known is `undetermined`, with the facts that are missing; a
 * pack that is not in the book is a bug of the caller.
 */
export function decide(book: RuleBook, packId: string, subject: Case, options: DecideOptions = {}): Decision {
  const pack = book.packs.get(packId)
  if (pack === undefined) throw new RangeError(`no pack ${packId} in this book`)
  if (!inForce(pack, subject.at)) return notInForce(pack, subject, options.explain === true)
  const runs = new Runs(book, subject, options.explain === true)
  const run = runs.of(packId, packId)
  const decision = pack.score === null ? decideProgramme(run) : decideScore(run, pack.score)
  return options.explain ? { ...decision, explanation: explain(run, decision, options.originOf ?? noOrigin) } : decision
}

const noOrigin = () => null

export function inForce({ life }: Pack, month: string): boolean {
  return (life.from === null || life.from <= month) && (life.to === null || month <= life.to)
}

function notInForce(pack: Pack, subject: Case, explained: boolean): Decision {
  const reasons: Reason[] = [{ code: 'programme_not_in_force', holds: true }]
  const decision: Decision = { ...blank(pack, subject), outcome: 'not_eligible', reasons }
  if (!explained) return decision
  return { ...decision, explanation: explainNotInForce(pack.version, pack.names, pack.remarks, decision) }
}

function blank(pack: Pack, { id, at }: Case): Decision {
  return {
    id,
    pack: pack.id,
    at,
    outcome: 'undetermined',
    amount: null,
    scores: {},
    reasons: [],
    lines: [],
    covered: [],
    notes: {},
    missing: [],
    to_confirm: [],
  }
}

function decideScore(run: Run, score: Step): Decision {
  const computed = run.compute(score, null)
  const { value } = computed
  return {
    ...blank(run.pack, run.runs.case),
    outcome: value === null ? 'undetermined' : 'scored',
    scores: { [run.pack.id]: scoreText(value) },
    missing: missingFor([computed]),
    to_confirm: [...run.runs.unconfirmed].sort(),
  }
}

function decideProgramme(run: Run): Decision {
  const { pack, runs } = run
  const computed = pack.refusals.map(refusal => ({ code: refusal.code, ...run.compute(refusal.when, null) }))
  const reasons = computed.map(({ code, value }): Reason => ({ code, holds: value === null ? null : value === true }))
  const refused = reasons.some(reason => reason.holds === true)
  const amount = refused || pack.amount === null ? null : run.compute(pack.amount.value, null)
  const amountUnknown = amount !== null && amount.value === null
  const outcome: Outcome = refused
    ? 'not_eligible'
    : amountUnknown || reasons.some(reason => reason.holds === null)
      ? 'undetermined'
      : 'eligible'
  return {
    ...blank(pack, runs.case),
    outcome,
    amount: outcome === 'eligible' && amount !== null ? toAmount(pack, amount.value) : null,
    scores: scoresOf(run),
    reasons,
    lines: refused ? [] : pack.lines.flatMap(line => linesOf(run, line)),
    covered: outcome === 'eligible' && pack.covered !== null ? coveredBy(run, pack.covered) : [],
    notes: refused ? {} : notesOf(run),
    missing: refused ? [] : missingFor([...computed, ...(amount ? [amount] : [])]),
    to_confirm: [...runs.unconfirmed].sort(),
  }
}

function toAmount(pack: Pack, value: Value): Decision['amount'] {
  if (pack.amount === null) return null
  return {
    value: moneyText(pack, value),
    currency: pack.currency,
    per: pack.amount.per,
    direction: pack.amount.direction,
  }
}

/** A mistake of a pack that only some facts bring to light: an amount finer than its currency, and no word on how to round it. */
export class UnwritableAmount extends RangeError {
  constructor(pack: string, value: ExactNumber, places: number) {
    const shown = String(value).slice(0, 40)
    super(`${pack}: ${shown} has more than ${places} decimals; the rule must say how it is rounded`)
  }
}

/** An amount with the places of its currency. The pack rounds where the law does; an amount left with more is a bug of the pack. */
function moneyText(pack: Pack, value: Value): string {
  if (!isNumber(value)) throw new TypeError(`${pack.id}: an amount must be a number`)
  const places = placesOf(pack.currency)
  const rounded = round(value, places, 'half_up')
  if (rounded.units * value.divisor * 10n ** BigInt(value.scale) !== value.units * 10n ** BigInt(rounded.scale)) {
    throw new UnwritableAmount(pack.id, value, places)
  }
  return fixed(rounded.units, rounded.scale, places)
}

/** A score with its 7 decimals; null where a fact is missing. */
export function scoreText(value: Value): string | null {
  if (!isNumber(value)) return null
  const rounded = round(value, SCORE_PLACES, 'half_up')
  return fixed(rounded.units, rounded.scale, SCORE_PLACES)
}

function fixed(units: bigint, scale: number, places: number): string {
  const scaled = units * 10n ** BigInt(places - scale)
  const digits = (scaled < 0n ? -scaled : scaled).toString().padStart(places + 1, '0')
  const sign = scaled < 0n ? '-' : ''
  return places === 0 ? `${sign}${digits}` : `${sign}${digits.slice(0, -places)}.${digits.slice(-places)}`
}

/** The score packs that this one uses, itself or through others, each with its value. */
function scoresOf(run: Run): Record<string, string | null> {
  const scores: Record<string, string | null> = {}
  for (const id of scorePacks(run.runs.book, run.pack)) {
    const used = run.runs.forPack(id)
    scores[id] = scoreText(used.compute(used.pack.score as Step, null).value)
  }
  return scores
}

/** The scores that stand in a decision of a pack: its own, or those it uses. */
export function scoresGiven(book: RuleBook, pack: Pack): string[] {
  return pack.score === null ? scorePacks(book, pack) : [pack.id]
}

export function scorePacks(book: RuleBook, pack: Pack): string[] {
  const found = new Set<string>()
  for (const id of pack.uses.values()) {
    const used = book.packs.get(id) as Pack
    if (used.score !== null) found.add(id)
    for (const inner of scorePacks(book, used)) found.add(inner)
  }
  return [...found].sort()
}

/** A line for every member of whom the condition is known to hold; an unknown value is a line that says so. */
function linesOf(run: Run, rule: LineRule): Line[] {
  return lineMembers(run, rule).map(index => {
    const { value } = run.compute(rule.value, index)
    const member = run.runs.case.members[index]?.id ?? ''
    if (value === null) return { member, code: 'undetermined', value: null }
    const other = rule.otherCodes.find(({ when }) => run.compute(when, index).value === true)
    return { member, code: other?.code ?? rule.code, value: moneyText(run.pack, value) }
  })
}

/** The members who have a line, in the order that the pack asks for, else as declared. */
export function lineMembers(run: Run, { where, order }: LineRule): number[] {
  const indexes = run.runs.case.members.flatMap((_, index) => (run.compute(where, index).value === true ? [index] : []))
  if (order === null) return indexes
  const key = (index: number) => {
    const { value } = run.compute(order, index)
    return isNumber(value) ? toDouble(value) : 0
  }
  return indexes.sort((a, b) => key(a) - key(b) || a - b)
}

function coveredBy(run: Run, covered: Step): string[] {
  return run.runs.case.members.flatMap(({ id }, index) => (run.compute(covered, index).value === true ? [id] : []))
}

function notesOf(run: Run): Record<string, string> {
  const notes: Record<string, string> = {}
  for (const note of run.pack.notes) {
    const { value } = run.compute(note, null)
    if (value !== null) notes[note.name.slice('note.'.length)] = String(value)
  }
  return notes
}

/** The facts that some steps of a pack are unknown for: all that is asked of a case whose other figures are at hand. */
export function missingFacts(book: RuleBook, pack: Pack, subject: Case, open: readonly Step[]): string[] {
  const run = new Runs(book, subject, false).of(pack.id, pack.id)
  return missingFor(open.map(step => run.compute(step, null)))
}

function missingFor(steps: readonly Computed[]): string[] {
  const missing = steps.flatMap(({ value, unknown }) => (value === null && unknown !== null ? [unknown] : []))
  return [...new Set(missing.flatMap(paths => [...paths]))].sort(byCodePoint)
}

/** FEEL orders text by code point; JavaScript by UTF-16 unit, which puts an emoji before a full-width letter. */
function byCodePoint(a: string, b: string): number {
  for (let i = 0; i < a.length && i < b.length; i++) {
    if (a.charCodeAt(i) === b.charCodeAt(i)) continue
    // Two texts that part at the second half of a character above U+FFFF have the same first half.
    return (a.codePointAt(i) as number) - (b.codePointAt(i) as number)
  }
  return a.length - b.length
}

import { type Currency, type Id, parseMoney } from '#kernel'
import type { Decision } from '#rules'

/** What a run can say of a household: an outcome of the rules, or that it is no longer there. */
export const OUTCOMES = ['eligible', 'not_eligible', 'undetermined', 'scored', 'gone'] as const
export type DecidedOutcome = (typeof OUTCOMES)[number]

/** What a run decides for one household. */
export type Determination = {
  readonly householdId: Id<'Household'>
  readonly declarationId: Id<'Declaration'>
  readonly territory: string
  readonly weight: string
  readonly outcome: DecidedOutcome
  readonly amountMinor: bigint | null
  readonly refusals: readonly string[]
  readonly openRefusals: readonly string[]
  readonly missing: readonly string[]
  readonly scores: Decision['scores']
  readonly lines: Decision['lines']
}

/** What stood before, where something did. */
export type Before = {
  readonly outcome: DecidedOutcome
  readonly amountMinor: bigint | null
  readonly refusals: readonly string[]
}

/** What is new in a household's state; `other`: its reasons, scores, lines or place. */
export type Difference = 'first' | 'entered' | 'left' | 'amount_changed' | 'gone' | 'other'

/** A row as it is written: a state that is not what stood before, and what did. */
export type DeterminationRow = Determination & { readonly difference: Difference; readonly before: Before | null }

/** Where the facts came from: the household as the snapshot has it. */
export type Decided = {
  readonly householdId: Id<'Household'>
  readonly declarationId: Id<'Declaration'>
  readonly territory: string
  readonly weight: string
}

/** The determination of a decision. An amount that its own currency cannot carry is a bug of the rules, not of the household. */
export function determinationOf(decided: Decided, decision: Decision): Determination {
  return {
    ...decided,
    outcome: decision.outcome,
    amountMinor: amountMinor(decision),
    refusals: decision.reasons.filter(reason => reason.holds === true).map(reason => reason.code),
    openRefusals: decision.reasons.filter(reason => reason.holds === null).map(reason => reason.code),
    missing: decision.missing,
    scores: decision.scores,
    lines: decision.lines,
  }
}

/** The same household, no longer in the snapshot. Who it was and where stays as it last was. */
export function goneOf(last: Determination): Determination {
  return {
    ...last,
    outcome: 'gone',
    amountMinor: null,
    refusals: [],
    openRefusals: [],
    missing: [],
    scores: {},
    lines: [],
  }
}

/** What is new, where states differ. `isFirst`: no run of the pack came before. */
export function differenceOf(now: Determination, before: Before | null, isFirst: boolean): Difference {
  const was = before !== null && before.outcome === 'eligible'
  const is = now.outcome === 'eligible'
  if (was && !is) return 'left'
  if (now.outcome === 'gone') return 'gone'
  if (before === null || before.outcome === 'gone') return is && !isFirst ? 'entered' : 'first'
  if (is && !was) return 'entered'
  return is && before.amountMinor !== now.amountMinor ? 'amount_changed' : 'other'
}

/** Why a household left, or what had kept out one that entered; of anybody else, nothing. */
export function reasonsOf({
  difference,
  outcome,
  refusals,
  before,
}: Pick<DeterminationRow, 'difference' | 'outcome' | 'refusals' | 'before'>): readonly [
  kind: 'left_for' | 'entered_from',
  reasons: readonly string[],
] {
  if (difference === 'left') return ['left_for', refusals.length > 0 ? refusals : [`outcome:${outcome}`]]
  if (difference !== 'entered') return ['entered_from', []]
  const was = before?.refusals ?? []
  return ['entered_from', was.length > 0 ? was : [`outcome:${before?.outcome ?? 'none'}`]]
}

/** The amount of a decision in minor units; null where there is none. */
export function amountMinor({ amount }: Decision): bigint | null {
  if (amount === null) return null
  const parsed = parseMoney(amount.value, amount.currency as Currency)
  if (!parsed.ok) throw new Error(`the decision's amount ${amount.value} ${amount.currency}: ${parsed.refusal.code}`)
  return parsed.value.minor
}

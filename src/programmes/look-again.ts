import { compareNumbers, parseNumber } from '#rules'

export type LookAgainKind = 'score_changed' | 'score_unknown' | 'facts_changed' | 'household_ended' | 'facts_too_old'

/** What happened to a household, as whoever reads of a score wants to know why. */
export type Because = {
  /** A kind of event (`birth`, `move` …), or `declaration` where it said something else. */
  readonly kind: string
  /** Day on which it happened; null for a declaration. */
  readonly on: string | null
  /** members, member.FACT, household.FACT. */
  readonly changed: readonly string[]
  /** Facts that the score misses now. */
  readonly missing: readonly string[]
}

export type NewLookAgain = {
  readonly household: string
  readonly pack: string
  readonly kind: LookAgainKind
  readonly was: string | null
  readonly now: string | null
  readonly because: Because
}

/** A household worked out again: what a score pack said before and says now, and whether anything was ever decided for it. */
export type Rescored = {
  readonly household: string
  /** False where nobody belongs to it any more. */
  readonly stands: boolean
  readonly decided: boolean
  readonly scores: readonly {
    readonly pack: string
    readonly was: string | null
    readonly now: string | null
    readonly missing: readonly string[]
  }[]
}

/**
 * What is to be looked at again: each score that moved or cannot be told any more, and the decisions that rest on earlier
 * facts. Nothing where nothing was ever scored or decided. A first score is no change.
 */
export function lookAgain(rescored: Rescored, because: Omit<Because, 'missing'>): NewLookAgain[] {
  const { household, stands, decided, scores } = rescored
  const item = (
    kind: LookAgainKind,
    pack: string,
    was: string | null,
    now: string | null,
    missing: readonly string[],
  ) => ({
    household,
    pack,
    kind,
    was,
    now,
    because: { ...because, missing },
  })
  if (!stands) return decided ? [item('household_ended', '', null, null, [])] : []
  const moved = scores.flatMap(({ pack, was, now, missing }) => {
    if (was === null || (now !== null && isSame(was, now))) return []
    return [item(now === null ? 'score_unknown' : 'score_changed', pack, was, now, missing)]
  })
  return decided ? [...moved, item('facts_changed', '', null, null, [])] : moved
}

/** 9.10 is 9.1: a score is a number, not a text. */
function isSame(one: string, other: string): boolean {
  const [a, b] = [parseNumber(one), parseNumber(other)]
  return a !== null && b !== null && compareNumbers(a, b) === 0
}

import type { RenewalTerms, Validity } from '#countries'
import type { DateText } from '#kernel'
import type { DeclaredFacts } from '../incoming.ts'

/** Where a declaration stands in its time. `open`: no validity is set for it, so nothing is due. */
export type Standing =
  | { readonly state: 'open' }
  | {
      readonly state: 'valid' | 'due' | 'grace' | 'expired'
      /** Last day on which it is valid. */
      readonly dueOn: DateText
      /** Last day on which it still decides; null where nothing expires. */
      readonly expiresOn: DateText | null
      /** The latest reminder whose day has come, in days before the end; null where none has. */
      readonly remind: number | null
    }

/** The first validity that fits what the household says. */
function validityFor(facts: DeclaredFacts, { validity }: RenewalTerms): Validity | undefined {
  return validity.find(({ where }) => Object.entries(where).every(([fact, code]) => facts[fact] === code))
}

/**
 * Where a declaration, true from `since`, stands today. Due from the first reminder on, then in grace, then expired: facts too
 * old to decide on. Where the country sets no months nothing is due; where it sets no days of grace nothing expires.
 */
export function standingOf(facts: DeclaredFacts, since: DateText, today: DateText, terms: RenewalTerms): Standing {
  const months = validityFor(facts, terms)?.months ?? null
  if (months === null) return { state: 'open' }
  const end = Temporal.PlainDate.from(since).add({ months })
  const dueOn = end.toString() as DateText
  const expiresOn = terms.graceDays === null ? null : (end.add({ days: terms.graceDays }).toString() as DateText)
  const left = Temporal.PlainDate.from(today).until(end, { largestUnit: 'days' }).days
  const remind = terms.remindBefore.filter(days => left <= days).at(-1) ?? null
  const state =
    left < 0 ? (expiresOn !== null && today > expiresOn ? 'expired' : 'grace') : remind === null ? 'valid' : 'due'
  return { state, dueOn, expiresOn, remind }
}

const RANK = { due: 1, grace: 2, expired: 3 } as const
const DAYS_MOST = 9_999

/**
 * Place in the queue, the highest first: what has expired before what is in grace before what is due; then by days (past the
 * end, or gone of the time of notice); then by risk, a hundred less the points of quality. One number, so that a queue of
 * millions is an index.
 */
export function renewalPriority(standing: {
  readonly state: keyof typeof RANK
  /** Days past the end; negative before it. */
  readonly overdue: number
  /** Points of quality; null where it was not assessed, which is a risk of the middle. */
  readonly quality: number | null
}): number {
  const days = Math.min(DAYS_MOST, Math.max(0, standing.overdue + DAYS_MOST / 3))
  return RANK[standing.state] * 10_000_000 + Math.floor(days) * 1000 + (100 - (standing.quality ?? 50))
}

import type { CarrierAnswer } from './carrier.ts'

/** What became of one try. */
export type Attempt = CarrierAnswer | { readonly error: string } | 'no_phone'

export type Outcome =
  | { readonly state: 'sent'; readonly receipt: string | null }
  | { readonly state: 'failed'; readonly failure: 'no_phone' | 'refused' | 'too_often'; readonly error: string | null }
  | { readonly state: 'queued'; readonly seconds: number; readonly error: string }

/** Seconds before the next try: a gateway that is away comes back within minutes, or within a working day. */
const PAUSES = [15, 60, 5 * 60, 30 * 60, 2 * 3600, 8 * 3600]
/** What a carrier says of itself is kept, not all it can print. */
const LONGEST_ERROR = 300

/** What becomes of a message after its `attempts`-th try. */
export function decideOutcome(attempts: number, attempt: Attempt): Outcome {
  if (attempt === 'no_phone') return { state: 'failed', failure: 'no_phone', error: null }
  if ('taken' in attempt) {
    return attempt.taken
      ? { state: 'sent', receipt: attempt.receipt ?? null }
      : { state: 'failed', failure: 'refused', error: attempt.says.slice(0, LONGEST_ERROR) }
  }
  const error = attempt.error.slice(0, LONGEST_ERROR)
  const seconds = PAUSES[attempts - 1]
  return seconds === undefined ? { state: 'failed', failure: 'too_often', error } : { state: 'queued', seconds, error }
}

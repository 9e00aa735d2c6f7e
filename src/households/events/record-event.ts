import { hash } from 'node:crypto'
import { sql } from 'kysely'
import type { Country } from '#countries'
import type { Transaction } from '#db'
import { type DateText, err, type Id, ok, type Result } from '#kernel'
import { type DecidedEvent, decideEvent } from './decide-event.ts'
import type { EventRefusal, HouseholdEvent } from './event.ts'
import { loadState } from './load-state.sql.ts'
import { type EventChannel, saveEvent } from './save-event.sql.ts'

/** What an event would append, for whoever checks before recording: nothing is written. The same terms as {@link recordEvent}. */
export async function previewEvent(
  tx: Transaction,
  country: Country,
  event: HouseholdEvent,
  { today }: { readonly today: DateText },
): Promise<Result<DecidedEvent, EventRefusal>> {
  const state = await loadState(tx, country, event, digestOf(event))
  return state ? decideEvent(state, event, today) : err({ code: 'household_unknown' })
}

/** What came of an event: `exists` where the same was recorded before. */
export type EventOutcome = { readonly outcome: 'recorded' | 'exists'; readonly touched: readonly Id<'Household'>[] }

/**
 * Records an event in the caller's transaction, one event to a transaction: memberships, declarations, recipients and
 * the outbox's `household.changed`, or the reason why not. As an actor of `household.write` who sees every household
 * touched. Tried again by `transaction` when a household changed while it waited.
 */
export async function recordEvent(
  tx: Transaction,
  country: Country,
  event: HouseholdEvent,
  { today, channel }: { readonly today: DateText; readonly channel: EventChannel },
): Promise<Result<EventOutcome, EventRefusal>> {
  const digest = digestOf(event)
  const state = await loadState(tx, country, event, digest)
  if (!state) return err({ code: 'household_unknown' })
  const decided = decideEvent(state, event, today)
  if (!decided.ok) return decided
  if (decided.value.kind === 'exists') return ok({ outcome: 'exists', touched: [event.household] })
  const { facts } = decided.value
  const { rows } = await sql<{ actor: string }>`select current_setting('socle.actor_name') as actor`.execute(tx)
  await saveEvent(tx, state, event, facts, { actor: rows[0]!.actor, channel, digest })
  return ok({ outcome: 'recorded', touched: facts.households.map(each => each.household) })
}

const digestOf = (event: HouseholdEvent) => hash('sha256', canonical(event))

/** The same terms give the same text, in whatever order they were given. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, each) =>
    each !== null && typeof each === 'object' && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([one], [other]) => (one < other ? -1 : 1)))
      : each,
  )
}

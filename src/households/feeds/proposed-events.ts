import { sql } from 'kysely'
import type { Country } from '#countries'
import type { Transaction } from '#db'
import { type DateText, err, type Id, newId, ok, type Result } from '#kernel'
import { appendAudit } from '#security'
import type { EventRefusal, HouseholdEvent } from '../events/event.ts'
import { recordEvent } from '../events/record-event.ts'
import type { FeedId, ToldChild } from './feed.ts'

/** A birth or a death that the civil register told, and nobody recorded yet. */
export type ProposedEvent = {
  readonly feed: FeedId
  readonly row: number
  readonly household: Id<'Household'>
  /** The mother, or who died. */
  readonly person: Id<'Person'>
  readonly personName: readonly (string | null)[]
  readonly kind: 'birth' | 'death'
  readonly on: DateText
  readonly child: ToldChild | null
  readonly source: string
  readonly at: Date
}

/** What the civil register told and waits, the oldest first, as far as the actor sees the households. */
export async function openProposedEvents(tx: Transaction, country: string, limit: number): Promise<ProposedEvent[]> {
  const { rows } = await sql<ProposedEvent>`
    select e.feed_id as feed, e.row, e.household_id as household, e.person_id as person,
      array[p.given_name, p.family_name, p.given_name_ar, p.family_name_ar] as "personName", e.kind, e.on_day as "on", e.child,
      f.source, e.recorded_at as at
    from households.proposed_event e join households.feed f on f.id = e.feed_id
      left join population.published_person p on p.id = e.person_id
    where e.answered_at is null and f.country = ${country}
    order by e.recorded_at, e.feed_id, e.row limit ${limit}`.execute(tx)
  return rows
}

export type AnswerEvent = {
  readonly feed: FeedId
  readonly row: number
  readonly household: Id<'Household'>
  readonly answer: 'recorded' | 'refused'
  /** Why not, where it is refused. */
  readonly says: string
  readonly today: DateText
}

export type AnswerEventRefusal =
  | { readonly code: 'proposal_unknown' }
  | { readonly code: 'answered_before' }
  | { readonly code: 'reason_missing' }
  /** The event itself is refused; some need more than the civil register tells, such as who becomes head. */
  | EventRefusal

/** Records the event that was told, as anybody at a desk records one, or says why not. One event to a transaction. */
export async function answerProposedEvent(
  tx: Transaction,
  country: Country,
  asked: AnswerEvent,
): Promise<Result<null, AnswerEventRefusal>> {
  const { rows } = await sql<
    Pick<ProposedEvent, 'person' | 'kind' | 'on' | 'child'> & { answered: boolean; source: string }
  >`
    select e.person_id as person, e.kind, e.on_day as "on", e.child, e.answered_at is not null as answered, f.source
    from households.proposed_event e join households.feed f on f.id = e.feed_id
    where e.household_id = ${asked.household} and e.feed_id = ${asked.feed} and e.row = ${asked.row} for update of e`.execute(
    tx,
  )
  const told = rows[0]
  if (!told) return err({ code: 'proposal_unknown' })
  if (told.answered) return err({ code: 'answered_before' })
  if (asked.answer === 'refused' && asked.says.trim() === '') return err({ code: 'reason_missing' })
  if (asked.answer === 'recorded') {
    const recorded = await recordEvent(tx, country, eventOf(told, asked), { today: asked.today, channel: 'desk' })
    if (!recorded.ok) return recorded
  }
  await sql`
    update households.proposed_event set answered_at = clock_timestamp(), answered_by = security.actor(),
      answer = ${asked.answer}, says = nullif(${asked.says.trim()}, '')
    where household_id = ${asked.household} and feed_id = ${asked.feed} and row = ${asked.row}`.execute(tx)
  await appendAudit(tx, {
    action: asked.answer === 'recorded' ? 'proposed_event.record' : 'proposed_event.refuse',
    subject: { kind: 'household', id: asked.household },
    purpose: 'registration: civil register',
    detail: { feed: asked.feed, row: asked.row, kind: told.kind },
  })
  return ok(null)
}

function eventOf(
  told: Pick<ProposedEvent, 'person' | 'kind' | 'on' | 'child'> & { readonly source: string },
  { household }: AnswerEvent,
): HouseholdEvent {
  const common = { id: newId<'HouseholdEvent'>(), household, on: told.on, says: told.source }
  if (told.kind === 'death' || told.child === null) {
    return { ...common, kind: 'death', person: told.person, successor: null, relations: {} }
  }
  const child = { ...told.child, id: newId<'Person'>(), birthDate: told.on }
  return { ...common, kind: 'birth', child, mother: told.person, relation: null }
}

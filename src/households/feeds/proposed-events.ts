import { sql } from 'kysely'
import type { Country } from '#countries'
import type { Transaction } from '#db'
import { type DateText, err, type Id, newId, ok, type Result } from '#kernel'
import { appendAudit } from '#security'
import { lockHouseholds } from '../changed-meanwhile.ts'
import type { EventRefusal, HouseholdEvent } from '../events/event.ts'
import { recordEvent } from '../events/record-event.ts'
import type { FeedId, ToldChild } from './feed.ts'
import type { EventAnswer } from './proposed-events.sql.ts'

export type AnswerEvent = {
  readonly feed: FeedId
  readonly row: number
  readonly household: Id<'Household'>
  readonly answer: EventAnswer
  /** Why, where it is set aside. */
  readonly says: string
  /** Who becomes head, where the head has died and others stay. */
  readonly successor?: Id<'Person'> | null
  /** The child is another than who was born that day: a twin. */
  readonly another?: boolean
  readonly today: DateText
}

/** Why an answer is not taken, in order of precedence. */
export type AnswerEventRefusal =
  | { readonly code: 'proposal_unknown' }
  | { readonly code: 'answered_before'; readonly answer: EventAnswer }
  | { readonly code: 'reason_missing' }
  /** Said to be known, and the file does not say it: nobody was born that day, or the person is alive there. */
  | { readonly code: 'not_in_file' }
  /** Somebody of the household was born that day: perhaps this very child, recorded by hand meanwhile. */
  | { readonly code: 'born_that_day'; readonly person: Id<'Person'> }
  /** The event itself is refused; some need more than the civil register tells, such as who becomes head. */
  | EventRefusal

/**
 * Records the event that was told, as anybody at a desk records one, in the household to which the person belongs by now; or
 * keeps that the file said it already, or why it is set aside. One event to a transaction. Two who answer one proposal wait for
 * one another, and the second is told; who records the same by hand meanwhile holds the same household.
 */
export async function answerProposedEvent(
  tx: Transaction,
  country: Country,
  asked: AnswerEvent,
): Promise<Result<null, AnswerEventRefusal>> {
  const told = await lockProposal(tx, country, asked)
  if (!told) return err({ code: 'proposal_unknown' })
  if (told.answer !== null) return err({ code: 'answered_before', answer: told.answer })
  if (asked.answer === 'refused' && asked.says.trim() === '') return err({ code: 'reason_missing' })
  const event = eventOf(told, asked)
  if (asked.answer !== 'refused') {
    await lockHouseholds(tx, [told.livesIn])
    const [known] = await alreadyFiled(tx, told)
    if (asked.answer === 'known' && known === undefined) return err({ code: 'not_in_file' })
    if (asked.answer === 'recorded' && told.kind === 'birth' && known !== undefined && asked.another !== true) {
      return err({ code: 'born_that_day', person: known })
    }
  }
  if (asked.answer === 'recorded') {
    const recorded = await recordEvent(tx, country, event, { today: asked.today, channel: 'desk' })
    if (!recorded.ok) return recorded
  }
  await sql`
    update households.proposed_event set answered_at = clock_timestamp(), answered_by = security.actor(),
      answer = ${asked.answer}, says = nullif(${asked.says.trim()}, ''),
      event_id = ${asked.answer === 'recorded' ? event.id : null}
    where household_id = ${asked.household} and feed_id = ${asked.feed} and row = ${asked.row}`.execute(tx)
  await appendAudit(tx, {
    action: ACTIONS[asked.answer],
    subject: { kind: 'household', id: told.livesIn },
    purpose: 'registration: civil register',
    detail: { feed: asked.feed, row: asked.row, kind: told.kind },
  })
  return ok(null)
}

const ACTIONS = {
  recorded: 'proposed_event.record',
  known: 'proposed_event.known',
  refused: 'proposed_event.refuse',
} as const satisfies Record<EventAnswer, string>

type Told = {
  readonly person: Id<'Person'>
  readonly kind: 'birth' | 'death'
  readonly on: DateText
  readonly child: ToldChild | null
  readonly answer: EventAnswer | null
  readonly source: string
  /** Where the person belongs now, and otherwise did when it was told. */
  readonly livesIn: Id<'Household'>
}

async function lockProposal(tx: Transaction, country: Country, asked: AnswerEvent): Promise<Told | undefined> {
  const { rows } = await sql<Told>`
    select e.person_id as person, e.kind, e.on_day as "on", e.child, e.answer, f.source,
      coalesce((select household_id from households.membership where person_id = e.person_id and ended_at is null),
        e.household_id) as "livesIn"
    from households.proposed_event e join households.feed f on f.id = e.feed_id
    where e.household_id = ${asked.household} and e.feed_id = ${asked.feed} and e.row = ${asked.row}
      and f.country = ${country.code} for update of e`.execute(tx)
  return rows[0]
}

/** Who the file says was born that day in the household, or that the person has died. */
async function alreadyFiled(tx: Transaction, { kind, person, on, livesIn }: Told): Promise<Id<'Person'>[]> {
  const { rows } = await (kind === 'death'
    ? sql<{ person: Id<'Person'> }>`
        select person_id as person from population.published_death where person_id = ${person}`
    : sql<{ person: Id<'Person'> }>`
        select p.id as person from households.membership m join population.published_person p on p.id = m.person_id
        where m.household_id = ${livesIn} and p.birth_date = ${on} order by p.id`
  ).execute(tx)
  return rows.map(each => each.person)
}

function eventOf(
  { kind, person, on, child, source, livesIn }: Told,
  { successor = null }: AnswerEvent,
): HouseholdEvent {
  const common = { id: newId<'HouseholdEvent'>(), household: livesIn, on, says: source }
  if (kind === 'death' || child === null) return { ...common, kind: 'death', person, successor, relations: {} }
  const born = { ...child, id: newId<'Person'>(), birthDate: on }
  return { ...common, kind: 'birth', child: born, mother: person, relation: null }
}

import { sql } from 'kysely'
import type { Transaction } from '#db'
import type { DateText, Id } from '#kernel'
import type { FeedId, HowKnown, ToldChild } from './feed.ts'

/** Given name, family name, and both in Arabic script. */
type Names = readonly (string | null)[]

/** Somebody of the household as the file has them now. */
export type FiledPerson = {
  readonly person: Id<'Person'>
  readonly name: Names
  readonly birthDate: DateText | null
  readonly relation: string | null
}

/** A birth or a death that the civil register told, with what the file says of it now. */
export type ProposedEvent = {
  readonly feed: FeedId
  readonly row: number
  /** Where the person belonged when it was told: the proposal is that household's. */
  readonly household: Id<'Household'>
  readonly sourceId: string
  readonly territory: string
  readonly closedOn: DateText | null
  /** The mother, or who died. */
  readonly person: Id<'Person'>
  readonly personName: Names
  readonly birthDate: DateText | null
  readonly diedOn: DateText | null
  readonly kind: 'birth' | 'death'
  readonly on: DateText
  readonly child: ToldChild | null
  readonly source: string
  readonly label: string
  /** Null where it was told before this was kept. */
  readonly matched: HowKnown | null
  readonly at: Date
  /** Where the person belongs now, as far as the actor sees it; null: nowhere, or out of sight. */
  readonly livesIn: Id<'Household'> | null
  readonly relation: string | null
  /** Who else belongs to the household in which it would be recorded. */
  readonly others: readonly FiledPerson[]
  /** Of a birth: who was born that day, of all who ever belonged to that household. */
  readonly bornThen: readonly FiledPerson[]
  readonly answer: EventAnswer | null
  readonly answeredAt: Date | null
  readonly answeredBy: string | null
  readonly says: string | null
}

/** Recorded as an event; known: the file said it already; refused: set aside, with a reason. */
export type EventAnswer = 'recorded' | 'known' | 'refused'

export type ProposedEventsAsked = {
  readonly limit: number
  readonly skip?: number
  /** Of one household alone. */
  readonly household?: Id<'Household'>
  /** Those that were answered, the latest first; otherwise those that wait, the oldest first. */
  readonly answered?: boolean
}

/** What the civil register told, as far as the actor sees the households. */
export async function openProposedEvents(
  tx: Transaction,
  country: string,
  { limit, skip = 0, household, answered = false }: ProposedEventsAsked,
): Promise<ProposedEvent[]> {
  const order = answered ? sql`e.answered_at desc, e.feed_id, e.row` : sql`e.recorded_at, e.feed_id, e.row`
  const { rows } = await sql<ProposedEvent>`
    select e.feed_id as feed, e.row, e.household_id as household, h.source_id as "sourceId", h.territory,
      h.closed_on as "closedOn", e.person_id as person, ${NAMES} as "personName", p.birth_date as "birthDate",
      d.died_on as "diedOn", e.kind, e.on_day as "on", e.child, f.source, f.label, e.matched, e.recorded_at as at,
      lives.household_id as "livesIn", lives.relation,
      ${membersOf(sql`m.ended_at is null and m.person_id <> e.person_id`)} as others,
      ${membersOf(sql`e.kind = 'birth' and p.birth_date = e.on_day`)} as "bornThen",
      e.answer, e.answered_at as "answeredAt", e.answered_by as "answeredBy", e.says
    from households.proposed_event e join households.feed f on f.id = e.feed_id
      join households.household h on h.id = e.household_id
      left join population.published_person p on p.id = e.person_id
      left join population.published_death d on d.person_id = e.person_id
      left join households.membership lives on lives.person_id = e.person_id and lives.ended_at is null
    where (e.answered_at is not null) = ${answered} and f.country = ${country} and ${ofHousehold(household)}
    order by ${order} limit ${limit} offset ${skip}`.execute(tx)
  return rows
}

/** How many wait, as far as the actor sees the households. */
export async function countProposedEvents(
  tx: Transaction,
  country: string,
  household?: Id<'Household'>,
): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from households.proposed_event e join households.feed f on f.id = e.feed_id
    where e.answered_at is null and f.country = ${country} and ${ofHousehold(household)}`.execute(tx)
  return rows[0]!.count
}

/** A household's own, and those of who belongs to it now: somebody may have moved since it was told. */
function ofHousehold(household: Id<'Household'> | undefined) {
  return household === undefined
    ? sql`true`
    : sql`(e.household_id = ${household} or e.person_id in (select person_id from households.membership
        where household_id = ${household} and ended_at is null))`
}

const NAMES = sql`array[p.given_name, p.family_name, p.given_name_ar, p.family_name_ar]`

/** Of the household in which it would be recorded. */
function membersOf(which: ReturnType<typeof sql>) {
  return sql`(select coalesce(jsonb_agg(distinct jsonb_build_object('person', p.id, 'name', ${NAMES},
      'birthDate', p.birth_date, 'relation', m.relation)), '[]')
    from households.membership m join population.published_person p on p.id = m.person_id
    where m.household_id = coalesce(lives.household_id, e.household_id) and ${which})`
}

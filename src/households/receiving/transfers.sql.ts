import { type RawBuilder, sql } from 'kysely'
import type { Country } from '#countries'
import type { Transaction } from '#db'
import type { DateText, Id } from '#kernel'
import type { ProposalId } from '#security'
import type { FoundName } from '../search-households.ts'
import type { Capacity, TransferAsked, TransferFacts, TransferProof, TransferReason } from './transfer.ts'
import type { PaperTold } from './transfer-papers.sql.ts'

/** Who receives today: the latest fact in effect, a proxy while it lasts. */
const currentOf = (household: RawBuilder<unknown>) => sql`
  select person_id, effective_on, capacity, until_on from households.recipient
  where household_id = ${household} and effective_on <= current_date and (until_on is null or until_on >= current_date)
  order by effective_on desc, recorded_at desc, id desc limit 1`

export type LoadedTransfer = TransferFacts & { readonly country: string; readonly territory: string }

/** What a transfer is decided on; undefined where the actor does not see the household. */
export async function loadTransferFacts(
  tx: Transaction,
  country: Country,
  { household, person, paper }: Pick<TransferAsked, 'household' | 'person' | 'paper'>,
): Promise<LoadedTransfer | undefined> {
  const { rows } = await sql<Omit<LoadedTransfer, 'head'>>`
    select household.country, household.territory, household.closed_on is not null as closed,
      case when current.person_id is not null
        then jsonb_build_object('person', current.person_id, 'since', current.effective_on) end as current,
      (select jsonb_build_object('birthDate', person.birth_date,
          'died', exists (select from population.published_death where person_id = person.id))
          || case when belongs.person_id is null then '{}' else jsonb_build_object('relation', belongs.relation) end
        from population.published_person as person
          left join households.membership as belongs
            on belongs.person_id = person.id and belongs.household_id = household.id and belongs.ended_at is null
        where person.id = ${person} and person.country = household.country) as person,
      exists (
        select from households.evidence join households.draft on draft.id = evidence.draft_id
        where evidence.id = ${paper}::uuid and draft.household_id = household.id
        union all
        select from households.transfer_paper as given where given.id = ${paper}::uuid and given.household_id = household.id
      ) as "paperKnown"
    from households.household left join lateral (${currentOf(sql`household.id`)}) as current on true
    where household.id = ${household} and household.country = ${country.code}`.execute(tx)
  return rows[0] && { ...rows[0], head: country.catalogue.head?.code ?? null }
}

/** A transfer with whom it names, and whether it counts. */
export type Transfer = {
  readonly id: ProposalId
  readonly household: Id<'Household'>
  readonly person: Id<'Person'>
  /** Empty of names where the actor does not see the person. */
  readonly name: FoundName
  readonly capacity: Capacity
  readonly proof: { readonly kind: TransferProof; readonly number: string } | null
  readonly paper: Id<'Evidence'> | null
  /** What is told of it; null where there is none, or where it left with its declaration. */
  readonly paperTold: PaperTold | null
  readonly reason: TransferReason
  readonly says: string
  readonly from: DateText
  readonly until: DateText | null
  readonly askedAt: Date
  readonly askedBy: string
  /** When another person approved it, and who; null while nobody did. */
  readonly decidedAt: Date | null
  readonly decidedBy: string | null
}

const TOLD = sql`jsonb_build_object('name', name, 'mediaType', media_type, 'size', size, 'scan', scan)`

/** Transfers of a household, or one of them, the latest first. */
export async function transfersOf(
  tx: Transaction,
  of: { readonly household: Id<'Household'> } | { readonly id: ProposalId },
): Promise<readonly Transfer[]> {
  const { rows } = await sql<Transfer>`
    select t.id, t.household_id as household, t.person_id as person,
      jsonb_build_object('givenName', person.given_name, 'familyName', person.family_name,
        'givenNameAr', person.given_name_ar, 'familyNameAr', person.family_name_ar) as name,
      t.capacity, case when t.proof is not null then jsonb_build_object('kind', t.proof, 'number', t.proof_number) end as proof,
      t.evidence_id as paper, (select ${TOLD} from (
          select name, media_type, size, scan from households.transfer_paper
          where household_id = t.household_id and id = t.evidence_id
          union all
          select e.name, e.media_type, e.size, e.scan from households.evidence as e join households.draft on draft.id = e.draft_id
          where e.id = t.evidence_id and draft.household_id = t.household_id) as paper) as "paperTold",
      t.reason, t.says, t.effective_on as "from", t.until_on as until, t.asked_at as "askedAt",
      t.asked_by as "askedBy", recipient.recorded_at as "decidedAt", recipient.actor as "decidedBy"
    from households.recipient_transfer as t
      left join population.published_person as person on person.id = t.person_id
      left join households.recipient on recipient.household_id = t.household_id and recipient.transfer_id = t.id
    where ${'id' in of ? sql`t.id = ${of.id}` : sql`t.household_id = ${of.household}`}
    order by t.asked_at desc, t.id desc`.execute(tx)
  return rows
}

/** Who receives today, as pages say it; the name is empty where the actor does not see the person. */
export type CurrentRecipient = {
  readonly person: Id<'Person'>
  readonly name: FoundName
  readonly since: DateText
  readonly capacity: Capacity | null
  readonly until: DateText | null
  readonly diedOn: DateText | null
}

export async function currentRecipient(
  tx: Transaction,
  household: Id<'Household'>,
): Promise<CurrentRecipient | undefined> {
  const { rows } = await sql<CurrentRecipient>`
    select current.person_id as person, current.effective_on as since, current.capacity, current.until_on as until,
      death.died_on as "diedOn",
      jsonb_build_object('givenName', person.given_name, 'familyName', person.family_name,
        'givenNameAr', person.given_name_ar, 'familyNameAr', person.family_name_ar) as name
    from (${currentOf(sql`${household}`)}) as current
      left join population.published_person as person on person.id = current.person_id
      left join population.published_death as death on death.person_id = current.person_id`.execute(tx)
  return rows[0]
}

/** A household whose payments wait: whoever received has died. */
export type WithoutRecipient = {
  readonly household: Id<'Household'>
  readonly sourceId: string
  readonly territory: string
  readonly person: Id<'Person'>
  readonly name: FoundName
  readonly diedOn: DateText
  /** Somebody proposed another, whom nobody approved yet. */
  readonly proposed: boolean
}

/** Households whose recipient has died and where nobody else was named since, the longest first, as far as the actor sees them. */
export async function householdsWithoutRecipient(
  tx: Transaction,
  of: { readonly country: string; readonly limit: number; readonly household?: Id<'Household'> },
): Promise<readonly WithoutRecipient[]> {
  const { rows } = await sql<WithoutRecipient>`
    with touched as (
      select household_id from households.event where kind = 'death'
      union
      select membership.household_id from population.published_death as death
        join households.membership on membership.person_id = death.person_id and membership.valid_to is null
    )
    select household.id as household, household.source_id as "sourceId", household.territory, person.id as person,
      jsonb_build_object('givenName', person.given_name, 'familyName', person.family_name,
        'givenNameAr', person.given_name_ar, 'familyNameAr', person.family_name_ar) as name, death.died_on as "diedOn",
      exists (
        select from households.recipient_transfer as t join security.published_waiting as waiting on waiting.id = t.id
        where t.household_id = household.id) as proposed
    from touched join households.household on household.id = touched.household_id
      cross join lateral (${currentOf(sql`household.id`)}) as current
      join population.published_death as death on death.person_id = current.person_id
      join population.published_person as person on person.id = current.person_id
    where household.country = ${of.country} and household.closed_on is null
      and (${of.household ?? null}::uuid is null or household.id = ${of.household ?? null}::uuid)
    order by death.died_on, household.id limit ${of.limit}`.execute(tx)
  return rows
}

/** Adults of a household, with who is to receive and who did: whom the change concerns. */
export async function adultsConcerned(
  tx: Transaction,
  of: { readonly household: Id<'Household'>; readonly persons: readonly Id<'Person'>[]; readonly bornBy: DateText },
): Promise<readonly Id<'Person'>[]> {
  const { rows } = await sql<{ person: Id<'Person'> }>`
    select person.id as person
    from population.published_person as person
    where (person.id = any (${of.persons}::uuid[]) or person.id in (
        select person_id from households.membership where household_id = ${of.household} and ended_at is null))
      and (person.birth_date is null or person.birth_date <= ${of.bornBy})
      and not exists (select from population.published_death as death where death.person_id = person.id)
    order by person.id`.execute(tx)
  return rows.map(each => each.person)
}

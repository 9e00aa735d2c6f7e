import { sql } from 'kysely'
import type { Transaction } from '#db'
import type { DateText, Id } from '#kernel'
import { phonesOf } from '#population'
import type { DeclaredFacts } from '../incoming.ts'
import type { Answers, Declaration, DeclaredMember } from './answers.ts'

/** A household as the register knows it, for declaring it again. */
export type HouseholdNow = {
  readonly id: Id<'Household'>
  readonly country: string
  readonly territory: string
  readonly modelled: boolean
  readonly closed: boolean
  readonly declaration: Id<'Declaration'> | null
  readonly effectiveOn: DateText | null
  readonly facts: DeclaredFacts
  readonly recipient: Id<'Person'> | null
  /** Only two persons name another: they named this one, or who received has died. */
  readonly recipientStays: boolean
  readonly members: readonly MemberNow[]
  /** What the register knows, as answers of a declaration. */
  readonly said: Declaration
}

export type MemberNow = {
  readonly person: Id<'Person'>
  readonly relation: string | null
  readonly sourceId: string
  readonly facts: DeclaredFacts
}

type Row = Omit<HouseholdNow, 'members' | 'said'> & {
  readonly channelActor: string | null
  readonly members: (MemberNow & Record<'givenName' | 'familyName' | 'givenNameAr' | 'familyNameAr', string | null>)[]
}

/** As the actor sees it; undefined where there is none. `relation`: the member fact that says it. */
export async function householdNow(
  tx: Transaction,
  id: Id<'Household'>,
  relation: string | undefined,
): Promise<HouseholdNow | undefined> {
  const { rows } = await sql<Row>`
    select household.id, household.country, household.territory, household.modelled, household.closed_on is not null as closed,
      latest.id as declaration, latest.effective_on as "effectiveOn", latest.actor as "channelActor",
      coalesce(latest.facts, '{}') as facts,
      receives.person_id as recipient, coalesce(receives.transfer_id is not null or exists (
        select from population.published_death as death where death.person_id = receives.person_id), false) as "recipientStays",
      (select coalesce(jsonb_agg(jsonb_build_object('person', belongs.person_id, 'relation', belongs.relation,
          'sourceId', belongs.source_id, 'givenName', person.given_name, 'familyName', person.family_name,
          'givenNameAr', person.given_name_ar, 'familyNameAr', person.family_name_ar,
          'facts', coalesce(said.member -> 'facts', '{}'))
          order by said.place nulls last, belongs.person_id), '[]')
        from households.membership as belongs
          join population.published_person as person on person.id = belongs.person_id
          left join lateral (
            select member, place from jsonb_array_elements(latest.members) with ordinality as each (member, place)
            where member ->> 'id' = belongs.person_id::text limit 1
          ) as said on true
        where belongs.household_id = household.id and belongs.ended_at is null) as members
    from households.household
      left join lateral (
        select declaration.id, effective_on, actor, facts, members from households.declaration
        where household_id = household.id order by effective_on desc, recorded_at desc, declaration.id desc limit 1
      ) as latest on true
      left join lateral (
        select person_id, transfer_id from households.recipient
        where household_id = household.id and (until_on is null or until_on >= current_date)
        order by effective_on desc, recorded_at desc, id desc limit 1
      ) as receives on true
    where household.id = ${id}`.execute(tx)
  const row = rows[0]
  if (!row) return undefined
  const phones = await phonesOf(
    tx,
    row.members.map(member => member.person),
  )
  const { channelActor, ...rest } = row
  return { ...rest, said: asAnswers(row, phones, relation) }
}

function asAnswers(row: Row, phones: ReadonlyMap<string, string>, relation: string | undefined): Declaration {
  const known = (facts: DeclaredFacts): Answers =>
    Object.fromEntries(
      Object.entries(facts).map(([name, value]) => [
        name,
        { value, source: 'register', on: row.effectiveOn!, by: row.channelActor! },
      ]),
    )
  return {
    household: known({ ...row.facts }),
    members: row.members.map(
      (member): DeclaredMember => ({
        key: member.person,
        person: member.person,
        givenName: member.givenName ?? '',
        familyName: member.familyName ?? '',
        givenNameAr: member.givenNameAr ?? '',
        familyNameAr: member.familyNameAr ?? '',
        phone: phones.get(member.person) ?? '',
        answers: known({
          ...member.facts,
          ...(relation !== undefined && member.relation !== null ? { [relation]: member.relation } : {}),
        }),
      }),
    ),
    explained: {},
  }
}

import { sql } from 'kysely'
import type { Transaction } from '#db'
import type { DateText, Id } from '#kernel'
import type { DeclaredFacts } from './incoming.ts'
import type { FoundName } from './search-households.ts'

/** A household as it stands now, with who belongs to it and what it said last. */
export type HouseholdFile = {
  readonly id: Id<'Household'>
  readonly country: string
  readonly source: string
  readonly sourceId: string
  readonly territory: string
  readonly modelled: boolean
  readonly facts: DeclaredFacts
  readonly members: readonly FiledMember[]
}

export type FiledMember = {
  readonly person: Id<'Person'>
  readonly relation: string | null
  readonly givenName: string | null
  readonly familyName: string | null
  readonly givenNameAr: string | null
  readonly familyNameAr: string | null
  readonly sex: 'female' | 'male' | null
  readonly birthDate: DateText | null
  readonly receives: boolean
  /** Who stands for this person, the two having been found to be one; null where nobody does, or the actor does not see both. */
  readonly standing: (FoundName & { readonly person: Id<'Person'>; readonly household: Id<'Household'> | null }) | null
}

/** The file of a household that the actor may see; undefined otherwise, whether it exists or not. */
export async function findHouseholdFile(tx: Transaction, id: Id<'Household'>): Promise<HouseholdFile | undefined> {
  const { rows } = await sql<Omit<HouseholdFile, 'members'>>`
    select household.id, household.country, household.source, household.source_id as "sourceId", household.territory,
      household.modelled, coalesce(declaration.facts, '{}') as facts
    from households.household
      left join lateral (
        select facts from households.declaration where household_id = household.id
        order by effective_on desc, recorded_at desc, id desc limit 1
      ) as declaration on true
    where household.id = ${id}`.execute(tx)
  const household = rows[0]
  return household && { ...household, members: await membersOf(tx, id) }
}

/** Who belongs to the household today, the head first, then in the order of the last declaration. */
async function membersOf(tx: Transaction, household: Id<'Household'>): Promise<FiledMember[]> {
  const { rows } = await sql<FiledMember>`
    select person.id as person, membership.relation, person.given_name as "givenName", person.family_name as "familyName",
      person.given_name_ar as "givenNameAr", person.family_name_ar as "familyNameAr", person.sex,
      person.birth_date as "birthDate", person.id is not distinct from recipient.person_id as receives,
      case when stands.id is not null then jsonb_build_object('person', stands.id, 'givenName', stands.given_name,
        'familyName', stands.family_name, 'givenNameAr', stands.given_name_ar, 'familyNameAr', stands.family_name_ar,
        'household', home.household_id) end as standing
    from households.membership
      join population.published_person as person on person.id = membership.person_id
      left join households.published_recipient as recipient on recipient.household_id = membership.household_id
      left join population.published_merge as merge on merge.merged = person.id
      left join population.published_person as stands on stands.id = merge.kept
      left join households.membership as home on home.person_id = merge.kept and home.valid_to is null
      left join lateral (
        select members from households.declaration where household_id = membership.household_id
        order by effective_on desc, recorded_at desc, id desc limit 1
      ) as declaration on true
      left join lateral (
        select place from jsonb_array_elements(declaration.members) with ordinality as said (member, place)
        where member ->> 'id' = person.id::text
      ) as said on true
    where membership.household_id = ${household} and membership.ended_at is null
    order by said.place nulls last, person.id`.execute(tx)
  return rows
}

/** A declaration as an event: what was said is in its facts, which the file shows as they stand now. */
export type DeclarationEvent = {
  readonly id: Id<'Declaration'>
  readonly effectiveOn: DateText
  readonly declaredAt: Date
  readonly channel: string
  readonly actor: string
  readonly facts: number
  readonly members: number
}

/** What a household declared, the latest first. */
export async function declarationsOf(tx: Transaction, household: Id<'Household'>): Promise<DeclarationEvent[]> {
  const { rows } = await sql<DeclarationEvent>`
    select id, effective_on as "effectiveOn", declared_at as "declaredAt", channel, actor,
      (select count(*)::int from jsonb_object_keys(facts)) as facts, jsonb_array_length(members) as members
    from households.declaration where household_id = ${household}
    order by effective_on desc, recorded_at desc, id desc`.execute(tx)
  return rows
}

import { sql } from 'kysely'
import type { Country } from '#countries'
import type { Transaction } from '#db'
import type { Id } from '#kernel'
import { changedMeanwhile, lockHouseholds } from '../changed-meanwhile.ts'
import { type HouseholdEvent, personsNamed } from './event.ts'
import type { EventState, HouseholdState, PersonState } from './state.ts'

type Households = ReadonlyMap<string, HouseholdState & { readonly modelled: boolean }>
export type LoadedState = EventState & { readonly modelled: boolean }

/**
 * Locks all that an event touches, in one order (households by id, then persons by id), and reads it. Undefined where the
 * actor may not see the household.
 */
export async function loadState(
  tx: Transaction,
  country: Country,
  event: HouseholdEvent,
  digest: string,
): Promise<LoadedState | undefined> {
  const named = [...new Set(personsNamed(event))].sort()
  const wanted = await householdsNamed(tx, event, named)
  const locked = await lockHouseholds(tx, wanted)
  if (!locked.includes(event.household)) return undefined
  await sql`
    select pg_advisory_xact_lock(hashtextextended('households.person ' || id, 0))
    from (select id from unnest(${named}::text[]) as named (id) order by id) as ordered`.execute(tx)
  // Somebody may have moved between the first look and the lock.
  const again = await householdsNamed(tx, event, named)
  if (again.some(id => !wanted.includes(id))) throw changedMeanwhile()
  const households = await readHouseholds(tx, locked)
  const own = households.get(event.household)
  if (!own || own.country !== country.code) return undefined
  const members = [...households.values()].flatMap(each => each.members.map(member => member.person as string))
  return {
    catalogue: country.catalogue,
    territories: country.territories,
    household: own,
    modelled: own.modelled,
    others: new Map([...households].filter(([id]) => id !== own.id)),
    persons: await readPersons(tx, [...new Set([...members, ...named])]),
    unreached: 'territory' in event ? await unreachedOf(tx, event.territory) : [],
    earlier: await earlierOf(tx, event, digest),
  }
}

/** The event's own household, the one it names, and those to which the persons named belong. */
async function householdsNamed(tx: Transaction, event: HouseholdEvent, named: readonly string[]) {
  const { rows } = await sql<{ id: Id<'Household'> }>`
    select distinct household_id as id from households.membership
    where person_id = any (${named}::uuid[]) and ended_at is null`.execute(tx)
  const other = event.kind === 'merge' ? [event.other] : []
  return [...new Set([event.household, ...other, ...rows.map(row => row.id)])]
}

async function readHouseholds(tx: Transaction, ids: readonly string[]): Promise<Households> {
  const { rows } = await sql<HouseholdState & { modelled: boolean }>`
    select household.id, household.country, household.territory, household.modelled, household.closed_on as "closedOn",
      (select person_id from households.recipient where household_id = household.id and (until_on is null or until_on >= current_date)
        order by effective_on desc, recorded_at desc, id desc limit 1) as recipient,
      (select coalesce(jsonb_agg(jsonb_build_object('person', person_id, 'relation', relation, 'sourceId', source_id,
          'since', valid_from) order by person_id), '[]')
        from households.membership where household_id = household.id and ended_at is null) as members,
      (select coalesce(jsonb_agg(jsonb_build_object('effectiveOn', effective_on,
          'said', jsonb_build_object('facts', facts, 'members', members)) order by effective_on), '[]')
        from (
          select distinct on (effective_on) effective_on, facts, members from households.declaration
          where household_id = household.id order by effective_on, recorded_at desc, id desc
        ) as said) as declarations,
      (select coalesce(jsonb_agg(jsonb_build_object('kind', kind, 'on', effective_on, 'persons', persons)
          order by effective_on, id), '[]')
        from households.event where household_id = household.id) as events
    from households.household where id = any (${ids}::uuid[])`.execute(tx)
  return new Map(rows.map(row => [row.id, row]))
}

async function readPersons(tx: Transaction, ids: readonly string[]): Promise<ReadonlyMap<string, PersonState>> {
  const { rows } = await sql<PersonState>`
    select person.id, person.country, person.sex, person.birth_date as "birthDate", death.died_on as "deceasedOn",
      case when standing.belongs then coalesce(membership.household_id::text, 'unseen') end as household,
      case when standing.belongs is not true then standing.left_on end as "leftOn"
    from population.published_person as person
      left join population.published_death as death on death.person_id = person.id
      left join households.standing_of(${ids}::uuid[]) as standing on standing.person_id = person.id
      left join households.membership on membership.person_id = person.id and membership.ended_at is null
    where person.id = any (${ids}::uuid[])`.execute(tx)
  return new Map(rows.map(row => [row.id, row]))
}

/** Whether the actor would still see a household that lives there. */
async function unreachedOf(tx: Transaction, territory: string): Promise<string[]> {
  const { rows } = await sql<{ reached: boolean }>`
    select current_user = 'socle_worker' or (
      ${territory} collate "C" >= security.territory_low() and ${territory} collate "C" < security.territory_high()
      and (security.range_is_exact() or ${territory} ~ security.territory_pattern())) as reached`.execute(tx)
  return rows[0]?.reached ? [] : [territory]
}

async function earlierOf(tx: Transaction, event: HouseholdEvent, digest: string): Promise<EventState['earlier']> {
  const { rows } = await sql<{ same: boolean }>`
    select asked_digest = decode(${digest}, 'hex') as same from households.event
    where household_id = ${event.household} and id = ${event.id}`.execute(tx)
  return rows[0] ? (rows[0].same ? 'same' : 'other') : null
}

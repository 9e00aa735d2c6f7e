import { sql } from 'kysely'
import type { Transaction } from '#db'
import type { DateText, Id } from '#kernel'
import type { EventKind } from './event.ts'

/** An event as a household's journey shows it. */
export type HouseholdHappening = {
  readonly id: Id<'HouseholdEvent'>
  readonly kind: EventKind
  readonly on: DateText
  readonly says: string
  readonly at: Date
  readonly by: string
  /** Whom it names or changes, as far as the actor sees them. */
  readonly persons: readonly HappenedTo[]
}

export type HappenedTo = {
  readonly givenName: string | null
  readonly familyName: string | null
  readonly givenNameAr: string | null
  readonly familyNameAr: string | null
}

/** What happened to a household, the latest learnt first. */
export async function eventsOf(tx: Transaction, household: Id<'Household'>): Promise<HouseholdHappening[]> {
  const { rows } = await sql<HouseholdHappening>`
    select id, kind, effective_on as "on", says, recorded_at as at, actor as by,
      (select coalesce(jsonb_agg(jsonb_build_object('givenName', given_name, 'familyName', family_name,
          'givenNameAr', given_name_ar, 'familyNameAr', family_name_ar) order by person.id), '[]')
        from population.published_person as person where person.id = any (persons)) as persons
    from households.event where household_id = ${household} order by recorded_at desc, id desc`.execute(tx)
  return rows
}

/** The household that a source knows by this identifier, as far as the actor sees it; the first registered where several do. */
export async function householdOfNumber(
  tx: Transaction,
  country: string,
  number: string,
): Promise<Id<'Household'> | undefined> {
  const { rows } = await sql<{ id: Id<'Household'> }>`
    select id from households.household where country = ${country} and source_id = ${number}
    order by id limit 1`.execute(tx)
  return rows[0]?.id
}

import { sql } from 'kysely'
import { jsonb, type Transaction } from '#db'
import type { DateText, Id } from '#kernel'
import { nameKey } from './name-key.ts'
import { openIncomingPersons, type PersonSource, savePersons } from './save-persons.ts'

/** Somebody who enters the register with what an agent knows. */
export type Newcomer = {
  readonly id: Id<'Person'>
  readonly territory: string
  readonly givenName: string | null
  readonly familyName: string | null
  readonly givenNameAr: string | null
  readonly familyNameAr: string | null
  readonly sex: 'female' | 'male'
  readonly birthDate: DateText
}

/**
 * Records newcomers, and another state of persons who live elsewhere from now on; their past stays. The actor sees these
 * persons and reaches these territories.
 */
export async function settlePersons(
  tx: Transaction,
  { newcomers, homes }: { readonly newcomers: readonly Newcomer[]; readonly homes: ReadonlyMap<Id<'Person'>, string> },
  from: PersonSource,
): Promise<void> {
  if (newcomers.length + homes.size === 0) return
  await openIncomingPersons(tx)
  const rows = newcomers.map(each => ({
    ...each,
    key: nameKey(
      each.givenName ?? undefined,
      each.familyName ?? undefined,
      each.givenNameAr ?? undefined,
      each.familyNameAr ?? undefined,
    ),
  }))
  await sql`
    insert into pg_temp.incoming_person (id, territory, given_name, family_name, given_name_ar, family_name_ar, name_key,
      sex, birth_date, birth_precision)
    select (e ->> 'id')::uuid, e ->> 'territory', e ->> 'givenName', e ->> 'familyName', e ->> 'givenNameAr',
      e ->> 'familyNameAr', e ->> 'key', e ->> 'sex', (e ->> 'birthDate')::date, 'day'
    from jsonb_array_elements(${jsonb(rows)}) as given (e)`.execute(tx)
  await sql`
    insert into pg_temp.incoming_person (id, territory, given_name, family_name, given_name_ar, family_name_ar, name_key,
      sex, birth_date, birth_precision, phone, phone_sealed, phone_index)
    select person.id, home.value, given_name, family_name, given_name_ar, family_name_ar, name_key, sex, birth_date,
      birth_precision, phone, phone_sealed, phone_index
    from jsonb_each_text(${jsonb(Object.fromEntries(homes))}) as home join population.person on person.id = home.key::uuid
    where person.territory <> home.value`.execute(tx)
  await savePersons(tx, from)
}

/** Records that somebody has died. */
export async function recordDeath(
  tx: Transaction,
  { person, on, by }: { readonly person: Id<'Person'>; readonly on: DateText; readonly by: string },
): Promise<void> {
  await sql`
    insert into population.death (person_id, died_on, recorded_by) values (${person}, ${on}, ${by})`.execute(tx)
}

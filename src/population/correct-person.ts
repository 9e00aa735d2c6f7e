import { sql } from 'kysely'
import type { Transaction } from '#db'
import type { Id } from '#kernel'
import { nameKey } from './name-key.ts'
import { openIncomingPersons, savePersons } from './save-persons.ts'

/** What of a person can be put right; what is left out stays. */
export type PersonCorrection = {
  readonly person: Id<'Person'>
  readonly givenName?: string | null
  readonly familyName?: string | null
  readonly givenNameAr?: string | null
  readonly familyNameAr?: string | null
  readonly phone?: string | null
  readonly sex?: string | null
  readonly birthDate?: string | null
}

type Known = {
  country: string
  modelled: boolean
  given_name: string | null
  family_name: string | null
  given_name_ar: string | null
  family_name_ar: string | null
}

/** Records another state of a person, corrected; the state before stays in the past. The person must be seen by the actor. */
export async function correctPerson(tx: Transaction, change: PersonCorrection, recordedBy: string): Promise<void> {
  const { rows } = await sql<Known>`
    select country, modelled, given_name, family_name, given_name_ar, family_name_ar
    from population.person where id = ${change.person} for no key update`.execute(tx)
  const known = rows[0]
  if (!known) throw new Error(`there is no person ${change.person} here`)
  const names = [
    said(change.givenName, known.given_name),
    said(change.familyName, known.family_name),
    said(change.givenNameAr, known.given_name_ar),
    said(change.familyNameAr, known.family_name_ar),
  ] as const
  const { phone, sex, birthDate } = change
  await openIncomingPersons(tx)
  await sql`
    insert into pg_temp.incoming_person (id, territory, given_name, family_name, given_name_ar, family_name_ar, name_key,
      sex, birth_date, birth_precision, phone, phone_sealed, phone_index)
    select id, territory, ${names[0]}::text, ${names[1]}::text, ${names[2]}::text, ${names[3]}::text, ${nameKey(...names)},
      case when ${sex === undefined} then sex else ${sex ?? null}::text end,
      case when ${birthDate === undefined} then birth_date else ${birthDate ?? null}::date end,
      case when ${birthDate === undefined} then birth_precision when ${birthDate ?? null}::date is not null then 'day' end,
      ${phone ?? null}::text,
      case when ${phone === undefined} then phone_sealed end, case when ${phone === undefined} then phone_index end
    from population.person where id = ${change.person}`.execute(tx)
  await savePersons(tx, { country: known.country, source: 'rectification', modelled: known.modelled, recordedBy })
}

function said(change: string | null | undefined, known: string | null): string | null {
  return change === undefined ? known : change
}

import { sql } from 'kysely'
import type { Transaction } from '#db'
import type { RegisteredPerson } from './registered-person.ts'

const columns = sql`p.id, p.territory, p.given_name as "givenName", p.family_name as "familyName",
  p.given_name_ar as "givenNameAr", p.family_name_ar as "familyNameAr", p.sex, p.birth_date::text as "birthDate",
  p.birth_precision as "birthPrecision", encode(p.phone_index, 'hex') as "phoneIndex"`

/** Persons as they are compared, as far as the actor sees them. */
export async function registeredPersons(tx: Transaction, ids: readonly string[]): Promise<RegisteredPerson[]> {
  const { rows } = await sql<RegisteredPerson>`
    select ${columns} from population.person p where p.id = any (${ids}::uuid[]) order by p.id`.execute(tx)
  return rows
}

/** The next persons of a country after an id, in the order of ids. */
export async function personsAfter(
  tx: Transaction,
  country: string,
  after: string,
  limit: number,
): Promise<RegisteredPerson[]> {
  const { rows } = await sql<RegisteredPerson>`
    select ${columns} from population.person p where p.country = ${country} and p.id > ${after}::uuid
    order by p.id limit ${limit}`.execute(tx)
  return rows
}

export type PersonWithoutKeys = RegisteredPerson & {
  readonly country: string
  readonly recordedAt: string
  /** What was compared when keys were last made, in hexadecimal digits. */
  readonly before: string | null
}

/** Persons whose keys are missing or of an earlier state, some of them. */
export async function personsWithoutKeys(tx: Transaction, limit: number): Promise<PersonWithoutKeys[]> {
  const { rows } = await sql<PersonWithoutKeys>`
    select ${columns}, p.country, p.recorded_at::text as "recordedAt", encode(k.digest, 'hex') as before
    from population.person p left join population.match_key k on k.person = p.id
    where k.person is null or k.recorded_at <> p.recorded_at
    order by p.id limit ${limit}`.execute(tx)
  return rows
}

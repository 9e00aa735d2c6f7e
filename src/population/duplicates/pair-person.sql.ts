import { sql } from 'kysely'

/** One of two persons, as a list shows them. */
export type PairPerson = {
  readonly id: string
  readonly territory: string
  readonly givenName: string | null
  readonly familyName: string | null
  readonly givenNameAr: string | null
  readonly familyNameAr: string | null
}

/** A person of the query as {@link PairPerson}, in JSON. */
export function pairPerson(alias: 'a' | 'b') {
  const p = sql.ref(alias)
  return sql`jsonb_build_object('id', ${p}.id, 'territory', ${p}.territory, 'givenName', ${p}.given_name,
    'familyName', ${p}.family_name, 'givenNameAr', ${p}.given_name_ar, 'familyNameAr', ${p}.family_name_ar)`
}

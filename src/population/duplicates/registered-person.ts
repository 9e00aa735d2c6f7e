import { createHash } from 'node:crypto'
import { type RawBuilder, sql } from 'kysely'
import type { ColumnAsked } from '../matching/column.ts'

/** What is compared of a person of the register. */
export type RegisteredPerson = {
  readonly id: string
  readonly territory: string
  readonly givenName: string | null
  readonly familyName: string | null
  readonly givenNameAr: string | null
  readonly familyNameAr: string | null
  readonly sex: string | null
  readonly birthDate: string | null
  readonly birthPrecision: 'day' | 'month' | 'year' | 'estimated' | null
  /** What equal telephones share; the telephone itself stays sealed. */
  readonly phoneIndex: string | null
}

/** The columns of the register for matching. A telephone is the same or it is not: nothing is seen of a sealed one. */
export const REGISTER_COLUMNS: readonly ColumnAsked[] = [
  { name: 'given_name', kind: 'given_name' },
  { name: 'family_name', kind: 'surname' },
  { name: 'sex', kind: 'sex' },
  { name: 'birth_date', kind: 'birth_date' },
  { name: 'phone', kind: 'word' },
  { name: 'territory', kind: 'postcode' },
]

/** A person as a row of those columns: the names in Latin letters, or else in Arabic; the date as far as it is known. */
export function cellsOf(person: RegisteredPerson): string[] {
  return [
    person.givenName ?? person.givenNameAr ?? '',
    person.familyName ?? person.familyNameAr ?? '',
    person.sex ?? '',
    knownDate(person),
    person.phoneIndex ?? '',
    person.territory,
  ]
}

function knownDate({ birthDate, birthPrecision }: RegisteredPerson): string {
  if (birthDate === null) return ''
  if (birthPrecision === 'month') return birthDate.slice(0, 7)
  return birthPrecision === 'day' ? birthDate : birthDate.slice(0, 4)
}

/** Changes when anything that is compared changes. */
export function digestOf(person: RegisteredPerson): Buffer {
  const said = [...cellsOf(person), person.givenNameAr ?? '', person.familyNameAr ?? '']
  return createHash('sha256').update(JSON.stringify(said)).digest().subarray(0, 16)
}

/** {@link digestOf} for rows of `pg_temp.incoming_person as incoming`, made in the database: the same bytes. */
export const digestOfIncoming: RawBuilder<Buffer> = sql.raw(`substring(sha256(convert_to('[' || concat_ws(',',
  to_json(coalesce(given_name, given_name_ar, '')), to_json(coalesce(family_name, family_name_ar, '')),
  to_json(coalesce(sex, '')),
  to_json(case birth_precision when 'day' then birth_date::text when 'month' then left(birth_date::text, 7)
    else coalesce(left(birth_date::text, 4), '') end),
  to_json(coalesce(encode(phone_index, 'hex'), '')), to_json(incoming.territory),
  to_json(coalesce(given_name_ar, '')), to_json(coalesce(family_name_ar, ''))) || ']', 'UTF8')) for 16)`)

/** The digest of two persons, whichever comes first. */
export function digestOfPair(one: Buffer, other: Buffer): Buffer {
  return createHash('sha256')
    .update(Buffer.concat([one, other].sort(Buffer.compare)))
    .digest()
    .subarray(0, 16)
}

/** The smallest territory that holds both: whole levels of the code alone. */
export function sharedTerritory(one: string, other: string): string {
  const levels = one.split('.')
  const others = other.split('.')
  let shared = 0
  while (shared < levels.length - 1 && levels[shared] === others[shared]) shared++
  if (one === other) return one
  return shared === 0 ? '' : `${levels.slice(0, shared).join('.')}.`
}

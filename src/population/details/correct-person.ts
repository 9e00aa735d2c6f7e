import { type RawBuilder, sql } from 'kysely'
import type { Transaction } from '#db'
import type { Id } from '#kernel'
import { nameKey } from '../name-key.ts'
import { learnNames } from '../names/learn-names.ts'
import { sealedPhone } from '../phones.ts'
import { COLUMN_OF, PLAIN_FIELDS } from './columns.ts'
import type { PersonDetails } from './person-details.ts'

/** What changes of a person; what is left out stays. A birth date without its precision is known to the day. */
export type PersonCorrection = {
  readonly person: Id<'Person'>
} & { readonly [Field in keyof PersonDetails]?: PersonDetails[Field] | (Field extends 'sex' ? string : never) }

/** By which channel a state comes, and what was shown for it. */
export type Shown = { readonly source: string; readonly evidence: string | null }

const RECTIFIED: Shown = { source: 'rectification', evidence: null }
const TYPES: Partial<Record<keyof PersonDetails, string>> = {
  birthDate: 'date',
  absentSince: 'date',
  father: 'uuid',
  mother: 'uuid',
  nationalities: 'text[]',
}

/**
 * Records another state of a person; the one before stays in the past. Values are taken as `checkDetails` gives them. What says
 * the same as the register is not recorded again: answers whether it was. The person must be seen by the actor, who is named by
 * `recordedBy` in the state.
 */
export async function correctPerson(
  tx: Transaction,
  change: PersonCorrection,
  recordedBy: string,
  { source, evidence }: Shown = RECTIFIED,
): Promise<boolean> {
  const { person } = change
  const { rows } = await sql<Names>`
    select given_name as "givenName", family_name as "familyName", given_name_ar as "givenNameAr",
      family_name_ar as "familyNameAr"
    from population.person where id = ${person} for no key update`.execute(tx)
  const known = rows[0]
  if (!known) throw new Error(`there is no person ${person} here`)
  const said = await assigned(tx, change)
  if (said.length === 0) return false
  const columns = sql.join(said.map(([column]) => sql.ref(column)))
  const values = sql.join(said.map(([, value]) => value))
  const names = { ...known, ...defined(change) }
  await learnNames(tx, [names.givenName, names.familyName, names.givenNameAr, names.familyNameAr])
  const { numAffectedRows = 0n } = await sql`
    update population.person
    set ${sql.join(said.map(([column, value]) => sql`${sql.ref(column)} = ${value}`))},
      name_key = ${nameKey(names.givenName, names.familyName, names.givenNameAr, names.familyNameAr)},
      source = ${source}, evidence = ${evidence}, recorded_at = now(), recorded_by = ${recordedBy}
    where id = ${person} and row(${columns}) is distinct from row(${values})`.execute(tx)
  return numAffectedRows > 0n
}

type Names = Pick<PersonDetails, 'givenName' | 'familyName' | 'givenNameAr' | 'familyNameAr'>

/** The columns that a change speaks of, each with its new value. */
async function assigned(
  tx: Transaction,
  change: PersonCorrection,
): Promise<(readonly [string, RawBuilder<unknown>])[]> {
  const { birthDate, phone, photo } = change
  const precision =
    birthDate === undefined || change.birthPrecision !== undefined ? {} : { birthPrecision: 'day' as const }
  const plain = defined({ ...(birthDate === null ? { birthPrecision: null } : precision), ...change })
  const said = PLAIN_FIELDS.filter(field => plain[field] !== undefined).map(
    field => [COLUMN_OF[field], sql`${plain[field]}::${sql.raw(TYPES[field] ?? 'text')}`] as const,
  )
  const sealed = phone === undefined ? undefined : await sealedPhone(tx, change.person, phone)
  return [
    ...said,
    ...(sealed
      ? ([
          ['phone', sql`null::text`],
          ['phone_sealed', sql`${sealed.value}::bytea`],
          ['phone_index', sql`${sealed.indexed}::bytea`],
        ] as const)
      : []),
    ...(photo === undefined ? [] : [['photo_sha256', sql`${photo && Buffer.from(photo, 'hex')}::bytea`] as const]),
  ]
}

function defined<Given extends object>(given: Given): Given {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Given
}

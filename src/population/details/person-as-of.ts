import { sql } from 'kysely'
import type { Transaction } from '#db'
import type { Id } from '#kernel'
import { openColumn } from '#security'
import { PHONE } from '../phones.ts'
import { COLUMN_OF, PLAIN_FIELDS } from './columns.ts'
import { type DocumentRow, documentsAsOf } from './documents.ts'
import type { PersonDetails } from './person-details.ts'

/** A state of a person as it was recorded: from `recordedAt` until `supersededAt`, null where it is the one of now. */
export type PersonState = PersonDetails & {
  readonly id: Id<'Person'>
  readonly country: string
  readonly modelled: boolean
  readonly source: string
  readonly evidence: string | null
  readonly recordedAt: Date
  readonly recordedBy: string
  readonly supersededAt: Date | null
}

export type PersonAsOf = PersonState & { readonly documents: readonly DocumentRow[] }

type Row = Omit<PersonState, 'phone' | 'photo'> & {
  phoneInClear: string | null
  phoneSealed: Buffer | null
  photo: Buffer | null
}

const fields = sql.join([
  ...PLAIN_FIELDS.map(field => sql`${sql.ref(COLUMN_OF[field])} as ${sql.ref(field)}`),
  sql`id, country, modelled, source, evidence, recorded_at as "recordedAt", recorded_by as "recordedBy",
    phone as "phoneInClear", phone_sealed as "phoneSealed", photo_sha256 as "photo"`,
])

/** Every state of a person, the latest first, as far as the actor sees the person and the territories of before. */
export async function statesOf(tx: Transaction, person: Id<'Person'>): Promise<PersonState[]> {
  const { rows } = await sql<Row>`
    select ${fields}, null as "supersededAt" from population.person where id = ${person}
    union all
    select ${fields}, superseded_at as "supersededAt" from population.person_past where id = ${person}
    order by "recordedAt" desc`.execute(tx)
  return opened(tx, rows)
}

/**
 * A person as the register held them at an instant, to the millisecond (of states recorded within one, the last); undefined
 * before it did, or where the actor does not see that state.
 */
export async function personAsOf(tx: Transaction, person: Id<'Person'>, at: Date): Promise<PersonAsOf | undefined> {
  const { rows } = await sql<Row>`
    select ${fields}, null as "supersededAt" from population.person where id = ${person} and ${began(at)}
    union all
    select ${fields}, superseded_at as "supersededAt" from population.person_past
    where id = ${person} and ${began(at)} and date_trunc('milliseconds', superseded_at) > ${at}`.execute(tx)
  const [state] = await opened(tx, rows)
  return state && { ...state, documents: await documentsAsOf(tx, person, at) }
}

function began(at: Date) {
  return sql`date_trunc('milliseconds', recorded_at) <= ${at}`
}

async function opened(tx: Transaction, rows: readonly Row[]): Promise<PersonState[]> {
  const cells = rows.flatMap(({ id, phoneSealed }, at) =>
    phoneSealed === null ? [] : [{ at, row: id, sealed: phoneSealed }],
  )
  const texts = await openColumn(tx, PHONE, cells)
  const phones = new Map(cells.map(({ at }, index) => [at, texts[index]!]))
  return rows.map(({ phoneInClear, phoneSealed: _sealed, photo, ...row }, at) => ({
    ...row,
    phone: phones.get(at) ?? phoneInClear,
    photo: photo?.toString('hex') ?? null,
  }))
}

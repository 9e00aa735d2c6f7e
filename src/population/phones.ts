import { sql } from 'kysely'
import { type Database, type Transaction, transaction, workerActor } from '#db'
import type { Id } from '#kernel'
import {
  type ColumnIndexing,
  type ColumnRef,
  columnIndexing,
  currentColumnKey,
  indexBy,
  indexColumn,
  indexesOf,
  openColumn,
  sealColumn,
} from '#security'
import { normalPhone } from './phone-number.ts'

export const PHONE: ColumnRef = { table: 'population.person', column: 'phone' }

/** What equal telephones share: the last nine digits, since some write the country's prefix and some do not. */
export function compared(phone: string): string {
  return phone.replaceAll(/\D/g, '').slice(-9)
}

type Phone = { readonly id: string; readonly phone: string }

async function sealed(tx: Transaction, phones: readonly Phone[]) {
  const cells = phones.map(({ id, phone }) => ({ row: id, text: phone }))
  const values = await sealColumn(tx, PHONE, cells)
  const indexes = await indexColumn(
    tx,
    PHONE,
    phones.map(({ phone }) => compared(phone)),
  )
  return { ids: phones.map(({ id }) => id), values, indexes }
}

/** The telephone of one person as it is to stand in the register; nulls for none. */
export async function sealedPhone(
  tx: Transaction,
  id: Id<'Person'>,
  phone: string | null,
): Promise<{ readonly value: Buffer | null; readonly indexed: Buffer | null }> {
  if (phone === null) return { value: null, indexed: null }
  const { values, indexes } = await sealed(tx, [{ id, phone }])
  return { value: values[0]!, indexed: indexes[0]! }
}

/** Seals the telephones that stand in `pg_temp.incoming_person`, on their way into the register. */
export async function sealIncomingPhones(tx: Transaction): Promise<void> {
  const { rows } = await sql<Phone>`
    select id, phone from pg_temp.incoming_person where phone is not null`.execute(tx)
  if (rows.length === 0) return
  const { ids, values, indexes } = await sealed(tx, rows)
  await sql`
    update pg_temp.incoming_person as incoming set phone = null, phone_sealed = given.value, phone_index = given.indexed
    from unnest(${ids}::uuid[], ${values}::bytea[], ${indexes}::bytea[]) as given (id, value, indexed)
    where incoming.id = given.id`.execute(tx)
}

/** Telephones of persons, as far as the actor sees them; who has none is not in the answer. */
export async function phonesOf(
  tx: Transaction,
  persons: readonly Id<'Person'>[],
): Promise<ReadonlyMap<string, string>> {
  const { rows } = await sql<{ id: string; phone: string | null; sealed: Buffer | null }>`
    select id, phone, phone_sealed as sealed from population.person
    where id = any (${persons}::uuid[]) and num_nonnulls(phone, phone_sealed) = 1`.execute(tx)
  const cells = rows.flatMap(({ id, sealed }) => (sealed ? [{ row: id, sealed }] : []))
  const texts = await openColumn(tx, PHONE, cells)
  return new Map([
    ...rows.flatMap(({ id, phone }) => (phone === null ? [] : [[id, phone] as const])),
    ...cells.map(({ row }, at) => [row, texts[at]!] as const),
  ])
}

/**
 * Telephones at which a message reaches persons (E.164), of a country; a number that no telephone has is left out, and so is
 * that of somebody who has died: others answer it now.
 */
export function phonesToReach(country: string) {
  return async (tx: Transaction, persons: readonly Id<'Person'>[]): Promise<ReadonlyMap<string, string>> => {
    const { rows } = await sql<{ id: string }>`
      select person_id as id from population.death where person_id = any (${persons}::uuid[])`.execute(tx)
    const dead = new Set(rows.map(({ id }) => id))
    const alive = persons.filter(id => !dead.has(id))
    return new Map(
      [...(await phonesOf(tx, alive))].flatMap(([id, phone]) => {
        const to = normalPhone(phone, country)
        return to === undefined ? [] : [[id, to] as const]
      }),
    )
  }
}

/** Who has this telephone, with or without the country's prefix: found without opening any. As far as the actor sees them. */
export async function personsWithPhone(tx: Transaction, phone: string): Promise<Id<'Person'>[]> {
  const { rows } = await sql<{ id: Id<'Person'> }>`
    select id from population.person
    where phone_index = any (${await indexesOf(tx, PHONE, compared(phone))}::bytea[])
    order by id`.execute(tx)
  return rows.map(row => row.id)
}

/** What equal telephones share, under every key of the column: for functions that count who has one. */
export function phoneIndexes(tx: Transaction, phone: string): Promise<readonly Buffer[]> {
  return indexesOf(tx, PHONE, compared(phone))
}

/** What makes {@link phoneIndex}; a thread may be given it. */
export type PhoneIndexing = ColumnIndexing

export function phoneIndexing(tx: Transaction): Promise<PhoneIndexing> {
  return columnIndexing(tx, PHONE)
}

/** What equal telephones share, in hexadecimal digits, for telephones on their way into the register. */
export function phoneIndex(indexing: PhoneIndexing, phone: string): string {
  return indexBy(indexing, compared(phone)).toString('hex')
}

const BATCH = 5000

/**
 * Seals telephones that stand in clear, and seals again those under an earlier key, in the register and in its past, batch
 * by batch, each in one transaction: stopped anywhere, it goes on where it was. Answers how many. As worker.
 */
export async function resealPhones(worker: Database, signal?: AbortSignal): Promise<number> {
  let done = 0
  for (const step of [sealBatch, resealBatch]) {
    for (;;) {
      signal?.throwIfAborted()
      const batch = await transaction(worker, workerActor('sealing columns'), step)
      done += batch
      if (batch === 0) break
    }
  }
  return done
}

/** One at a time: a second one would do the same rows again. */
async function isAlone(tx: Transaction): Promise<boolean> {
  const { rows } = await sql<{ got: boolean }>`
    select pg_try_advisory_xact_lock(hashtextextended('population.seal_phones', 0)) as got`.execute(tx)
  return rows[0]!.got
}

async function sealBatch(tx: Transaction): Promise<number> {
  if (!(await isAlone(tx))) return 0
  const { rows } = await sql<Phone>`
    (select id, phone from population.person where phone is not null order by id limit ${BATCH})
    union
    (select id, phone from population.person_past where phone is not null order by id limit ${BATCH})`.execute(tx)
  if (rows.length === 0) return 0
  const { ids, values, indexes } = await sealed(tx, rows)
  await sql`
    select population.seal_phones(${ids}::uuid[], ${rows.map(row => row.phone)}::text[], ${values}::bytea[],
      ${indexes}::bytea[])`.execute(tx)
  return rows.length
}

async function resealBatch(tx: Transaction): Promise<number> {
  if (!(await isAlone(tx))) return 0
  // The last byte of the key's number is enough to tell the current key from those before it.
  const current = (await currentColumnKey(tx)) % 256
  const { rows } = await sql<{ id: string; sealed: Buffer }>`
    (select id, phone_sealed as sealed from population.person
      where phone_sealed is not null and get_byte(phone_sealed, 4) <> ${current} order by id limit ${BATCH})
    union
    (select id, phone_sealed from population.person_past
      where phone_sealed is not null and get_byte(phone_sealed, 4) <> ${current} order by id limit ${BATCH})`.execute(
    tx,
  )
  if (rows.length === 0) return 0
  const texts = await openColumn(
    tx,
    PHONE,
    rows.map(({ id, sealed }) => ({ row: id, sealed })),
  )
  const { ids, values, indexes } = await sealed(
    tx,
    rows.map(({ id }, at) => ({ id, phone: texts[at]! })),
  )
  await sql`
    select population.reseal_phones(${ids}::uuid[], ${rows.map(row => row.sealed)}::bytea[], ${values}::bytea[],
      ${indexes}::bytea[])`.execute(tx)
  return rows.length
}

import { sql } from 'kysely'
import { type Database, type Transaction, transaction, workerActor } from '#db'
import type { Id } from '#kernel'
import { type ColumnRef, currentColumnKey, indexColumn, indexesOf, openColumn, sealColumn } from '#security'
import type { Shown } from './correct-person.ts'
import { type DocumentId, type DocumentType, type PersonDocument, sameNumber } from './document.ts'

const NUMBER: ColumnRef = { table: 'population.person_document', column: 'number' }

/** A document of the register, with who recorded it and when; `endedAt` null while it stands. */
export type DocumentRow = PersonDocument & {
  readonly source: string
  readonly evidence: string | null
  readonly recordedAt: Date
  readonly recordedBy: string
  readonly endedAt: Date | null
  readonly endReason: string | null
}

type Row = Omit<DocumentRow, 'number'> & { sealed: Buffer }

async function sealed(tx: Transaction, cells: readonly { readonly row: string; readonly text: string }[]) {
  const values = await sealColumn(tx, NUMBER, cells)
  const indexes = await indexColumn(
    tx,
    NUMBER,
    cells.map(({ text }) => sameNumber(text)),
  )
  return { values, indexes }
}

/**
 * Records a document of a person whom the actor sees, as `checkDocument` gives it. Said twice under one id, it is one. Answers
 * whether it was new.
 */
export async function recordDocument(
  tx: Transaction,
  person: Id<'Person'>,
  { id, type, number, issuer, issuedOn, expiresOn }: PersonDocument,
  { source, evidence }: Shown,
): Promise<boolean> {
  const { values, indexes } = await sealed(tx, [{ row: id, text: number }])
  const { numAffectedRows = 0n } = await sql`
    insert into population.person_document (id, person_id, type, number_sealed, number_index, issuer, issued_on, expires_on,
      source, evidence)
    values (${id}, ${person}, ${type}, ${values[0]}, ${indexes[0]}, ${issuer}, ${issuedOn}, ${expiresOn}, ${source}, ${evidence})
    on conflict do nothing`.execute(tx)
  return numAffectedRows > 0n
}

/** Withdraws a document for a reason that is kept: lost, recorded by mistake. Answers whether it stood. */
export async function withdrawDocument(tx: Transaction, id: DocumentId, reason: string): Promise<boolean> {
  const { numAffectedRows = 0n } = await sql`
    update population.person_document
    set ended_at = greatest(now(), recorded_at), ended_by = security.actor(), end_reason = ${reason}
    where id = ${id} and ended_at is null`.execute(tx)
  return numAffectedRows > 0n
}

/** Every document of a person, those withdrawn too, the latest first. */
export async function documentsOf(tx: Transaction, person: Id<'Person'>): Promise<DocumentRow[]> {
  return read(tx, person, undefined)
}

/** Those that stood at an instant, to the millisecond. */
export async function documentsAsOf(tx: Transaction, person: Id<'Person'>, at: Date): Promise<DocumentRow[]> {
  return read(tx, person, at)
}

async function read(tx: Transaction, person: Id<'Person'>, at: Date | undefined): Promise<DocumentRow[]> {
  const stood = at
    ? sql`date_trunc('milliseconds', recorded_at) <= ${at}
    and (ended_at is null or date_trunc('milliseconds', ended_at) > ${at})`
    : sql`true`
  const { rows } = await sql<Row>`
    select id, type, number_sealed as sealed, issuer, issued_on as "issuedOn", expires_on as "expiresOn", source, evidence,
      recorded_at as "recordedAt", recorded_by as "recordedBy", ended_at as "endedAt", end_reason as "endReason"
    from population.person_document where person_id = ${person} and ${stood}
    order by recorded_at desc, id`.execute(tx)
  const numbers = await openColumn(
    tx,
    NUMBER,
    rows.map(row => ({ row: row.id, sealed: row.sealed })),
  )
  return rows.map(({ sealed: _bytes, ...row }, index) => ({ ...row, number: numbers[index]! }))
}

/** Whose a document is that stands, by its number, found without opening any. As far as the actor sees the person. */
export async function personsWithDocument(
  tx: Transaction,
  number: string,
  type?: DocumentType,
): Promise<Id<'Person'>[]> {
  const { rows } = await sql<{ person: Id<'Person'> }>`
    select distinct person_id as person from population.person_document
    where number_index = any (${await indexesOf(tx, NUMBER, sameNumber(number))}::bytea[]) and ended_at is null
      and (${type ?? null}::text is null or type = ${type ?? null})
    order by person_id`.execute(tx)
  return rows.map(row => row.person)
}

const BATCH = 5000

/** Seals again the numbers under an earlier key, batch by batch. Answers how many. As worker. */
export async function resealDocuments(worker: Database, signal?: AbortSignal): Promise<number> {
  let done = 0
  for (;;) {
    signal?.throwIfAborted()
    const batch = await transaction(worker, workerActor('sealing columns'), resealBatch)
    done += batch
    if (batch === 0) return done
  }
}

async function resealBatch(tx: Transaction): Promise<number> {
  const { rows: alone } = await sql<{ got: boolean }>`
    select pg_try_advisory_xact_lock(hashtextextended('population.reseal_documents', 0)) as got`.execute(tx)
  if (!alone[0]!.got) return 0
  // The last byte of the key's number is enough to tell the current key from those before it.
  const current = (await currentColumnKey(tx)) % 256
  const { rows } = await sql<{ row: string; sealed: Buffer }>`
    select id as row, number_sealed as sealed from population.person_document
    where get_byte(number_sealed, 4) <> ${current} order by id limit ${BATCH}`.execute(tx)
  if (rows.length === 0) return 0
  const texts = await openColumn(tx, NUMBER, rows)
  const { values, indexes } = await sealed(
    tx,
    rows.map(({ row }, at) => ({ row, text: texts[at]! })),
  )
  await sql`
    select population.reseal_documents(${rows.map(({ row }) => row)}::uuid[], ${rows.map(each => each.sealed)}::bytea[],
      ${values}::bytea[], ${indexes}::bytea[])`.execute(tx)
  return rows.length
}

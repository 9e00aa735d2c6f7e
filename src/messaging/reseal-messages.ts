import { sql } from 'kysely'
import { type Database, type Transaction, transaction, workerActor } from '#db'
import { currentColumnKey, openColumn, sealColumn } from '#security'
import { MESSAGE_TEXT, MESSAGE_TO } from './message-columns.ts'

const BATCH = 5000

/** Seals again telephones and texts under an earlier key, batch by batch. Answers how many messages. As worker. */
export async function resealMessages(worker: Database, signal?: AbortSignal): Promise<number> {
  let done = 0
  for (;;) {
    signal?.throwIfAborted()
    const batch = await transaction(worker, workerActor('sealing columns'), resealBatch)
    done += batch
    if (batch === 0) return done
  }
}

type Row = { readonly id: string; readonly phone: Buffer | null; readonly text: Buffer | null }

async function resealBatch(tx: Transaction): Promise<number> {
  const { rows: alone } = await sql<{ got: boolean }>`
    select pg_try_advisory_xact_lock(hashtextextended('messaging.reseal_messages', 0)) as got`.execute(tx)
  if (!alone[0]!.got) return 0
  // The last byte of the key's number is enough to tell the current key from those before it.
  const current = (await currentColumnKey(tx)) % 256
  const { rows } = await sql<Row>`
    (select id, to_sealed as phone, text_sealed as text from messaging.message
      where text_sealed is not null and get_byte(text_sealed, 4) <> ${current} order by id limit ${BATCH})
    union
    (select id, to_sealed, text_sealed from messaging.message
      where to_sealed is not null and get_byte(to_sealed, 4) <> ${current} order by id limit ${BATCH})`.execute(tx)
  if (rows.length === 0) return 0
  const [phones, texts] = [await again(tx, MESSAGE_TO, rows, 'phone'), await again(tx, MESSAGE_TEXT, rows, 'text')]
  await sql`
    select messaging.reseal_messages(${rows.map(({ id }) => id)}::uuid[], ${rows.map(({ id }) => phones.get(id) ?? null)}::bytea[],
      ${rows.map(({ id }) => texts.get(id) ?? null)}::bytea[])`.execute(tx)
  return rows.length
}

async function again(tx: Transaction, column: typeof MESSAGE_TO, rows: readonly Row[], of: 'phone' | 'text') {
  const cells = rows.flatMap(row => (row[of] ? [{ row: row.id, sealed: row[of] }] : []))
  const plain = await openColumn(tx, column, cells)
  const sealed = await sealColumn(
    tx,
    column,
    cells.map(({ row }, at) => ({ row, text: plain[at]! })),
  )
  return new Map(cells.map(({ row }, at) => [row, sealed[at]!]))
}

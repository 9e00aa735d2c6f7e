import { sql } from 'kysely'
import { type Database, type Transaction, transaction, workerActor } from '#db'
import { type ColumnRef, currentColumnKey, indexColumn, indexesOf, openColumn, sealColumn } from '#security'

const NUMBERS: ColumnRef = { table: 'payments.payee_account', column: 'number' }

export type SealedNumber = { readonly sealed: Buffer; readonly index: Buffer; readonly end: string }

/** Numbers of accounts as they are stored: sealed, each for its row. Null where the account has none. */
export async function sealNumbers(
  tx: Transaction,
  accounts: readonly { readonly id: string; readonly number: string | null }[],
): Promise<(SealedNumber | null)[]> {
  const cells = accounts.flatMap(({ id, number }) => (number === null ? [] : [{ row: id, text: number }]))
  const sealed = await sealColumn(tx, NUMBERS, cells)
  const indexes = await indexColumn(
    tx,
    NUMBERS,
    cells.map(cell => cell.text),
  )
  const byRow = new Map(
    cells.map(({ row, text }, at) => [row, { sealed: sealed[at]!, index: indexes[at]!, end: text.slice(-4) }] as const),
  )
  return accounts.map(({ id }) => byRow.get(id) ?? null)
}

/** The numbers of accounts as read from the table: opened where they are sealed. */
export async function openNumbers(
  tx: Transaction,
  rows: readonly { readonly id: string; readonly number: string | null; readonly sealed: Buffer | null }[],
): Promise<(string | null)[]> {
  const cells = rows.flatMap(({ id, sealed }) => (sealed === null ? [] : [{ row: id, sealed }]))
  const opened = await openColumn(tx, NUMBERS, cells)
  const byRow = new Map(cells.map(({ row }, at) => [row, opened[at]!] as const))
  return rows.map(({ id, number }) => byRow.get(id) ?? number)
}

/** Accounts with this number, whoever the payee: found without opening any. As far as the actor sees them. */
export async function accountsWithNumber(tx: Transaction, number: string): Promise<{ id: string; payeeId: string }[]> {
  const { rows } = await sql<{ id: string; payeeId: string }>`
    select id, payee_id as "payeeId" from payments.payee_account
    where number_index = any (${await indexesOf(tx, NUMBERS, number)}::bytea[]) or number = ${number}
    order by id`.execute(tx)
  return rows
}

const BATCH = 5000

/**
 * Seals numbers that stand in clear, and seals again those under an earlier key, batch by batch, each in one transaction:
 * stopped anywhere, it goes on where it was. Answers how many. As worker.
 */
export async function resealNumbers(worker: Database, signal?: AbortSignal): Promise<number> {
  let done = 0
  for (;;) {
    signal?.throwIfAborted()
    const batch = await transaction(worker, workerActor('sealing columns'), resealBatch)
    done += batch
    if (batch === 0) return done
  }
}

type Row = { id: string; number: string | null; sealed: Buffer | null }

async function resealBatch(tx: Transaction): Promise<number> {
  // One at a time: a second one would do the same rows again.
  const lock = await sql<{ got: boolean }>`
    select pg_try_advisory_xact_lock(hashtextextended('payments.seal_numbers', 0)) as got`.execute(tx)
  if (!lock.rows[0]!.got) return 0
  // The last byte of the key's number is enough to tell the current key from those before it.
  const current = (await currentColumnKey(tx)) % 256
  const { rows } = await sql<Row>`
    (select id, number, null::bytea as sealed from payments.payee_account where number is not null
      order by id limit ${BATCH})
    union all
    (select id, null, number_sealed from payments.payee_account
      where number_sealed is not null and get_byte(number_sealed, 4) < ${current}
      order by get_byte(number_sealed, 4), id limit ${BATCH})
    union all
    (select id, null, number_sealed from payments.payee_account
      where number_sealed is not null and get_byte(number_sealed, 4) > ${current}
      order by get_byte(number_sealed, 4), id limit ${BATCH})`.execute(tx)
  const numbers = await openNumbers(tx, rows)
  const sealed = await sealNumbers(
    tx,
    rows.map(({ id }, at) => ({ id, number: numbers[at]! })),
  )
  if (rows.length === 0) return 0
  const done = await sql<{ n: number }>`
    select payments.seal_numbers(${rows.map(row => row.id)}::uuid[], ${sealed.map(each => each!.sealed)}::bytea[],
      ${sealed.map(each => each!.index)}::bytea[]) as n`.execute(tx)
  return done.rows[0]!.n
}

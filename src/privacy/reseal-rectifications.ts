import { type RawBuilder, sql } from 'kysely'
import { type Database, type Transaction, transaction, workerActor } from '#db'
import { type ColumnRef, currentColumnKey, openColumn, sealColumn } from '#security'
import { PAPER_KEY } from './rectification-papers.ts'
import { ASKED } from './rectify.ts'

const BATCH = 5000
const COLUMNS: readonly { readonly column: ColumnRef; readonly rows: (current: number) => RawBuilder<unknown> }[] = [
  {
    column: ASKED,
    rows: current => sql`
      select id as row, asked_sealed as sealed from privacy.rectification
      where asked_sealed is not null and get_byte(asked_sealed, 4) <> ${current} order by id limit ${BATCH}`,
  },
  {
    column: PAPER_KEY,
    rows: current => sql`
      select id as row, key_sealed as sealed from privacy.rectification_paper
      where get_byte(key_sealed, 4) <> ${current} order by id limit ${BATCH}`,
  },
]

/** Seals again what requests ask for and the keys of their papers under an earlier key, batch by batch. Answers how many. As worker. */
export async function resealRectifications(worker: Database, signal?: AbortSignal): Promise<number> {
  let done = 0
  for (const { column, rows } of COLUMNS) {
    for (;;) {
      signal?.throwIfAborted()
      const batch = await transaction(worker, workerActor('sealing columns'), tx => resealBatch(tx, column, rows))
      done += batch
      if (batch === 0) break
    }
  }
  return done
}

async function resealBatch(
  tx: Transaction,
  column: ColumnRef,
  rows: (current: number) => RawBuilder<unknown>,
): Promise<number> {
  const { rows: alone } = await sql<{ got: boolean }>`
    select pg_try_advisory_xact_lock(hashtextextended('privacy.reseal_rectifications', 0)) as got`.execute(tx)
  if (!alone[0]!.got) return 0
  // The last byte of the key's number is enough to tell the current key from those before it.
  const current = (await currentColumnKey(tx)) % 256
  const { rows: found } = (await rows(current).execute(tx)) as { rows: { row: string; sealed: Buffer }[] }
  if (found.length === 0) return 0
  const texts = await openColumn(tx, column, found)
  const sealed = await sealColumn(
    tx,
    column,
    found.map(({ row }, at) => ({ row, text: texts[at]! })),
  )
  await sql`
    select privacy.reseal_rectifications(${found.map(({ row }) => row)}::uuid[], ${found.map(each => each.sealed)}::bytea[],
      ${sealed}::bytea[])`.execute(tx)
  return found.length
}

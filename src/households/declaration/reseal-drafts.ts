import { type RawBuilder, sql } from 'kysely'
import { type Database, type Transaction, transaction, workerActor } from '#db'
import { type ColumnRef, currentColumnKey, openColumn, sealColumn } from '#security'
import { TRANSFER_PAPER_KEY } from '../receiving/transfer-papers.sql.ts'
import { CONTENT } from './draft.sql.ts'
import { PAPER_KEY } from './evidence/evidence.sql.ts'

const BATCH = 1000

type Found = { readonly row: string; readonly sealed: Buffer }
type Sealing = {
  readonly column: ColumnRef
  /** Values under an earlier key. */
  readonly found: (current: number) => RawBuilder<Found>
  /** Takes the new forms, each only where the earlier one still stands. */
  readonly keep: (rows: readonly string[], earlier: readonly Buffer[], sealed: readonly Buffer[]) => RawBuilder<unknown>
}

const sealingOfPapers = (column: ColumnRef, table: string): Sealing => ({
  column,
  found: current => sql<Found>`
    select id as row, key_sealed as sealed from ${sql.table(table)}
    where get_byte(key_sealed, 4) <> ${current} order by id limit ${BATCH}`,
  keep: (rows, earlier, sealed) => sql`
    select households.reseal_papers(${rows}::uuid[], ${earlier}::bytea[], ${sealed}::bytea[])`,
})

const COLUMNS: readonly Sealing[] = [
  {
    column: CONTENT,
    found: current => sql<Found>`
      select id as row, content_sealed as sealed from households.draft
      where content_sealed is not null and get_byte(content_sealed, 4) <> ${current} order by id limit ${BATCH}
      for update skip locked`,
    keep: (rows, earlier, sealed) => sql`
      update households.draft d set content_sealed = given.value
      from unnest(${rows}::uuid[], ${earlier}::bytea[], ${sealed}::bytea[]) as given (id, before, value)
      where d.id = given.id and d.content_sealed = given.before`,
  },
  sealingOfPapers(PAPER_KEY, 'households.evidence'),
  sealingOfPapers(TRANSFER_PAPER_KEY, 'households.transfer_paper'),
]

/** Seals again what declarations in the making say, and the keys of papers, batch by batch. Answers how many. As worker. */
export async function resealDrafts(worker: Database, signal?: AbortSignal): Promise<number> {
  let done = 0
  for (const sealing of COLUMNS) {
    for (;;) {
      signal?.throwIfAborted()
      const batch = await transaction(worker, workerActor('sealing columns'), tx => resealBatch(tx, sealing))
      done += batch
      if (batch === 0) break
    }
  }
  return done
}

async function resealBatch(tx: Transaction, { column, found, keep }: Sealing): Promise<number> {
  const { rows: alone } = await sql<{ got: boolean }>`
    select pg_try_advisory_xact_lock(hashtextextended('households.reseal_drafts', 0)) as got`.execute(tx)
  if (!alone[0]!.got) return 0
  // The last byte of the key's number is enough to tell the current key from those before it.
  const { rows } = await found((await currentColumnKey(tx)) % 256).execute(tx)
  if (rows.length === 0) return 0
  const texts = await openColumn(tx, column, rows)
  const sealed = await sealColumn(
    tx,
    column,
    rows.map(({ row }, at) => ({ row, text: texts[at]! })),
  )
  await keep(
    rows.map(({ row }) => row),
    rows.map(each => each.sealed),
    sealed,
  ).execute(tx)
  return rows.length
}

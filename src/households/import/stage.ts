import { type Database, transaction, workerActor } from '#db'
import { copyGathered, HOUSEHOLD_COLUMNS, MEMBER_COLUMNS } from '../incoming.ts'
import type { TableKind } from './columns.ts'
import { REJECT_COLUMNS, type RowsGathered } from './read-rows.ts'
import type { Readers } from './readers.ts'
import type { Table, TableRow } from './table.ts'

/** A stop that was asked for: what is done stays done, and the same call goes on from there. */
export class ImportStopped extends Error {}

export type StageWatch = {
  /** Bytes of the file read so far. */
  readonly read: (bytes: number) => void
  readonly signal: AbortSignal
}

/** Rows sent at once: a few megabytes. */
const CHUNK = 5000
const actor = workerActor('import')

const INTO: Record<TableKind, { readonly table: string; readonly columns: string }> = {
  households: { table: 'households.import_household', columns: `attempt, line, ${HOUSEHOLD_COLUMNS}` },
  members: { table: 'households.import_member', columns: `attempt, ${MEMBER_COLUMNS.replace('position', 'line')}` },
}

/**
 * Reads a file into staging: rows without a mistake on one side, every mistake on the other. The rows of a household may
 * stand anywhere in the file of members.
 */
export async function stageFile(
  worker: Database,
  kind: TableKind,
  table: Table,
  readers: Readers,
  watch: StageWatch,
): Promise<void> {
  const { table: into, columns } = INTO[kind]
  const send = async ({ good, rejects }: RowsGathered) =>
    transaction(worker, actor, async tx => {
      await copyGathered(tx, into, columns, good.pieces)
      if (rejects.size > 0) await copyGathered(tx, 'households.import_reject', REJECT_COLUMNS, rejects.pieces)
    })
  // While PostgreSQL takes one chunk, the next are read: a few are in memory, never the file.
  const asked: Promise<RowsGathered>[] = []
  let sent: Promise<void> = Promise.resolve()
  const sendFirst = async () => {
    const read = await (asked.shift() as Promise<RowsGathered>)
    await sent
    if (watch.signal.aborted) throw new ImportStopped('stopped while reading')
    sent = send(read)
    sent.catch(() => {})
  }
  const ask = (rows: readonly TableRow[]) => {
    const read = readers.read({ kind, rows })
    read.catch(() => {})
    asked.push(read)
  }
  let rows: TableRow[] = []
  for await (const some of table.rows(watch.read)) {
    rows = rows.concat(some)
    if (rows.length < CHUNK) continue
    ask(rows)
    rows = []
    if (asked.length >= readers.most) await sendFirst()
  }
  if (rows.length > 0) ask(rows)
  while (asked.length > 0) await sendFirst()
  await sent
}

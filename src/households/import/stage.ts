import { type Database, type Transaction, transaction, workerActor } from '#db'
import { keysButPlace, phoneIndexer } from '#population'
import {
  copyGathered,
  copyLine,
  HOUSEHOLD_COLUMNS,
  householdLine,
  type IncomingMember,
  type KeysOf,
  Lines,
  MEMBER_COLUMNS,
  memberLine,
} from '../incoming.ts'
import type { CellStyle } from './cell.ts'
import type { Plan } from './columns.ts'
import { type RowRead, readHouseholdRow, readMemberRow } from './row.ts'
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
const REJECT_COLUMNS = 'attempt, file, line, number, source_id, household, "column", value, accepted'
const actor = workerActor('import')

/** Lines for COPY of one piece of a file. */
type Chunk = { readonly good: Lines; readonly rejects: Lines }

/** Reads the households file into staging: rows without a mistake on one side, every mistake on the other. */
export function stageHouseholds(
  worker: Database,
  attempt: number,
  table: Table,
  plan: Plan,
  style: CellStyle,
  watch: StageWatch,
): Promise<void> {
  const read = ({ number, cells }: TableRow, chunk: Chunk) => {
    const found = readHouseholdRow(plan, cells, style)
    if (found.row) chunk.good.add(`${attempt}\t${number}\t${householdLine({ ...found.row, members: [] })}`)
    else reject(chunk, attempt, 'households', number, found)
  }
  return stage(worker, table, `households.import_household`, `attempt, line, ${HOUSEHOLD_COLUMNS}`, read, watch)
}

/** The same for the members file. The rows of a household may stand anywhere in it. */
export async function stageMembers(
  worker: Database,
  attempt: number,
  table: Table,
  plan: Plan,
  style: CellStyle,
  relationFact: string | undefined,
  watch: StageWatch,
): Promise<void> {
  const keysOf = await transaction(worker, actor, memberKeys)
  const read = ({ number, cells }: TableRow, chunk: Chunk) => {
    const found = readMemberRow(plan, cells, style)
    if (!found.row) return reject(chunk, attempt, 'members', number, found)
    const { household, member } = found.row
    chunk.good.add(`${attempt}\t${memberLine(household, number, member, relationFact, keysOf)}`)
  }
  const columns = `attempt, ${MEMBER_COLUMNS.replace('position', 'line')}`
  return stage(worker, table, 'households.import_member', columns, read, watch)
}

/** How the keys of a member are made: telephones count by what the register holds of them, which needs a key. */
async function memberKeys(tx: Transaction): Promise<KeysOf> {
  const indexOf = await phoneIndexer(tx)
  return ({ givenName, familyName, givenNameAr, familyNameAr, phone, facts }: IncomingMember) => {
    const birthDate = typeof facts.birth_date === 'string' ? facts.birth_date : null
    return keysButPlace({
      givenName: givenName ?? null,
      familyName: familyName ?? null,
      givenNameAr: givenNameAr ?? null,
      familyNameAr: familyNameAr ?? null,
      sex: null,
      birthDate,
      birthPrecision: birthDate === null ? null : 'day',
      phoneIndex: phone === undefined ? null : indexOf(phone),
    })
  }
}

function reject(chunk: Chunk, attempt: number, file: string, row: number, found: RowRead<unknown>): void {
  found.refusals.forEach(({ column, value, accepted }, i) => {
    const cells = [attempt, file, row, i, found.sourceId, found.household, column, value, accepted]
    chunk.rejects.add(copyLine(cells.map(String)))
  })
}

async function stage(
  worker: Database,
  table: Table,
  into: string,
  columns: string,
  read: (row: TableRow, chunk: Chunk) => void,
  watch: StageWatch,
): Promise<void> {
  const send = ({ good, rejects }: Chunk) =>
    transaction(worker, actor, async tx => {
      await copyGathered(tx, into, columns, good)
      if (rejects.size > 0) await copyGathered(tx, 'households.import_reject', REJECT_COLUMNS, rejects)
    })
  // While PostgreSQL takes one chunk, the next is read: two at most are in memory.
  let sent: Promise<void> = Promise.resolve()
  let chunk: Chunk = { good: new Lines(), rejects: new Lines() }
  for await (const rows of table.rows(watch.read)) {
    for (const row of rows) read(row, chunk)
    if (chunk.good.size + chunk.rejects.size < CHUNK) continue
    await sent
    if (watch.signal.aborted) throw new ImportStopped('stopped while reading')
    sent = send(chunk)
    sent.catch(() => {})
    chunk = { good: new Lines(), rejects: new Lines() }
  }
  await sent
  await send(chunk)
}

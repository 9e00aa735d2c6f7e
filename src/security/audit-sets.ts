// Sets read again: an act on many rows left their count and hash in its record; the tables concerned must still say the same.
import { createHash } from 'node:crypto'
import { type RawBuilder, sql } from 'kysely'
import { type Database, type Transaction, transaction, workerActor } from '#db'

/** A record of an act on many rows, as the module that wrote it needs it to find the rows again. */
export type SetRecord = {
  readonly position: bigint
  readonly at: Date
  readonly by: string
  readonly action: string
  readonly subjectKind: string
  readonly subjectId: string | null
  readonly purpose: string
  readonly detail: Readonly<Record<string, unknown>>
  /** Null where the act had one subject, and its detail holds the hash. */
  readonly count: bigint | null
  readonly digest: string | null
}

export type SetState = { readonly count: bigint; readonly digest: string }

/**
 * How the rows of one kind of set are read again. `compare` answers what was recorded and what the tables say now, or
 * undefined for a record of an earlier form that does not say which rows it was.
 */
export type AuditedSetSource = {
  readonly action: string
  compare(
    tx: Transaction,
    record: SetRecord,
  ): Promise<{ readonly recorded: SetState; readonly now: SetState } | undefined>
}

/** A set whose rows are not those that were recorded: named by its record, with what differs. */
export type SetFinding = SetRecord & { readonly recorded: SetState; readonly now: SetState }

export type SetVerification = {
  readonly sets: number
  /** The first hundred, in the order of the records. */
  readonly findings: readonly SetFinding[]
  readonly more: boolean
  /** Records that no source can read again, by action. */
  readonly unread: ReadonlyMap<string, number>
}

const RECORDS_A_PAGE = 500
const MOST_FINDINGS = 100
/** Up to so many rows are hashed in one query; beyond, they are streamed in order. */
const ROWS_A_QUERY = 100_000n

/**
 * Reads again every set in the audit, as the worker's role, in pieces. Whoever has every right on the database can alter
 * rows past the triggers, but not the sealed record of them.
 */
export async function verifySets(
  worker: Database,
  sources: readonly AuditedSetSource[],
  options: { readonly onProgress?: (sets: number) => void } = {},
): Promise<SetVerification> {
  const byAction = new Map([...sources, ...listSources].map(source => [source.action, source]))
  const findings: SetFinding[] = []
  const unread = new Map<string, number>()
  let sets = 0
  let last: bigint | undefined
  for (;;) {
    const page = await reading(worker, tx => setRecords(tx, [...byAction.keys()], last))
    for (const record of page) {
      const source = byAction.get(record.action)
      const found = source && (await reading(worker, tx => source.compare(tx, record)))
      if (!found) unread.set(record.action, (unread.get(record.action) ?? 0) + 1)
      else if (!same(found.recorded, found.now) && findings.length <= MOST_FINDINGS)
        findings.push({ ...record, ...found })
      sets += 1
    }
    options.onProgress?.(sets)
    if (page.length < RECORDS_A_PAGE) break
    last = page.at(-1)?.position
  }
  return { sets, findings: findings.slice(0, MOST_FINDINGS), more: findings.length > MOST_FINDINGS, unread }
}

const same = (one: SetState, other: SetState) => one.count === other.count && one.digest === other.digest

function reading<Value>(worker: Database, work: (tx: Transaction) => Promise<Value>): Promise<Value> {
  return transaction(worker, workerActor('audit verify'), work, { readOnly: true, isolation: 'repeatable read' })
}

async function setRecords(
  tx: Transaction,
  actions: readonly string[],
  after: bigint | undefined,
): Promise<SetRecord[]> {
  const { rows } = await sql<SetRecord>`
    select position, recorded_at as at, actor_name as by, action, subject_kind as "subjectKind", subject_id as "subjectId",
      purpose, detail, row_count as count, encode(row_digest, 'hex') as digest
    from security.audit_record
    where position > ${after ?? -(2n ** 62n)} and (row_count is not null or action = any (${actions}::text[]))
    order by position limit ${RECORDS_A_PAGE}`.execute(tx)
  return rows
}

/**
 * The usual comparison: the query of lines that `appendAuditOfRows` was given, asked again. Many lines are sorted by the
 * database and hashed as they come, in bounded memory.
 */
export async function compareLines(
  tx: Transaction,
  record: SetRecord,
  lines: RawBuilder<unknown>,
): Promise<{ readonly recorded: SetState; readonly now: SetState } | undefined> {
  const { count, digest } = record
  if (count === null || digest === null) return undefined
  const recorded = { count, digest }
  return { recorded, now: count > ROWS_A_QUERY ? await streamed(tx, lines) : await aggregated(tx, lines, count) }
}

// Rows past the number recorded change the count, whatever they say: one more is enough.
async function aggregated(tx: Transaction, lines: RawBuilder<unknown>, count: bigint): Promise<SetState> {
  const { rows } = await sql<SetState>`
    select count(*) as count,
      encode(sha256(convert_to(coalesce(string_agg(line, E'\n' order by line collate "C"), ''), 'UTF8')), 'hex') as digest
    from (select line from (${lines}) as touched (line) limit ${count + 1n}) as touched`.execute(tx)
  return rows[0]!
}

async function streamed(tx: Transaction, lines: RawBuilder<unknown>): Promise<SetState> {
  const hash = createHash('sha256')
  let count = 0n
  await sql`declare lines no scroll cursor for
    select line from (${lines}) as touched (line) order by line collate "C"`.execute(tx)
  for (;;) {
    const { rows } = await sql<{ line: string }>`fetch 10000 from lines`.execute(tx)
    if (rows.length === 0) break
    hash.update(`${count === 0n ? '' : '\n'}${rows.map(row => row.line).join('\n')}`)
    count += BigInt(rows.length)
  }
  await sql`close lines`.execute(tx)
  return { count, digest: hash.digest('hex') }
}

/** Lists that a person was shown keep their members: these are the rows. */
const listSources: readonly AuditedSetSource[] = [
  'household.list',
  'household.export',
  'payment_instruction.list',
  'payment_instruction.export',
].map(action => ({
  action,
  compare: (tx, record) =>
    compareLines(
      tx,
      record,
      sql`select member::text from security.audit_set_member cross join unnest(members) as member
        where position = ${record.position} and subject_kind = ${record.subjectKind}`,
    ),
}))

// Verification of the audit: every record against its seal, every seal against the one before, all against a checkpoint.
import { sql } from 'kysely'
import { type Database, type Transaction, transaction, workerActor } from '#db'
import type { Checkpoint } from './audit-checkpoint.ts'
import { type AuditFinding, decideLink, FIRST_LINK, findingsOfRecords, type Link, type Seal } from './audit-finding.ts'

export type AuditVerification = {
  readonly seals: number
  readonly records: number
  /** Hash of the last seal, hexadecimal; undefined for an empty chain. */
  readonly hash: string | undefined
  /** Records that wait for their seal, and since when the first of them does: more than seconds means that no worker runs. */
  readonly waiting: { readonly records: number; readonly since: Date | undefined }
  /** In the order of the chain; the first thousand. */
  readonly findings: readonly AuditFinding[]
  /** True when there is more wrong than `findings` holds. */
  readonly more: boolean
}

export type VerifyOptions = {
  /** Already checked for its signature. */
  readonly checkpoint?: Checkpoint | undefined
  /** Queries at once. Default 2. */
  readonly lanes?: number
  readonly onProgress?: (records: number, total: number) => void
}

const MOST_FINDINGS = 1000
const SEALS_A_PAGE = 10_000
const RECORDS_A_QUERY = 25_000

// The canonical texts are written out here and not called in the database: whoever rewrites the audit there could rewrite
// the functions as well. A test holds them equal to security.audit_content and security.audit_seal_header. The text of an
// array made as json is that of one made as jsonb, a quarter sooner.
const instant = (column: string) => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`
const CONTENT =
  sql.raw(`json_build_array(r.position, ${instant('r.recorded_at')}, r.actor, r.actor_name, r.action, r.subject_kind,
  r.subject_id, r.territory, r.purpose, r.detail, r.row_count, encode(r.row_digest, 'hex'))::text`)
const COMPUTED = sql`sha256(convert_to(${CONTENT}, 'UTF8'))`
const HEADER = sql.raw(`concat_ws(E'\\n', s.number, ${instant('s.sealed_at')}, s.record_count, s.total, s.positions)`)
const SIZE_FITS = sql.raw(`(octet_length(s.digests) = 32 * s.record_count
  and s.record_count = (select sum(upper(run) - lower(run)) from unnest(s.positions) as run))`)
const HELD = sql.raw(`security.audit_record r on r.position >= coalesce(lower(run), -9223372036854775808)
  and r.position < coalesce(upper(run), 9223372036854775807)`)

/** Reads the whole audit as the worker's role, and changes nothing. */
export async function verifyAudit(worker: Database, options: VerifyOptions = {}): Promise<AuditVerification> {
  const findings: AuditFinding[] = []
  const total = await reading(worker, lastTotal)
  let previous: Link = FIRST_LINK
  let records = 0
  let seals = 0
  for (;;) {
    const page = await reading(worker, tx => sealsAfter(tx, previous.number))
    for (const seal of page) {
      findings.push(...decideLink(previous, seal, options.checkpoint))
      previous = seal
    }
    const bad = await inLanes(rangesOf(page), options.lanes ?? 2, async range => {
      const numbers = await reading(worker, tx => sealsNotHeld(tx, range))
      records += range.records
      options.onProgress?.(records, Math.max(total, records))
      return numbers
    })
    for (const number of bad.flat()) {
      if (findings.length > MOST_FINDINGS) break
      findings.push(...findingsOfRecords(await reading(worker, tx => recordsNotHeld(tx, number))))
    }
    seals += page.length
    if (page.length < SEALS_A_PAGE) break
  }
  if (options.checkpoint && previous.number < options.checkpoint.seal) {
    findings.push({ kind: 'checkpoint_beyond_chain', seal: options.checkpoint.seal, last: previous.number })
  }
  findings.push(...(await reading(worker, recordsOutside)))
  return {
    seals,
    records,
    hash: previous.number === 0n ? undefined : previous.hash,
    waiting: await reading(worker, waiting),
    findings: inOrder(findings).slice(0, MOST_FINDINGS),
    more: findings.length > MOST_FINDINGS,
  }
}

type Range = { readonly first: bigint; readonly last: bigint; readonly records: number }

function rangesOf(page: readonly Seal[]): Range[] {
  const ranges: Range[] = []
  for (const { number, records } of page) {
    const range = ranges.at(-1)
    if (range && range.records + records <= RECORDS_A_QUERY) {
      ranges[ranges.length - 1] = { ...range, last: number, records: range.records + records }
    } else ranges.push({ first: number, last: number, records })
  }
  return ranges
}

async function inLanes<Item, Value>(
  items: readonly Item[],
  lanes: number,
  work: (item: Item) => Promise<Value>,
): Promise<Value[]> {
  const values: Value[] = []
  const queue = items.entries()
  const lane = async () => {
    for (const [index, item] of queue) values[index] = await work(item)
  }
  await Promise.all(Array.from({ length: lanes }, lane))
  return values
}

// Names resolve in the system's catalogue alone, and runs of positions are looked up by the key: their number is not what
// the planner would guess.
function reading<Value>(worker: Database, work: (tx: Transaction) => Promise<Value>): Promise<Value> {
  return transaction(
    worker,
    workerActor('audit verify'),
    async tx => {
      await sql`select set_config('search_path', 'pg_catalog', true), set_config('enable_seqscan', 'off', true),
        set_config('enable_bitmapscan', 'off', true), set_config('jit', 'off', true)`.execute(tx)
      return work(tx)
    },
    { readOnly: true },
  )
}

async function lastTotal(tx: Transaction): Promise<number> {
  const { rows } = await sql<{ total: bigint }>`
    select total from security.audit_seal order by number desc limit 1`.execute(tx)
  return Number(rows[0]?.total ?? 0n)
}

async function sealsAfter(tx: Transaction, number: bigint): Promise<Seal[]> {
  const { rows } = await sql<Seal>`
    select s.number, s.sealed_at as "sealedAt", s.record_count as records, s.total, encode(s.previous, 'hex') as previous,
      encode(s.hash, 'hex') as hash, s.positions::text as positions,
      coalesce(${SIZE_FITS} and s.hash = sha256(s.previous || convert_to(${HEADER}, 'UTF8') || s.digests), false) as whole
    from security.audit_seal s where s.number > ${number} order by s.number limit ${SEALS_A_PAGE}`.execute(tx)
  return rows
}

// What the records say now and what they carry, against what was sealed: equal for all but the seals answered. A seal at a
// time: memory for one, and no sort over many.
async function sealsNotHeld(tx: Transaction, { first, last }: Range): Promise<bigint[]> {
  const { rows } = await sql<{ number: bigint }>`
    select s.number from security.audit_seal s cross join lateral (
      select bool_and(r.digest = ${COMPUTED}) as true_to_digest,
        string_agg(r.digest, ''::bytea order by r.position) as carried
      from unnest(s.positions) as run join ${HELD}) as held
    where s.number between ${first} and ${last}
      and (held.true_to_digest is not true or held.carried is distinct from s.digests)
    order by s.number`.execute(tx)
  return rows.map(row => row.number)
}

async function recordsNotHeld(tx: Transaction, number: bigint) {
  const { rows } = await sql<Parameters<typeof findingsOfRecords>[0][number]>`
    with sealed as (
      select s.number, s.sealed_at, p.position,
        substring(s.digests from (row_number() over (order by p.position) * 32 - 31)::int for 32) as digest
      from security.audit_seal s cross join lateral unnest(s.positions) as run
        cross join lateral generate_series(lower(run), upper(run) - 1) as p (position)
      where s.number = ${number} and ${SIZE_FITS})
    select sealed.number as seal, sealed.sealed_at as "sealedAt", sealed.position, encode(sealed.digest, 'hex') as sealed,
      encode(r.digest, 'hex') as carried, r.recorded_at as at, r.actor_name as by, r.action,
      r.subject_kind as "subjectKind", r.subject_id as "subjectId"
    from sealed left join security.audit_record r using (position)
    where sealed.digest is distinct from r.digest or sealed.digest is distinct from ${COMPUTED}
    order by sealed.position limit ${MOST_FINDINGS + 1}`.execute(tx)
  return rows
}

// Records that no seal names and that do not wait for one were written past the trigger.
async function recordsOutside(tx: Transaction): Promise<AuditFinding[]> {
  const { rows } = await sql<AuditFinding & { kind: 'record_inserted' }>`
    select 'record_inserted' as kind, r.position, r.recorded_at as at, r.actor_name as by, r.action,
      r.subject_kind as "subjectKind", r.subject_id as "subjectId"
    from unnest('{(,)}'::int8multirange - coalesce((select range_agg(positions) from security.audit_seal), '{}')) as run
      join ${HELD}
    where not exists (select from security.audit_pending p where p.position = r.position and p.digest = r.digest)
    order by r.position limit ${MOST_FINDINGS + 1}`.execute(tx)
  return rows
}

async function waiting(tx: Transaction): Promise<AuditVerification['waiting']> {
  const { rows } = await sql<{ records: number; since: Date | null }>`
    select count(*)::int as records, min(r.recorded_at) as since
    from security.audit_pending p left join security.audit_record r using (position)`.execute(tx)
  return { records: rows[0]!.records, since: rows[0]!.since ?? undefined }
}

// A record whose digest is the one sealed for another place was moved from there.
function inOrder(findings: readonly AuditFinding[]): AuditFinding[] {
  const places = new Map(
    findings.flatMap(one => (one.kind === 'record_altered' ? [[one.sealed, one.position] as const] : [])),
  )
  return findings.map(one => {
    const from = one.kind === 'record_altered' ? places.get(one.carried) : undefined
    return one.kind !== 'record_altered' || from === undefined || from === one.position
      ? one
      : { ...one, kind: 'record_moved', from }
  })
}

import { type RawBuilder, sql } from 'kysely'
import type { Transaction } from '#db'
import type { SnapshotBatch } from '#households'
import type { DateText, Id, Month } from '#kernel'

export type RunId = Id<'DeterminationRun'>

export type RunState = 'running' | 'finished' | 'cancelled'

export type RunRow = {
  readonly id: RunId
  readonly country: string
  readonly pack: string
  readonly packVersion: string
  readonly month: Month
  /** Place in the chain of the pack's runs. */
  readonly sequence: number
  readonly currency: string | null
  /** It decides households that are not of this register: nobody is owed anything. */
  readonly trial: boolean
  /** Name and hash of the snapshot decided on; null for runs older than snapshots. */
  readonly snapshot: string | null
  readonly snapshotHash: string | null
  /** Instant in ISO 8601, exact to the microsecond: what the register knew then is what is decided. */
  readonly asOf: string | null
  readonly effectiveOn: DateText | null
  /** Households of the snapshot. */
  readonly households: number
  readonly householdsDone: number
  readonly askedBy: string
  readonly askedAt: string
  readonly finishedAt: string | null
  readonly cancelledAt: string | null
  readonly cancelledBy: string | null
  readonly resultHash: string | null
  readonly rangesDone: number
  readonly rangesTotal: number
}

export function stateOf(run: Pick<RunRow, 'finishedAt' | 'cancelledAt'>): RunState {
  return run.finishedAt !== null ? 'finished' : run.cancelledAt !== null ? 'cancelled' : 'running'
}

const instant = (column: string) => sql`to_char(${sql.ref(column)} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`

const runColumns = sql`
  run.id, run.country, run.pack, run.pack_version as "packVersion", run.month, run.sequence, run.currency, run.trial, run.snapshot,
  run.snapshot_hash as "snapshotHash", ${instant('run.as_of')} as "asOf", run.effective_on as "effectiveOn",
  run.households, run.asked_by as "askedBy", ${instant('run.asked_at')} as "askedAt",
  ${instant('run.finished_at')} as "finishedAt", ${instant('run.cancelled_at')} as "cancelledAt",
  run.cancelled_by as "cancelledBy", run.result_hash as "resultHash", done.households as "householdsDone",
  done.ranges as "rangesDone", done.of as "rangesTotal"`

const runs = sql`programmes.determination_run as run cross join lateral (
    select coalesce(sum(households), 0)::int as households, count(decided_at)::int as ranges, count(*)::int as of
    from programmes.determination_range where run_id = run.id
  ) as done`

export async function findRun(tx: Transaction, runId: RunId): Promise<RunRow | undefined> {
  const { rows } = await sql<RunRow>`select ${runColumns} from ${runs} where run.id = ${runId}`.execute(tx)
  return rows[0]
}

/** Runs of the register, latest asked first; of one pack, and those that come after a run in that order, where it is said. */
export async function listRuns(
  tx: Transaction,
  country: string,
  limit: number,
  { pack, after }: { readonly pack?: string | undefined; readonly after?: RunId | undefined } = {},
): Promise<RunRow[]> {
  const { rows } = await sql<RunRow>`
    select ${runColumns} from ${runs}
    where not run.trial and run.country = ${country} and ${pack === undefined ? sql`true` : sql`run.pack = ${pack}`}
      and ${
        after === undefined
          ? sql`true`
          : sql`(run.asked_at, run.id) < (select asked_at, id from programmes.determination_run where id = ${after})`
      }
    order by run.asked_at desc, run.id desc
    limit ${limit}`.execute(tx)
  return rows
}

/** The latest finished run of a pack for a month. */
export async function latestRun(
  tx: Transaction,
  asked: { readonly country: string; readonly pack: string; readonly month: Month },
): Promise<RunRow | undefined> {
  const { rows } = await sql<RunRow>`
    select ${runColumns} from ${runs}
    where not run.trial and run.country = ${asked.country} and run.pack = ${asked.pack} and run.month = ${asked.month}
      and run.finished_at is not null
    order by run.sequence desc
    limit 1`.execute(tx)
  return rows[0]
}

/** Where the chain of a pack's trials begins: far from that of the runs of the register, which does not see them. */
export const TRIALS_FROM = 1_000_000_000
export const chainFrom = (sequence: number) => (sequence >= TRIALS_FROM ? TRIALS_FROM : 1)

/** The run of a pack that is neither finished nor cancelled: there is one at most, and one trial. */
export async function openRunOf(tx: Transaction, pack: string, trial = false): Promise<RunRow | undefined> {
  const { rows } = await sql<RunRow>`
    select ${runColumns} from ${runs}
    where run.pack = ${pack} and run.trial = ${trial} and run.finished_at is null and run.cancelled_at is null`.execute(
    tx,
  )
  return rows[0]
}

/** The finished run that a run goes on from. */
export async function runBefore(
  tx: Transaction,
  run: Pick<RunRow, 'pack' | 'sequence'>,
): Promise<{ readonly id: RunId; readonly households: number } | undefined> {
  const { rows } = await sql<{ id: RunId; households: number }>`
    select id, households from programmes.determination_run
    where pack = ${run.pack} and sequence < ${run.sequence} and sequence >= ${chainFrom(run.sequence)} and finished_at is not null
    order by sequence desc limit 1`.execute(tx)
  return rows[0]
}

/** Whether a row belongs to the chain of a pack up to a place in it: rows of runs that were cancelled do not. */
export function inChain(alias: string, { pack, sequence }: Pick<RunRow, 'pack' | 'sequence'>): RawBuilder<boolean> {
  const row = (column: string) => sql.ref(`${alias}.${column}`)
  return sql`${row('pack')} = ${pack} and ${row('sequence')} <= ${sequence} and ${row('sequence')} >= ${chainFrom(sequence)} and ${row('sequence')} <> all (array(
    select sequence from programmes.determination_run where pack = ${pack} and cancelled_at is not null))`
}

export type Range = SnapshotBatch & { readonly number: number }

/**
 * Takes a waiting range for this transaction, of the file at hand if there is one left; undefined where none waits or the
 * run was given up. A range that another process holds is passed over.
 */
export async function takeRange(tx: Transaction, runId: RunId, paths: readonly string[]): Promise<Range | undefined> {
  const { rows } = await sql<Range>`
    select range.number, range.path, range.batch
    from programmes.determination_range as range
    where range.run_id = ${runId} and range.decided_at is null and range.path is not null
      and exists (select from programmes.determination_run where id = ${runId} and cancelled_at is null and finished_at is null)
    order by array_position(${paths}::text[], range.path) nulls last, range.number
    limit 1
    for update skip locked`.execute(tx)
  return rows[0]
}

/** The ranges of a run that read the snapshot, in order, with the hash of each. */
export async function rangesOf(tx: Transaction, runId: RunId): Promise<(Range & { readonly hash: string | null })[]> {
  const { rows } = await sql<Range & { hash: string | null }>`
    select number, path, batch, result_hash as hash from programmes.determination_range
    where run_id = ${runId} and path is not null order by number`.execute(tx)
  return rows
}

/** Households that a run decided a second, in the last minute, by the database's clock; null where it decided none. */
export async function runPace(tx: Transaction, runId: RunId): Promise<number | null> {
  const { rows } = await sql<{ pace: number | null }>`
    select (sum(households) / nullif(extract(epoch from now() - min(decided_at)), 0))::float8 as pace
    from programmes.determination_range
    where run_id = ${runId} and decided_at > now() - interval '1 minute'`.execute(tx)
  return rows[0]?.pace ?? null
}

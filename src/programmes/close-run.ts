import { pipeline } from 'node:stream/promises'
import { sql } from 'kysely'
import { from as copyFrom } from 'pg-copy-streams'
import { BinaryCopyRows, clientOf, type Transaction } from '#db'
import { batchesOf, type Snapshot, UUID_BYTES } from '#households'
import { type RunWork, SnapshotUnreadable, writeRange } from './decide-range.ts'
import { idsAt } from './decided-batch.ts'
import { statesAt } from './determination.sql.ts'
import { type DeterminationRow, differenceOf, goneOf } from './determination.ts'
import { insertTotals } from './figures.sql.ts'
import { findRun, type RunRow, stateOf } from './run.sql.ts'
import { placesIn } from './shock/shock-run.ts'
import { hashRanges } from './state.ts'
import { Totals } from './totals.ts'

/**
 * Ends a run whose ranges are all written: closes the households that are no longer in the snapshot, and hashes the list.
 * Whoever comes second finds it ended. Answers the run as it then stands.
 */
export async function closeRun(tx: Transaction, work: RunWork, snapshot: Snapshot): Promise<RunRow> {
  const id = work.run.id
  await sql`select id from programmes.determination_run where id = ${id} for update`.execute(tx)
  const run = (await findRun(tx, id)) as RunRow
  if (stateOf(run) !== 'running' || run.rangesDone < run.rangesTotal) return run
  const { rows } = await sql<{ hashes: string[]; standing: number }>`
    select array_agg(result_hash order by number) as hashes, coalesce(sum(standing), 0)::int as standing
    from programmes.determination_range where run_id = ${id}`.execute(tx)
  const { hashes, standing } = rows[0] as { hashes: string[]; standing: number }
  if (work.before !== undefined && standing < work.before.households) await closeGone(tx, work, snapshot)
  await sql`
    update programmes.determination_run set finished_at = now(), result_hash = ${hashRanges(hashes)}
    where id = ${id}`.execute(tx)
  return (await findRun(tx, id)) as RunRow
}

/** A last range, of no file: households that had a state and are not in the snapshot. */
async function closeGone(tx: Transaction, work: RunWork, snapshot: Snapshot): Promise<void> {
  const { run } = work
  const rows = await goneRows(tx, work, snapshot)
  const number = run.rangesTotal
  const hash = await writeRange(tx, work, number, rows)
  const totals = new Totals()
  for (const row of rows) totals.written(row)
  await insertTotals(tx, run.id, number, totals.all())
  await sql`
    insert into programmes.determination_range
      (run_id, number, decided_at, households, written, written_hash, standing)
    values (${run.id}, ${number}, now(), 0, ${rows.length}, ${hash}, 0)`.execute(tx)
}

async function goneRows(tx: Transaction, work: RunWork, snapshot: Snapshot): Promise<DeterminationRow[]> {
  const { run } = work
  await clientOf(tx).query('create temp table present_household (id uuid) on commit drop')
  const stream = clientOf(tx).query(copyFrom('copy pg_temp.present_household from stdin (format binary)'))
  await pipeline(presentIn(work, snapshot), stream)
  await sql`analyze pg_temp.present_household`.execute(tx)
  const states = statesAt({ pack: run.pack, sequence: run.sequence - 1 })
  const { rows: found } = await sql<Awaited<ReturnType<typeof states.execute>>['rows'][number]>`
    select * from (${states}) as state
    where outcome <> 'gone' and not exists (select from pg_temp.present_household where id = state."householdId")
    order by "householdId"`.execute(tx)
  return found.map(({ runId: _, ...last }) => {
    const before = { outcome: last.outcome, amountMinor: last.amountMinor, refusals: last.refusals }
    const now = goneOf(last)
    return { ...now, difference: differenceOf(now, before, false), before }
  })
}

/** Ids of the households of a snapshot that a run is about, as pieces of a binary COPY. */
function* presentIn({ reader, scope }: RunWork, snapshot: Snapshot): Iterable<Buffer> {
  let begun = false
  for (const batch of batchesOf(snapshot)) {
    const read = reader.read(batch)
    if (!read.ok) throw new SnapshotUnreadable(read.refusal)
    const piece = new BinaryCopyRows(begun)
    const households =
      scope === null ? read.value.households : idsAt(read.value.households, placesIn(scope, read.value))
    for (let at = 0; at < households.length; at += UUID_BYTES) {
      piece.row(1)
      piece.bytes(households.subarray(at, at + UUID_BYTES))
    }
    begun = true
    yield piece.soFar()
  }
  yield new BinaryCopyRows(begun).end()
}

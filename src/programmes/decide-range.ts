import { sql } from 'kysely'
import type { Country } from '#countries'
import type { Transaction } from '#db'
import { BatchReader, recordScores, type Snapshot, type SnapshotRefusal } from '#households'
import { type CompiledPack, compilePack, factsRead, type Pack } from '#rules'
import { appendAuditOfSet } from '#security'
import { DecidedBatch } from './decided-batch.ts'
import { differing } from './determination.sql.ts'
import { type Before, type DeterminationRow, differenceOf } from './determination.ts'
import { insertTotals } from './figures.sql.ts'
import type { Range, RunId, RunRow } from './run.sql.ts'
import { placesIn, type RunScope } from './shock/shock-run.ts'
import { hashRows } from './state.ts'
import { Totals } from './totals.ts'
import { writeRows } from './write-rows.ts'

/** What deciding the ranges of a run takes, in one process. */
export type RunWork = {
  readonly run: RunRow
  readonly country: Country
  readonly pack: Pack
  readonly compiled: CompiledPack
  readonly reader: BatchReader
  /** Files of the snapshot. */
  readonly paths: readonly string[]
  /** The run that this one goes on from; undefined for the first of a pack. */
  readonly before: { readonly id: RunId; readonly households: number } | undefined
  /** Whom it is about, for the pack of a shock; null: every household of the snapshot. */
  readonly scope: RunScope | null
}

/** A file of the snapshot is not what was written: nothing can be decided on it. */
export class SnapshotUnreadable extends Error {
  readonly refusal: SnapshotRefusal
  constructor(refusal: SnapshotRefusal) {
    super(refusal.code)
    this.refusal = refusal
  }
}

export function workOf(
  country: Country,
  snapshot: Snapshot,
  run: RunRow,
  { before, scope }: Pick<RunWork, 'before' | 'scope'>,
): RunWork {
  const pack = country.book.packs.get(run.pack) as Pack
  const facts = factsRead(country.book, pack)
  const reader = new BatchReader(snapshot, country, { facts, month: run.month })
  const paths = snapshot.manifest.files.map(({ path }) => path)
  return { run, country, pack, compiled: compilePack(country.book, pack.id, run.month), reader, paths, before, scope }
}

/** Decides the households of a range and writes those for whom something is new, with the totals of all. */
export async function decideRange(tx: Transaction, work: RunWork, range: Range): Promise<void> {
  const { run } = work
  const decided = decidedIn(work, range)
  const changed = work.before === undefined ? null : await differing(tx, run, decided.ids, decided.digests)
  const rows = rowsOf(decided, changed)
  const standing = changed === null ? 0 : decided.households - changed.filter(({ before }) => !stands(before)).length
  const hash = await writeRange(tx, work, range.number, rows)
  const totals = new Totals()
  decided.count(totals)
  for (const row of rows) totals.written(row)
  await insertTotals(tx, run.id, range.number, totals.all())
  await sql`
    update programmes.determination_range
    set decided_at = now(), households = ${decided.households}, result_hash = ${decided.hash}, written = ${rows.length},
      written_hash = ${hash}, standing = ${standing}
    where run_id = ${run.id} and number = ${range.number}`.execute(tx)
}

const stands = (before: Before | null) => before !== null && before.outcome !== 'gone'

/** Writes rows with what the audit and the register keep of them; answers their hash. */
export async function writeRange(
  tx: Transaction,
  { run, pack }: Pick<RunWork, 'run' | 'pack'>,
  number: number,
  rows: readonly DeterminationRow[],
): Promise<string> {
  const digest = hashRows(rows)
  await writeRows(tx, run, number, rows)
  await appendAuditOfSet(tx, {
    action: 'determination.decide',
    subject: { kind: 'household' },
    purpose: 'determination: run of a month',
    detail: { run: run.id, pack: run.pack, month: run.month, range: number },
    set: { count: rows.length, digest },
  })
  if (pack.score === null || run.trial) return digest
  // A score pack's result belongs to the household: its history is kept with the register.
  const scores = rows.flatMap(({ householdId: household, declarationId: declaration, scores }) => {
    const value = scores[pack.id]
    return value === null || value === undefined ? [] : [{ household, declaration, value }]
  })
  await recordScores(tx, { pack: pack.id, version: run.packVersion, month: run.month }, scores)
  return digest
}

/** What the pack decides for the households of a range, in the order of the file. */
export function decidedIn(
  { reader, compiled, scope }: Pick<RunWork, 'reader' | 'compiled' | 'scope'>,
  range: Pick<Range, 'path' | 'batch'>,
): DecidedBatch {
  const read = reader.read(range)
  if (!read.ok) throw new SnapshotUnreadable(read.refusal)
  const only = scope === null ? null : placesIn(scope, read.value)
  return new DecidedBatch(read.value, compiled.run(read.value.columns, { detail: true }), only)
}

/** The rows to write, in order of household id. `changed`: null where nothing was decided before. */
function rowsOf(
  decided: DecidedBatch,
  changed: readonly { readonly place: number; readonly before: Before | null }[] | null,
): DeterminationRow[] {
  const rows =
    changed === null
      ? Array.from({ length: decided.households }, (_, place) => ({
          ...decided.at(place),
          difference: 'first' as const,
          before: null,
        }))
      : changed.map(({ place, before }) => {
          const now = decided.at(place)
          return { ...now, difference: differenceOf(now, before, false), before }
        })
  return rows.sort((one, other) => (one.householdId < other.householdId ? -1 : 1))
}

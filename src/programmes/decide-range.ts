import { sql } from 'kysely'
import type { Country } from '#countries'
import type { Transaction } from '#db'
import {
  BatchReader,
  recordScores,
  type Snapshot,
  type SnapshotRefusal,
  type SnapshotRows,
  UUID_BYTES,
  uuidAt,
} from '#households'
import type { Id } from '#kernel'
import { type CompiledPack, compilePack, factsRead, type Pack } from '#rules'
import { appendAuditOfSet } from '#security'
import { differing } from './determination.sql.ts'
import {
  type Before,
  type Determination,
  type DeterminationRow,
  determinationOf,
  differenceOf,
} from './determination.ts'
import { insertTotals } from './figures.sql.ts'
import type { Range, RunId, RunRow } from './run.sql.ts'
import { digestOf, hashRows, StateBytes, sha256 } from './state.ts'
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
}

/** A file of the snapshot is not what was written: nothing can be decided on it. */
export class SnapshotUnreadable extends Error {
  readonly refusal: SnapshotRefusal
  constructor(refusal: SnapshotRefusal) {
    super(refusal.code)
    this.refusal = refusal
  }
}

export function workOf(country: Country, snapshot: Snapshot, run: RunRow, before: RunWork['before']): RunWork {
  const pack = country.book.packs.get(run.pack) as Pack
  const facts = factsRead(country.book, pack)
  const reader = new BatchReader(snapshot, country, { facts, month: run.month })
  const paths = snapshot.manifest.files.map(({ path }) => path)
  return { run, country, pack, compiled: compilePack(country.book, pack.id, run.month), reader, paths, before }
}

/** Decides the households of a range and writes those for whom something is new, with the totals of all. */
export async function decideRange(tx: Transaction, work: RunWork, range: Range): Promise<void> {
  const { run } = work
  const { determinations, states } = decidedIn(work, range)
  const changed = work.before === undefined ? null : await differing(tx, run, states.ids, states.digests)
  const rows = rowsOf(determinations, changed)
  const standing = changed === null ? 0 : determinations.length - changed.filter(({ before }) => !stands(before)).length
  const hash = await writeRange(tx, work, range.number, rows)
  const totals = new Totals()
  for (const each of determinations) totals.decided(each)
  for (const row of rows) totals.written(row)
  await insertTotals(tx, run.id, range.number, totals.all())
  await sql`
    update programmes.determination_range
    set decided_at = now(), households = ${determinations.length}, result_hash = ${states.hash}, written = ${rows.length},
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
  if (pack.score === null) return digest
  // A score pack's result belongs to the household: its history is kept with the register.
  const scores = rows.flatMap(({ householdId: household, declarationId: declaration, scores }) => {
    const value = scores[pack.id]
    return value === null || value === undefined ? [] : [{ household, declaration, value }]
  })
  await recordScores(tx, { pack: pack.id, version: run.packVersion, month: run.month }, scores)
  return digest
}

type States = { readonly hash: string; readonly ids: Uint8Array; readonly digests: Uint8Array }

/** What the pack decides for the households of a range, in the order of the file. */
function decidedIn(
  { reader, compiled }: Pick<RunWork, 'reader' | 'compiled'>,
  range: Pick<Range, 'path' | 'batch'>,
): { readonly determinations: readonly Determination[]; readonly states: States } {
  const read = reader.read(range)
  if (!read.ok) throw new SnapshotUnreadable(read.refusal)
  const results = compiled.run(read.value.columns, { detail: true })
  const determinations = Array.from({ length: read.value.columns.households }, (_, row) =>
    determinationOf(decidedAt(read.value, row), results.decisionAt(row)),
  )
  return { determinations, states: statesOf(determinations, read.value) }
}

function decidedAt({ households, declarations, territories, territoryCodes, weights }: SnapshotRows, row: number) {
  return {
    householdId: uuidAt(households, row * UUID_BYTES) as Id<'Household'>,
    declarationId: uuidAt(declarations, row * UUID_BYTES) as Id<'Declaration'>,
    territory: territoryCodes[territories[row] as number] as string,
    weight: String(weights[row]),
  }
}

function statesOf(determinations: readonly Determination[], { households }: SnapshotRows): States {
  const states = new StateBytes()
  const digests = Buffer.allocUnsafe(8 * determinations.length)
  determinations.forEach((each, row) => {
    const from = states.length
    states.append(each)
    const { high, low } = digestOf(states.bytes, from, states.length)
    digests.writeInt32BE(high, 8 * row)
    digests.writeInt32BE(low, 8 * row + 4)
  })
  return { hash: sha256(states.bytes), ids: households, digests }
}

/** The rows to write, in order of household id. `changed`: null where nothing was decided before. */
function rowsOf(
  determinations: readonly Determination[],
  changed: readonly { readonly place: number; readonly before: Before | null }[] | null,
): DeterminationRow[] {
  const rows =
    changed === null
      ? determinations.map(now => ({ ...now, difference: 'first' as const, before: null }))
      : changed.map(({ place, before }) => {
          const now = determinations[place] as Determination
          return { ...now, difference: differenceOf(now, before, false), before }
        })
  return rows.sort((one, other) => (one.householdId < other.householdId ? -1 : 1))
}

import { sql } from 'kysely'
import type { Country } from '#countries'
import { type Database, type Transaction, transaction, type WorkerActor, workerActor } from '#db'
import { casesOf, type HouseholdCase, householdRanges, recordScores } from '#households'
import { err, type Month, newId, ok, type Result } from '#kernel'
import { type Case, decide, type Pack, parseCase } from '#rules'
import { appendAudit, appendAuditOfRows } from '#security'
import {
  determinationLines,
  findRun,
  insertDeterminations,
  lockRange,
  type Range,
  type RunId,
  type RunRow,
  unfinishedRun,
  waitingRanges,
} from './determination.sql.ts'
import { type Decided, type Determination, determinationOf, hashDeterminations, hashRanges } from './determination.ts'

export type DetermineRefusal =
  | { readonly code: 'pack_unknown'; readonly pack: string; readonly known: readonly string[] }
  | {
      readonly code: 'programme_not_in_force'
      readonly pack: string
      readonly from: Month | null
      readonly to: Month | null
    }
  | { readonly code: 'no_household'; readonly country: string }

export type DetermineRequest = {
  readonly country: Country
  readonly pack: string
  readonly month: Month
  readonly askedBy: string
}

export type DetermineOptions = {
  readonly onProgress?: (done: number, total: number) => void
  /** Households decided in one transaction: small enough to resume without loss, large enough that the trip is nothing. */
  readonly householdsPerRange?: number
  /** Stops after the range at hand; what is written stays, and asking again goes on from there. */
  readonly signal?: AbortSignal
}

/**
 * Decides every household of a country for a month, range by range, each range in one transaction. A run of the same
 * text and month that was interrupted is resumed. Refused before anything is written: a pack that does not exist, a
 * month outside its life, a register without households.
 */
export async function determine(
  worker: Database,
  request: DetermineRequest,
  options: DetermineOptions = {},
): Promise<Result<RunRow, DetermineRefusal>> {
  const { country, month } = request
  const pack = country.book.packs.get(request.pack)
  if (!pack) return err({ code: 'pack_unknown', pack: request.pack, known: [...country.book.packs.keys()] })
  const { from, to } = pack.life
  if ((from !== null && month < from) || (to !== null && month > to)) {
    return err({ code: 'programme_not_in_force', pack: pack.id, from, to })
  }
  const actor = workerActor(request.askedBy)
  const runId = await transaction(worker, actor, tx => openRun(tx, request, pack, options.householdsPerRange ?? 2000))
  if (runId === undefined) return err({ code: 'no_household', country: country.code })
  await decideRanges(worker, actor, { ...request, runId, pack }, options)
  return ok(await transaction(worker, actor, tx => closeRun(tx, runId)))
}

/** The run to carry out: the interrupted one, or a new one cut into ranges. Undefined where there is nobody to decide. */
async function openRun(
  tx: Transaction,
  request: DetermineRequest,
  pack: Pack,
  size: number,
): Promise<RunId | undefined> {
  const { country, month } = request
  const earlier = await unfinishedRun(tx, { country: country.code, pack: pack.id, packVersion: pack.version, month })
  if (earlier !== undefined) return earlier
  const ranges = await householdRanges(tx, country.code, size)
  if (ranges.length === 0) return undefined
  await tx
    .insertInto('programmes.pack_version')
    .values({
      version: pack.version,
      country: country.code,
      pack: pack.id,
      content: JSON.stringify(country.policy),
    })
    .onConflict(conflict => conflict.doNothing())
    .execute()
  const runId = newId<'DeterminationRun'>()
  await tx
    .insertInto('programmes.determination_run')
    .values({
      id: runId,
      country: country.code,
      pack: pack.id,
      pack_version: pack.version,
      month,
      currency: pack.amount === null ? null : pack.currency,
      asked_by: request.askedBy,
    })
    .execute()
  await tx
    .insertInto('programmes.determination_range')
    .values(
      ranges.map(({ first, last }, number) => ({
        run_id: runId,
        number,
        first_household: first,
        last_household: last,
      })),
    )
    .execute()
  await appendAudit(tx, {
    action: 'determination_run.ask',
    subject: { kind: 'determination_run', id: runId },
    purpose: 'determination: run of a month',
    detail: { pack: pack.id, version: pack.version, month, ranges: ranges.length },
  })
  return runId
}

type OpenRun = Omit<DetermineRequest, 'pack'> & {
  readonly runId: RunId
  readonly pack: Pack
  /** The run decides on what the register knew when it was asked, however long it takes or is interrupted. */
  readonly knownAt: string
}

async function decideRanges(
  worker: Database,
  actor: WorkerActor,
  asked: Omit<OpenRun, 'knownAt'>,
  { onProgress, signal }: DetermineOptions,
): Promise<void> {
  const { run, waiting } = await transaction(worker, actor, async tx => ({
    run: (await findRun(tx, asked.runId)) as RunRow,
    waiting: await waitingRanges(tx, asked.runId),
  }))
  let done = run.rangesTotal - waiting.length
  onProgress?.(done, run.rangesTotal)
  for (const range of waiting) {
    signal?.throwIfAborted()
    await transaction(worker, actor, tx => decideRange(tx, { ...asked, knownAt: run.askedAt }, range))
    onProgress?.(++done, run.rangesTotal)
  }
}

/** Decides one range and writes it, unless it has been written meanwhile. */
async function decideRange(tx: Transaction, run: OpenRun, range: Range): Promise<void> {
  const { runId, country, pack, month, knownAt } = run
  if (!(await lockRange(tx, runId, range.number))) return
  const rows: Determination[] = []
  const asked = { country: country.code, month, first: range.first, last: range.last, knownAt }
  for await (const found of casesOf(tx, asked)) {
    rows.push(
      determinationOf(decidedOf(found), decide(country.book, pack.id, caseOf(found, country), { explain: false })),
    )
  }
  await insertDeterminations(tx, runId, rows)
  await appendAuditOfRows(tx, {
    action: 'determination.decide',
    subject: { kind: 'household' },
    purpose: 'determination: run of a month',
    detail: { run: runId, pack: pack.id, month, range: range.number, first: range.first, last: range.last },
    rows: determinationLines(runId, range),
  })
  if (pack.score) await keepScores(tx, run, rows)
  await tx
    .updateTable('programmes.determination_range')
    .set({ decided_at: sql<Date>`now()`, households: rows.length, result_hash: hashDeterminations(rows) })
    .where('run_id', '=', runId)
    .where('number', '=', range.number)
    .execute()
}

/** A score pack's result belongs to the household: its history is kept with the register. */
async function keepScores(tx: Transaction, { pack, month }: OpenRun, rows: readonly Determination[]): Promise<void> {
  const scores = rows.flatMap(({ householdId: household, declarationId: declaration, scores }) => {
    const value = scores[pack.id]
    return value === null || value === undefined ? [] : [{ household, declaration, value }]
  })
  await recordScores(tx, { pack: pack.id, version: pack.version, month }, scores)
}

function decidedOf({ household, declaration, territory, weight }: HouseholdCase): Decided {
  return { householdId: household, declarationId: declaration, territory, weight }
}

/** The facts as the rules take them. The register accepts only what the catalogue accepts, so a refusal here is a bug. */
export function caseOf(found: HouseholdCase, country: Country): Case {
  const parsed = parseCase(found.case, country.catalogue, country.territories)
  if (parsed.ok) return parsed.value
  const { path, message } = parsed.refusal
  throw new Error(`household ${found.household}, ${path}: ${message}`)
}

/** Ends a run whose ranges are all written, with the hash over them. */
async function closeRun(tx: Transaction, runId: RunId): Promise<RunRow> {
  const ranges = await tx
    .selectFrom('programmes.determination_range')
    .select(['result_hash'])
    .where('run_id', '=', runId)
    .orderBy('number')
    .execute()
  const hashes = ranges.flatMap(range => (range.result_hash === null ? [] : [range.result_hash]))
  if (hashes.length === ranges.length) {
    await tx
      .updateTable('programmes.determination_run')
      .set({ finished_at: sql<Date>`now()`, result_hash: hashRanges(hashes) })
      .where('id', '=', runId)
      .where('finished_at', 'is', null)
      .execute()
  }
  return (await findRun(tx, runId)) as RunRow
}

import { setTimeout as sleep } from 'node:timers/promises'
import { type Database, type Databases, transaction, workerActor } from '#db'
import { runThreads } from '#households'
import { err, ok, type Result } from '#kernel'
import { closeRun } from './close-run.ts'
import { SnapshotUnreadable, workOf } from './decide-range.ts'
import { decideRanges } from './decide-ranges.ts'
import type { DetermineThreadAnswer, DetermineThreadData } from './determine-thread.ts'
import { bookOf } from './explain-determination.ts'
import { type DetermineRefusal, type DetermineRequest, openRun } from './open-run.ts'
import { findRun, type RunId, type RunRow, runBefore, stateOf } from './run.sql.ts'
import { scopeOfRun } from './shock/shock-run.ts'

export type DetermineOptions = {
  /** Told how many households of the run are decided, by this process and others. */
  readonly onProgress?: (done: number, total: number) => void
  /** Stops after the range at hand; what is written stays, and asking again goes on from there. */
  readonly signal?: AbortSignal | undefined
  /** Threads that decide; 0, unless given, is the caller's own: right for some thousands of households. */
  readonly threads?: number
}

/** Where a run is written: as the worker, in this thread or in others, which connect by themselves. */
export type WorkerDatabases = Pick<Databases, 'worker' | 'urls'>

/**
 * Decides every household of a snapshot for a month, range by range, each range in one transaction, and writes what is new
 * since the last run of the pack. A run of the same snapshot, text and month that was interrupted is resumed; other
 * processes may be at it. Refused before anything is written: a pack that does not exist or needs facts that the snapshot
 * lacks, a month outside its life, a snapshot that is not what was written, another run of the pack under way.
 */
export async function determine(
  databases: WorkerDatabases,
  request: DetermineRequest,
  options: DetermineOptions = {},
): Promise<Result<RunRow, DetermineRefusal>> {
  const opened = await openRun(databases.worker, request)
  if (!opened.ok) return opened
  return carryOut(databases, request, opened.value, options)
}

export type Carried = Pick<DetermineRequest, 'country' | 'snapshot' | 'askedBy'> & {
  /** Which file of the snapshot to begin with, from 0: others begin elsewhere. */
  readonly begin?: number
}

/** Decides what is left of a run and ends it, unless others still hold ranges of it. Answers the run as it then stands. */
export async function carryOut(
  databases: WorkerDatabases,
  carried: Carried,
  run: RunRow,
  options: DetermineOptions = {},
): Promise<Result<RunRow, DetermineRefusal>> {
  const { worker } = databases
  const { country, snapshot, askedBy, begin = 0 } = carried
  const actor = workerActor(askedBy)
  const threads = Math.min(options.threads ?? 0, run.rangesTotal - run.rangesDone)
  options.signal?.throwIfAborted()
  options.onProgress?.(run.householdsDone, run.households)
  const of = await transaction(worker, actor, async tx => ({
    book: await bookOf(tx, country, run),
    before: await runBefore(tx, run),
    scope: await scopeOfRun(tx, run.id),
  }))
  const work = workOf({ ...country, book: of.book }, snapshot, run, of)
  try {
    if (threads < 1) await decideRanges(worker, actor, work, { ...options, begin })
    else await inThreads(databases, carried, run, { ...options, threads })
    return ok(await transaction(worker, actor, tx => closeRun(tx, work, snapshot)))
  } catch (error) {
    if (error instanceof SnapshotUnreadable) return err({ code: 'snapshot_refused', refusal: error.refusal })
    throw error
  }
}

async function inThreads(
  { worker, urls }: WorkerDatabases,
  { country, snapshot, askedBy, begin = 0 }: Carried,
  run: RunRow,
  { threads, onProgress, signal }: DetermineOptions & { readonly threads: number },
): Promise<void> {
  const files = snapshot.manifest.files.length
  const data = Array.from({ length: threads }, (_, index): DetermineThreadData => {
    const own = begin + Math.floor((index * files) / threads)
    return { country: country.code, workerUrl: urls.worker, snapshot, run: run.id, askedBy, begin: own }
  })
  const done = new AbortController()
  const watched = onProgress && watch(worker, run.id, onProgress, done.signal)
  try {
    await runThreads(
      new URL('./determine-thread.ts', import.meta.url),
      data,
      (answer: DetermineThreadAnswer) => {
        if (answer !== null) throw new SnapshotUnreadable(answer)
        return undefined
      },
      signal,
    )
  } finally {
    done.abort()
    await watched
  }
}

const LOOK_MS = 500

/** Tells how far a run is, again and again, until told to stop. */
async function watch(
  worker: Database,
  id: RunId,
  onProgress: (done: number, total: number) => void,
  stop: AbortSignal,
): Promise<void> {
  while (!stop.aborted) {
    await sleep(LOOK_MS, undefined, { signal: stop }).catch(() => {})
    const run = await transaction(worker, workerActor('determine'), tx => findRun(tx, id))
    if (run && stateOf(run) === 'running') onProgress(run.householdsDone, run.households)
  }
}

import { type Database, transaction, type WorkerActor } from '#db'
import { decideRange, type RunWork } from './decide-range.ts'
import { findRun, stateOf, takeRange } from './run.sql.ts'

export type DecideRangesOptions = {
  readonly onProgress?: (done: number, total: number) => void
  readonly signal?: AbortSignal | undefined
  /** Which file of the snapshot to begin with, from 0. */
  readonly begin: number
}

/** Decides ranges until none waits that no other process holds, or the run is given up. */
export async function decideRanges(
  worker: Database,
  actor: WorkerActor,
  work: RunWork,
  { onProgress, signal, begin }: DecideRangesOptions,
): Promise<void> {
  const { run, paths } = work
  const start = paths.length === 0 ? 0 : begin % paths.length
  const order = [...paths.slice(start), ...paths.slice(0, start)]
  for (;;) {
    signal?.throwIfAborted()
    // The file at hand first: another one would be read and checked before its first range.
    const wanted = work.reader.path === null ? order : [work.reader.path, ...order]
    const taken = await transaction(worker, actor, async tx => {
      const range = await takeRange(tx, run.id, wanted)
      if (range === undefined) return false
      await decideRange(tx, work, range)
      return true
    })
    if (!taken) return
    if (onProgress === undefined) continue
    const now = await transaction(worker, actor, tx => findRun(tx, run.id))
    if (now && stateOf(now) === 'running') onProgress(now.householdsDone, now.households)
  }
}

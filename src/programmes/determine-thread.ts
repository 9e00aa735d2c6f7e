// A thread that decides ranges of a run until none is left, on a connection of its own.
import { parentPort, workerData } from 'node:worker_threads'
import { openCountry } from '#countries'
import { connectAs, disconnect, transaction, workerActor } from '#db'
import type { Snapshot, SnapshotRefusal } from '#households'
import { SnapshotUnreadable, workOf } from './decide-range.ts'
import { decideRanges } from './decide-ranges.ts'
import { bookOf } from './explain-determination.ts'
import { findRun, type RunId, type RunRow, runBefore } from './run.sql.ts'
import { scopeOfRun } from './shock/shock-run.ts'

export type DetermineThreadData = {
  readonly country: string
  readonly workerUrl: string
  readonly snapshot: Snapshot
  readonly run: RunId
  readonly askedBy: string
  /** Which file of the snapshot to begin with. */
  readonly begin: number
}

/** Why a file of the snapshot cannot be read; null when all is decided. */
export type DetermineThreadAnswer = SnapshotRefusal | null

const { country, workerUrl, snapshot, run: id, askedBy, begin } = workerData as DetermineThreadData
const worker = connectAs('worker', workerUrl, 1)
const actor = workerActor(askedBy)
const tell = (answer: DetermineThreadAnswer) => parentPort?.postMessage(answer)
try {
  const opened = openCountry(country)
  const { run, book, ...of } = await transaction(worker, actor, async tx => {
    const run = (await findRun(tx, id)) as RunRow
    const book = await bookOf(tx, opened, run)
    return { run, book, before: await runBefore(tx, run), scope: await scopeOfRun(tx, id) }
  })
  await decideRanges(worker, actor, workOf({ ...opened, book }, snapshot, run, of), { begin })
  tell(null)
} catch (error) {
  // Anything else ends the thread, and with it the work of the others.
  if (!(error instanceof SnapshotUnreadable)) throw error
  tell(error.refusal)
} finally {
  await disconnect(worker)
}

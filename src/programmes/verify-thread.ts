// A thread that verifies some ranges of a run, on a connection of its own.
import { parentPort, workerData } from 'node:worker_threads'
import { openCountry } from '#countries'
import { connectAs, disconnect, transaction, workerActor } from '#db'
import type { Snapshot, SnapshotRefusal } from '#households'
import { SnapshotUnreadable, workOf } from './decide-range.ts'
import { bookOf } from './explain-determination.ts'
import { findRun, type RunId, type RunRow, runBefore } from './run.sql.ts'
import { scopeOfRun } from './shock/shock-run.ts'
import { type RangeToVerify, type VerifiedRange, verifyRanges } from './verify-ranges.ts'

export type VerifyThreadData = {
  readonly country: string
  readonly workerUrl: string
  readonly snapshot: Snapshot
  readonly run: RunId
  readonly ranges: readonly RangeToVerify[]
}

export type VerifyThreadAnswer = { readonly verified: VerifiedRange } | { readonly refusal: SnapshotRefusal }

const { country: code, workerUrl, snapshot, run: id, ranges } = workerData as VerifyThreadData
const worker = connectAs('worker', workerUrl, 1)
const actor = workerActor('verify')
const tell = (answer: VerifyThreadAnswer) => parentPort?.postMessage(answer)
try {
  const country = openCountry(code)
  const work = await transaction(worker, actor, async tx => {
    const run = (await findRun(tx, id)) as RunRow
    const book = await bookOf(tx, country, run)
    return workOf({ ...country, book }, snapshot, run, {
      before: await runBefore(tx, run),
      scope: await scopeOfRun(tx, run.id),
    })
  })
  await verifyRanges(worker, actor, work, ranges, verified => tell({ verified }))
} catch (error) {
  // Anything else ends the thread, and with it the work of the others.
  if (!(error instanceof SnapshotUnreadable)) throw error
  tell({ refusal: error.refusal })
} finally {
  await disconnect(worker)
}

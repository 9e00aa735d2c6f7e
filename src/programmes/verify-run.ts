import type { Country } from '#countries'
import { type Database, transaction, workerActor } from '#db'
import type { Snapshot, SnapshotRefusal } from '#households'
import { err, ok, type Result } from '#kernel'
import { decidedIn, SnapshotUnreadable, workOf } from './decide-range.ts'
import type { DecidedBatch } from './decided-batch.ts'
import { statesOfHouseholds } from './determination.sql.ts'
import type { Determination } from './determination.ts'
import { bookOf } from './explain-determination.ts'
import { findRun, type RunId, type RunRow, rangesOf, runBefore, stateOf } from './run.sql.ts'
import { hashRanges, hashStates } from './state.ts'

export type VerifyRefusal =
  | { readonly code: 'run_unknown'; readonly run: string }
  | { readonly code: 'run_not_finished'; readonly run: RunRow }
  | { readonly code: 'snapshot_differs'; readonly snapshot: string; readonly decided: string }
  | { readonly code: 'snapshot_refused'; readonly refusal: SnapshotRefusal }

/** What does not come out the same, and where: a range of the run, and the first household of it where one can be named. */
export type VerifyFinding = {
  /** `decided`: deciding again gives another hash; `stored`: the rows say something else; `list`: the hash of the whole. */
  readonly what: 'decided' | 'stored' | 'list'
  readonly range: number | null
  readonly household: string | null
}

export type Verified = {
  readonly run: RunRow
  readonly households: number
  readonly findings: readonly VerifyFinding[]
}

/**
 * Decides a finished run again from its snapshot and the very text that decided, range by range, and compares the hashes
 * with those that were recorded, and the rows of the chain with what they must say. Writes nothing.
 */
export async function verifyRun(
  worker: Database,
  asked: { readonly country: Country; readonly snapshot: Snapshot; readonly run: RunId },
  options: { readonly onProgress?: (done: number, total: number) => void; readonly signal?: AbortSignal } = {},
): Promise<Result<Verified, VerifyRefusal>> {
  const actor = workerActor('verify')
  const { country, snapshot } = asked
  const found = await transaction(worker, actor, async tx => {
    const run = await findRun(tx, asked.run)
    return (
      run && {
        run,
        book: await bookOf(tx, country, run),
        ranges: await rangesOf(tx, run.id),
        before: await runBefore(tx, run),
      }
    )
  })
  if (!found) return err({ code: 'run_unknown', run: asked.run })
  const { run, book, ranges, before } = found
  if (stateOf(run) !== 'finished' || run.snapshotHash === null) return err({ code: 'run_not_finished', run })
  if (run.snapshotHash !== snapshot.manifest.hash)
    return err({ code: 'snapshot_differs', snapshot: snapshot.manifest.hash, decided: run.snapshotHash })
  const work = workOf({ ...country, book }, snapshot, run, before)
  const findings: VerifyFinding[] = []
  const hashes: string[] = []
  let households = 0
  try {
    for (const range of ranges) {
      options.signal?.throwIfAborted()
      const decided = decidedIn(work, range)
      hashes.push(decided.hash)
      households += decided.households
      const stored = await transaction(worker, actor, tx => statesOfHouseholds(tx, run, decided.ids))
      findings.push(...compared(range, decided, stored))
      options.onProgress?.(households, run.households)
    }
  } catch (error) {
    if (error instanceof SnapshotUnreadable) return err({ code: 'snapshot_refused', refusal: error.refusal })
    throw error
  }
  if (hashRanges(hashes) !== run.resultHash) findings.push({ what: 'list', range: null, household: null })
  return ok({ run, households, findings })
}

function compared(
  range: { readonly number: number; readonly hash: string | null },
  decided: DecidedBatch,
  stored: ReadonlyMap<string, Determination>,
): VerifyFinding[] {
  const findings: VerifyFinding[] = []
  if (decided.hash !== range.hash) findings.push({ what: 'decided', range: range.number, household: null })
  for (let place = 0; place < decided.households; place++) {
    const each = decided.at(place)
    const found = stored.get(each.householdId)
    if (found !== undefined && hashStates([found]) === hashStates([each])) continue
    findings.push({ what: 'stored', range: range.number, household: each.householdId })
    break
  }
  return findings
}

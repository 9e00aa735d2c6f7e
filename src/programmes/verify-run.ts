import type { Country } from '#countries'
import { type Database, type Databases, transaction, workerActor } from '#db'
import { runThreads, type Snapshot, type SnapshotRefusal } from '#households'
import { err, ok, type Result } from '#kernel'
import { SnapshotUnreadable, workOf } from './decide-range.ts'
import { bookOf } from './explain-determination.ts'
import { findRun, type RunId, type RunRow, rangesOf, runBefore, stateOf } from './run.sql.ts'
import { scopeOfRun } from './shock/shock-run.ts'
import { hashRanges } from './state.ts'
import { type RangeToVerify, type VerifiedRange, type VerifyFinding, verifyRanges } from './verify-ranges.ts'
import type { VerifyThreadAnswer, VerifyThreadData } from './verify-thread.ts'

export type { VerifyFinding }

export type VerifyRefusal =
  | { readonly code: 'run_unknown'; readonly run: string }
  | { readonly code: 'run_not_finished'; readonly run: RunRow }
  | { readonly code: 'snapshot_differs'; readonly snapshot: string; readonly decided: string }
  | { readonly code: 'snapshot_refused'; readonly refusal: SnapshotRefusal }

export type Verified = {
  readonly run: RunRow
  readonly households: number
  readonly findings: readonly VerifyFinding[]
}

export type VerifyOptions = {
  readonly onProgress?: (done: number, total: number) => void
  readonly signal?: AbortSignal
  /** Threads that decide again, each its files; 0 decides in the caller's own. */
  readonly threads?: number
}

/**
 * Decides a finished run again from its snapshot and the very text that decided, range by range, and compares the hashes
 * with those that were recorded, and the rows of the chain with what they must say. Writes nothing.
 */
export async function verifyRun(
  { worker, urls }: { readonly worker: Database; readonly urls: Pick<Databases['urls'], 'worker'> },
  asked: { readonly country: Country; readonly snapshot: Snapshot; readonly run: RunId },
  { onProgress, signal, threads = 0 }: VerifyOptions = {},
): Promise<Result<Verified, VerifyRefusal>> {
  const actor = workerActor('verify')
  const { country, snapshot } = asked
  const found = await transaction(worker, actor, async tx => {
    const run = await findRun(tx, asked.run)
    if (!run) return undefined
    const ranges = await rangesOf(tx, run.id)
    const of = { before: await runBefore(tx, run), scope: await scopeOfRun(tx, run.id) }
    return { run, ranges, book: await bookOf(tx, country, run), of }
  })
  if (!found) return err({ code: 'run_unknown', run: asked.run })
  const { run, ranges, book, of } = found
  if (stateOf(run) !== 'finished' || run.snapshotHash === null) return err({ code: 'run_not_finished', run })
  if (run.snapshotHash !== snapshot.manifest.hash)
    return err({ code: 'snapshot_differs', snapshot: snapshot.manifest.hash, decided: run.snapshotHash })
  const verified: VerifiedRange[] = []
  let households = 0
  const take = (range: VerifiedRange) => {
    verified.push(range)
    households += range.households
    onProgress?.(households, run.households)
    signal?.throwIfAborted()
  }
  try {
    signal?.throwIfAborted()
    if (threads < 1) await verifyRanges(worker, actor, workOf({ ...country, book }, snapshot, run, of), ranges, take)
    else {
      const common = { country: country.code, workerUrl: urls.worker, snapshot, run: run.id }
      const data = shares(ranges, threads).map((ranges): VerifyThreadData => ({ ...common, ranges }))
      await runThreads(new URL('./verify-thread.ts', import.meta.url), data, answerTo(take), signal)
    }
  } catch (error) {
    if (error instanceof SnapshotUnreadable) return err({ code: 'snapshot_refused', refusal: error.refusal })
    throw error
  }
  verified.sort((one, other) => one.number - other.number)
  const findings = verified.flatMap(range => range.findings)
  if (of.scope?.isAsFixed === false) findings.unshift({ what: 'scope', range: null, household: null })
  if (hashRanges(verified.map(({ hash }) => hash)) !== run.resultHash) {
    findings.push({ what: 'list', range: null, household: null })
  }
  return ok({ run, households, findings })
}

function answerTo(take: (range: VerifiedRange) => void) {
  return (answer: VerifyThreadAnswer): undefined => {
    if ('refusal' in answer) throw new SnapshotUnreadable(answer.refusal)
    take(answer.verified)
  }
}

/** The ranges dealt out file by file, the longest first, so that a file is read and checked once. */
function shares(ranges: readonly RangeToVerify[], threads: number): RangeToVerify[][] {
  const files = [...Map.groupBy(ranges, ({ path }) => path).values()].sort((one, other) => other.length - one.length)
  const dealt = Array.from({ length: Math.min(threads, files.length) }, (): RangeToVerify[] => [])
  for (const file of files) {
    const least = dealt.reduce((best, each) => (each.length < best.length ? each : best))
    least.push(...file)
  }
  return dealt
}

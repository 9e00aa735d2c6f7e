import { join } from 'node:path'
import { transaction, workerActor } from '#db'
import { openSnapshot, type Snapshot, type SnapshotRefusal, type TakeRefusal, takeSnapshot } from '#households'
import { err, lastDay, ok, type Result } from '#kernel'
import type { Pack } from '#rules'
import { carryOut, type DetermineOptions, type WorkerDatabases } from './determine.ts'
import { type DetermineRefusal, type DetermineRequest, openRun, packFor } from './open-run.ts'
import { findRun, openRunOf, type RunRow, stateOf } from './run.sql.ts'
import { shockLaw } from './shock/shock-run.ts'

export type RegisterRequest = Omit<DetermineRequest, 'snapshot'> & {
  /** Folder of snapshots. */
  readonly folder: string
  /** How the register is frozen, where it was already. */
  readonly freeze?: () => Promise<Result<Snapshot, TakeRefusal | SnapshotRefusal>>
}

export type OpenedRun = { readonly run: RunRow; readonly snapshot: Snapshot }

/**
 * Freezes the register as it stands for the last day of the month and decides it; or goes on with the run of the same text
 * and month that stands open, on its own snapshot.
 */
export async function determineRegister(
  databases: WorkerDatabases,
  request: RegisterRequest,
  options: DetermineOptions = {},
): Promise<Result<RunRow, DetermineRefusal>> {
  const opened = await openRegisterRun(databases, request, options)
  if (!opened.ok) return opened
  const { run, snapshot } = opened.value
  if (stateOf(run) !== 'running') return ok(run)
  return carryOut(databases, { ...request, snapshot }, run, options)
}

/** The run and its snapshot, ready to be carried out by whoever. Asked again with the same id, it is the same run. */
export async function openRegisterRun(
  databases: WorkerDatabases,
  asked: RegisterRequest,
  { signal, threads = 0 }: DetermineOptions = {},
): Promise<Result<OpenedRun, DetermineRefusal>> {
  const early = packFor(asked)
  if (!early.ok) return early
  const { worker } = databases
  const law = await transaction(worker, workerActor(asked.askedBy), tx => shockLaw(tx, asked.country, asked))
  if (!law.ok) return law
  const request = { ...asked, country: law.value.country }
  const { country, folder, month, id } = request
  const pack = country.book.packs.get(request.pack) as Pack
  const standing = await transaction(worker, workerActor(request.askedBy), async tx => {
    const known = id === undefined ? undefined : await findRun(tx, id)
    return known ?? (await openRunOf(tx, request.pack))
  })
  const same = standing?.month === month && standing.packVersion === pack.version
  if (standing && (!same || standing.snapshot === null)) return err({ code: 'run_open', run: standing })
  const found = standing
    ? snapshotOf(folder, request, standing)
    : await (request.freeze?.() ??
        takeSnapshot(databases, { country, folder, effectiveOn: lastDay(month), threads }, signal && { signal }))
  if (!found.ok) return found.refusal.code === 'no_household' ? err(found.refusal) : refusedSnapshot(found.refusal)
  if (standing && stateOf(standing) !== 'running') return ok({ run: standing, snapshot: found.value })
  const opened = await openRun(worker, { ...asked, snapshot: found.value })
  return opened.ok ? ok({ run: opened.value, snapshot: found.value }) : opened
}

/** The snapshot of a run in the folder of this machine, if it is the one. */
export function snapshotOf(
  folder: string,
  { country }: Pick<DetermineRequest, 'country'>,
  run: RunRow,
): Result<Snapshot, SnapshotRefusal> {
  const path = join(folder, run.snapshot ?? '')
  const opened = openSnapshot(path, country)
  if (!opened.ok || opened.value.manifest.hash === run.snapshotHash) return opened
  return err({ code: 'manifest_refused', folder: path, says: 'it is not the snapshot on which the run began' })
}

const refusedSnapshot = (refusal: SnapshotRefusal) => err({ code: 'snapshot_refused', refusal } as const)

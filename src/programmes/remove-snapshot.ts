import { existsSync, renameSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { sql } from 'kysely'
import { type Database, type Transaction, transaction, workerActor } from '#db'
import { type Manifest, SnapshotFolder } from '#households'
import { err, type Month, ok, type Result } from '#kernel'
import { appendAudit } from '#security'
import type { RunId } from './run.sql.ts'

/** A run that needs its snapshot: to go on, to be verified, to explain what it decided. */
export type RestingRun = { readonly id: RunId; readonly pack: string; readonly month: Month }

export type RemoveRefusal = { readonly code: 'runs_rest_on_it'; readonly runs: readonly RestingRun[] }

/** A snapshot by its folder; without a manifest where that cannot be read any more. */
export type Removable = { readonly folder: string; readonly manifest: Manifest | null }

/** The runs that rest on a snapshot, those given up left out, and those asked for that wait for a worker. */
export async function restingOn(tx: Transaction, { folder, manifest }: Removable): Promise<RestingRun[]> {
  const { rows } = await sql<RestingRun>`
    select id, pack, month from programmes.determination_run
    where (snapshot_hash = ${manifest?.hash ?? null} or snapshot = ${basename(folder)}) and cancelled_at is null
    union all
    select id, pack, month from programmes.determination_request as asked
    where snapshot = ${basename(folder)} and refused_at is null
      and not exists (select from programmes.determination_run where id = asked.id)
    order by pack, month, id`.execute(tx)
  return rows
}

/**
 * Removes a snapshot on which no run rests. It is out of sight before it is gone: where a run began on it in between, it is
 * put back.
 */
export async function removeSnapshot(
  worker: Database,
  snapshot: Removable,
  by: string,
): Promise<Result<null, RemoveRefusal>> {
  const { folder, manifest } = snapshot
  const actor = workerActor(by)
  const before = await transaction(worker, actor, tx => restingOn(tx, snapshot))
  if (before.length > 0) return err({ code: 'runs_rest_on_it', runs: before })
  const aside = asideOf(folder)
  rmSync(aside, { recursive: true, force: true })
  renameSync(folder, aside)
  try {
    const meanwhile = await transaction(worker, actor, async tx => {
      const runs = await restingOn(tx, snapshot)
      if (runs.length > 0) return runs
      await appendAudit(tx, {
        action: 'snapshot.remove',
        subject: { kind: 'snapshot', id: manifest?.hash ?? basename(folder) },
        purpose: 'statistics: snapshot',
        detail: manifest
          ? { country: manifest.country, effectiveOn: manifest.effectiveOn, households: manifest.households }
          : { damaged: true },
      })
      return []
    })
    if (meanwhile.length > 0) return err({ code: 'runs_rest_on_it', runs: meanwhile })
    rmSync(aside, { recursive: true, force: true })
    return ok(null)
  } finally {
    if (existsSync(aside)) renameSync(aside, folder)
  }
}

/** Puts a snapshot back that a process was removing when it ended; says whether there was one. */
export function putBack(folder: string): boolean {
  const aside = asideOf(folder)
  if (existsSync(folder) || !existsSync(aside)) return false
  renameSync(aside, folder)
  return true
}

function asideOf(folder: string): string {
  return join(dirname(folder), SnapshotFolder.aside(basename(folder)))
}

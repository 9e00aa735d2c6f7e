import { join } from 'node:path'
import type { Country } from '#countries'
import { type Actor, type Database, transaction } from '#db'
import { lookAtFiles, openSnapshot, type Snapshot } from '#households'
import { err, type Month, monthOf, ok, type Result } from '#kernel'
import { askRun, type RequestRefusal, type RunId, refusalFacts } from '#programmes'
import { todayIn } from './today.ts'

export type AskedRun = {
  readonly pack: string
  readonly month: Month
  /** Name of a snapshot in the folder of snapshots; the register as it stands where it is left out. */
  readonly snapshot: string | undefined
}

/** Asks the workers for a run, or says in plain facts why nothing would come of it. */
export async function askRunFor(
  worker: Database,
  country: Country,
  folder: string | undefined,
  by: { readonly actor: Actor; readonly name: string },
  { pack, month, snapshot: named }: AskedRun,
): Promise<Result<RunId, RequestRefusal>> {
  const snapshot = named === undefined ? undefined : snapshotNamed(folder, named, country)
  if (snapshot && !snapshot.ok) return snapshot
  const files = snapshot && (await lookAtFiles(snapshot.value))
  if (files && !files.ok) return err(refusalFacts({ code: 'snapshot_refused', refusal: files.refusal }))
  const asked = { country, pack, month, askedBy: by.name, snapshot: snapshot?.value, snapshotName: named }
  const left = await transaction(worker, by.actor, async tx => {
    const now = monthOf(await todayIn(tx, country))
    return askRun(tx, { ...asked, now })
  })
  return left.ok ? left : err(refusalFacts(left.refusal))
}

/** A name, never a way out of the folder. */
const NAME = /^[0-9A-Za-z][0-9A-Za-z_.-]{0,199}$/

function snapshotNamed(folder: string | undefined, name: string, country: Country): Result<Snapshot, RequestRefusal> {
  if (folder === undefined || !NAME.test(name)) return err({ code: 'no_snapshot', facts: { file: name.slice(0, 200) } })
  const opened = openSnapshot(join(folder, name), country)
  if (opened.ok) return ok(opened.value)
  return err(refusalFacts({ code: 'snapshot_refused', refusal: opened.refusal }))
}

import { basename } from 'node:path'
import { sql } from 'kysely'
import type { Country } from '#countries'
import { type Database, type Transaction, transaction, workerActor } from '#db'
import {
  batchesOf,
  factsLacking,
  registerIdentity,
  type Snapshot,
  type SnapshotRefusal,
  verifyFiles,
} from '#households'
import { type DateText, err, lastDay, type Month, newId, ok, type Result } from '#kernel'
import { factsRead, type Pack } from '#rules'
import { appendAudit } from '#security'
import { findRun, openRunOf, type RunId, type RunRow, TRIALS_FROM } from './run.sql.ts'
import { fixScope, type NoShock, type ShockScope, shockLaw } from './shock/shock-run.ts'

export type DetermineRefusal =
  /** The pack pays in shocks alone, and none counts in the month. */
  | NoShock
  | { readonly code: 'pack_unknown'; readonly pack: string; readonly known: readonly string[] }
  | {
      readonly code: 'programme_not_in_force'
      readonly pack: string
      readonly from: Month | null
      readonly to: Month | null
    }
  | { readonly code: 'no_household'; readonly country: string }
  /** The pack reads facts that the snapshot does not hold. */
  | { readonly code: 'facts_lacking'; readonly pack: string; readonly facts: readonly string[] }
  /** The facts are of a day after the month decided. */
  | { readonly code: 'snapshot_later'; readonly effectiveOn: DateText; readonly month: Month }
  | { readonly code: 'snapshot_refused'; readonly refusal: SnapshotRefusal }
  /** The snapshot is not of this register: decided as if it were, its households would be taken for those of the register. */
  | { readonly code: 'snapshot_of_another_register'; readonly snapshot: string; readonly modelled: boolean }
  /** A trial is of households that are not of this register. */
  | { readonly code: 'trial_of_own_register'; readonly snapshot: string }
  /** Another run of the pack is neither finished nor cancelled: what is new can only be told from a list that is whole. */
  | { readonly code: 'run_open'; readonly run: RunRow }

export type DetermineRequest = {
  readonly country: Country
  readonly pack: string
  readonly month: Month
  readonly askedBy: string
  readonly snapshot: Snapshot
  /** Decides households that are not of this register; nobody is owed anything. */
  readonly trial?: boolean | undefined
  /** Made by the caller, so that asking twice is asking once. */
  readonly id?: RunId
}

/** Whether a pack can be decided in a month; refused before anything is read or written. */
export function packFor({
  country,
  pack: id,
  month,
}: Pick<DetermineRequest, 'country' | 'pack' | 'month'>): Result<Pack, DetermineRefusal> {
  const pack = country.book.packs.get(id)
  if (!pack) return err({ code: 'pack_unknown', pack: id, known: [...country.book.packs.keys()] })
  const { from, to } = pack.life
  if ((from !== null && month < from) || (to !== null && month > to)) {
    return err({ code: 'programme_not_in_force', pack: pack.id, from, to })
  }
  return ok(pack)
}

/** The same, for what a snapshot holds: its households, its facts, its day. */
export function packOn(
  request: Pick<DetermineRequest, 'country' | 'pack' | 'month' | 'snapshot'>,
): Result<Pack, DetermineRefusal> {
  const found = packFor(request)
  if (!found.ok) return found
  const pack = found.value
  const { country, month } = request
  const { manifest } = request.snapshot
  if (manifest.households === 0) return err({ code: 'no_household', country: country.code })
  const facts = factsLacking(manifest.catalogue, factsRead(country.book, pack))
  if (facts.length > 0) return err({ code: 'facts_lacking', pack: pack.id, facts })
  if (manifest.effectiveOn > lastDay(month))
    return err({ code: 'snapshot_later', effectiveOn: manifest.effectiveOn, month })
  return found
}

/**
 * The run to carry out: the one that stands open for the same snapshot, text and month, or a new one, next in the chain of
 * its pack, cut into ranges.
 */
export async function openRun(worker: Database, asked: DetermineRequest): Promise<Result<RunRow, DetermineRefusal>> {
  const early = packOn(asked)
  if (!early.ok) return early
  const actor = workerActor(asked.askedBy)
  const law = await transaction(worker, actor, tx => shockLaw(tx, asked.country, asked))
  if (!law.ok) return law
  const request = { ...asked, country: law.value.country }
  const pack = request.country.book.packs.get(asked.pack) as Pack
  const { snapshot } = request
  const trial = request.trial === true
  const origin = await transaction(worker, actor, tx => fromHere(tx, request.snapshot))
  if (origin === trial) {
    const name = basename(snapshot.folder)
    if (trial) return err({ code: 'trial_of_own_register', snapshot: name })
    return err({ code: 'snapshot_of_another_register', snapshot: name, modelled: snapshot.manifest.modelled })
  }
  const standing = await transaction(worker, actor, tx => openRunOf(tx, pack.id, trial))
  if (standing) return sameAs(standing, request, pack)
  const verified = verifyFiles(snapshot)
  if (!verified.ok) return err({ code: 'snapshot_refused', refusal: verified.refusal })
  const opened = await transaction(worker, actor, tx =>
    insertRun(tx, request, pack, trial ? null : law.value.scope),
  ).catch(lostToAnother)
  if (opened) return ok(opened)
  const theirs = await transaction(worker, actor, tx => openRunOf(tx, pack.id, trial))
  return theirs ? sameAs(theirs, request, pack) : openRun(worker, asked)
}

/** Whether a snapshot is of this very register. */
export async function fromHere(tx: Transaction, { manifest: { origin } }: Snapshot): Promise<boolean> {
  return origin?.kind === 'register' && origin.register === (await registerIdentity(tx))
}

function sameAs(run: RunRow, { snapshot, month }: DetermineRequest, pack: Pack): Result<RunRow, DetermineRefusal> {
  const same = run.month === month && run.packVersion === pack.version && run.snapshotHash === snapshot.manifest.hash
  return same ? ok(run) : err({ code: 'run_open', run })
}

// Two that open a run at once ask for the same place in the chain; the second one looks again.
function lostToAnother(error: unknown): undefined {
  const { code, table } = error as { code?: string; table?: string }
  if (code === '23505' && table === 'determination_run') return undefined
  throw error
}

async function insertRun(
  tx: Transaction,
  { country, month, askedBy, snapshot, trial = false, id = newId<'DeterminationRun'>() }: DetermineRequest,
  pack: Pack,
  scope: ShockScope | null,
): Promise<RunRow> {
  await tx
    .insertInto('programmes.pack_version')
    .values({ version: pack.version, country: country.code, pack: pack.id, content: JSON.stringify(country.policy) })
    .onConflict(conflict => conflict.doNothing())
    .execute()
  const { manifest, folder } = snapshot
  const ranges = batchesOf(snapshot)
  await sql`
    insert into programmes.determination_run
      (id, country, pack, pack_version, month, trial, sequence, currency, snapshot, snapshot_hash, as_of, effective_on, households,
       asked_by)
    select ${id}, ${country.code}, ${pack.id}, ${pack.version}, ${month}, ${trial}, coalesce(max(sequence), ${trial ? TRIALS_FROM - 1 : 0}) + 1,
      ${pack.amount === null ? null : pack.currency}, ${basename(folder)}, ${manifest.hash}, ${manifest.asOf}::timestamptz,
      ${manifest.effectiveOn}::date, ${manifest.households}, ${askedBy}
    from programmes.determination_run where pack = ${pack.id} and trial = ${trial}`.execute(tx)
  await sql`
    insert into programmes.determination_range (run_id, number, path, batch)
    select ${id}, number - 1, path, batch
    from unnest(${ranges.map(({ path }) => path)}::text[], ${ranges.map(({ batch }) => batch)}::int[])
      with ordinality as range (path, batch, number)`.execute(tx)
  if (scope !== null) await fixScope(tx, { id, month }, scope)
  await appendAudit(tx, {
    action: 'determination_run.ask',
    subject: { kind: 'determination_run', id },
    purpose: 'determination: run of a month',
    detail: {
      pack: pack.id,
      version: pack.version,
      month,
      snapshot: manifest.hash,
      ranges: ranges.length,
      ...(scope && { ...scope }),
    },
  })
  return (await findRun(tx, id)) as RunRow
}

import { sql } from 'kysely'
import type { Country } from '#countries'
import { enqueue, type JobDefinition, jsonb, type Transaction } from '#db'
import type { Snapshot } from '#households'
import { addMonths, err, type Month, monthsBetween, ok, type Result } from '#kernel'
import type { Pack } from '#rules'
import { appendAudit } from '#security'
import { type DetermineRefusal, fromHere, packFor, packOn } from './open-run.ts'
import { openRunOf, type RunId } from './run.sql.ts'
import { shockLaw } from './shock/shock-run.ts'

/** Months ahead that may be decided: a cycle is prepared in the month before it, and announced in the one before that. */
export const MONTHS_AHEAD = 2

export type AskRefusal =
  | DetermineRefusal
  /** What is owed is recorded for good, and the facts and the law of that month are not known yet. */
  | { readonly code: 'month_too_far'; readonly month: Month; readonly last: Month }

export type RunAsked = {
  readonly country: Country
  readonly pack: string
  readonly month: Month
  /** The snapshot to decide; the register is frozen where none is given. */
  readonly snapshot?: Snapshot | undefined
}

/** Whether a determination may be asked for at all, in the month that it is now; first refusal that applies. */
export function decideAsked(asked: RunAsked, now: Month): Result<Pack, AskRefusal> {
  const pack = packFor(asked)
  if (!pack.ok) return pack
  const last = addMonths(now, MONTHS_AHEAD)
  if (monthsBetween(now, asked.month) > MONTHS_AHEAD) return err({ code: 'month_too_far', month: asked.month, last })
  return asked.snapshot === undefined ? pack : packOn({ ...asked, snapshot: asked.snapshot })
}

export type DeterminationAsked = {
  readonly country: string
  readonly pack: string
  readonly month: Month
  readonly askedBy: string
  /** Name of a snapshot in the folder of snapshots; the register is frozen where there is none. */
  readonly snapshot?: string | undefined
}

/** The name by which a run is asked of the workers; the id of the job is that of the run. */
export const DETERMINE_JOB: Pick<JobDefinition<DeterminationAsked>, 'name'> = { name: 'determine_programme' }

/**
 * Leaves a determination to the workers, in the caller's transaction (the worker's role); refused before anything begins,
 * also where another run of the pack is open. Answers the id that the run will have.
 */
export async function askRun(
  tx: Transaction,
  asked: RunAsked & { readonly askedBy: string; readonly now: Month; readonly snapshotName?: string | undefined },
): Promise<Result<RunId, AskRefusal>> {
  const decided = decideAsked(asked, asked.now)
  if (!decided.ok) return decided
  const law = await shockLaw(tx, asked.country, asked)
  if (!law.ok) return law
  const { snapshot, snapshotName } = asked
  if (snapshot && !(await fromHere(tx, snapshot))) {
    const { modelled } = snapshot.manifest
    return err({ code: 'snapshot_of_another_register', snapshot: snapshotName ?? '', modelled })
  }
  const open = await openRunOf(tx, asked.pack)
  if (open) return err({ code: 'run_open', run: open })
  const { country, pack, month, askedBy } = asked
  const payload = { country: country.code, pack, month, askedBy, ...(snapshotName && { snapshot: snapshotName }) }
  const id = (await enqueue<DeterminationAsked>(tx, DETERMINE_JOB, payload)) as RunId
  await sql`
    insert into programmes.determination_request (id, country, pack, month, snapshot, asked_by)
    values (${id}, ${country.code}, ${pack}, ${month}, ${snapshotName ?? null}, ${askedBy})`.execute(tx)
  await appendAudit(tx, {
    action: 'determination_run.request',
    subject: { kind: 'determination_run', id },
    purpose: 'determination: run of a month',
    detail: { pack, month, snapshot: snapshotName ?? null },
  })
  return ok(id)
}

/** A determination asked of the workers of which no run came so far. */
export type RunRequest = {
  readonly id: RunId
  readonly country: string
  readonly pack: string
  readonly month: Month
  readonly askedBy: string
  /** Instant in ISO 8601. */
  readonly askedAt: string
  /** Why there will be none; null while it waits for a worker. */
  readonly refusal: RequestRefusal | null
}

/** A refusal as it is kept: its code, with its facts in words. */
export type RequestRefusal = { readonly code: string; readonly facts: Readonly<Record<string, string>> }

export async function findRequest(tx: Transaction, id: RunId): Promise<RunRequest | undefined> {
  const { rows } = await sql<RunRequest>`
    select id, country, pack, month, asked_by as "askedBy", refusal,
      to_char(asked_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as "askedAt"
    from programmes.determination_request where id = ${id}`.execute(tx)
  return rows[0]
}

/** Writes down why no run came of a request; answers false where nobody asked in that way. */
export async function refuseRequest(tx: Transaction, id: RunId, refusal: AskRefusal): Promise<boolean> {
  const { numAffectedRows } = await sql`
    update programmes.determination_request
    set refusal = ${jsonb(refusalFacts(refusal))}, refused_at = coalesce(refused_at, now())
    where id = ${id}`.execute(tx)
  return numAffectedRows === 1n
}

/** A refusal in plain words for whoever shows it: no path of a machine in it. */
export function refusalFacts(refusal: AskRefusal): RequestRefusal {
  switch (refusal.code) {
    case 'pack_unknown':
      return { code: refusal.code, facts: { pack: refusal.pack, known: refusal.known.join(', ') } }
    case 'programme_not_in_force': {
      const { pack, from, to } = refusal
      const code = from === null ? 'programme_over' : to === null ? 'programme_not_begun' : refusal.code
      return { code, facts: { pack, from: from ?? '', to: to ?? '' } }
    }
    case 'no_shock':
      return { code: refusal.code, facts: { pack: refusal.pack, month: refusal.month } }
    case 'month_too_far':
      return { code: refusal.code, facts: { month: refusal.month, last: refusal.last } }
    case 'no_household':
      return { code: refusal.code, facts: { country: refusal.country } }
    case 'facts_lacking':
      return { code: refusal.code, facts: { pack: refusal.pack, facts: refusal.facts.join(', ') } }
    case 'snapshot_later':
      return { code: refusal.code, facts: { effectiveOn: refusal.effectiveOn, month: refusal.month } }
    case 'snapshot_of_another_register':
    case 'trial_of_own_register':
      return { code: refusal.code, facts: { snapshot: refusal.snapshot } }
    case 'run_open':
      return { code: refusal.code, facts: { run: refusal.run.id, month: refusal.run.month } }
    case 'snapshot_refused': {
      const { refusal: why } = refusal
      const file = 'path' in why ? nameOf(why.path) : 'folder' in why ? nameOf(why.folder) : ''
      return { code: why.code, facts: { file, ...('country' in why ? { country: why.country } : {}) } }
    }
  }
}

const nameOf = (path: string) => path.split(/[\\/]/).at(-1) ?? ''

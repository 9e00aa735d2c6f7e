import { sql } from 'kysely'
import type { Country } from '#countries'
import { type Database, transaction, workerActor } from '#db'
import { err, type Month, ok, type Result } from '#kernel'
import { appendAuditOfRows } from '#security'
import { type Adjusted, adjust, unadjusted } from './arrears/adjust.ts'
import { owedByRun } from './arrears/owed.sql.ts'
import { entitlementLines } from './decided-sets.ts'
import { enrolFromRun } from './enrolment/enrol-from-run.ts'
import { findRun, latestRun, type RunId, stateOf } from './run.sql.ts'

export type EntitleRefusal =
  | { readonly code: 'run_unknown'; readonly run: string }
  | {
      readonly code: 'run_not_finished'
      readonly run: string
      readonly rangesDone: number
      readonly rangesTotal: number
    }
  /** It decided households that are not of this register. */
  | { readonly code: 'run_is_trial'; readonly run: string }
  /** The pack collects a contribution, or sets no amount: nobody is owed anything. */
  | { readonly code: 'programme_pays_nothing'; readonly pack: string }
  /** A later run decided the same month again: what is owed follows that one. */
  | { readonly code: 'run_overtaken'; readonly run: string; readonly by: string }

type EntitleAsked = { readonly country: Country; readonly runId: RunId; readonly askedBy: string }

export type Entitled = {
  readonly pack: string
  readonly month: Month
  /** Entitlements recorded now, and those that an earlier run had recorded already. */
  readonly added: number
  readonly standing: number
  /** What the run says otherwise of the entitlements that stand. */
  readonly adjusted: Adjusted
}

/**
 * Records what a finished run says is owed: one entitlement per household that is eligible with an amount in the run's
 * list, whether or not anything is new for it; once per household, pack and month, however many runs there are. What a
 * later run says differently becomes arrears or an overpayment (`adjust`): an entitlement that stands is not edited. Where the
 * programme has terms of enrolment, what the run changes in them comes first, and only who is enrolled in the month is owed.
 */
export async function entitle(worker: Database, request: EntitleAsked): Promise<Result<Entitled, EntitleRefusal>> {
  // A month fills one table after the other: the planner, told by itself only later, would take them for empty.
  await planFor(worker, request.askedBy, 'determinations')
  const enrolled = await enrolFromRun(worker, request)
  if (enrolled.ok && !enrolled.value.exists) await planFor(worker, request.askedBy, 'enrolments')
  const retroactive = !enrolled.ok && enrolled.refusal.code === 'later_run_applied'
  const recorded = await recordOwed(worker, request, retroactive)
  if (recorded.ok && recorded.value.added > 0) await planFor(worker, request.askedBy, 'entitlements')
  return recorded
}

async function recordOwed(
  worker: Database,
  request: EntitleAsked,
  retroactive: boolean,
): Promise<Result<Entitled, EntitleRefusal>> {
  return transaction(worker, workerActor(request.askedBy), async tx => {
    const run = await findRun(tx, request.runId)
    if (!run) return err({ code: 'run_unknown', run: request.runId })
    if (run.trial) return err({ code: 'run_is_trial', run: run.id })
    if (stateOf(run) !== 'finished') {
      return err({ code: 'run_not_finished', run: run.id, rangesDone: run.rangesDone, rangesTotal: run.rangesTotal })
    }
    const amount = request.country.book.packs.get(run.pack)?.amount
    if (amount?.direction !== 'receives' || run.currency === null)
      return err({ code: 'programme_pays_nothing', pack: run.pack })
    const owed = owedByRun(run, { terms: request.country.programmes.get(run.pack), retroactive })
    // One at a time: two runs of one month recorded together would each find the other's households missing.
    await sql`select pg_advisory_xact_lock(hashtextextended(${`programmes.entitle ${run.pack}`}, 0))`.execute(tx)
    const latest = await latestRun(tx, run)
    if (latest && latest.sequence > run.sequence) return err({ code: 'run_overtaken', run: run.id, by: latest.id })
    const { rows: earlier } = await sql`
      select from programmes.entitlement
      where pack = ${run.pack} and month = ${run.month} and run_id <> ${run.id} limit 1`.execute(tx)
    const late = earlier.length > 0
    const { rows } = await sql<{ added: number; standing: number }>`
      with owed as (${owed}
      ), added as (
        insert into programmes.entitlement (id, household_id, run_id, pack, month, territory, amount_minor, currency,
          late, exceptional_id)
        select gen_random_uuid(), household_id, ${run.id}, ${run.pack}, ${run.month}, territory, amount_minor, ${run.currency},
          ${late}::boolean, exceptional_id
        from owed
        on conflict (household_id, pack, month) do nothing
        returning household_id
      )
      select (select count(*)::int from added) as added,
        (select count(*)::int from owed) - (select count(*)::int from added) as standing`.execute(tx)
    await appendAuditOfRows(tx, {
      action: 'entitlement.record',
      subject: { kind: 'entitlement' },
      purpose: 'determination: entitlements of a month',
      detail: { run: run.id, pack: run.pack, month: run.month, lines: 2 },
      rows: entitlementLines(run),
    })
    return ok({
      pack: run.pack,
      month: run.month,
      ...(rows[0] as { added: number; standing: number }),
      adjusted: late ? await adjust(tx, run, owed) : unadjusted,
    })
  })
}

async function planFor(worker: Database, askedBy: string, what: 'determinations' | 'enrolments' | 'entitlements') {
  await transaction(worker, workerActor(askedBy), tx => sql.raw(`select programmes.analyze_${what}()`).execute(tx))
}

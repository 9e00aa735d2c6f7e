import { sql } from 'kysely'
import type { Country } from '#countries'
import { type Database, transaction, workerActor } from '#db'
import { err, type Month, ok, type Result } from '#kernel'
import { appendAuditOfRows } from '#security'
import { entitlementLines } from './decided-sets.ts'
import { enrolFromRun } from './enrolment/enrol-from-run.ts'
import { inState } from './enrolment/enrolments-of.ts'
import { findRun, inChain, type RunId, stateOf } from './run.sql.ts'

export type EntitleRefusal =
  | { readonly code: 'run_unknown'; readonly run: string }
  | {
      readonly code: 'run_not_finished'
      readonly run: string
      readonly rangesDone: number
      readonly rangesTotal: number
    }
  /** The pack collects a contribution, or sets no amount: nobody is owed anything. */
  | { readonly code: 'programme_pays_nothing'; readonly pack: string }

export type Entitled = {
  readonly pack: string
  readonly month: Month
  /** Entitlements recorded now, and those that an earlier run had recorded already. */
  readonly added: number
  readonly standing: number
}

/**
 * Records what a finished run says is owed: one entitlement per household that is eligible with an amount in the run's
 * list, whether or not anything is new for it; once per household, pack and month, however many runs there are. What a
 * later run says differently becomes arrears or an overpayment: an entitlement that stands is not edited. Where the programme
 * has terms of enrolment, what the run changes in them comes first, and only who is enrolled in the month is owed.
 */
export async function entitle(
  worker: Database,
  request: { readonly country: Country; readonly runId: RunId; readonly askedBy: string },
): Promise<Result<Entitled, EntitleRefusal>> {
  await enrolFromRun(worker, request)
  return transaction(worker, workerActor(request.askedBy), async tx => {
    const run = await findRun(tx, request.runId)
    if (!run) return err({ code: 'run_unknown', run: request.runId })
    if (stateOf(run) !== 'finished') {
      return err({ code: 'run_not_finished', run: run.id, rangesDone: run.rangesDone, rangesTotal: run.rangesTotal })
    }
    const amount = request.country.book.packs.get(run.pack)?.amount
    if (amount?.direction !== 'receives' || run.currency === null)
      return err({ code: 'programme_pays_nothing', pack: run.pack })
    const enrolled = request.country.programmes.has(run.pack)
      ? sql`household_id in (select household_id from (${inState(run.pack, 'enrolled', run.month)}) as enrolled)`
      : sql`true`
    const { rows } = await sql<{ added: number; standing: number }>`
      with owed as (
        select household_id, territory, amount_minor
        from (
          select distinct on (d.household_id) d.household_id, d.territory, d.outcome, d.amount_minor
          from programmes.determination as d
          where ${inChain('d', run)}
          order by d.household_id, d.sequence desc
        ) as state
        where outcome = 'eligible' and amount_minor > 0 and ${enrolled}
      ), added as (
        insert into programmes.entitlement (id, household_id, run_id, pack, month, territory, amount_minor, currency)
        select gen_random_uuid(), household_id, ${run.id}, ${run.pack}, ${run.month}, territory, amount_minor, ${run.currency}
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
    return ok({ pack: run.pack, month: run.month, ...(rows[0] as { added: number; standing: number }) })
  })
}

import { type RawBuilder, sql } from 'kysely'
import type { Country, ProgrammeTerms } from '#countries'
import { type Database, type Transaction, transaction, workerActor } from '#db'
import { addMonths, err, type Month, newId, ok, type Result } from '#kernel'
import { findRun, inChain, type RunId, type RunRow, stateOf } from '../run.sql.ts'
import { type EnrolmentsChanged, isOpen, lockProgrammes, performAct } from './change-enrolments.ts'

export type EnrolRefusal =
  | { readonly code: 'run_unknown'; readonly run: string }
  /** It decided households that are not of this register. */
  | { readonly code: 'run_is_trial'; readonly run: string }
  | { readonly code: 'run_not_finished'; readonly run: string }
  | { readonly code: 'programme_without_terms'; readonly pack: string }
  /** A later run was applied: what an earlier month says differently is arrears or an overpayment, not an enrolment. */
  | { readonly code: 'later_run_applied'; readonly month: Month }

/**
 * What a finished run changes in the enrolments of its programme, as one set in one transaction: who is newly eligible comes in
 * (by itself where the programme is automatic, otherwise who applied), beyond the places onto the waiting list in the stated
 * order; who has no right any more leaves with the refusal as its reason; whose time is over leaves; who is suspended stays so.
 * Only households of which something is new are looked at. Asked again it changes nothing.
 */
export async function enrolFromRun(
  worker: Database,
  asked: { readonly country: Country; readonly runId: RunId; readonly askedBy: string },
): Promise<Result<EnrolmentsChanged, EnrolRefusal>> {
  return transaction(worker, workerActor(asked.askedBy), async tx => {
    const run = await findRun(tx, asked.runId)
    if (!run) return err({ code: 'run_unknown', run: asked.runId })
    if (run.trial) return err({ code: 'run_is_trial', run: run.id })
    if (stateOf(run) !== 'finished') return err({ code: 'run_not_finished', run: run.id })
    const terms = asked.country.programmes.get(run.pack)
    if (terms === undefined) return err({ code: 'programme_without_terms', pack: run.pack })
    await lockProgrammes(tx, asked.country, run.pack)
    const applied = await appliedRuns(tx, run)
    if (applied.this) return ok({ exists: true, counts: applied.this })
    if (applied.month !== null && run.month < applied.month)
      return err({ code: 'later_run_applied', month: applied.month })
    const open = isOpen(asked.country, terms, run.month).ok
    const done = await performAct(tx, {
      id: newId(),
      country: asked.country,
      terms,
      kind: 'run',
      month: run.month,
      says: null,
      digested: [run.id],
      rows: changesOfRun(run, terms, applied.sequence, open),
      run: { id: run.id, sequence: run.sequence },
    })
    if (!done.ok) throw new Error(`run ${run.id}: ${done.refusal.code}`)
    return ok(done.value)
  })
}

/** What this run did, where it was applied; and up to which run of the chain, and for which month, others were. */
async function appliedRuns(tx: Transaction, run: RunRow) {
  const { rows } = await sql<{ runId: string; sequence: number; month: Month; counts: EnrolmentsChanged['counts'] }>`
    select run_id as "runId", sequence, month, counts from programmes.enrolment_act
    where pack = ${run.pack} and kind = 'run' and (run_id = ${run.id} or sequence = (
      select max(sequence) from programmes.enrolment_act where pack = ${run.pack} and kind = 'run'))`.execute(tx)
  const last = rows.toSorted((one, other) => other.sequence - one.sequence)[0]
  return {
    this: rows.find(({ runId }) => runId === run.id)?.counts,
    sequence: last?.sequence ?? 0,
    month: last?.month ?? null,
  }
}

/** One row for each household of which a run says something new, or for which time has passed. */
function changesOfRun(run: RunRow, terms: ProgrammeTerms, after: number, open: boolean): RawBuilder<unknown> {
  const automatic = terms.entry.by === 'automatic'
  const over = isOver('now.since_month', terms.duration?.months, run.month)
  const due = isOver('now.certified_month', terms.recertification?.months, run.month)
  const entering = automatic
    ? sql`(now.state is null or now.state in ('applied', 'eligible', 'waiting', 'refused') or now.state = 'exited' and now.by_run)`
    : sql`now.state in ('applied', 'eligible', 'waiting')`
  const saidAnew = terms.recertification
    ? sql`exists (select from households.published_activity as said where said.household_id = decided.household_id
        and to_char(said.last_at, 'YYYY-MM') > ${addMonths(run.month, -terms.recertification.months)})`
    : sql`false`
  return sql`
    select household_id, change, reason, detail, by_run, null::date as asked_on
    from (
      select decided.household_id, now.state,
        case
          when decided.outcome in ('not_eligible', 'gone') and now.state in ('enrolled', 'suspended') then 'exit'
          when decided.outcome in ('not_eligible', 'gone') and now.state in ('applied', 'eligible', 'waiting') then 'refuse'
          when now.state in ('enrolled', 'suspended') and ${over} then 'exit'
          when now.state = 'enrolled' and ${due} then case when ${saidAnew} then 'recertify' else 'suspend' end
          when now.state = 'suspended' and now.reason = 'recertification_due' and ${saidAnew} then 'restore'
          when decided.outcome = 'eligible' and ${entering} and ${open}::boolean then 'enrol'
        end as change,
        case
          when decided.outcome = 'gone' then 'household_gone'
          when decided.outcome = 'not_eligible' then coalesce(decided.refusals[1], 'not_eligible')
          when now.state in ('enrolled', 'suspended') and ${over} then 'duration_over'
          when now.state = 'enrolled' and ${due} then case when ${saidAnew} then 'recertified' else 'recertification_due' end
          when now.state = 'suspended' then 'recertified'
          else 'eligible'
        end as reason,
        null::jsonb as detail,
        -- Of a household that the programme never heard of, neither state nor months are known.
        coalesce(not (decided.outcome = 'eligible' and now.state in ('enrolled', 'suspended') and ${over}), true) as by_run
      from (${newsOf(run, terms, after)}) as decided
        left join programmes.enrolment as now on now.household_id = decided.household_id and now.pack = ${run.pack}
    ) as found
    where change is not null`
}

/** The outcome of each household that runs since the one applied last say something new of, and of those for whom time counts. */
function newsOf(run: RunRow, terms: ProgrammeTerms, after: number): RawBuilder<unknown> {
  const timed = [
    sql`now.state in ('applied', 'eligible', 'waiting')`,
    ...(terms.duration ? [sql`now.state in ('enrolled', 'suspended')`] : []),
    ...(terms.recertification ? [sql`now.state = 'enrolled'`, sql`now.reason = 'recertification_due'`] : []),
  ]
  return sql`
    with said as (
      select distinct on (d.household_id) d.household_id, d.outcome, d.refusals
      from programmes.determination as d
      where ${inChain('d', run)} and d.sequence > ${after}
      order by d.household_id, d.sequence desc
    )
    select household_id, outcome, refusals from said
    union all
    select now.household_id, latest.outcome, latest.refusals
    from programmes.enrolment as now cross join lateral (
      select d.outcome, d.refusals from programmes.determination as d
      where d.household_id = now.household_id and ${inChain('d', run)}
      order by d.sequence desc limit 1
    ) as latest
    where now.pack = ${run.pack} and (${sql.join(timed, sql` or `)})
      and not exists (select from said where said.household_id = now.household_id)`
}

/** Whether some months have passed since a month; never where no number is known. */
function isOver(since: string, months: number | undefined, month: Month): RawBuilder<boolean> {
  if (months === undefined) return sql`false`
  return sql`to_char((${sql.ref(since)} || '-01')::date + make_interval(months => ${months}), 'YYYY-MM') <= ${month}`
}

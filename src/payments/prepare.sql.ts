import { type RawBuilder, sql } from 'kysely'
import type { Transaction } from '#db'
import type { DateText } from '#kernel'
import type { EntitlementLine, LeftOutReason } from './prepare.ts'
import { returnedStaged, type Verdicts } from './returns/returned.sql.ts'
import type { RunId, RunState } from './run.ts'
import type { RunChecks } from './run-checks.ts'

/** One preparer at a time: who comes second sees what the first took. The key of run_line would refuse it anyway. */
export async function lockPreparation(tx: Transaction): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended('payments.prepare', 0))`.execute(tx)
}

export async function stageSelect(tx: Transaction, run: RunId, select: RawBuilder<unknown>): Promise<void> {
  await sql`
    insert into payments.run_staging (run_id, entitlement_id, payee_id, payee_name, territory, purpose, period, amount)
    select ${run}::uuid, entitlement_id, payee_id, payee_name, territory, purpose, period, amount
    from (${select}) as owed`.execute(tx)
}

/** What was just staged has no statistics yet: the statements that follow would be planned for none. */
export async function analyzeStaging(tx: Transaction): Promise<void> {
  await sql`select payments.analyze_staging()`.execute(tx)
}

export async function stageLines(tx: Transaction, run: RunId, lines: readonly EntitlementLine[]): Promise<void> {
  await sql`
    insert into payments.run_staging (run_id, entitlement_id, payee_id, payee_name, territory, purpose, period, amount)
    select ${run}::uuid, * from unnest(
      ${lines.map(line => line.entitlementId)}::uuid[], ${lines.map(line => line.payeeId)}::uuid[],
      ${lines.map(line => line.payeeName)}::text[], ${lines.map(line => line.territory)}::text[],
      ${lines.map(line => line.purpose)}::text[], ${lines.map(line => line.period)}::text[],
      ${lines.map(line => line.amount)}::bigint[])`.execute(tx)
}

export async function clearStaging(tx: Transaction, run: RunId): Promise<void> {
  await sql`delete from payments.run_staging where run_id = ${run}`.execute(tx)
}

export async function insertRun(
  tx: Transaction,
  run: { id: RunId; reference: string; budgetLine: string; label: string; period: string },
): Promise<void> {
  await sql`
    insert into payments.run (id, reference, budget_line, label, period)
    values (${run.id}, ${run.reference}, ${run.budgetLine}, ${run.label}, ${run.period})`.execute(tx)
}

export type Sorted = {
  readonly offered: number
  readonly instructions: number
  readonly amount: bigint
  /** Lines that are tried again after they came back. */
  readonly again: number
  readonly leftOut: Partial<Record<LeftOutReason, number>>
  readonly inRuns: readonly { readonly reference: string; readonly state: RunState; readonly lines: number }[]
}

/** Per sort of this transaction: a million lines then sort mostly in memory. */
const SORTING_MEMORY = '64MB'

const none = (columns: string) => sql`select ${sql.raw(columns)} where false`

/** Runs of a purpose that its amounts and accounts are compared with. */
const RUNS_COMPARED = 3

/**
 * Sorts what was staged, in one statement however many: what an earlier run already pays is passed over, what cannot be
 * paid or is held by a check is left out with its reason, the rest becomes lines and one instruction per payee, at the account
 * in force on the day, numbered by provider, territory and payee.
 */
export async function sortStaged(
  tx: Transaction,
  run: RunId,
  day: DateText,
  checks: RunChecks,
  verdicts: Verdicts,
): Promise<Sorted> {
  const compares = checks.coolingDays > 0 || checks.amountTimes !== null
  await sql`select set_config('work_mem', ${SORTING_MEMORY}, true)`.execute(tx)
  const { rows } = await sql<Sorted>`
    with in_force as (
      select distinct on (a.payee_id) a.payee_id, a.id, a.kind, a.provider,
        coalesce(encode(a.number_index, 'hex'), a.number) as number, greatest(a.valid_from, a.recorded_at::date) as since
      from payments.payee_account a
      where a.valid_from <= ${day}::date
        and a.payee_id in (select payee_id from payments.run_staging where run_id = ${run})
      order by a.payee_id, a.valid_from desc, a.recorded_at desc, a.id desc
    ), last as (
      select distinct on (entitlement_id) entitlement_id, l.attempt, l.run_id, l.position
      from payments.run_staging s join payments.run_line l using (entitlement_id)
      where s.run_id = ${run}
      order by entitlement_id, l.attempt desc
    ), returned as (
      -- What came in since it was decided has no verdict: it waits for the next run.
      select r.entitlement_id, r.code, case when v.facts is null then 'returned_doubt' else v.reason end as reason
      from (${returnedStaged(run, day)}) as r
        left join unnest(${verdicts.facts}::text[], ${verdicts.reasons}::text[]) as v (facts, reason) on v.facts = r.facts::text
    ), decided as (
      select distinct on (s.entitlement_id) s.entitlement_id, d.decision
      from payments.run_staging s join payments.entitlement_decision d using (entitlement_id) left join last using (entitlement_id)
      where s.run_id = ${run} and d.attempt = coalesce(last.attempt, 0)
      order by s.entitlement_id, d.recorded_at desc
    ), compared as (
      select run_id from (
        select t.run_id, row_number() over (partition by t.purpose order by t.run_id desc) as place
        from (select distinct run_id, purpose from payments.run_total) as t
        where t.purpose in (select purpose from payments.run_staging where run_id = ${run})
          and exists (select from payments.run_event e where e.run_id = t.run_id and e.state = 'sent')) as latest
      where place <= ${compares ? RUNS_COMPARED : 0}
    ), paid as (
      select i.payee_id, l.purpose, max(l.amount) as most
      from payments.instruction i join payments.run_line l on l.run_id = i.run_id and l.position = i.position
      where i.run_id in (select run_id from compared) group by 1, 2
    ), paid_at as (
      select distinct on (i.payee_id) i.payee_id, a.id, a.kind, a.provider, coalesce(encode(a.number_index, 'hex'), a.number) as number
      from payments.instruction i join payments.payee_account a on a.id = i.account_id
      where i.run_id in (select run_id from compared)
      order by i.payee_id, i.run_id desc
    ), same as (
      ${checks.samePersons ?? none('null::uuid as payee_id, null::uuid as same_as')}
    ), dead as (
      ${checks.dead ?? none('null::uuid as payee_id')}
    ), sanctioned as (
      ${checks.sanctions.named ?? none('null::uuid as payee_id')}
    ), shared as (
      select f.number from in_force f left join same using (payee_id)
      where ${checks.sharedAccounts} and f.number is not null
      group by f.number having count(distinct coalesce(same.same_as, f.payee_id)) > 1
    ), asked as (
      select s.*, coalesce(last.attempt, 0) + 1 as attempt, a.id as account_id, a.provider, a.kind, last.run_id as earlier,
        last.run_id is not null and returned.entitlement_id is null
          and not payments.attempt_is_over(last.run_id, last.position, s.entitlement_id) as living,
        returned.reason as verdict, returned.code, decided.decision, same.same_as,
        shared.number is not null as shares, paid.most,
        ${checks.coolingDays} > 0 and paid_at.id <> a.id and a.since > ${day}::date - ${checks.coolingDays}::integer
          and (paid_at.kind, paid_at.provider, paid_at.number) is distinct from (a.kind, a.provider, a.number) as just_changed
      from payments.run_staging s
        left join last using (entitlement_id)
        left join returned using (entitlement_id)
        left join decided using (entitlement_id)
        left join in_force a using (payee_id)
        left join same using (payee_id)
        left join shared on shared.number = a.number
        left join paid using (payee_id, purpose)
        left join paid_at using (payee_id)
      where s.run_id = ${run}
    ), ranked as (
      select *, case when payee_id is not null then first_value(payee_id) over (
        partition by coalesce(same_as, payee_id), purpose, period
        order by living desc, same_as is null desc, payee_id) end as stands
      from asked
    ), candidate as materialized (
      select *, case
          when living then 'in_run'
          when payee_id is null then 'no_recipient'
          when amount <= 0 then 'amount_not_positive'
          when payee_id in (select payee_id from dead) then 'payee_dead'
          when stands <> payee_id then 'same_person'
          when verdict is not null then verdict
          when decision = 'stop' then 'decided_stop'
          when account_id is null then 'no_account'
          when kind = 'closed' then 'account_closed'
          -- At least one letter that stays a letter in the restricted characters of payment files.
          when payee_name ~ '[[:cntrl:]]' or left(normalize(payee_name, NFKD), 40) !~ '[A-Za-z0-9]'
            then 'name_cannot_be_written'
          when decision = 'pay' then null
          when payee_id in (select payee_id from sanctioned) then 'sanctions'
          when shares then 'account_shared'
          when just_changed then 'account_just_changed'
          when amount > ${checks.amountTimes}::bigint * coalesce(most, (select max(p.most) from paid p where p.purpose = ranked.purpose))
            then 'amount_unusual'
        end as reason
      from ranked
    ), payable as (
      select *, max(territory) over (partition by payee_id) as lives
      from candidate where reason is null
    ), placed as materialized (
      select *, dense_rank() over (order by provider collate "C", lives, payee_id)::integer as position from payable
    ), waiting as (
      insert into payments.left_out (run_id, entitlement_id, payee_id, territory, purpose, period, amount, reason, code)
      select run_id, entitlement_id, payee_id, territory, purpose, period, amount, reason,
        case when reason = verdict then nullif(code, '') end
      from candidate where reason <> 'in_run'
    ), instruction as (
      insert into payments.instruction (run_id, position, payee_id, payee_name, territory, account_id, provider, amount)
      select run_id, position, payee_id, max(payee_name), lives, account_id, provider, sum(amount)
      from placed group by run_id, position, payee_id, lives, account_id, provider
      order by position
    ), line as (
      insert into payments.run_line (entitlement_id, attempt, run_id, position, territory, purpose, period, amount)
      select entitlement_id, attempt, run_id, position, territory, purpose, period, amount
      from placed order by position
    )
    select
      (select count(*)::int from candidate) as offered,
      (select coalesce(max(position), 0) from placed) as instructions,
      (select coalesce(sum(amount), 0)::bigint from placed) as amount,
      (select count(*)::int from placed where verdict is null and code is not null) as again,
      (select coalesce(jsonb_object_agg(reason, n), '{}') from (
        select reason, count(*) as n from candidate where reason <> 'in_run' group by reason) as waits) as "leftOut",
      (select coalesce(jsonb_agg(jsonb_build_object('reference', r.reference, 'state', taken.state, 'lines', taken.n)
          order by r.reference), '[]')
        from (
          select earlier, count(*) as n,
            (select e.state from payments.run_event e where e.run_id = earlier order by e.recorded_at desc limit 1) as state
          from candidate where reason = 'in_run' group by earlier) as taken
        join payments.run r on r.id = taken.earlier) as "inRuns"`.execute(tx)
  return rows[0]!
}

/** Sums of the run by provider, and by provider and purpose. */
export async function insertTotals(tx: Transaction, run: RunId): Promise<void> {
  await sql`
    insert into payments.run_group (run_id, provider, instructions, amount)
    select run_id, provider, count(*), sum(amount) from payments.instruction where run_id = ${run} group by 1, 2`.execute(
    tx,
  )
  await sql`
    insert into payments.run_total (run_id, provider, purpose, lines, amount)
    select i.run_id, i.provider, l.purpose, count(*), sum(l.amount)
    from payments.instruction i join payments.run_line l on l.run_id = i.run_id and l.position = i.position
    where i.run_id = ${run} group by 1, 2, 3`.execute(tx)
}

export async function savepoint(tx: Transaction, step: 'begin' | 'undo' | 'keep'): Promise<void> {
  const statement = {
    begin: sql`savepoint prepare`,
    undo: sql`rollback to savepoint prepare`,
    keep: sql`release savepoint prepare`,
  }[step]
  await statement.execute(tx)
}

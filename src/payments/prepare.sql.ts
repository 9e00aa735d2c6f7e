import { type RawBuilder, sql } from 'kysely'
import type { Transaction } from '#db'
import type { DateText } from '#kernel'
import type { EntitlementLine, LeftOutReason } from './prepare.ts'
import type { RunId, RunState } from './run.ts'

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
  readonly leftOut: Partial<Record<LeftOutReason, number>>
  readonly inRuns: readonly { readonly reference: string; readonly state: RunState; readonly lines: number }[]
}

/** Per sort of this transaction: a million lines then sort mostly in memory. */
const SORTING_MEMORY = '64MB'

/**
 * Sorts what was staged, in one statement however many: what an earlier run already pays is passed over, what cannot be
 * paid is left out with its reason, the rest becomes lines and one instruction per payee, at the account in force on the
 * day, numbered by provider, territory and payee.
 */
export async function sortStaged(tx: Transaction, run: RunId, day: DateText): Promise<Sorted> {
  await sql`select payments.analyze_staging(), set_config('work_mem', ${SORTING_MEMORY}, true)`.execute(tx)
  const { rows } = await sql<Sorted>`
    with in_force as (
      select distinct on (a.payee_id) a.payee_id, a.id, a.kind, a.provider
      from payments.payee_account a
      where a.valid_from <= ${day}::date
        and a.payee_id in (select payee_id from payments.run_staging where run_id = ${run})
      order by a.payee_id, a.valid_from desc, a.recorded_at desc, a.id desc
    ), last as (
      select distinct on (entitlement_id) entitlement_id, l.attempt, l.run_id, l.position
      from payments.run_staging s join payments.run_line l using (entitlement_id)
      where s.run_id = ${run}
      order by entitlement_id, l.attempt desc
    ), candidate as materialized (
      select s.*, coalesce(last.attempt, 0) + 1 as attempt, a.id as account_id, a.provider, last.run_id as earlier,
        case
          when last.run_id is not null and not payments.attempt_is_over(last.run_id, last.position) then 'in_run'
          when s.amount <= 0 then 'amount_not_positive'
          when a.id is null then 'no_account'
          when a.kind = 'closed' then 'account_closed'
          -- At least one letter that stays a letter in the restricted characters of payment files.
          when s.payee_name ~ '[[:cntrl:]]' or left(normalize(s.payee_name, NFKD), 40) !~ '[A-Za-z0-9]'
            then 'name_cannot_be_written'
        end as reason
      from payments.run_staging s
        left join last using (entitlement_id)
        left join in_force a using (payee_id)
      where s.run_id = ${run}
    ), payable as (
      select *, max(territory) over (partition by payee_id) as lives
      from candidate where reason is null
    ), placed as materialized (
      select *, dense_rank() over (order by provider collate "C", lives, payee_id)::integer as position from payable
    ), waiting as (
      insert into payments.left_out (run_id, entitlement_id, payee_id, territory, purpose, period, amount, reason)
      select run_id, entitlement_id, payee_id, territory, purpose, period, amount, reason
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

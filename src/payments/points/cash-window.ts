import { sql } from 'kysely'
import type { Transaction } from '#db'
import { type Currency, type DateText, err, type Id, ok, type Result } from '#kernel'
import { appendAudit } from '#security'
import { findRun } from '../run.sql.ts'
import { type RunId, type RunState, stateOf } from '../run.ts'
import { paysAtCounter } from './cash-way.ts'

export type CashWindowId = Id<'cash-window'>

export type CashWindow = {
  /** Made by the caller and kept for retries. */
  readonly id: CashWindowId
  readonly run: RunId
  readonly provider: string
  /** First and last day on which money is handed over. */
  readonly opensOn: DateText
  readonly closesOn: DateText
}

export type CashWindowRefusal =
  | { readonly code: 'run_unknown'; readonly run: string }
  | {
      readonly code: 'run_not_in_state'
      readonly reference: string
      readonly state: RunState
      readonly needs: readonly RunState[]
    }
  /** Nothing of the run is carried by this provider, or it is no provider of cash. */
  | { readonly code: 'nothing_in_cash'; readonly reference: string; readonly provider: string }
  /** The network pays this run by its own till: at our counter it could be paid twice. */
  | { readonly code: 'network_pays'; readonly reference: string; readonly provider: string }
  | { readonly code: 'days_reversed'; readonly opensOn: DateText; readonly closesOn: DateText }
  | { readonly code: 'window_too_long'; readonly days: number; readonly most: number }
  | { readonly code: 'window_exists'; readonly opensOn: DateText; readonly closesOn: DateText }

/** Longest time that money waits at points. */
const WINDOW_DAYS_MOST = 120

/** Announces when what a run pays in cash is collected. The same window again changes nothing. */
export async function openCashWindow(
  tx: Transaction,
  window: CashWindow,
): Promise<Result<'opened' | 'already', CashWindowRefusal>> {
  const { id, provider, opensOn, closesOn } = window
  const run = await findRun(tx, window.run)
  if (!run) return err({ code: 'run_unknown', run: window.run })
  const state = stateOf(run.facts)
  const needs = ['approved', 'file_made', 'sent'] as const
  if (!needs.some(each => each === state)) {
    return err({ code: 'run_not_in_state', reference: run.reference, state, needs })
  }
  const { rows: cash } = await sql`
    select from payments.run_group g join payments.provider p on p.code = g.provider and p.kind = 'cash'
    where g.run_id = ${run.id} and g.provider = ${provider}`.execute(tx)
  if (cash.length === 0) return err({ code: 'nothing_in_cash', reference: run.reference, provider })
  if (!(await paysAtCounter(tx, run.id, provider)))
    return err({ code: 'network_pays', reference: run.reference, provider })
  const days = daysBetween(opensOn, closesOn)
  if (days < 1) return err({ code: 'days_reversed', opensOn, closesOn })
  if (days > WINDOW_DAYS_MOST) return err({ code: 'window_too_long', days, most: WINDOW_DAYS_MOST })
  const { numAffectedRows } = await sql`
    insert into payments.cash_window (id, run_id, provider, opens_on, closes_on)
    values (${id}, ${run.id}, ${provider}, ${opensOn}, ${closesOn}) on conflict do nothing`.execute(tx)
  if (numAffectedRows !== 1n) {
    const { rows } = await sql<{ opensOn: DateText; closesOn: DateText }>`
      select opens_on as "opensOn", closes_on as "closesOn" from payments.cash_window
      where (run_id, provider) = (${run.id}, ${provider})`.execute(tx)
    const [there] = rows
    if (there?.opensOn === opensOn && there.closesOn === closesOn) return ok('already')
    return err({ code: 'window_exists', opensOn: there?.opensOn ?? opensOn, closesOn: there?.closesOn ?? closesOn })
  }
  await appendAudit(tx, {
    action: 'cash_window.open',
    subject: { kind: 'payment_run', id: run.id },
    purpose: 'payment: cash is collected at payment points',
    detail: { window: id, reference: run.reference, provider, opensOn, closesOn },
  })
  return ok('opened')
}

/** Days from one to another, both counted. */
function daysBetween(from: DateText, to: DateText): number {
  return Temporal.PlainDate.from(from).until(to, { largestUnit: 'days' }).days + 1
}

/** How a window stands on a day. */
export type CashWindowState = 'announced' | 'open' | 'to_close' | 'closed'

export type CashWindowView = CashWindow & {
  readonly reference: string
  readonly label: string
  readonly period: string
  readonly currency: Currency
  readonly providerName: string
  readonly state: CashWindowState
  readonly instructions: number
  readonly amount: bigint
  /** Handed over at points so far, of the actor's territories. */
  readonly paid: number
  readonly paidAmount: bigint
  /** What came back; null until the window is closed, and where the actor sees a part of the run. */
  readonly unclaimed: number | null
  readonly unclaimedAmount: bigint | null
}

/** Windows, the latest first, as they stand on a day: of the actor's territories, with what came back for who sees all of the run. */
export async function listCashWindows(
  tx: Transaction,
  today: DateText,
  { most, run, provider }: { readonly most: number; readonly run?: RunId; readonly provider?: string },
): Promise<readonly CashWindowView[]> {
  const { rows } = await sql<CashWindowView>`
    select w.id, w.run_id as run, w.provider, w.opens_on as "opensOn", w.closes_on as "closesOn",
      r.reference, r.label, r.period, b.currency, p.name as "providerName", s.instructions, s.amount,
      case when k.window_id is not null then 'closed' when ${today}::date > w.closes_on then 'to_close'
        when ${today}::date >= w.opens_on then 'open' else 'announced' end as state,
      coalesce(c.paid, 0) as paid, coalesce(c.amount, 0)::bigint as "paidAmount",
      case when s.instructions = g.instructions then k.unclaimed end as unclaimed,
      case when s.instructions = g.instructions then k.unclaimed_amount end as "unclaimedAmount"
    from payments.cash_window w
      join payments.run r on r.id = w.run_id
      join payments.budget_line b on b.code = r.budget_line
      join payments.provider p on p.code = w.provider
      join payments.run_group g on g.run_id = w.run_id and g.provider = w.provider
      join lateral (
        select count(*)::int as instructions, sum(i.amount)::bigint as amount
        from payments.instruction i where i.run_id = w.run_id and i.provider = w.provider) s on s.instructions > 0
      left join payments.cash_closing k on k.window_id = w.id
      left join lateral (
        select count(*)::int as paid, sum(c.amount) as amount
        from payments.cash_payment c join payments.point o on o.id = c.point and o.provider = w.provider
        where c.run_id = w.run_id) c on true
    where (${run ?? null}::uuid is null or w.run_id = ${run ?? null})
      and (${provider ?? null}::text is null or w.provider = ${provider ?? null})
    order by w.opens_on desc, w.id desc limit ${most}`.execute(tx)
  return rows
}

/** Payees who have not collected yet, with the point where they are expected: whom a notice before the opening or the closing is for. */
export type CashPayee = {
  readonly payee: string
  readonly territory: string
  readonly position: number
  readonly point: string | null
  readonly purposes: readonly string[]
}

/** In the worker's role. */
export async function cashPayees(tx: Transaction, window: CashWindowId): Promise<readonly CashPayee[]> {
  const { rows } = await sql<CashPayee>`
    select i.payee_id as payee, i.territory, i.position, p.name as point,
      array(select distinct l.purpose from payments.run_line l where l.run_id = i.run_id and l.position = i.position order by 1) as purposes
    from payments.cash_window w
      join payments.instruction i on i.run_id = w.run_id and i.provider = w.provider
      left join lateral (
        select a.point from payments.point_assignment a where a.payee_id = i.payee_id order by a.id desc limit 1) a on true
      left join payments.point_now p on p.id = a.point
    where w.id = ${window}
      and not exists (select from payments.cash_payment c where c.run_id = i.run_id and c.position = i.position)
      and not exists (select from payments.instruction_outcome o where o.run_id = i.run_id and o.position = i.position)
    order by i.position`.execute(tx)
  return rows
}

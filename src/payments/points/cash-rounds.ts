import { sql } from 'kysely'
import type { Transaction } from '#db'
import type { DateText } from '#kernel'
import type { CashWindowId } from './cash-window.ts'

/** What there is to do about windows on a day. */
export type CashRound = {
  /** Open, or over and not closed: what points handed over is to be booked. */
  readonly toBook: readonly CashWindowId[]
  readonly toClose: readonly CashWindowId[]
  /** Notices that nobody queued yet. */
  readonly toTell: readonly {
    readonly window: CashWindowId
    readonly kind: 'opens' | 'closes'
    readonly opensOn: DateText
    readonly closesOn: DateText
    readonly providerName: string
  }[]
}

/** Days before a window opens, and before it closes, on which payees are told. */
const NOTICE_DAYS = 3

/** In the worker's role. A window that opens and closes within the days of notice has both. */
export async function cashRound(tx: Transaction, today: DateText): Promise<CashRound> {
  type Row = {
    window: CashWindowId
    opensOn: DateText
    closesOn: DateText
    providerName: string
    over: boolean
    payable: boolean
    opens: boolean
    closes: boolean
  }
  const { rows } = await sql<Row>`
    select w.id as window, w.opens_on as "opensOn", w.closes_on as "closesOn", p.name as "providerName",
      ${today}::date > w.closes_on as over, ${today}::date >= w.opens_on as payable,
      ${today}::date between w.opens_on - ${NOTICE_DAYS}::integer and w.closes_on
        and not exists (select from payments.cash_notice n where (n.window_id, n.kind) = (w.id, 'opens')) as opens,
      ${today}::date between w.closes_on - ${NOTICE_DAYS}::integer and w.closes_on
        and not exists (select from payments.cash_notice n where (n.window_id, n.kind) = (w.id, 'closes')) as closes
    from payments.cash_window w join payments.provider p on p.code = w.provider
    where not exists (select from payments.cash_closing k where k.window_id = w.id)
      and exists (select from payments.run_event e where e.run_id = w.run_id and e.state = 'sent')
    order by w.closes_on, w.id`.execute(tx)
  return {
    toBook: rows.filter(row => row.payable && !row.over).map(row => row.window),
    toClose: rows.filter(row => row.over).map(row => row.window),
    toTell: rows.flatMap(row =>
      (['opens', 'closes'] as const).filter(kind => row[kind]).map(kind => ({ ...row, kind })),
    ),
  }
}

/** Says that a notice was queued, in the transaction that queues it. False where somebody else did. */
export async function recordCashNotice(
  tx: Transaction,
  window: CashWindowId,
  kind: 'opens' | 'closes',
  payees: number,
): Promise<boolean> {
  const { numAffectedRows } = await sql`
    insert into payments.cash_notice (window_id, kind, payees) values (${window}, ${kind}, ${payees})
    on conflict do nothing`.execute(tx)
  return numAffectedRows === 1n
}

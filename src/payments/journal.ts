import { sql } from 'kysely'
import type { Transaction } from '#db'
import type { Currency } from '#kernel'
import type { LedgerAccountKind, TransferKind } from './ledger.ts'
import type { RunId } from './run.ts'

/** One transfer with its two sides and the run whose payments make it: from here to its instructions, and to each payee. */
export type JournalLine = {
  readonly id: string
  readonly at: Date
  readonly kind: TransferKind
  readonly budgetLine: string
  readonly debit: LedgerAccountKind
  readonly credit: LedgerAccountKind
  readonly purpose: string | null
  readonly provider: string | null
  readonly amount: bigint
  readonly currency: Currency
  readonly reason: string | null
  readonly by: string
  readonly run: RunId | null
  readonly reference: string | null
}

export type JournalAsked = {
  /** One account alone. */
  readonly account?: number
  readonly budgetLine?: string
  readonly until?: Date
  readonly limit: number
  /** The last line of the page before. */
  readonly after?: Pick<JournalLine, 'at' | 'id'>
}

/** The journal in the order of time, in the worker's role: answers of providers are not for every page. */
export async function journal(tx: Transaction, asked: JournalAsked): Promise<readonly JournalLine[]> {
  const { account, budgetLine, until, limit, after } = asked
  const { rows } = await sql<JournalLine>`
    select t.id, t.recorded_at as at, t.kind, d.budget_line as "budgetLine", d.kind as debit, c.kind as credit,
      coalesce(d.purpose, c.purpose) as purpose, coalesce(d.provider, c.provider) as provider, t.amount, b.currency,
      t.reason, t.recorded_by as by, r.id as run, r.reference
    from payments.transfer t
      join payments.account d on d.id = t.debit_account
      join payments.account c on c.id = t.credit_account
      join payments.budget_line b on b.code = d.budget_line
      left join payments.run_posting p on p.transfer = t.id
      left join payments.answer_posting a on a.transfer = t.id
      left join payments.run_restore s on s.transfer = t.id
      left join payments.cash_restore k on k.transfer = t.id
      left join payments.cash_window w on w.id = k.window_id
      left join payments.run r on r.id = coalesce(p.run_id, a.run_id, s.run_id, w.run_id)
    where (${account ?? null}::integer is null or ${account ?? null} in (t.debit_account, t.credit_account))
      and (${budgetLine ?? null}::text is null or d.budget_line = ${budgetLine ?? null})
      and t.recorded_at <= ${until ?? 'infinity'}::timestamptz
      and (date_trunc('milliseconds', t.recorded_at), t.id) > (${after?.at ?? '-infinity'}::timestamptz, ${after?.id ?? '00000000-0000-0000-0000-000000000000'}::uuid)
    order by date_trunc('milliseconds', t.recorded_at), t.id limit ${limit}`.execute(tx)
  return rows
}

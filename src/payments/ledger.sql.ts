import { sql } from 'kysely'
import type { Transaction } from '#db'
import type { Currency } from '#kernel'
import type { AccountKey, LedgerAccountKind, TransferId, TransferKind, TransferRequest } from './ledger.ts'

/** Opens the accounts that do not exist yet and answers the number of each, in the order asked. */
export async function openAccounts(tx: Transaction, keys: readonly AccountKey[]): Promise<number[]> {
  const asked = sql`unnest(
    ${keys.map(key => key.budgetLine)}::text[], ${keys.map(key => key.kind)}::text[],
    ${keys.map(key => key.purpose)}::text[], ${keys.map(key => key.provider)}::text[])
    with ordinality as asked (budget_line, kind, purpose, provider, place)`
  await sql`
    insert into payments.account (budget_line, kind, purpose, provider)
    select distinct budget_line, kind, purpose, provider from ${asked}
    on conflict do nothing`.execute(tx)
  const { rows } = await sql<{ id: number }>`
    select account.id
    from ${asked} join payments.account on account.budget_line = asked.budget_line and account.kind = asked.kind
      and account.purpose is not distinct from asked.purpose and account.provider is not distinct from asked.provider
    order by asked.place`.execute(tx)
  return rows.map(row => row.id)
}

export type RunningTotals = { readonly account: number; readonly debits: bigint; readonly credits: bigint }

/** Locks the accounts until the transaction ends; answers their running totals. */
export async function lockAccounts(tx: Transaction, accounts: readonly number[]): Promise<RunningTotals[]> {
  const { rows } = await sql<RunningTotals>`
    select account, debits, credits from payments.lock_accounts(${accounts}::integer[])`.execute(tx)
  return rows
}

type StoredTransfer = {
  id: TransferId
  kind: TransferKind
  budget_line: string
  purpose: string | null
  provider: string | null
  amount: bigint
}

export async function findTransfers(
  tx: Transaction,
  ids: readonly TransferId[],
): Promise<Map<TransferId, TransferRequest>> {
  const { rows } = await sql<StoredTransfer>`
    select t.id, t.kind, d.budget_line, coalesce(d.purpose, c.purpose) as purpose,
      coalesce(d.provider, c.provider) as provider, t.amount
    from payments.transfer t
      join payments.account d on d.id = t.debit_account
      join payments.account c on c.id = t.credit_account
    where t.id = any (${ids}::uuid[])`.execute(tx)
  return new Map(
    rows.map(row => [
      row.id,
      {
        id: row.id,
        kind: row.kind,
        budgetLine: row.budget_line,
        ...(row.purpose !== null && { purpose: row.purpose }),
        ...(row.provider !== null && { provider: row.provider }),
        amount: row.amount,
      },
    ]),
  )
}

export type TransferRow = {
  readonly request: TransferRequest
  readonly debitAccount: number
  readonly creditAccount: number
}

export async function insertTransfers(tx: Transaction, rows: readonly TransferRow[]): Promise<void> {
  const requests = rows.map(row => row.request)
  await sql`
    insert into payments.transfer (id, kind, debit_account, credit_account, amount, reason)
    select * from unnest(
      ${requests.map(one => one.id)}::uuid[], ${requests.map(one => one.kind)}::text[],
      ${rows.map(row => row.debitAccount)}::integer[], ${rows.map(row => row.creditAccount)}::integer[],
      ${requests.map(one => one.amount)}::bigint[], ${requests.map(one => one.reason ?? null)}::text[])`.execute(tx)
}

/** Of these budget lines and providers, those that exist. */
export async function findBooks(
  tx: Transaction,
  budgetLines: readonly string[],
  providers: readonly string[],
): Promise<{ budgetLines: Set<string>; providers: Set<string> }> {
  const lines = await sql<{ code: string }>`
    select code from payments.budget_line where code = any (${budgetLines}::text[])`.execute(tx)
  const found = await sql<{ code: string }>`
    select code from payments.provider where code = any (${providers}::text[])`.execute(tx)
  return {
    budgetLines: new Set(lines.rows.map(row => row.code)),
    providers: new Set(found.rows.map(row => row.code)),
  }
}

export type AccountBalance = {
  readonly account: number
  readonly budgetLine: string
  readonly currency: Currency
  readonly kind: LedgerAccountKind
  readonly purpose: string | null
  readonly provider: string | null
  readonly debits: bigint
  readonly credits: bigint
}

/**
 * The trial balance: every account that ever moved, with its debits and credits as they stood at an instant (now where
 * none is given), in the order of the chain.
 */
export async function trialBalance(
  tx: Transaction,
  options: { readonly asOf?: Date; readonly budgetLine?: string } = {},
): Promise<AccountBalance[]> {
  const until = options.asOf ?? 'infinity'
  const { rows } = await sql<AccountBalance>`
    select a.id as account, a.budget_line as "budgetLine", l.currency, a.kind, a.purpose, a.provider,
      coalesce(d.total, 0)::bigint as debits, coalesce(c.total, 0)::bigint as credits
    from payments.account a
      join payments.budget_line l on l.code = a.budget_line
      left join lateral (select sum(amount) as total from payments.transfer
        where debit_account = a.id and recorded_at <= ${until}::timestamptz) d on true
      left join lateral (select sum(amount) as total from payments.transfer
        where credit_account = a.id and recorded_at <= ${until}::timestamptz) c on true
    where (d.total is not null or c.total is not null)
      and (${options.budgetLine ?? null}::text is null or a.budget_line = ${options.budgetLine ?? null})
    order by a.budget_line, array_position(
      array['funder', 'budget_line', 'commitment', 'provider', 'recipients', 'returned', 'overpaid', 'written_off'],
      a.kind), a.purpose, a.provider`.execute(tx)
  return rows
}

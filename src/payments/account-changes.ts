import { sql } from 'kysely'
import type { Transaction } from '#db'
import type { PayeeAccountKind } from './account-number.ts'
import { openNumbers } from './account-numbers.ts'
import type { PayeeAccountId } from './payee-account.ts'

/** An account that took the place of another, of which nobody has told its payee. */
export type AccountChange = {
  readonly account: PayeeAccountId
  readonly payeeId: string
  readonly territory: string
  /** The telephone of the wallet that was replaced (E.164), where it was one: whoever has it hears of the change too. */
  readonly oldWallet: string | undefined
}

type Side = {
  readonly id: string
  readonly kind: PayeeAccountKind
  readonly provider: string | null
  readonly number: string | null
  readonly sealed: Buffer | null
}
type Row = {
  readonly account: PayeeAccountId
  readonly payee_id: string
  readonly territory: string
  readonly now: Omit<Side, 'sealed'>
  readonly now_sealed: Buffer | null
  readonly before: Omit<Side, 'sealed'>
  readonly before_sealed: Buffer | null
}

/**
 * Takes changes of accounts that were not told yet, at most so many, in the worker's role: who takes them tells them in the same
 * transaction, and nobody takes them again. The same account recorded twice is none. Answers also how many were looked at.
 */
export async function takeAccountChanges(
  tx: Transaction,
  most: number,
): Promise<{ readonly seen: number; readonly changes: readonly AccountChange[] }> {
  // One at a time: a second one would wait for the same rows and find nothing.
  const lock = await sql<{ got: boolean }>`
    select pg_try_advisory_xact_lock(hashtextextended('payments.account_change', 0)) as got`.execute(tx)
  if (!lock.rows[0]!.got) return { seen: 0, changes: [] }
  const { rows } = await sql<Row>`
    select c.account_id as account, a.payee_id, a.territory,
      jsonb_build_object('id', a.id, 'kind', a.kind, 'provider', a.provider, 'number', a.number) as now, a.number_sealed as now_sealed,
      jsonb_build_object('id', p.id, 'kind', p.kind, 'provider', p.provider, 'number', p.number) as before,
      p.number_sealed as before_sealed
    from payments.account_change c
      join payments.payee_account a on a.id = c.account_id
      join payments.payee_account p on p.id = c.previous_id
    where not exists (select from payments.account_notice n where n.account_id = c.account_id)
    order by c.account_id limit ${most}`.execute(tx)
  if (rows.length === 0) return { seen: 0, changes: [] }
  const [now, before] = [
    await openNumbers(
      tx,
      rows.map(row => ({ ...row.now, sealed: row.now_sealed })),
    ),
    await openNumbers(
      tx,
      rows.map(row => ({ ...row.before, sealed: row.before_sealed })),
    ),
  ]
  const isSame = (row: Row, at: number) =>
    row.now.kind === row.before.kind && row.now.provider === row.before.provider && now[at] === before[at]
  await sql`
    insert into payments.account_notice (account_id, told)
    select * from unnest(${rows.map(row => row.account)}::uuid[], ${rows.map((row, at) => !isSame(row, at))}::boolean[])`.execute(
    tx,
  )
  const changes = rows.flatMap((row, at) => {
    if (isSame(row, at)) return []
    const oldWallet = row.before.kind === 'mobile' ? (before[at] ?? undefined) : undefined
    return [{ account: row.account, payeeId: row.payee_id, territory: row.territory, oldWallet }]
  })
  return { seen: rows.length, changes }
}

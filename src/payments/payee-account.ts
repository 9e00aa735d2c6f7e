import { type RawBuilder, sql } from 'kysely'
import type { Transaction } from '#db'
import { type DateText, err, type Id, ok, type Result } from '#kernel'
import { appendAuditOfRows } from '#security'
import { type AccountNumberRefusal, type PayeeAccountKind, parseAccountNumber } from './account-number.ts'
import { openNumbers, sealNumbers } from './account-numbers.ts'
import { accountLines } from './recorded-sets.ts'

export type PayeeAccountId = Id<'payee-account'>

export type PayeeAccount = {
  /** Made by the caller and kept for retries. */
  readonly id: PayeeAccountId
  readonly payeeId: string
  /** Where the payee lives: who may see the account. */
  readonly territory: string
  readonly kind: PayeeAccountKind
  /** Who carries the money there; null when closed. */
  readonly provider: string | null
  /** As typed; it is checked and stored in its one form. Empty for cash and closed. */
  readonly number: string
  readonly validFrom: DateText
}

export type PayeeAccountRefusal = { readonly account: PayeeAccountId } & (
  | AccountNumberRefusal
  | { readonly code: 'provider_missing' }
  | { readonly code: 'provider_not_needed' }
)

/**
 * Records accounts of payees, each with the first day on which it is used; earlier ones stay in the history. All or
 * none: the first that is refused is named. Recording the same ids again changes nothing.
 */
export async function recordPayeeAccounts(
  tx: Transaction,
  accounts: readonly PayeeAccount[],
): Promise<Result<{ readonly recorded: number }, PayeeAccountRefusal>> {
  const numbers: (string | null)[] = []
  for (const account of accounts) {
    const number = parseAccountNumber(account.kind, account.number)
    if (!number.ok) return err({ account: account.id, ...number.refusal })
    if (account.kind === 'closed' && account.provider !== null)
      return err({ account: account.id, code: 'provider_not_needed' })
    if (account.kind !== 'closed' && account.provider === null)
      return err({ account: account.id, code: 'provider_missing' })
    numbers.push(number.value)
  }
  const sealed = await sealNumbers(
    tx,
    accounts.map(({ id }, at) => ({ id, number: numbers[at]! })),
  )
  const recorded = await record(
    tx,
    sql`(id, payee_id, territory, kind, provider, valid_from, number_sealed, number_index, number_end)
    select * from unnest(
      ${accounts.map(one => one.id)}::uuid[], ${accounts.map(one => one.payeeId)}::uuid[],
      ${accounts.map(one => one.territory)}::text[], ${accounts.map(one => one.kind)}::text[],
      ${accounts.map(one => one.provider)}::text[], ${accounts.map(one => one.validFrom)}::date[],
      ${sealed.map(one => one?.sealed ?? null)}::bytea[], ${sealed.map(one => one?.index ?? null)}::bytea[],
      ${sealed.map(one => one?.end ?? null)}::text[])`,
  )
  return ok({ recorded })
}

/**
 * The same for accounts that a SELECT makes, with the columns `id, payee_id, territory, kind, provider, number,
 * valid_from`: one statement however many. Numbers must already be in their stored form; the database checks their shape.
 * They stand in clear until {@link resealNumbers}, which every worker runs, has passed over them.
 */
export async function recordPayeeAccountsFrom(tx: Transaction, select: RawBuilder<unknown>): Promise<number> {
  return record(
    tx,
    sql`(id, payee_id, territory, kind, provider, number, valid_from)
    select id, payee_id, territory, kind, provider, number, valid_from from (${select}) as made`,
  )
}

async function record(tx: Transaction, made: RawBuilder<unknown>): Promise<number> {
  // One writer in one name at a time: what is recorded between two moments is then one set, which the audit reads again.
  const { rows } = await sql<{ now: string }>`
    select clock_timestamp()::text as now
    from (select pg_advisory_xact_lock(hashtextextended('payments.payee_account ' || payments.recorder(), 0)) offset 0) as held`.execute(
    tx,
  )
  const { numAffectedRows } = await sql`
    insert into payments.payee_account ${made} on conflict do nothing`.execute(tx)
  const { rows: until } = await sql<{ now: string; actor: string }>`
    select clock_timestamp()::text as now, payments.recorder() as actor`.execute(tx)
  const set = { after: rows[0]!.now, until: until[0]!.now, recordedBy: until[0]!.actor }
  await appendAuditOfRows(tx, {
    action: 'payee_account.record',
    subject: { kind: 'payee_account' },
    purpose: 'payment: payees say where they are paid',
    detail: set,
    rows: accountLines(set),
  })
  return Number(numAffectedRows)
}

export type PayeeAccountFact = {
  readonly id: PayeeAccountId
  readonly payeeId: string
  readonly kind: PayeeAccountKind
  readonly provider: string | null
  readonly number: string | null
  readonly validFrom: DateText
  readonly recordedAt: Date
  readonly recordedBy: string
  /** True for the one in force on the day asked. */
  readonly inForce: boolean
}

/** The accounts of payees, latest first, with the one in force on a day. */
export async function payeeAccountsOf(
  tx: Transaction,
  payees: readonly string[],
  day: DateText,
): Promise<PayeeAccountFact[]> {
  const { rows } = await sql<PayeeAccountFact & { sealed: Buffer | null }>`
    select id, payee_id as "payeeId", kind, provider, number, number_sealed as sealed, valid_from as "validFrom", recorded_at as "recordedAt",
      recorded_by as "recordedBy",
      valid_from <= ${day}::date and row_number() over (
        partition by payee_id, valid_from <= ${day}::date order by valid_from desc, recorded_at desc, id desc) = 1 as "inForce"
    from payments.payee_account
    where payee_id = any (${payees}::uuid[])
    order by payee_id, valid_from desc, recorded_at desc, id desc`.execute(tx)
  const numbers = await openNumbers(tx, rows)
  return rows.map(({ sealed: _sealed, ...row }, at) => ({ ...row, number: numbers[at]! }))
}

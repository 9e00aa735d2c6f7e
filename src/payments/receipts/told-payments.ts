import { sql } from 'kysely'
import type { Transaction } from '#db'
import type { Currency, DateText } from '#kernel'

/** One attempt to pay an entitlement. `sent`: with the provider, not answered yet. `planned`: in a run that has not left. */
export type PaymentAttempt = {
  readonly entitlement: string
  /** Number of the payment, and of its receipt. */
  readonly payment: string
  readonly attempt: number
  readonly purpose: string
  readonly period: string
  readonly amount: bigint
  readonly currency: Currency
  readonly state: 'planned' | 'sent' | 'paid' | 'returned'
  /** When it came into that state. */
  readonly day: DateText
  readonly provider: string
  /** Where cash was handed over. */
  readonly point: string | null
  readonly payeeName: string
}

/** What became of entitlements, as far as the actor sees them. */
export async function paymentsOfEntitlements(
  tx: Transaction,
  entitlements: readonly string[],
): Promise<readonly PaymentAttempt[]> {
  const { rows } = await sql<PaymentAttempt>`
    select entitlement, payment, attempt, purpose, period, amount, currency, state, day, provider, point, payee_name as "payeeName"
    from payments.told_payments(${[...entitlements]}::uuid[])`.execute(tx)
  return rows
}

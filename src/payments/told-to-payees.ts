import { sql } from 'kysely'
import type { Transaction } from '#db'
import type { Currency } from '#kernel'
import type { RunId, RunState } from './run.ts'

/** A payment as its payee is told of it. */
export type ToldPayment = {
  readonly run: RunId
  readonly state: RunState
  readonly stateAt: Date
  readonly amount: bigint
  readonly currency: Currency
  readonly periods: readonly string[]
}

/** Payments of these payees, the latest first, as far as the actor's territories reach. */
export async function toldToPayees(
  tx: Transaction,
  payees: readonly string[],
  limit: number,
): Promise<readonly ToldPayment[]> {
  const { rows } = await sql<ToldPayment>`
    select run, state, state_at as "stateAt", amount, currency, periods
    from payments.told_to_payees(${[...payees]}::uuid[], ${limit}::int)`.execute(tx)
  return rows
}

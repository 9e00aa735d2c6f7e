import { sql } from 'kysely'
import type { Transaction } from '#db'
import type { Currency, Id, Month } from '#kernel'

/** What is owed to a household for a month by a programme. */
export type OwedToHousehold = {
  readonly entitlement: string
  readonly purpose: string
  readonly period: Month
  readonly amount: bigint
  readonly currency: Currency
}

/** All that was ever owed to a household, arrears included, less what is kept back for what was overpaid; as far as the actor sees. */
export async function owedToHousehold(
  tx: Transaction,
  household: Id<'Household'>,
): Promise<readonly OwedToHousehold[]> {
  const { rows } = await sql<OwedToHousehold>`
    select id as entitlement, pack as purpose, month as period, net_minor as amount, currency
    from programmes.owed_line where household_id = ${household} and net_minor > 0 order by month, pack, late, id`.execute(
    tx,
  )
  return rows
}

import { sql } from 'kysely'
import type { Transaction } from '#db'
import type { Currency, DateText, Id, Month } from '#kernel'

/** What changed of what a household is owed for a month after it was recorded, and how what was overpaid is settled. */
export type OwedChange = {
  readonly kind: 'arrears' | 'overpaid' | 'own_month' | 'later_right' | 'refunded' | 'written_off'
  readonly pack: string
  /** Month that it is about. */
  readonly month: Month
  /** Month of the right that is paid less; null where none is. */
  readonly from: Month | null
  /** Minor units, above nothing. */
  readonly amountMinor: bigint
  readonly currency: Currency
  /** Why it was given up, or how it was given back. */
  readonly reason: string | null
  /** Of what was given back: the day, and the number of the receipt. */
  readonly receivedOn: DateText | null
  readonly receipt: string | null
  readonly at: Date
}

/** All such changes of a household, the latest first, as far as the actor sees. */
export async function owedChangesOf(tx: Transaction, household: Id<'Household'>): Promise<readonly OwedChange[]> {
  const { rows } = await sql<OwedChange>`
    select case when amount_minor > 0 then 'arrears' else 'overpaid' end as kind, pack, month, null as from,
      abs(amount_minor)::bigint as "amountMinor", currency, null as reason,
      null::date as "receivedOn", null as receipt, recorded_at as at
    from programmes.adjustment where household_id = ${household}
    union all
    select r.kind, r.pack, r.month, line.month, r.amount_minor, r.currency, r.reason, r.received_on, r.receipt, r.recorded_at
    from programmes.recovery as r left join programmes.owed_line as line on line.id = r.line_id and line.household_id = r.household_id
    where r.household_id = ${household}
    order by at desc, kind, pack, month`.execute(tx)
  return rows
}

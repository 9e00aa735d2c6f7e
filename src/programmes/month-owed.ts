import { sql } from 'kysely'
import type { Transaction } from '#db'
import type { Month } from '#kernel'

/** What a programme owes for a month, in minor units. */
export type MonthOwed = {
  /** Rights of the month itself, whether paid or not. */
  readonly rights: Owed
  /** What joins its run besides: arrears, what came back, what an earlier run left out. */
  readonly arrears: Owed
  /** Of both, what is kept back because a month was overpaid. */
  readonly keptBack: Owed
  /** Of both, what a run has taken already. */
  readonly inRuns: Owed
  /** What was overpaid for any month, and is not settled. */
  readonly overpaid: Owed
}

export type Owed = { readonly lines: number; readonly amountMinor: bigint }

type OwedRow = Record<`${keyof MonthOwed}Lines`, number> & Record<`${keyof MonthOwed}Minor`, bigint>

/** The sums behind the run of a month; in the worker's role, for somebody who may see them all. */
export async function monthOwed(tx: Transaction, pack: string, month: Month): Promise<MonthOwed> {
  const { rows } = await sql<OwedRow>`
    with line as (
      select line.*, attempt.entitlement_id is not null and not attempt.over as taken
      from programmes.owed_line as line left join payments.published_attempt as attempt on attempt.entitlement_id = line.id
      where line.pack = ${pack} and line.amount_minor > 0 and (line.month = ${month}
        or line.id in (select entitlement_id from payments.published_came_back where purpose = ${pack})
        or line.id in (select entitlement_id from payments.published_left_out where purpose = ${pack})
        or line.late and attempt.entitlement_id is null)
    ), over as (
      select count(*)::int as lines, coalesce(sum(outstanding_minor), 0)::bigint as amount
      from programmes.overpayment where pack = ${pack} and outstanding_minor > 0
    )
    select count(*) filter (where month = ${month})::int as "rightsLines",
      coalesce(sum(amount_minor) filter (where month = ${month}), 0)::bigint as "rightsMinor",
      count(*) filter (where month <> ${month} and not taken)::int as "arrearsLines",
      coalesce(sum(amount_minor) filter (where month <> ${month} and not taken), 0)::bigint as "arrearsMinor",
      count(*) filter (where net_minor < amount_minor)::int as "keptBackLines",
      coalesce(sum(amount_minor - net_minor), 0)::bigint as "keptBackMinor",
      count(*) filter (where taken and month = ${month})::int as "inRunsLines",
      coalesce(sum(net_minor) filter (where taken and month = ${month}), 0)::bigint as "inRunsMinor",
      (select lines from over) as "overpaidLines", (select amount from over) as "overpaidMinor"
    from line`.execute(tx)
  const row = rows[0]!
  const owed = (key: keyof MonthOwed): Owed => ({ lines: row[`${key}Lines`], amountMinor: row[`${key}Minor`] })
  return {
    rights: owed('rights'),
    arrears: owed('arrears'),
    keptBack: owed('keptBack'),
    inRuns: owed('inRuns'),
    overpaid: owed('overpaid'),
  }
}

/** The latest month for which a programme owes something; undefined before the first. */
export async function latestMonthOwed(tx: Transaction, pack: string): Promise<Month | undefined> {
  const { rows } = await sql<{ month: Month | null }>`
    select max(month) as month from programmes.entitlement where pack = ${pack}`.execute(tx)
  return rows[0]!.month ?? undefined
}

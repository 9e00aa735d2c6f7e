import { type RawBuilder, sql } from 'kysely'
import type { Transaction } from '#db'
import type { Month } from '#kernel'
import { appendAuditOfRows } from '#security'
import type { RunId, RunRow } from '../run.sql.ts'

export type Adjusted = {
  /** Households owed more than was recorded, and how much more, in minor units. */
  readonly more: number
  readonly arrearsMinor: bigint
  /** Households owed less, and how much less. */
  readonly less: number
  readonly overpaidMinor: bigint
}

export const unadjusted: Adjusted = { more: 0, arrearsMinor: 0n, less: 0, overpaidMinor: 0n }

/** The adjustments of a run, as lines for the audit. */
export function adjustmentLines(run: {
  readonly id: RunId
  readonly pack: string
  readonly month: Month
}): RawBuilder<unknown> {
  return sql`
    select concat_ws('|', household_id, id, pack, month, territory, amount_minor, currency)
    from programmes.adjustment where pack = ${run.pack} and month = ${run.month} and run_id = ${run.id}`
}

/**
 * Records by how much a run says otherwise of a month that was entitled before: the difference between what it says is owed
 * (`owedByRun`) and the entitlement with the adjustments so far. Nothing recorded is edited, and asking again records nothing.
 */
export async function adjust(tx: Transaction, run: RunRow, owed: RawBuilder<unknown>): Promise<Adjusted> {
  const { rows } = await sql<Adjusted>`
    with owed as (${owed}
    ), standing as (
      select e.household_id, e.territory, e.amount_minor + coalesce(sum(a.amount_minor), 0)::bigint as amount
      from programmes.entitlement as e
        left join programmes.adjustment as a using (household_id, pack, month)
      where e.pack = ${run.pack} and e.month = ${run.month}
      group by e.household_id, e.id
    ), added as (
      insert into programmes.adjustment (id, household_id, run_id, pack, month, territory, amount_minor, currency)
      select gen_random_uuid(), household_id, ${run.id}, ${run.pack}, ${run.month},
        coalesce(owed.territory, standing.territory), coalesce(owed.amount_minor, 0) - standing.amount, ${run.currency}
      from standing left join owed using (household_id)
      where coalesce(owed.amount_minor, 0) <> standing.amount
      returning amount_minor
    )
    select count(*) filter (where amount_minor > 0)::int as more, count(*) filter (where amount_minor < 0)::int as less,
      coalesce(sum(amount_minor) filter (where amount_minor > 0), 0)::bigint as "arrearsMinor",
      coalesce(-sum(amount_minor) filter (where amount_minor < 0), 0)::bigint as "overpaidMinor"
    from added`.execute(tx)
  const adjusted = rows[0] as Adjusted
  if (adjusted.more + adjusted.less > 0) {
    await appendAuditOfRows(tx, {
      action: 'entitlement.adjust',
      subject: { kind: 'entitlement' },
      purpose: 'determination: a month that was entitled before',
      detail: { run: run.id, pack: run.pack, month: run.month },
      rows: adjustmentLines(run),
    })
  }
  return adjusted
}

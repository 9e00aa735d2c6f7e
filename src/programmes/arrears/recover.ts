import { type RawBuilder, sql } from 'kysely'
import type { Transaction } from '#db'
import { type Id, type Month, newId } from '#kernel'
import { lockPreparation } from '#payments'
import { appendAuditOfRows } from '#security'
import { postOverpaid } from './post-overpaid.ts'

/** Of a plan, how much is kept back and from how many lines, in minor units. */
export type Recovered = {
  /** Lines of the very month that was overpaid, not paid yet: they are paid less, or not at all. */
  readonly ownMonth: { readonly lines: number; readonly amountMinor: bigint }
  /** Lines of other months, within the share that the law allows. */
  readonly laterRight: { readonly lines: number; readonly amountMinor: bigint }
}

/** The recoveries of a plan, as lines for the audit. */
export function recoveryLines(plan: string): RawBuilder<unknown> {
  return sql`
    select concat_ws('|', household_id, id, pack, month, kind, line_id, territory, amount_minor, currency)
    from programmes.recovery where plan = ${plan}`
}

/**
 * Plans what is kept back from a programme's next payment because of what was overpaid, and posts to the ledger what payees
 * hold without a right; in the worker's role, before `prepareRun` in the same transaction. A month that is not paid yet is paid
 * less by all of it. What is left is taken from other lines of the run, the oldest first, from each no more than `share` of it:
 * the part of a right that the law lets be kept back, such as '0.2'; null where no text gives one, and nothing is taken.
 */
export async function recoverOverpaid(
  tx: Transaction,
  { pack, month, share }: { readonly pack: string; readonly month: Month; readonly share: string | null },
): Promise<Recovered> {
  await lockPreparation(tx)
  const plan: Id<'RecoveryPlan'> = newId()
  const ownMonth = await keepBack(tx, {
    plan,
    kind: 'own_month',
    pack,
    share: '1',
    pairs: sql`line.month = over.month`,
  })
  const laterRight =
    share === null
      ? { lines: 0, amountMinor: 0n }
      : await keepBack(tx, {
          plan,
          kind: 'later_right',
          pack,
          share,
          pairs: sql`line.month <> over.month and line.month <= ${month}`,
        })
  if (ownMonth.lines + laterRight.lines > 0) {
    await appendAuditOfRows(tx, {
      action: 'recovery.record',
      subject: { kind: 'entitlement' },
      purpose: 'payment: what was overpaid is kept back',
      detail: { plan, pack, month },
      rows: recoveryLines(plan),
    })
  }
  await postOverpaid(tx, pack)
  return { ownMonth, laterRight }
}

/**
 * Lays what is outstanding and what may be kept back side by side, each household's amounts one after the other: what overlaps
 * is kept back. Lines that a run has taken and that did not come back are left alone.
 */
async function keepBack(
  tx: Transaction,
  asked: {
    readonly plan: string
    readonly kind: 'own_month' | 'later_right'
    readonly pack: string
    readonly share: string
    readonly pairs: RawBuilder<unknown>
  },
): Promise<{ readonly lines: number; readonly amountMinor: bigint }> {
  const { rows } = await sql<{ lines: number; amountMinor: bigint }>`
    with over as materialized (
      select household_id, month, outstanding_minor as amount
      from programmes.overpayment where pack = ${asked.pack} and outstanding_minor > 0
    ), line as materialized (
      select line.id, line.household_id, line.month, line.territory, line.currency,
        -- Of what is left of the right itself, whatever was kept back from it before.
        least(line.net_minor, floor((line.net_minor + kept.amount) * ${asked.share}::numeric)::bigint - kept.amount) as cap
      from programmes.owed_line as line
        cross join lateral (
          select coalesce(sum(amount_minor), 0)::bigint as amount from programmes.recovery
          where line_id = line.id and kind = 'later_right'
        ) as kept
        left join payments.published_attempt as attempt on attempt.entitlement_id = line.id
      where line.household_id in (select household_id from over) and line.pack = ${asked.pack} and line.net_minor > 0
        and (attempt.entitlement_id is null or attempt.over)
    ), pair as (
      select over.household_id, over.month as over_month, over.amount, line.id, line.month, line.territory, line.currency, line.cap
      from over join line using (household_id) where line.cap > 0 and ${asked.pairs}
    ), owing as (
      select household_id, month, amount, part,
        sum(amount) over (partition by household_id, part order by month rows unbounded preceding) - amount as low
      from (
        select distinct household_id, over_month as month, amount,
          case when ${asked.kind} = 'own_month' then over_month else '' end as part
        from pair
      ) as each
    ), giving as (
      select *, sum(cap) over (partition by household_id, part order by month, id rows unbounded preceding) - cap as low
      from (
        select distinct household_id, id, month, territory, currency, cap,
          case when ${asked.kind} = 'own_month' then month else '' end as part
        from pair
      ) as each
    ), added as (
      insert into programmes.recovery (id, plan, household_id, pack, month, kind, line_id, territory, amount_minor, currency)
      select gen_random_uuid(), ${asked.plan}, owing.household_id, ${asked.pack}, owing.month, ${asked.kind}, giving.id,
        giving.territory, overlap.amount, giving.currency
      from owing join giving using (household_id, part)
        cross join lateral (
          select (least(owing.low + owing.amount, giving.low + giving.cap) - greatest(owing.low, giving.low))::bigint as amount
        ) as overlap
      where overlap.amount > 0
      returning line_id, amount_minor
    )
    select count(distinct line_id)::int as lines, coalesce(sum(amount_minor), 0)::bigint as "amountMinor" from added`.execute(
    tx,
  )
  return rows[0] as { lines: number; amountMinor: bigint }
}

import { sql } from 'kysely'
import type { Transaction } from '#db'
import type { Currency, DateText } from '#kernel'
import { actionOf, type ReturnAction } from './returns/reason-codes.ts'

/** What a provider did with what it was sent. Amounts are minor units; days count from the day asked to the day answered. */
export type ProviderReport = {
  readonly provider: string
  readonly name: string
  readonly currency: Currency
  readonly sent: number
  readonly sentAmount: bigint
  readonly paid: number
  readonly paidAmount: bigint
  readonly returned: number
  readonly returnedAmount: bigint
  /** Sent, and neither paid nor returned yet. */
  readonly unanswered: number
  /** What it took by its own answers, and for how many payments it said so. */
  readonly feesSaid: bigint
  readonly feesSaidOf: number
  /** What its terms ask for the others; and how many there are for which neither it nor any terms say. */
  readonly feesByTerms: bigint
  readonly feesUnknownOf: number
  /** Days that half, and 95 in 100, of what was paid took; null where nothing was, or no day is said. */
  readonly delayP50: number | null
  readonly delayP95: number | null
  readonly reasons: readonly { readonly code: string; readonly does: ReturnAction; readonly payments: number }[]
}

/** The days on which runs were sent, both included. */
export type ReportSpan = { readonly from: DateText; readonly to: DateText }

/** What each provider was sent in a span of days, and what became of it; in the worker's role. */
export async function providerReport(tx: Transaction, { from, to }: ReportSpan): Promise<readonly ProviderReport[]> {
  type Row = Omit<ProviderReport, 'reasons'> & {
    reasons: { code: string; own: string | null; payments: number }[] | null
  }
  const { rows } = await sql<Row>`
    with sent as materialized (
      select i.provider, b.currency, i.amount,
        c.run_id is not null as confirmed, o.run_id is not null as back,
        confirmed.day - f.execution_date as days, coalesce(back.reason, '') as code,
        nullif(concat(confirmed.fee, back.fee), '') is not null as fee_said,
        coalesce(confirmed.fee, 0) + coalesce(back.fee, 0) as fee,
        case when t.per = 'sent' or (c.run_id is not null and o.run_id is null)
          then payments.fee_of(i.amount, t.fixed, t.share, t.rounding) when t.per is not null then 0 end as asked
      from payments.run_event e
        join payments.run r on r.id = e.run_id
        join payments.budget_line b on b.code = r.budget_line
        join payments.run_file f on f.run_id = r.id
        join payments.instruction i on i.run_id = r.id
        left join (payments.instruction_outcome c join payments.answer_line confirmed using (file_id, line))
          on c.run_id = i.run_id and c.position = i.position and c.kind = 'confirm'
        left join (payments.instruction_outcome o join payments.answer_line back using (file_id, line))
          on o.run_id = i.run_id and o.position = i.position and o.kind in ('return', 'reverse')
        left join lateral (
          select n.per, n.fixed, n.share, n.rounding from payments.provider_fee n
          where n.provider = i.provider and n.currency = b.currency and n.valid_from <= f.execution_date
          order by n.valid_from desc, n.recorded_at desc, n.id desc limit 1) t on true
      where e.state = 'sent' and e.recorded_at::date between ${from}::date and ${to}::date)
    select s.provider, p.name, s.currency, count(*)::int as sent, sum(s.amount)::bigint as "sentAmount",
      count(*) filter (where s.confirmed and not s.back)::int as paid,
      coalesce(sum(s.amount) filter (where s.confirmed and not s.back), 0)::bigint as "paidAmount",
      count(*) filter (where s.back)::int as returned,
      coalesce(sum(s.amount) filter (where s.back), 0)::bigint as "returnedAmount",
      count(*) filter (where not s.confirmed and not s.back)::int as unanswered,
      coalesce(sum(s.fee) filter (where s.fee_said), 0)::bigint as "feesSaid", count(*) filter (where s.fee_said)::int as "feesSaidOf",
      coalesce(sum(s.asked) filter (where not s.fee_said), 0)::bigint as "feesByTerms",
      count(*) filter (where not s.fee_said and s.asked is null)::int as "feesUnknownOf",
      percentile_disc(0.5) within group (order by s.days) filter (where s.confirmed and not s.back) as "delayP50",
      percentile_disc(0.95) within group (order by s.days) filter (where s.confirmed and not s.back) as "delayP95",
      (select jsonb_agg(jsonb_build_object('code', w.code, 'own', w.iso, 'payments', w.n) order by w.n desc, w.code)
        from (
          select x.code, own.iso, count(*) as n
          from sent x left join payments.provider_reason own on own.provider = x.provider and own.code = x.code
          where x.back and x.provider = s.provider and x.currency = s.currency group by 1, 2) as w) as reasons
    from sent s join payments.provider p on p.code = s.provider
    group by s.provider, p.name, s.currency order by s.provider, s.currency`.execute(tx)
  return rows.map(({ reasons, ...row }) => ({
    ...row,
    reasons: (reasons ?? []).map(({ code, own, payments }) => ({ code, does: actionOf(own ?? code), payments })),
  }))
}

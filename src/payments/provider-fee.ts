import { sql } from 'kysely'
import type { Transaction } from '#db'
import { type Currency, type DateText, err, type Id, ok, type Result } from '#kernel'
import { appendAudit } from '#security'
import { listProviders } from './provider.ts'

export type ProviderFeeId = Id<'provider-fee'>

/** What a provider asks for a payment, from a day of execution on. Nothing here has a usual value: a contract says it. */
export type ProviderFee = {
  readonly id: ProviderFeeId
  readonly provider: string
  readonly currency: Currency
  /** For payments that reached the payee, or for every order. */
  readonly per: 'paid' | 'sent'
  /** Minor units, for each. */
  readonly fixed: bigint
  /** Of its amount besides, in millionths: 7500 is 0.75 %. */
  readonly share: number
  /** How the share is rounded to minor units, payment by payment. */
  readonly rounding: 'half_up' | 'up' | 'down'
  readonly from: DateText
  /** The contract or decision, with its article. */
  readonly source: string
}

/** Refusals of terms, in order of precedence. */
export type ProviderFeeRefusal =
  | { readonly code: 'provider_unknown'; readonly provider: string }
  | { readonly code: 'source_missing' }
  | { readonly code: 'fee_by_staff_only' }

/** Records terms of a provider; those before stay for what was executed before their day. The same id again changes nothing. */
export async function recordProviderFee(
  tx: Transaction,
  fee: ProviderFee,
): Promise<Result<undefined, ProviderFeeRefusal>> {
  const { id, provider, currency, per, fixed, share, rounding, from, source } = fee
  if (!(await listProviders(tx)).some(one => one.code === provider)) return err({ code: 'provider_unknown', provider })
  if (source.trim() === '') return err({ code: 'source_missing' })
  const { rows } = await sql<{ staff: boolean }>`
    select coalesce(payments.actor() like 'staff:%', false) as staff`.execute(tx)
  if (!rows[0]!.staff) return err({ code: 'fee_by_staff_only' })
  const { numAffectedRows } = await sql`
    insert into payments.provider_fee (id, provider, currency, per, fixed, share, rounding, valid_from, source)
    values (${id}, ${provider}, ${currency}, ${per}, ${fixed}, ${share}, ${rounding}, ${from}, ${source.trim()})
    on conflict (id) do nothing`.execute(tx)
  if (numAffectedRows === 1n) {
    await appendAudit(tx, {
      action: 'payment_provider.fee',
      subject: { kind: 'payment_provider', id: provider },
      purpose: 'payment: what a provider asks',
      detail: { currency, per, fixed: String(fixed), share, rounding, from, source: source.trim() },
    })
  }
  return ok(undefined)
}

/** All terms that were said, by provider, the latest first. */
export async function listProviderFees(tx: Transaction): Promise<readonly ProviderFee[]> {
  const { rows } = await sql<ProviderFee>`
    select id, provider, currency, per, fixed, share, rounding, valid_from as "from", source
    from payments.provider_fee order by provider, currency, valid_from desc, recorded_at desc`.execute(tx)
  return rows
}

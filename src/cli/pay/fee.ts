import { type Databases, transaction } from '#db'
import { type DateText, isCurrency, newId, parseMoney } from '#kernel'
import { listProviderFees, type ProviderFee, recordProviderFee } from '#payments'
import { type Io, UsageError } from '../command.ts'
import { required } from '../options.ts'
import type { Acting } from '../staff.ts'
import { refusalText, sum } from './words.ts'

export type FeeOptions = Readonly<
  Record<'fixed' | 'share' | 'rounding' | 'per' | 'currency' | 'source', string | undefined>
>

/** `socle pay fee`: what a provider asks from a day on; without one, the terms that were said. */
export async function payFee(
  { app }: Databases,
  acting: Acting,
  provider: string | undefined,
  asked: FeeOptions & { readonly from: DateText },
  io: Io,
): Promise<void> {
  if (provider === undefined) {
    const fees = await transaction(app, acting('payment_run.read'), listProviderFees, { readOnly: true })
    if (fees.length === 0) io.out('No terms were said; see socle help pay.\n')
    for (const fee of fees) io.out(`${feeText(fee)}\n`)
    return
  }
  const fee = feeOf(provider, asked)
  const recorded = await transaction(app, acting('budget.write'), tx => recordProviderFee(tx, fee))
  if (!recorded.ok) throw new UsageError(refusalText(recorded.refusal))
  io.out(`${feeText(fee)}\n`)
}

function feeOf(provider: string, asked: FeeOptions & { readonly from: DateText }): ProviderFee {
  const currency = asked.currency ?? 'MAD'
  if (!isCurrency(currency)) throw new UsageError(`--currency takes a currency such as MAD or XOF, not ${currency}`)
  if (asked.fixed === undefined && asked.share === undefined) {
    throw new UsageError('fee takes --fixed (an amount for each payment), --share (per cent of it), or both')
  }
  const fixed = parseMoney(asked.fixed ?? '0', currency)
  if (!fixed.ok || fixed.value.minor < 0n) throw new UsageError(`--fixed takes a sum such as 3.50, not ${asked.fixed}`)
  const source = required(asked.source, 'source', '"Contract 12/2026, article 7"')
  const [per, rounding] = [asked.per ?? 'paid', asked.rounding ?? 'half_up']
  if (per !== 'paid' && per !== 'sent') throw new UsageError(`--per takes paid or sent, not ${per}`)
  if (rounding !== 'half_up' && rounding !== 'up' && rounding !== 'down') {
    throw new UsageError(`--rounding takes half_up, up or down, not ${rounding}`)
  }
  const share = shareOf(asked.share ?? '0')
  const { from } = asked
  const id = newId<'provider-fee'>()
  return { id, provider, currency, per, fixed: fixed.value.minor, share, rounding, from, source }
}

/** Per cent as text, in millionths. */
function shareOf(text: string): number {
  const [, whole, places = ''] = /^(\d{1,3})(?:\.(\d{1,4}))?$/.exec(text) ?? []
  const millionths = Number(whole) * 10_000 + Number(places.padEnd(4, '0'))
  if (whole === undefined || millionths > 1_000_000) {
    throw new UsageError(`--share takes per cent of the payment such as 0.75, with four places at most, not ${text}`)
  }
  return millionths
}

function feeText({ provider, currency, per, fixed, share, rounding, from, source }: ProviderFee): string {
  const parts = [
    ...(fixed > 0n || share === 0 ? [sum(fixed, currency)] : []),
    ...(share > 0 ? [`${share / 10_000} % (${rounding.replace('_', ' ')})`] : []),
  ]
  return `${provider}: ${parts.join(' and ')} for each payment ${per}, from ${from}; ${source}`
}

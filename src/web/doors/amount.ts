import { type Currency, isCurrency, money, moneyText } from '#kernel'
import type { Amount } from '../context.ts'

/** Minor units as the pages write them; nothing where the programme sets no amount. */
export function amountOf(minor: bigint, currency: Currency): Amount {
  return { value: moneyText(money(minor, currency)), currency }
}

export function maybeAmount(minor: bigint | null, currency: string | null): Amount | undefined {
  return minor !== null && currency !== null && isCurrency(currency) ? amountOf(minor, currency) : undefined
}

import { divideRounded, type Fraction, type Rounding } from './fraction.ts'
import { err, ok, type Result } from './result.ts'

/** Currencies in use, with the places of their minor unit (ISO 4217: MAD has centimes, XOF has none). */
const PLACES = { EUR: 2, MAD: 2, MXN: 2, USD: 2, XOF: 0 } as const

export type Currency = keyof typeof PLACES

/** An amount: whole minor units (centimes of dirham, whole francs CFA) and their currency. Never a float. */
export type Money = { readonly minor: bigint; readonly currency: Currency }

export type MoneyRefusal =
  | { readonly code: 'not_an_amount'; readonly text: string }
  | { readonly code: 'too_many_places'; readonly text: string; readonly places: number }

export function isCurrency(text: string): text is Currency {
  return Object.hasOwn(PLACES, text)
}

/** Digits after the point in this currency. */
export function placesOf(currency: Currency): number {
  return PLACES[currency]
}

export function money(minor: bigint, currency: Currency): Money {
  return { minor, currency }
}

/** Reads `500`, `500.5` or `-500.50`. Digits beyond the currency's places are refused, never rounded away. */
export function parseMoney(text: string, currency: Currency): Result<Money, MoneyRefusal> {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text)
  if (!match) return err({ code: 'not_an_amount', text })
  const places = PLACES[currency]
  const decimals = match[3] ?? ''
  if (decimals.length > places) return err({ code: 'too_many_places', text, places })
  return ok(money(BigInt(`${match[1]}${match[2]}${decimals.padEnd(places, '0')}`), currency))
}

/** The amount on the wire: `500.00` for dirhams, `25000` for francs CFA. */
export function moneyText({ minor, currency }: Money): string {
  const places = PLACES[currency]
  if (places === 0) return minor.toString()
  const digits = (minor < 0n ? -minor : minor).toString().padStart(places + 1, '0')
  return `${minor < 0n ? '-' : ''}${digits.slice(0, -places)}.${digits.slice(-places)}`
}

export function addMoney(a: Money, b: Money): Money {
  return money(a.minor + sameCurrency(a, b).minor, a.currency)
}

export function subtractMoney(a: Money, b: Money): Money {
  return money(a.minor - sameCurrency(a, b).minor, a.currency)
}

/** Negative, zero or positive, as `a` is less than, equal to or greater than `b`. */
export function compareMoney(a: Money, b: Money): number {
  const difference = a.minor - sameCurrency(a, b).minor
  return difference < 0n ? -1 : difference > 0n ? 1 : 0
}

/** The total; zero of the currency where the list is empty. */
export function sumMoney(amounts: Iterable<Money>, currency: Currency): Money {
  let total = money(0n, currency)
  for (const amount of amounts) total = addMoney(total, amount)
  return total
}

/** An exact rate of an amount, rounded once, the way the law says. */
export function applyRate(amount: Money, rate: Fraction, rounding: Rounding): Money {
  return money(divideRounded(amount.minor * rate.numerator, rate.denominator, rounding), amount.currency)
}

/**
 * Shares an amount by weights without losing a minor unit: each share is floored (towards zero), then the units left go
 * one by one to the largest remainders, the first in the list where two are equal.
 *
 * @param weights not negative, with a positive sum
 */
export function allocate(amount: Money, weights: readonly bigint[]): Money[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0n)
  if (total <= 0n || weights.some(weight => weight < 0n)) {
    throw new RangeError('allocate takes weights that are not negative and have a positive sum')
  }
  const sign = amount.minor < 0n ? -1n : 1n
  const whole = amount.minor * sign
  const shares = weights.map(weight => (whole * weight) / total)
  let left = whole - shares.reduce((sum, share) => sum + share, 0n)
  const byRemainder = weights
    .map((weight, index) => ({ index, remainder: (whole * weight) % total }))
    .sort((a, b) => (a.remainder === b.remainder ? a.index - b.index : a.remainder > b.remainder ? -1 : 1))
  for (const { index } of byRemainder) {
    if (left === 0n) break
    shares[index] = (shares[index] as bigint) + 1n
    left--
  }
  return shares.map(share => money(share * sign, amount.currency))
}

function sameCurrency(a: Money, b: Money): Money {
  if (a.currency !== b.currency) throw new TypeError(`${a.currency} and ${b.currency} do not mix`)
  return b
}

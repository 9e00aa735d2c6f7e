import {
  compareNumbers,
  decimal,
  type ExactNumber,
  multiply,
  powerOfTen,
  round,
  signOf,
  toDigits,
  ZERO,
} from './number.ts'

// Roots, exponentials and logarithms in scaled integers: 60 decimals inside, 34 digits out, the same on every machine.

const PLACES = 60
const UNIT = powerOfTen(PLACES)

/** The square root to 34 digits, or null of a negative number. */
export function squareRoot(a: ExactNumber): ExactNumber | null {
  if (signOf(a) < 0) return null
  const { units, scale } = toDigits(a)
  const even = scale + (scale % 2)
  return toDigits(decimal(integerRoot(units * powerOfTen(even - scale) * UNIT * UNIT), even / 2 + PLACES))
}

/** The largest whole number whose square is at most `n` (Newton). */
function integerRoot(n: bigint): bigint {
  if (n < 2n) return n
  let guess = 1n << BigInt(Math.ceil(n.toString(2).length / 2))
  for (;;) {
    const next = (guess + n / guess) >> 1n
    if (next >= guess) return guess
    guess = next
  }
}

const LARGEST_EXPONENT = decimal(14_149n, 0)
const SMALLEST_EXPONENT = decimal(-14_220n, 0)
const HALVINGS = 24n

/** e to the power of `a`; null beyond decimal128, 0 below it. */
export function exponential(a: ExactNumber): ExactNumber | null {
  if (compareNumbers(a, LARGEST_EXPONENT) > 0) return null
  if (compareNumbers(a, SMALLEST_EXPONENT) < 0) return ZERO
  // e^a = (e^(a / 2^24))^(2^24): the series is short for a small argument, and 24 squarings cost 8 digits.
  const unit = powerOfTen(2 * PLACES)
  const { units, scale } = round(a, 2 * PLACES, 'half_even')
  const small = (units * powerOfTen(2 * PLACES - scale)) >> HALVINGS
  let sum = unit
  let term = unit
  for (let n = 1n; term > 1n || term < -1n; n++) {
    term = (term * small) / (unit * n)
    sum += term
  }
  let value = decimal(sum, 2 * PLACES)
  for (let i = 0n; i < HALVINGS; i++) value = toDigits(decimal(value.units * value.units, value.scale * 2), PLACES)
  return toDigits(value)
}

/** The natural logarithm to 34 digits; null of 0 and of negative numbers. */
export function naturalLogarithm(a: ExactNumber): ExactNumber | null {
  return signOf(a) > 0 ? toDigits(longLogarithm(a)) : null
}

/** `a ** exponent` for any exponent, to 34 digits; null for a negative number, and for 0 to a negative power. */
export function realPower(a: ExactNumber, exponent: ExactNumber): ExactNumber | null {
  if (signOf(a) <= 0) return signOf(a) === 0 && signOf(exponent) > 0 ? ZERO : null
  return exponential(multiply(longLogarithm(a), toDigits(exponent)))
}

/** The logarithm of a positive number with all the decimals worked with. */
function longLogarithm(a: ExactNumber): ExactNumber {
  const { units, scale } = toDigits(a)
  // a = m × 2^k with m near 1: ln a = k ln 2 + ln m.
  const denominator = powerOfTen(scale)
  const k = BigInt(units.toString(2).length - denominator.toString(2).length)
  const m = k >= 0n ? (units * UNIT) / (denominator << k) : ((units << -k) * UNIT) / denominator
  return decimal(k * LN_2 + logarithmOf(m), PLACES)
}

/** ln m = 2 artanh((m − 1) / (m + 1)), for m near 1. */
function logarithmOf(m: bigint): bigint {
  const ratio = ((m - UNIT) * UNIT) / (m + UNIT)
  const square = (ratio * ratio) / UNIT
  let term = ratio
  let sum = 0n
  for (let n = 1n; term !== 0n; n += 2n) {
    sum += term / n
    term = (term * square) / UNIT
  }
  return 2n * sum
}

const LN_2 = logarithmOf(2n * UNIT)

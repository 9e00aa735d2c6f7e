import { divideRounded, type Rounding } from '#kernel'

/**
 * The numbers of the rules: exact. A decimal is a scaled integer; a quotient stays a fraction through + − × ÷, comparison,
 * aggregates and rounding. 34 significant digits (DMN 1.5, decimal128) appear only where a number is written out or
 * handed to a function that is not one of those.
 */
export class ExactNumber {
  readonly kind = 'number'
  /** The value is `units / (10 ** scale * divisor)`; `divisor` is positive, 1 for a decimal. Not always in lowest terms. */
  readonly units: bigint
  readonly scale: number
  readonly divisor: bigint

  constructor(units: bigint, scale = 0, divisor = 1n) {
    this.units = units
    this.scale = scale
    this.divisor = divisor
  }

  toString(): string {
    return numberToText(this)
  }
}

/** How a tie or a remainder is settled. `up` is away from zero, `down` towards it; `half_…` settle only exact ties. */
export type RoundingMode = Rounding

const SIGNIFICANT_DIGITS = 34
/** Beyond this size a fraction is brought to lowest terms, so that long sums do not grow without end. */
const REDUCE_FROM = 1n << 128n

const POWERS = Array.from({ length: 40 }, (_, exponent) => 10n ** BigInt(exponent))

/** 10 to the power of a whole number from 0. */
export function powerOfTen(exponent: number): bigint {
  return POWERS[exponent] ?? 10n ** BigInt(exponent)
}

const SMALL = Array.from({ length: 257 }, (_, value) => new ExactNumber(BigInt(value)))
export const ZERO = SMALL[0] as ExactNumber
export const ONE = SMALL[1] as ExactNumber

/** A whole number as an exact one. A JavaScript number must be an integer; anything else is a bug of the caller. */
export function whole(value: number | bigint): ExactNumber {
  if (typeof value === 'number' && value >= 0 && value <= 256) {
    const small = SMALL[value]
    if (small) return small
  }
  return new ExactNumber(BigInt(value))
}

/** `units / 10 ** scale`: 12345n at scale 2 is 123.45. */
export function decimal(units: bigint, scale: number): ExactNumber {
  return new ExactNumber(units, scale)
}

/** The quotient of two whole numbers, exactly. `denominator` must not be 0. */
export function fraction(numerator: bigint, denominator: bigint): ExactNumber {
  return denominator < 0n ? new ExactNumber(-numerator, 0, -denominator) : new ExactNumber(numerator, 0, denominator)
}

const LITERAL = /^([+-]?)(\d*)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/

/** Reads `12`, `-0.5`, `.5`, `1.2e3`. Null when the text is no number, or is beyond the range of decimal128. */
export function parseNumber(text: string): ExactNumber | null {
  const match = LITERAL.exec(text)
  if (!match) return null
  const [, sign, head = '', tail = '', power = '0'] = match
  if (head === '' && tail === '') return null
  const exponent = Number(power)
  const digits = `${head}${tail}`.replace(/^0+/, '')
  if (digits === '') return ZERO
  if (digits.length - tail.length + exponent > 6145 || tail.length - exponent > 6176) return null
  const units = BigInt(sign === '-' ? `-${digits}` : digits)
  const scale = tail.length - exponent
  return scale >= 0 ? new ExactNumber(units, scale) : new ExactNumber(units * powerOfTen(-scale))
}

export function add(a: ExactNumber, b: ExactNumber): ExactNumber {
  if (a.divisor === b.divisor) {
    if (a.scale === b.scale) return new ExactNumber(a.units + b.units, a.scale, a.divisor)
    return a.scale > b.scale
      ? new ExactNumber(a.units + b.units * powerOfTen(a.scale - b.scale), a.scale, a.divisor)
      : new ExactNumber(a.units * powerOfTen(b.scale - a.scale) + b.units, b.scale, a.divisor)
  }
  const left = a.units * b.divisor
  const right = b.units * a.divisor
  const divisor = a.divisor * b.divisor
  return a.scale >= b.scale
    ? reduced(left + right * powerOfTen(a.scale - b.scale), a.scale, divisor)
    : reduced(left * powerOfTen(b.scale - a.scale) + right, b.scale, divisor)
}

export function negate(a: ExactNumber): ExactNumber {
  return new ExactNumber(-a.units, a.scale, a.divisor)
}

export function subtract(a: ExactNumber, b: ExactNumber): ExactNumber {
  return add(a, negate(b))
}

export function multiply(a: ExactNumber, b: ExactNumber): ExactNumber {
  return reduced(a.units * b.units, a.scale + b.scale, a.divisor * b.divisor)
}

/** The exact quotient, or null where `b` is zero. */
export function divide(a: ExactNumber, b: ExactNumber): ExactNumber | null {
  if (b.units === 0n) return null
  // a.units / (10^as · ad) ÷ b.units / (10^bs · bd): the powers of ten cancel first, so whole ÷ whole keeps scale 0.
  const shift = a.scale - b.scale
  const units = a.units * b.divisor * (shift < 0 ? powerOfTen(-shift) : 1n)
  const divisor = a.divisor * b.units
  const scale = Math.max(shift, 0)
  return divisor < 0n ? reduced(-units, scale, -divisor) : reduced(units, scale, divisor)
}

/** Negative, 0 or positive, as `a` is less than, equal to or more than `b`. */
export function compareNumbers(a: ExactNumber, b: ExactNumber): number {
  let left = a.units
  let right = b.units
  if (a.divisor !== b.divisor) {
    left *= b.divisor
    right *= a.divisor
  }
  if (a.scale < b.scale) left *= powerOfTen(b.scale - a.scale)
  else if (b.scale < a.scale) right *= powerOfTen(a.scale - b.scale)
  return left < right ? -1 : left > right ? 1 : 0
}

export function sameNumber(a: ExactNumber, b: ExactNumber): boolean {
  return compareNumbers(a, b) === 0
}

export function signOf(a: ExactNumber): -1 | 0 | 1 {
  return a.units > 0n ? 1 : a.units < 0n ? -1 : 0
}

export function absolute(a: ExactNumber): ExactNumber {
  return a.units < 0n ? negate(a) : a
}

/** `a` rounded to `scale` decimals (negative: tens, hundreds …). The result is a decimal. */
export function round(a: ExactNumber, scale: number, mode: RoundingMode): ExactNumber {
  if (a.divisor === 1n && a.scale <= scale) return a
  const shift = scale - a.scale
  const numerator = shift > 0 ? a.units * powerOfTen(shift) : a.units
  const denominator = shift < 0 ? a.divisor * powerOfTen(-shift) : a.divisor
  const units = divideRounded(numerator, denominator, mode)
  return scale >= 0 ? new ExactNumber(units, scale) : new ExactNumber(units * powerOfTen(-scale))
}

/** The number as 34 significant digits hold it (half even): what is written out, or handed to an outside function. */
export function toDigits(a: ExactNumber, digits = SIGNIFICANT_DIGITS): ExactNumber {
  if (a.units === 0n) return ZERO
  const numerator = a.units < 0n ? -a.units : a.units
  if (a.divisor === 1n && numerator < powerOfTen(digits)) return a
  return round(a, digits - 1 - magnitude(a), 'half_even')
}

/** The power of ten of the leading digit: 0 for 7, 2 for 345, -3 for 0.0012. The number must not be 0. */
function magnitude(a: ExactNumber): number {
  const numerator = a.units < 0n ? -a.units : a.units
  const denominator = a.divisor * powerOfTen(a.scale)
  const guess = numerator.toString().length - denominator.toString().length
  const reached =
    guess >= 0 ? numerator >= denominator * powerOfTen(guess) : numerator * powerOfTen(-guess) >= denominator
  return reached ? guess : guess - 1
}

/** Powers are exact up to this many digits; larger ones are worked out to 34 digits with these to spare. */
const EXACT_POWER_DIGITS = 2_000
const WORKING_DIGITS = 72
/** The reach of decimal128: beyond it a number has no value, below it is nothing. */
const LARGEST_MAGNITUDE = 6_144
const SMALLEST_MAGNITUDE = -6_176

/** `a ** exponent` for a whole exponent; null for 0 to a negative power, and beyond the range of decimal128. */
export function power(a: ExactNumber, exponent: number): ExactNumber | null {
  if (exponent === 0) return ONE
  if (a.units === 0n) return exponent < 0 ? null : ZERO
  const times = Math.abs(exponent)
  const digits = Math.max(a.units.toString().length, a.scale + a.divisor.toString().length)
  const raised = digits * times <= EXACT_POWER_DIGITS ? powerExactly(a, times) : powerInDigits(a, times)
  if (raised === null) return exponent < 0 ? ZERO : null
  return exponent < 0 ? divide(ONE, raised) : raised
}

function powerExactly(a: ExactNumber, times: number): ExactNumber {
  const n = BigInt(times)
  return new ExactNumber(a.units ** n, a.scale * times, a.divisor ** n)
}

function powerInDigits(a: ExactNumber, times: number): ExactNumber | null {
  let result = ONE
  let square = toDigits(a, WORKING_DIGITS)
  for (let left = times; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) result = toDigits(multiply(result, square), WORKING_DIGITS)
    if (result.units === 0n || magnitude(result) < SMALLEST_MAGNITUDE) return ZERO
    if (magnitude(result) > LARGEST_MAGNITUDE) return null
    if (left > 1) {
      square = toDigits(multiply(square, square), WORKING_DIGITS)
      if (magnitude(square) < SMALLEST_MAGNITUDE) return ZERO
      if (magnitude(square) > LARGEST_MAGNITUDE) return null
    }
  }
  return toDigits(result)
}

/** Written as people write it: no exponent, no trailing zeros, at most 34 significant digits. */
export function numberToText(a: ExactNumber): string {
  const { units, scale } = toDigits(a)
  const sign = units < 0n ? '-' : ''
  const digits = (units < 0n ? -units : units).toString()
  if (scale === 0) return `${sign}${digits}`
  const padded = digits.padStart(scale + 1, '0')
  const head = padded.slice(0, -scale)
  const tail = padded.slice(-scale).replace(/0+$/, '')
  return tail === '' ? `${sign}${head}` : `${sign}${head}.${tail}`
}

/** The nearest double, for measures and plots; never for a decision. */
export function toDouble(a: ExactNumber): number {
  return Number(numberToText(a))
}

/** The value as a whole number, or null when it has a fraction. */
export function toWhole(a: ExactNumber): bigint | null {
  if (a.scale === 0 && a.divisor === 1n) return a.units
  const denominator = a.divisor * powerOfTen(a.scale)
  return a.units % denominator === 0n ? a.units / denominator : null
}

/** The remainder with the sign of `b` (DMN 1.5: `a - b * floor(a / b)`), or null where `b` is zero. */
export function modulo(a: ExactNumber, b: ExactNumber): ExactNumber | null {
  const quotient = divide(a, b)
  return quotient && subtract(a, multiply(b, round(quotient, 0, 'floor')))
}

function reduced(units: bigint, scale: number, divisor: bigint): ExactNumber {
  if (divisor === 1n || divisor < REDUCE_FROM) return new ExactNumber(units, scale, divisor)
  const common = greatestCommonDivisor(units < 0n ? -units : units, divisor)
  return new ExactNumber(units / common, scale, divisor / common)
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  let left = a
  let right = b
  while (right !== 0n) {
    const rest = left % right
    left = right
    right = rest
  }
  return left
}

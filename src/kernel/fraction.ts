/** An exact rate: 2/100, not 0.02. The denominator is positive; nothing is reduced until somebody asks. */
export type Fraction = { readonly numerator: bigint; readonly denominator: bigint }

/** How a law rounds. Away from zero or to the even neighbour at the half, or always towards one side. */
export type Rounding = 'half_up' | 'half_even' | 'half_down' | 'up' | 'down' | 'ceiling' | 'floor'

/** A fraction with a positive denominator; a zero denominator is a bug of the caller. */
export function fraction(numerator: bigint, denominator: bigint): Fraction {
  if (denominator === 0n) throw new RangeError('a fraction cannot have the denominator 0')
  return denominator < 0n ? { numerator: -numerator, denominator: -denominator } : { numerator, denominator }
}

/** Reads a decimal such as `0.0206` as the exact fraction 206/10000; undefined for anything else. */
export function parseFraction(decimal: string): Fraction | undefined {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(decimal)
  if (!match) return undefined
  const places = match[3] ?? ''
  return fraction(BigInt(`${match[1]}${match[2]}${places}`), 10n ** BigInt(places.length))
}

/** The whole number nearest to the quotient, the way `rounding` says. */
export function divideRounded(numerator: bigint, denominator: bigint, rounding: Rounding): bigint {
  const { numerator: n, denominator: d } = fraction(numerator, denominator)
  const quotient = n / d
  const remainder = n - quotient * d
  if (remainder === 0n) return quotient
  const away = n < 0n ? -1n : 1n
  const twice = 2n * (remainder < 0n ? -remainder : remainder)
  switch (rounding) {
    case 'down':
      return quotient
    case 'up':
      return quotient + away
    case 'floor':
      return n < 0n ? quotient - 1n : quotient
    case 'ceiling':
      return n < 0n ? quotient : quotient + 1n
    case 'half_up':
      return twice >= d ? quotient + away : quotient
    case 'half_down':
      return twice > d ? quotient + away : quotient
    case 'half_even':
      return twice > d || (twice === d && quotient % 2n !== 0n) ? quotient + away : quotient
  }
}

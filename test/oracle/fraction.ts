// Fractions of whole numbers, for the oracles alone.
export type Fraction = { readonly top: bigint; readonly bottom: bigint }

export const ZERO: Fraction = { top: 0n, bottom: 1n }

export function fraction(top: bigint, bottom: bigint): Fraction {
  return { top, bottom }
}

export function plus(a: Fraction, b: Fraction): Fraction {
  return { top: a.top * b.bottom + b.top * a.bottom, bottom: a.bottom * b.bottom }
}

export function times(a: Fraction, b: Fraction): Fraction {
  return { top: a.top * b.top, bottom: a.bottom * b.bottom }
}

/** Ten-millionths, half up. The fraction must be positive, as an index is. */
export function sevenPlaces({ top, bottom }: Fraction): bigint {
  return (2n * top * 10_000_000n + bottom) / (2n * bottom)
}

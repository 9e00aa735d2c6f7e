/**
 * A quantity that changes with wealth: one number (flat), or values at equally spaced ranks from the poorest household of
 * its area (rank 0) to the richest (rank 1000), with straight lines between.
 */
export type Curve = number | readonly number[]

/** The curve at a rank of 0 to 999, in whole numbers (rounded down). */
export function at(curve: Curve, rank: number): number {
  if (typeof curve === 'number') return curve
  const position = rank * (curve.length - 1)
  const piece = Math.floor(position / 1000)
  const from = curve[piece]!
  return from + Math.floor(((curve[piece + 1]! - from) * (position - piece * 1000)) / 1000)
}

/**
 * A rank that leans on wealth: the rank among their sums of a wealth rank and an even draw (both 0 to 999). Even over 0 to
 * 999 when wealth is, and correlated with it at about 0.7.
 */
export function lean(wealth: number, even: number): number {
  const sum = wealth + even
  return sum < 1000 ? Math.floor((sum * sum) / 2000) : 999 - Math.floor(((1999 - sum) * (1999 - sum)) / 2000)
}

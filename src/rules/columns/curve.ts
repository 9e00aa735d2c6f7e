import type { Emitter } from './emitter.ts'

// An age is compared with a limit for every member of a nation. The age of a member born later is never higher, so that the
// day of birth itself can be compared, with the day on which the age passes the limit: found once, when the code is written.

/** A whole number that never falls, or never rises, as the day that it is worked out from goes on. */
export type Curve = { readonly day: string; readonly at: (day: number) => number }

/** Days by their order: every month has 31 here, since a day that no calendar has changes nothing between its neighbours. */
const DAYS = 10_000 * 12 * 31

function packedAt(order: number): number {
  const months = Math.floor(order / 31)
  return (Math.floor(months / 12) << 9) | (((months % 12) + 1) << 5) | ((order % 31) + 1)
}

export function isPacked(code: string): boolean {
  return /^\d+$/.test(code)
}

/** The number of this name is worked out from a day alone. */
export function begin(out: Emitter, day: string, name: string, at: Curve['at']): void {
  if (/^\w+$/.test(day) && !isPacked(day)) out.curves.set(name, { day, at })
}

/** The number of this name is worked out from another alone, and goes the same way or the other all along. */
export function follow(out: Emitter, from: string, name: string, by: (value: number) => number): void {
  const curve = out.curves.get(from)
  if (curve !== undefined) out.curves.set(name, { day: curve.day, at: day => by(curve.at(day)) })
}

/** Code that is true for the days at which a condition holds that changes at most once along the curve. */
export function turningPoint({ day, at }: Curve, condition: (value: number) => boolean): string {
  const holdsAt = (order: number) => condition(at(packedAt(order)))
  const atFirst = holdsAt(0)
  if (holdsAt(DAYS - 1) === atFirst) return `${atFirst}`
  let [same, other] = [0, DAYS - 1]
  while (other - same > 1) {
    const middle = (same + other) >> 1
    if (holdsAt(middle) === atFirst) same = middle
    else other = middle
  }
  return `${day} ${atFirst ? '<' : '>='} ${packedAt(other)}`
}

import { DaysDuration, MonthsDuration } from '../duration.ts'
import { absolute, ExactNumber, modulo, type RoundingMode, round, toDigits, toWhole } from '../number.ts'
import { exponential, naturalLogarithm, squareRoot } from '../transcendental.ts'
import type { Value } from '../value.ts'
import { type Argument, type Builtin, builtin, ofSingleValues } from './builtin.ts'

/** Functions of numbers. Rounding keeps fractions exact until it rounds; the others see 34 digits. */
export const numberFunctions: Record<string, Builtin> = ofSingleValues({
  decimal: builtin('n, scale', (n, scale) => rounded(n, scale, 'half_even')),
  floor: builtin('n, scale?', (n, scale) => rounded(n, scale, 'floor')),
  ceiling: builtin('n, scale?', (n, scale) => rounded(n, scale, 'ceiling')),
  'round up': builtin('n, scale', (n, scale) => rounded(n, scale, 'up')),
  'round down': builtin('n, scale', (n, scale) => rounded(n, scale, 'down')),
  'round half up': builtin('n, scale', (n, scale) => rounded(n, scale, 'half_up')),
  'round half down': builtin('n, scale', (n, scale) => rounded(n, scale, 'half_down')),
  abs: builtin('n', n => {
    if (n instanceof ExactNumber) return absolute(n)
    if (n instanceof MonthsDuration) return new MonthsDuration(Math.abs(n.months))
    return n instanceof DaysDuration ? new DaysDuration(n.nanoseconds < 0n ? -n.nanoseconds : n.nanoseconds) : null
  }),
  modulo: builtin('dividend, divisor', (dividend, divisor) =>
    dividend instanceof ExactNumber && divisor instanceof ExactNumber
      ? modulo(toDigits(dividend), toDigits(divisor))
      : null,
  ),
  sqrt: builtin('number', number => (number instanceof ExactNumber ? squareRoot(toDigits(number)) : null)),
  exp: builtin('number', number => (number instanceof ExactNumber ? exponential(toDigits(number)) : null)),
  log: builtin('number', number => (number instanceof ExactNumber ? naturalLogarithm(toDigits(number)) : null)),
  even: builtin('number', number => remainderOfTwo(number, 0n)),
  odd: builtin('number', number => remainderOfTwo(number, 1n)),
})

const SCALE_MIN = -6_111n
const SCALE_MAX = 6_176n

function rounded(n: Argument, scale: Argument, mode: RoundingMode): Value {
  if (!(n instanceof ExactNumber)) return null
  if (scale === undefined) return round(n, 0, mode)
  if (!(scale instanceof ExactNumber)) return null
  const places = toWhole(round(scale, 0, 'down')) as bigint
  return places < SCALE_MIN || places > SCALE_MAX ? null : round(n, Number(places), mode)
}

function remainderOfTwo(number: Argument, remainder: bigint): Value {
  if (!(number instanceof ExactNumber)) return null
  const value = toWhole(toDigits(number))
  return value === null ? false : (value < 0n ? -value : value) % 2n === remainder
}

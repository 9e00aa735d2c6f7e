import { addDays, addMonths, type CivilDate } from '../date.ts'
import { DaysDuration, MonthsDuration, NANOSECONDS_A_DAY } from '../duration.ts'
import type { ArithmeticOperator } from '../expression.ts'
import {
  add,
  divide,
  type ExactNumber,
  fraction,
  multiply,
  negate,
  power,
  round,
  subtract,
  toWhole,
  whole,
} from '../number.ts'
import { OutsideLanguage } from '../outside-language.ts'
import { TimePoint } from '../time-point.ts'
import { realPower } from '../transcendental.ts'
import { isContext, isList, type Value } from '../value.ts'

type Term = Exclude<Value, null | boolean | readonly Value[] | ReadonlyMap<string, Value>>

/** `left operator right`, or null where the two do not fit together (DMN 1.5, tables 57 to 61). */
export function calculate(operator: ArithmeticOperator, left: Value, right: Value): Value {
  if (!isTerm(left) || !isTerm(right)) return null
  if (left instanceof TimePoint || right instanceof TimePoint) {
    throw new OutsideLanguage('arithmetic with times of day is outside the language')
  }
  switch (operator) {
    case '+':
      return plus(left, right)
    case '-':
      return minus(left, right)
    case '*':
      return times(left, right) ?? times(right, left)
    case '/':
      return over(left, right)
    case '**':
      return raised(left, right)
  }
}

function isTerm(value: Value): value is Term {
  return value !== null && typeof value !== 'boolean' && !isList(value) && !isContext(value)
}

export function opposite(value: Value): Value {
  if (!isTerm(value) || typeof value === 'string') return null
  switch (value.kind) {
    case 'number':
      return negate(value)
    case 'months_duration':
      return new MonthsDuration(-value.months)
    case 'days_duration':
      return new DaysDuration(-value.nanoseconds)
    default:
      return null
  }
}

function plus(left: Term, right: Term): Value {
  if (typeof left === 'string' || typeof right === 'string') {
    return typeof left === 'string' && typeof right === 'string' ? left + right : null
  }
  if (left.kind === 'number') return right.kind === 'number' ? add(left, right) : null
  if (left.kind === 'date') return later(left, right)
  if (right.kind === 'date') return later(right, left)
  if (left.kind === 'months_duration' && right.kind === 'months_duration') return months(left.months + right.months)
  if (left.kind === 'days_duration' && right.kind === 'days_duration') {
    return new DaysDuration(left.nanoseconds + right.nanoseconds)
  }
  return null
}

function minus(left: Term, right: Term): Value {
  if (typeof left === 'string' || typeof right === 'string') return null
  if (left.kind === 'number') return right.kind === 'number' ? subtract(left, right) : null
  if (left.kind === 'date' && right.kind === 'date') {
    return new DaysDuration(BigInt(left.epochDay - right.epochDay) * NANOSECONDS_A_DAY)
  }
  const back = opposite(right)
  return back !== null && left.kind !== 'function' && right.kind !== 'date' ? plus(left, back as Term) : null
}

/** A date some months or whole days later. A part of a day counts from midnight, and falls on the day it reaches. */
function later(date: CivilDate, span: Exclude<Term, string>): CivilDate | null {
  if (span.kind === 'months_duration') return addMonths(date, span.months)
  if (span.kind !== 'days_duration') return null
  return addDays(date, Number(floorDays(span.nanoseconds)))
}

function floorDays(nanoseconds: bigint): bigint {
  const days = nanoseconds / NANOSECONDS_A_DAY
  return nanoseconds < 0n && nanoseconds % NANOSECONDS_A_DAY !== 0n ? days - 1n : days
}

function times(left: Term, right: Term): Value {
  if (typeof left === 'string' || typeof right === 'string' || right.kind !== 'number') return null
  if (left.kind === 'number') return multiply(left, right)
  if (left.kind === 'months_duration') return scaledMonths(multiply(whole(left.months), right))
  return left.kind === 'days_duration' ? scaledDays(multiply(whole(left.nanoseconds), right)) : null
}

function over(left: Term, right: Term): Value {
  if (typeof left === 'string' || typeof right === 'string') return null
  if (right.kind === 'number') {
    if (left.kind === 'number') return divide(left, right)
    if (left.kind === 'months_duration') return scaledMonths(divide(whole(left.months), right))
    return left.kind === 'days_duration' ? scaledDays(divide(whole(left.nanoseconds), right)) : null
  }
  if (left.kind === 'months_duration' && right.kind === 'months_duration') {
    return divide(whole(left.months), whole(right.months))
  }
  if (left.kind === 'days_duration' && right.kind === 'days_duration' && right.nanoseconds !== 0n) {
    return right.nanoseconds < 0n
      ? fraction(-left.nanoseconds, -right.nanoseconds)
      : fraction(left.nanoseconds, right.nanoseconds)
  }
  return null
}

/** Exact for whole exponents, the only ones in packs; 34 digits for others. */
function raised(left: Term, right: Term): Value {
  if (typeof left === 'string' || typeof right === 'string' || left.kind !== 'number' || right.kind !== 'number')
    return null
  const exponent = toWhole(right)
  return exponent === null ? realPower(left, right) : power(left, Number(exponent))
}

/** A fraction of a month, or of a nanosecond, is dropped. */
function scaledMonths(count: ExactNumber | null): MonthsDuration | null {
  return count && months(Number(toWhole(round(count, 0, 'down'))))
}

function scaledDays(count: ExactNumber | null): DaysDuration | null {
  return count && new DaysDuration(toWhole(round(count, 0, 'down')) as bigint)
}

function months(count: number): MonthsDuration | null {
  return Number.isSafeInteger(count) ? new MonthsDuration(count) : null
}

import type { ComparisonOperator } from '../expression.ts'
import { compareNumbers, sameNumber } from '../number.ts'
import { compareTimePoints } from '../time-point.ts'
import { type Context, isContext, isList, type List, type Range, type Value } from '../value.ts'

/** `left operator right`. Null where the two cannot be compared, or one of them is unknown and the sign is not `=`, `!=`. */
export function compareBy(operator: ComparisonOperator, left: Value, right: Value): boolean | null {
  switch (operator) {
    case '=':
      return equal(left, right)
    case '!=': {
      const same = equal(left, right)
      return same === null ? null : !same
    }
    case '<':
    case '<=':
    case '>':
    case '>=': {
      const sign = order(left, right)
      return sign === null ? null : holds(operator, sign)
    }
  }
}

function holds(operator: '<' | '<=' | '>' | '>=', sign: number): boolean {
  switch (operator) {
    case '<':
      return sign < 0
    case '<=':
      return sign <= 0
    case '>':
      return sign > 0
    case '>=':
      return sign >= 0
  }
}

/** Equality: null only equals null; values of two kinds have no answer (null). */
export function equal(left: Value, right: Value): boolean | null {
  if (left === null || right === null) return left === right
  if (typeof left !== 'object' || typeof right !== 'object') return typeof left === typeof right ? left === right : null
  if (isList(left)) return isList(right) ? sameList(left, right) : null
  if (isContext(left)) return isContext(right) ? sameContext(left, right) : null
  if (isList(right) || isContext(right)) return null
  switch (left.kind) {
    case 'number':
      return right.kind === 'number' ? sameNumber(left, right) : null
    case 'date':
      return right.kind === 'date' ? left.epochDay === right.epochDay : null
    case 'months_duration':
      return right.kind === 'months_duration' ? left.months === right.months : null
    case 'days_duration':
      return right.kind === 'days_duration' ? left.nanoseconds === right.nanoseconds : null
    case 'time': {
      const sign = right.kind === 'time' ? compareTimePoints(left, right) : null
      return sign === null ? null : sign === 0
    }
    case 'range':
      return right.kind === 'range' ? sameRange(left, right) : null
    case 'function':
      return right.kind === 'function' ? left === right : null
  }
}

function sameList(left: List, right: List): boolean {
  return left.length === right.length && left.every((item, index) => equal(item, right[index] as Value) === true)
}

function sameContext(left: Context, right: Context): boolean {
  if (left.size !== right.size) return false
  for (const [name, value] of left) {
    const other = right.get(name)
    if (other === undefined || equal(value, other) !== true) return false
  }
  return true
}

function sameRange(left: Range, right: Range): boolean {
  return (
    left.startIncluded === right.startIncluded &&
    left.endIncluded === right.endIncluded &&
    sameEnd(left.start, right.start) &&
    sameEnd(left.end, right.end)
  )
}

function sameEnd(left: Value | undefined, right: Value | undefined): boolean {
  return left === undefined || right === undefined ? left === right : equal(left, right) === true
}

/** Negative, 0 or positive; null where the two have no order: unknown, of two kinds, or of a kind without order. */
export function order(left: Value, right: Value): number | null {
  if (left === null || right === null) return null
  if (typeof left === 'string') return typeof right === 'string' ? compareStrings(left, right) : null
  if (typeof left !== 'object' || typeof right !== 'object') return null
  if (!('kind' in left && 'kind' in right)) return null
  switch (left.kind) {
    case 'number':
      return right.kind === 'number' ? compareNumbers(left, right) : null
    case 'date':
      return right.kind === 'date' ? left.epochDay - right.epochDay : null
    case 'months_duration':
      return right.kind === 'months_duration' ? left.months - right.months : null
    case 'days_duration':
      return right.kind === 'days_duration' ? Number(left.nanoseconds - right.nanoseconds) : null
    case 'time':
      return right.kind === 'time' ? compareTimePoints(left, right) : null
    case 'range':
    case 'function':
      return null
  }
}

/** By code point: JavaScript compares UTF-16 units, which puts U+1F40E before U+FF21. */
function compareStrings(left: string, right: string): number {
  const length = Math.min(left.length, right.length)
  for (let i = 0; i < length; i++) {
    const a = left.charCodeAt(i)
    const b = right.charCodeAt(i)
    if (a !== b) return rank(a) - rank(b)
  }
  return left.length - right.length
}

/** Surrogates stand for code points above all others. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit
}

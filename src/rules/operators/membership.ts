import type { ComparisonOperator } from '../expression.ts'
import { isList, Range, type Value } from '../value.ts'
import { compareBy, equal, order } from './comparison.ts'
import { any } from './logic.ts'

/** One test of `x in (…)` that is a value: a range holds `x`, a list has an item that `x` passes, anything else equals it. */
export function passes(subject: Value, test: Value): boolean | null {
  if (test instanceof Range) return within(subject, test)
  if (isList(test)) {
    if (equal(subject, test) === true) return true
    return any(test.map(item => (isList(item) ? equal(subject, item) === true : passes(subject, item))))
  }
  return equal(subject, test) === true
}

/** Whether a range holds a value; null where one of its ends, or the value, is unknown or of another kind. */
export function within(subject: Value, range: Range): boolean | null {
  if (subject instanceof Range) return equal(subject, range)
  const low = range.start === undefined ? true : compareBy(range.startIncluded ? '<=' : '<', range.start, subject)
  const high = range.end === undefined ? true : compareBy(range.endIncluded ? '<=' : '<', subject, range.end)
  return low === null || high === null ? null : low && high
}

/** `x between low and high`: null where any part is unknown, even when the other end would settle it. */
export function between(subject: Value, low: Value, high: Value): boolean | null {
  const above = order(subject, low)
  const below = order(subject, high)
  return above === null || below === null ? null : above >= 0 && below <= 0
}

/** `< 10` as a value: the range of what passes it. `!= 10` is no range, so it has no value. */
export function testedBy(operator: ComparisonOperator, operand: Value): Value {
  switch (operator) {
    case '<':
    case '<=':
      return new Range(undefined, operand, false, operator === '<=')
    case '>':
    case '>=':
      return new Range(operand, undefined, operator === '>=', false)
    case '=':
      return new Range(operand, operand, true, true)
    case '!=':
      return null
  }
}

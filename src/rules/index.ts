export { addDays, addMonths, CivilDate, dateOf, dateToText, monthsBetween, parseDate } from './date.ts'
export { DaysDuration, daysDuration, durationToText, MonthsDuration, parseDuration } from './duration.ts'
export type { Expr, Place } from './expression.ts'
export {
  add,
  compareNumbers,
  decimal,
  divide,
  ExactNumber,
  fraction,
  multiply,
  negate,
  numberToText,
  parseNumber,
  type RoundingMode,
  round,
  sameNumber,
  subtract,
  toDouble,
  toWhole,
  whole,
} from './number.ts'
export type { SyntaxProblem } from './problem.ts'
export { Bound, EMPTY_SCOPE, type Scope, scopeOf } from './scope.ts'
export {
  type Context,
  FunctionValue,
  isContext,
  isList,
  isNumber,
  type Kind,
  kindOf,
  type List,
  Range,
  type Value,
} from './value.ts'

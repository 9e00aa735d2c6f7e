import type { CivilDate } from './date.ts'
import type { DaysDuration, MonthsDuration } from './duration.ts'
import type { ExactNumber } from './number.ts'
import type { TimePoint } from './time-point.ts'

/** What an expression can be worth. Null is a value: what is not known, or has no answer. */
export type Value =
  | null
  | boolean
  | string
  | ExactNumber
  | CivilDate
  | MonthsDuration
  | DaysDuration
  | TimePoint
  | List
  | Context
  | Range
  | FunctionValue

export type List = readonly Value[]

/** Named values in the order they were given: a member and its facts, a row of a table. */
export type Context = ReadonlyMap<string, Value>

/** Values between two ends. An end that is `undefined` is open for ever: `< 10` has no start. */
export class Range {
  readonly kind = 'range'
  readonly start: Value | undefined
  readonly end: Value | undefined
  readonly startIncluded: boolean
  readonly endIncluded: boolean

  constructor(start: Value | undefined, end: Value | undefined, startIncluded: boolean, endIncluded: boolean) {
    this.start = start
    this.end = end
    this.startIncluded = startIncluded
    this.endIncluded = endIncluded
  }
}

export class FunctionValue {
  readonly kind = 'function'
  readonly parameters: readonly string[]
  /** Called with one value per parameter, in order. */
  readonly call: (values: readonly Value[]) => Value

  constructor(parameters: readonly string[], call: (values: readonly Value[]) => Value) {
    this.parameters = parameters
    this.call = call
  }
}

export type Kind =
  | 'null'
  | 'boolean'
  | 'string'
  | 'number'
  | 'date'
  | 'months_duration'
  | 'days_duration'
  | 'time'
  | 'list'
  | 'context'
  | 'range'
  | 'function'

export function kindOf(value: Value): Kind {
  if (value === null) return 'null'
  if (typeof value === 'boolean') return 'boolean'
  if (typeof value === 'string') return 'string'
  if (isList(value)) return 'list'
  if (isContext(value)) return 'context'
  return value.kind
}

export function isNumber(value: Value | undefined): value is ExactNumber {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'number'
}

export function isList(value: Value): value is List {
  return Array.isArray(value)
}

export function isContext(value: Value): value is Context {
  return value instanceof Map
}

import { PACK_FUNCTIONS } from '../builtins/names.ts'
import { parseDate } from '../date.ts'
import { nearest } from '../diagnostic.ts'
import { parseDuration } from '../duration.ts'
import type { Call, Expr } from '../expression.ts'
import type { Checker } from './check-expression.ts'
import {
  ANY,
  agree,
  either,
  isAny,
  isNumeric,
  isText,
  say,
  type Type,
  type TypeScope,
  typeOf,
  withNull,
} from './type.ts'

/** The type of a call: each function says what it takes and what it gives. */
export function checkCall(checker: Checker, expr: Call, scope: TypeScope): Type {
  const types = expr.args.map(arg => checker.check(arg, scope))
  if (expr.callee.kind !== 'name') return ANY
  const { name } = expr.callee
  const own = checker.functions.get(name)
  if (own) return own
  switch (name) {
    case 'not':
      return one(checker, expr, types, type => type.shape.kind === 'boolean', 'a condition: true or false')
    case 'abs':
      return one(
        checker,
        expr,
        types,
        type => isNumeric(type) || type.shape.kind.endsWith('duration'),
        'a number or a duration',
      )
    case 'floor':
    case 'ceiling':
      return rounding(checker, expr, types, 1)
    case 'decimal':
    case 'round up':
    case 'round down':
    case 'round half up':
    case 'round half down':
      return rounding(checker, expr, types, 2)
    case 'modulo':
      return counted(checker, expr, 2, 2) && numbers(checker, expr, types) ? typeOf('number', true) : ANY
    case 'count':
      return counted(checker, expr, 1, 1) ? typeOf('number') : ANY
    case 'sum':
    case 'mean':
      return aggregate(checker, expr, types, isNumeric, 'numbers')
    case 'min':
    case 'max':
      return aggregate(checker, expr, types, isOrdered, 'numbers, dates or durations')
    case 'date':
      return dateOf(checker, expr, types)
    case 'duration':
      return durationOf(checker, expr, types)
    case 'years and months duration':
      return monthsBetween(checker, expr, types)
    default:
      return checker.report(expr.callee, 'unknown_name', `there is no function ${name}`, {
        suggestion: nearest(name, [...PACK_FUNCTIONS, ...checker.functions.keys()]),
      })
  }
}

/** Whether the call has as many arguments as the function takes. */
function counted(checker: Checker, expr: Call, least: number, most: number): boolean {
  const { length } = expr.args
  if (length >= least && length <= most) return true
  const takes = least === most ? `${least}` : `${least} to ${most}`
  checker.report(expr, 'wrong_count', `this call has ${length} argument${length === 1 ? '' : 's'}`, { expected: takes })
  return false
}

function one(
  checker: Checker,
  expr: Call,
  [type]: readonly Type[],
  fits: (type: Type) => boolean,
  expected: string,
): Type {
  if (!counted(checker, expr, 1, 1) || type === undefined) return ANY
  if (isAny(type) || type.shape.kind === 'null' || fits(type)) return type
  return checker.wrong(expr.args[0] as Expr, 'the argument', type, expected)
}

function numbers(checker: Checker, expr: Call, types: readonly Type[]): boolean {
  let good = true
  for (const [index, type] of types.entries()) {
    if (isAny(type) || type.shape.kind === 'null' || isNumeric(type)) continue
    checker.wrong(expr.args[index] as Expr, 'the argument', type, 'a number')
    good = false
  }
  return good
}

/** Rounded money stays money. */
function rounding(checker: Checker, expr: Call, types: readonly Type[], least: number): Type {
  if (!counted(checker, expr, least, 2) || !numbers(checker, expr, types)) return ANY
  const [value] = types as [Type]
  return withNull(
    value,
    types.some(type => type.nullable),
  )
}

function isOrdered(type: Type): boolean {
  const { kind } = type.shape
  return isNumeric(type) || kind === 'date' || kind === 'string' || kind.endsWith('duration')
}

/** `sum(list)` is null of an empty list and of one with a null; `sum(a, b)` of a null only. */
function aggregate(
  checker: Checker,
  expr: Call,
  types: readonly Type[],
  fits: (type: Type) => boolean,
  expected: string,
): Type {
  if (expr.args.length === 0) {
    checker.report(expr, 'wrong_count', 'this call has no arguments', { expected: 'a list, or values' })
    return ANY
  }
  const [first] = types as [Type]
  const items = types.length === 1 && first.shape.kind === 'list' ? [first.shape.of] : types
  const written = expr.args[0]?.kind === 'list' && expr.args[0].items.length > 0
  const mayBeEmpty = types.length === 1 && first.shape.kind === 'list' && !written
  for (const [index, type] of items.entries()) {
    const place = expr.args[index] ?? expr
    if (!isAny(type) && type.shape.kind !== 'null' && !fits(type))
      return checker.wrong(place, 'what is gathered', type, expected)
    if (!agree(items[0] as Type, type))
      return checker.wrong(place, 'this', type, `${say(items[0] as Type)}, as the first is`)
  }
  const type = items.reduce(either)
  return withNull(type, type.nullable || mayBeEmpty)
}

function dateOf(checker: Checker, expr: Call, types: readonly Type[]): Type {
  if (types.length === 3) return numbers(checker, expr, types) ? typeOf('date', true) : ANY
  if (!counted(checker, expr, 1, 1)) return ANY
  const [arg] = expr.args as [Expr]
  const [type] = types as [Type]
  if (arg.kind === 'literal' && typeof arg.value === 'string') {
    if (parseDate(arg.value)) return typeOf('date')
    return checker.report(arg, 'wrong_type', `"${arg.value}" is no date`, {
      expected: 'a date, for example "2026-11-22"',
    })
  }
  if (isAny(type) || isText(type) || type.shape.kind === 'date')
    return typeOf('date', type.shape.kind !== 'date' || type.nullable)
  return checker.wrong(arg, 'the argument', type, 'a text, for example "2026-11-22"')
}

/** A duration is of months or of days: only a text as it stands tells which. */
function durationOf(checker: Checker, expr: Call, types: readonly Type[]): Type {
  if (!counted(checker, expr, 1, 1)) return ANY
  const [arg] = expr.args as [Expr]
  const [type] = types as [Type]
  if (arg.kind !== 'literal' || typeof arg.value !== 'string') {
    return isAny(type)
      ? ANY
      : checker.wrong(arg, 'the argument', type, 'a text as it stands, for example "P1M" or "P30D"')
  }
  const duration = parseDuration(arg.value)
  if (duration) return typeOf(duration.kind)
  return checker.report(arg, 'wrong_type', `"${arg.value}" is no duration`, {
    expected: 'for example "P1Y6M" or "P30D"',
  })
}

function monthsBetween(checker: Checker, expr: Call, types: readonly Type[]): Type {
  if (!counted(checker, expr, 2, 2)) return ANY
  for (const [index, type] of types.entries()) {
    if (isAny(type) || type.shape.kind === 'null' || type.shape.kind === 'date') continue
    return checker.wrong(expr.args[index] as Expr, 'the argument', type, 'a date')
  }
  return typeOf(
    'months_duration',
    types.some(type => type.nullable),
  )
}

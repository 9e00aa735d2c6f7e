import type { Arithmetic, Expr } from '../expression.ts'
import { ExactNumber, signOf } from '../number.ts'
import type { Checker } from './check-expression.ts'
import { ANY, isAny, isNumeric, type Shape, say, type Type, typeOf, withNull } from './type.ts'

type Kind = Shape['kind']

/** What two kinds give under an operator (DMN 1.5, tables 57 to 61). Money is a number with a unit: it is never squared. */
const RESULTS: Readonly<Record<Arithmetic['operator'], readonly (readonly [left: Kind, right: Kind, result: Kind])[]>> =
  {
    '+': [
      ['number', 'number', 'number'],
      ['money', 'money', 'money'],
      ['money', 'number', 'money'],
      ['number', 'money', 'money'],
      ['string', 'string', 'string'],
      ['date', 'months_duration', 'date'],
      ['date', 'days_duration', 'date'],
      ['months_duration', 'date', 'date'],
      ['days_duration', 'date', 'date'],
      ['months_duration', 'months_duration', 'months_duration'],
      ['days_duration', 'days_duration', 'days_duration'],
    ],
    '-': [
      ['number', 'number', 'number'],
      ['money', 'money', 'money'],
      ['money', 'number', 'money'],
      ['number', 'money', 'money'],
      ['date', 'date', 'days_duration'],
      ['date', 'months_duration', 'date'],
      ['date', 'days_duration', 'date'],
      ['months_duration', 'months_duration', 'months_duration'],
      ['days_duration', 'days_duration', 'days_duration'],
    ],
    '*': [
      ['number', 'number', 'number'],
      ['money', 'number', 'money'],
      ['number', 'money', 'money'],
      ['months_duration', 'number', 'months_duration'],
      ['number', 'months_duration', 'months_duration'],
      ['days_duration', 'number', 'days_duration'],
      ['number', 'days_duration', 'days_duration'],
    ],
    '/': [
      ['number', 'number', 'number'],
      ['money', 'money', 'number'],
      ['money', 'number', 'money'],
      ['months_duration', 'number', 'months_duration'],
      ['days_duration', 'number', 'days_duration'],
      ['months_duration', 'months_duration', 'number'],
      ['days_duration', 'days_duration', 'number'],
    ],
    '**': [['number', 'number', 'number']],
  }

const VERBS = { '+': 'added to', '-': 'taken from', '*': 'multiplied by', '/': 'divided by', '**': 'raised to' }

export function checkArithmetic(checker: Checker, expr: Arithmetic, left: Type, right: Type): Type {
  if (isAny(left) || isAny(right)) return ANY
  const nullable = left.nullable || right.nullable || (expr.operator === '/' && mayBeZero(expr.right))
  if (left.shape.kind === 'null' || right.shape.kind === 'null') {
    return checker.report(expr, 'wrong_type', 'arithmetic with null is always null', {
      expected: 'a value on each side',
    })
  }
  const [a, b] = [plain(left), plain(right)]
  const found = RESULTS[expr.operator].find(([first, second]) => first === a && second === b)
  if (found) return typeOf(found[2] as 'number', nullable)
  const accepted = RESULTS[expr.operator]
    .filter(([first]) => first === a)
    .map(([, second]) => say(typeOf(second as 'number')))
  const one = expr.operator === '+' || expr.operator === '-' ? [right, left] : [left, right]
  return checker.report(
    expr.right,
    'wrong_type',
    `${say(one[0] as Type)} cannot be ${VERBS[expr.operator]} ${say(one[1] as Type)}`,
    { expected: accepted.length > 0 ? accepted.join(' or ') : null },
  )
}

/** A code is a text where it is added to another. */
function plain({ shape }: Type): Kind {
  return shape.kind === 'code' ? 'string' : shape.kind
}

function mayBeZero(divisor: Expr): boolean {
  return !(divisor.kind === 'literal' && divisor.value instanceof ExactNumber && signOf(divisor.value) !== 0)
}

export function checkNegation(checker: Checker, expr: Expr & { kind: 'negation' }, operand: Type): Type {
  if (isAny(operand) || isNumeric(operand) || operand.shape.kind.endsWith('duration'))
    return withNull(operand, operand.nullable)
  return checker.wrong(expr.operand, 'what is negated', operand, 'a number or a duration')
}

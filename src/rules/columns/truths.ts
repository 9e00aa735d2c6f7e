import type { ComparisonOperator } from '../expression.ts'
import { turningPoint } from './curve.ts'
import type { Emitter } from './emitter.ts'
import { aligned } from './numbers.ts'
import {
  anyUnknown,
  NOTHING,
  NotCompilable,
  type Numeric,
  type Operand,
  type Text,
  type Truth,
  truth,
  unknownOf,
} from './operand.ts'

/** Code that gives the place of a text in the dictionary of a column, found when the columns are given. */
export type PlaceOf = (column: string, text: string) => string

/** `left operator right`, as `compareBy` of the language has it. */
export function compared(
  operator: ComparisonOperator,
  left: Operand,
  right: Operand,
  out: Emitter,
  placeOf: PlaceOf,
): Operand {
  if (operator === '=') return equal(left, right, out, placeOf)
  if (operator === '!=') {
    const same = equal(left, right, out, placeOf)
    return { ...same, code: `(1 - ${same.code})` }
  }
  if (left.kind === 'nothing' || right.kind === 'nothing') return NOTHING
  if (left.kind === 'truth' && right.kind === 'truth') return NOTHING
  return truth(comparison(operator, left, right, out), out.hold(anyUnknown(unknownOf(left), unknownOf(right))))
}

/** Code that is true where the order of two known operands is as the operator says. */
export function comparison(operator: ComparisonOperator, left: Operand, right: Operand, out: Emitter): string {
  const day = asDay(operator, left, right, out)
  if (day !== null) return day
  const [a, b] = ordered(left, right)
  return `${a} ${operator} ${b}`
}

/** A number worked out from a day, compared with a constant: code that compares the day itself. */
function asDay(operator: ComparisonOperator, left: Operand, right: Operand, out: Emitter): string | null {
  if (left.kind !== 'number' || right.kind !== 'number' || operator === '=' || operator === '!=') return null
  const curve = out.curves.get(left.code)
  if (curve === undefined || right.low !== right.high || right.unknown !== '0') return null
  const [scaled, limit] = aligned([left, right]) as [Numeric, Numeric]
  const holds = {
    '<': (value: number) => value < limit.low,
    '<=': (value: number) => value <= limit.low,
    '>': (value: number) => value > limit.low,
    '>=': (value: number) => value >= limit.low,
  }[operator]
  return turningPoint(curve, value => holds(value * (scaled.den / left.den)))
}

/** Codes of two operands that can be compared as they are. */
function ordered(left: Operand, right: Operand): readonly [string, string] {
  if (left.kind === 'number' && right.kind === 'number') {
    const [a, b] = aligned([left, right]) as [Numeric, Numeric]
    return [a.code, b.code]
  }
  const same = left.kind === right.kind
  if (same && (left.kind === 'day' || left.kind === 'months' || left.kind === 'days')) {
    return [left.code, (right as typeof left).code]
  }
  throw new NotCompilable(`the order of a ${left.kind} and a ${right.kind}`)
}

/** Equality: two unknowns are equal, an unknown and a known are not. Never unknown itself. */
export function equal(left: Operand, right: Operand, out: Emitter, placeOf: PlaceOf): Truth {
  if (left.kind === 'nothing') return { kind: 'truth', code: unknownOf(right), nullable: false }
  if (right.kind === 'nothing') return { kind: 'truth', code: unknownOf(left), nullable: false }
  if (left.kind === 'truth' && right.kind === 'truth') return known(`${left.code} === ${right.code}`)
  const [a, b] = left.kind === 'text' && right.kind === 'text' ? places(left, right, placeOf) : ordered(left, right)
  const [ua, ub] = [unknownOf(left), unknownOf(right)]
  if (ua === '0' && ub === '0') return known(`${a} === ${b}`)
  const either = anyUnknown(ua, ub)
  const both = ua === '0' || ub === '0' ? '0' : `(${ua} & ${ub})`
  return { kind: 'truth', code: out.hold(`(${either} ? ${both} : +(${a} === ${b}))`), nullable: false }
}

function known(condition: string): Truth {
  return { kind: 'truth', code: `+(${condition})`, nullable: false }
}

function places(left: Text, right: Text, placeOf: PlaceOf): readonly [string, string] {
  if (left.literal !== null && right.literal !== null) return ['0', left.literal === right.literal ? '0' : '1']
  if (left.literal !== null) return places(right, left, placeOf)
  if (right.literal !== null) return [left.code, placeIn(left, right.literal, placeOf)]
  const [a, b] = [left.words, right.words]
  const same =
    'column' in a ? 'column' in b && a.column === b.column : 'known' in b && a.known.join('\n') === b.known.join('\n')
  if (!same) throw new NotCompilable('the equality of texts of two lists')
  return [left.code, right.code]
}

/** A place that no row holds where the list has no such text. */
function placeIn({ words }: Text, literal: string, placeOf: PlaceOf): string {
  if ('column' in words) return placeOf(words.column, literal)
  const at = words.known.indexOf(literal)
  return at === -1 ? '(-9)' : `${at}`
}

/** A truth value; what is none counts as unknown, as in Kleene's tables of DMN. */
export function asTruth(operand: Operand): Truth {
  return operand.kind === 'truth' ? operand : { kind: 'truth', code: '2', nullable: true }
}

export function not(operand: Operand, out: Emitter): Truth {
  const { code, nullable } = asTruth(operand)
  if (!nullable) return { kind: 'truth', code: `(1 - ${code})`, nullable }
  const held = out.hold(code)
  return { kind: 'truth', code: `(${held} === 2 ? 2 : 1 - ${held})`, nullable }
}

/** Both sides were worked out; `left` and `right` are codes that may stand twice. */
export function logicCode(operator: 'and' | 'or', left: Truth, right: Truth): string {
  const decisive = operator === 'and' ? 0 : 1
  if (!left.nullable && !right.nullable) return `(${left.code} ${operator === 'and' ? '&' : '|'} ${right.code})`
  if (!left.nullable) return `(${left.code} === ${decisive} ? ${decisive} : ${right.code})`
  if (!right.nullable) return `(${right.code} === ${decisive} ? ${decisive} : ${left.code})`
  return `(${left.code} === ${decisive} || ${right.code} === ${decisive} ? ${decisive} : (${left.code} | ${right.code}) & 2 ? 2 : ${1 - decisive})`
}

/** `or` over many that were all worked out. */
export function anyOf(truths: readonly Truth[], out: Emitter): Truth {
  const [first, ...rest] = truths.map((each): Truth => ({ ...each, code: out.hold(each.code) }))
  let result: Truth = first ?? { kind: 'truth', code: '0', nullable: false }
  for (const each of rest) {
    const nullable = result.nullable || each.nullable
    result = { kind: 'truth', code: out.hold(logicCode('or', result, each)), nullable }
  }
  return result
}

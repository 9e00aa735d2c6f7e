import { evaluate } from '../evaluate.ts'
import type { Expr } from '../expression.ts'
import { ExactNumber, toWhole } from '../number.ts'
import type { Pack } from '../pack.ts'
import { scopeOf } from '../scope.ts'
import { branch } from './branches.ts'
import { callOf } from './calls.ts'
import { conditional, isNull, logic, nullTests, settled, unlessUnknown } from './condition.ts'
import { follow } from './curve.ts'
import type { Emitter } from './emitter.ts'
import { negated, power, product, quotient, sum } from './numbers.ts'
import {
  anyUnknown,
  bound,
  constant,
  integer,
  type List,
  type Member,
  NOTHING,
  NotCompilable,
  type Operand,
  type Span,
  type Truth,
  truth,
  unknownOf,
} from './operand.ts'
import type { Program } from './program.ts'
import { anyOf, asTruth, compared, comparison, equal } from './truths.ts'

/** Where a formula stands: its pack, and what names mean there, innermost first. Behind all frames is the household. */
export type Spot = { readonly program: Program; readonly pack: Pack; readonly frames: readonly Frame[] }

type Frame =
  /** A member whose facts and steps are plain names; in a filter it is also `item`. */
  | { readonly kind: 'member'; readonly member: string; readonly item: boolean }
  /** A variable of a loop. */
  | { readonly kind: 'bound'; readonly name: string; readonly operand: Operand }

export function memberSpot(spot: Spot, member: string): Spot {
  return { ...spot, frames: [{ kind: 'member', member, item: false }] }
}

export function householdSpot(spot: Spot): Spot {
  return spot.frames.length === 0 ? spot : { ...spot, frames: [] }
}

/** Writes the code of an expression and says what it is worth. */
export function compileFormula(expr: Expr, spot: Spot): Operand {
  const { program } = spot
  const { out } = program
  const at = (inner: Expr) => compileFormula(inner, spot)
  if (isConstant(expr)) return constant(evaluate(expr, scopeOf(new Map([['month_start', program.monthStart]]))))
  switch (expr.kind) {
    case 'literal':
      return constant(expr.value)
    case 'name':
      return settled(named(expr.name, spot), spot)
    case 'path':
      return settled(path(at(expr.subject), expr.key, spot), spot)
    case 'filter':
      return filtered(at(expr.subject), expr.condition, spot)
    case 'arithmetic':
      return arithmetic(expr, at(expr.left), at(expr.right), spot)
    case 'negation': {
      const operand = at(expr.operand)
      if (operand.kind === 'nothing') return NOTHING
      if (operand.kind !== 'number') throw new NotCompilable(`the negation of a ${operand.kind}`)
      return negated({ ...operand, code: out.hold(operand.code) })
    }
    case 'comparison':
      return compared(expr.operator, at(expr.left), at(expr.right), out, program.placeOf)
    case 'logic':
      return logic(expr.operator, at(expr.left), () => at(expr.right), spot)
    case 'conditional': {
      const tested = isNull(expr.whenTrue) ? nullTests(expr.condition) : null
      if (tested !== null) return unlessUnknown(tested.map(at), () => at(expr.otherwise), spot)
      return conditional(
        asTruth(at(expr.condition)),
        () => at(expr.whenTrue),
        () => at(expr.otherwise),
        spot,
      )
    }
    case 'between': {
      const [subject, low, high] = [at(expr.subject), at(expr.low), at(expr.high)]
      return within(subject, low, true, high, true, spot)
    }
    case 'membership': {
      const subject = steady(at(expr.subject), out)
      return anyOf(
        expr.tests.map(test => passesTest(subject, test, spot)),
        out,
      )
    }
    case 'quantified':
      return quantified(expr, spot)
    case 'for': {
      const [binding, ...more] = expr.bindings
      if (binding === undefined || more.length > 0) throw new NotCompilable('a loop over several lists')
      const source = asList(at(binding.source))
      return {
        kind: 'list',
        each: use => source.each(item => use(compileFormula(expr.body, bind(spot, binding.name, item)))),
      }
    }
    case 'call':
      if (expr.callee.kind !== 'name' || expr.names !== null) throw new NotCompilable('a call by name')
      return callOf(expr.callee.name, expr.args.map(at), spot)
    default:
      throw new NotCompilable(`a ${expr.kind.replaceAll('_', ' ')}`)
  }
}

/** Whether the month alone settles the value: worked out once, by the interpreter itself. */
function isConstant(expr: Expr): boolean {
  switch (expr.kind) {
    case 'literal':
      return true
    case 'name':
      return expr.name === 'month_start'
    case 'path':
      return isConstant(expr.subject)
    case 'negation':
      return isConstant(expr.operand)
    case 'arithmetic':
      return isConstant(expr.left) && isConstant(expr.right)
    case 'call':
      return expr.callee.kind === 'name' && expr.names === null && expr.args.every(isConstant)
    default:
      return false
  }
}

function named(name: string, spot: Spot): Operand {
  const { program, pack } = spot
  for (const frame of spot.frames) {
    if (frame.kind === 'bound') {
      if (frame.name === name) return frame.operand
      continue
    }
    const own = program.memberName(pack, name, frame.member)
    if (own !== undefined) return own
    if (frame.item && name === 'item') return { kind: 'member', code: frame.member, unknown: '0' }
  }
  const found = program.householdName(pack, name)
  if (found === undefined) throw new NotCompilable(`the name ${name}`)
  return found
}

function bind(spot: Spot, name: string, operand: Operand): Spot {
  return { ...spot, frames: [{ kind: 'bound', name, operand }, ...spot.frames] }
}

function path(subject: Operand, key: string, spot: Spot): Operand {
  const { out } = spot.program
  switch (subject.kind) {
    case 'nothing':
      return NOTHING
    case 'member':
      return ofMember(subject, key, spot)
    case 'list':
      return { kind: 'list', each: use => subject.each(item => use(path(item, key, spot))) }
    case 'day': {
      const part = { year: ['>> 9', -20_000, 20_000], month: ['>> 5 & 15', 1, 12], day: ['& 31', 1, 31] }[key]
      if (part === undefined) throw new NotCompilable(`the ${key} of a date`)
      return integer(`(${subject.code} ${part[0]})`, part[1] as number, part[2] as number, subject.unknown)
    }
    case 'months': {
      const code = out.hold(subject.code)
      if (key === 'years') {
        const years = out.hold(`(${code} / 12 | 0)`)
        follow(out, code, years, months => Math.trunc(months / 12))
        return integer(years, Math.trunc(subject.low / 12), Math.trunc(subject.high / 12), subject.unknown)
      }
      if (key === 'months') return integer(`(${code} % 12 | 0)`, -11, 11, subject.unknown)
      throw new NotCompilable(`the ${key} of a duration`)
    }
    case 'days':
      if (key === 'days') return integer(subject.code, subject.low, subject.high, subject.unknown)
      throw new NotCompilable(`the ${key} of a duration`)
    default:
      throw new NotCompilable(`the ${key} of a ${subject.kind}`)
  }
}

function ofMember(subject: Member, key: string, spot: Spot): Operand {
  const { program, pack } = spot
  const read = () => {
    const own = program.memberName(pack, key, subject.code)
    if (own === undefined) throw new NotCompilable(`the name ${key} of a member`)
    return own
  }
  if (subject.unknown === '0') return read()
  return branch(`${subject.unknown} === 0`, read, () => NOTHING, program.out, program.dictionary)
}

function asList(operand: Operand): List {
  if (operand.kind !== 'list') throw new NotCompilable(`a loop over a ${operand.kind}`)
  return operand
}

/** The items for which the condition is true. */
function filtered(subject: Operand, condition: Expr, spot: Spot): Operand {
  const { out } = spot.program
  const list = asList(subject)
  return {
    kind: 'list',
    each: use =>
      list.each(item => {
        if (item.kind !== 'member') throw new NotCompilable('a filter over what is no member')
        const frame: Frame = { kind: 'member', member: item.code, item: true }
        const verdict = compileFormula(condition, { ...spot, frames: [frame, ...spot.frames] })
        if (verdict.kind === 'number') throw new NotCompilable('an item by its place')
        out.inside(`if (${asTruth(verdict).code} === 1)`, () => use(item))
      }),
  }
}

function quantified(expr: Expr & { kind: 'quantified' }, spot: Spot): Operand {
  const { out } = spot.program
  const [binding, ...more] = expr.bindings
  if (binding === undefined || more.length > 0) throw new NotCompilable('a condition over several lists')
  const decisive = expr.quantifier === 'some' ? 1 : 0
  const list = asList(compileFormula(binding.source, spot))
  const result = out.name()
  let nullable = false
  const piece = out.apart(() =>
    list.each(item => {
      const verdict = asTruth(compileFormula(expr.condition, bind(spot, binding.name, item)))
      const held = out.hold(verdict.code)
      out.place(`if (${held} === ${decisive})`, [`${result} = ${decisive}`, 'break'])
      if (verdict.nullable) out.line(`if (${held} === 2) ${result} = 2`)
      nullable ||= verdict.nullable
    }),
  )
  out.line(`let ${result} = ${1 - decisive}`)
  for (const line of piece.lines) out.line(line)
  return { kind: 'truth', code: result, nullable }
}

/** An operand whose code may stand several times. */
export function steady(operand: Operand, out: Emitter): Operand {
  if (operand.kind === 'nothing' || operand.kind === 'list') return operand
  const held = { ...operand, code: out.hold(operand.code) }
  return held.kind === 'truth' ? held : { ...held, unknown: out.hold(held.unknown) }
}

function passesTest(subject: Operand, test: Expr, spot: Spot): Truth {
  const { out, placeOf } = spot.program
  const at = (inner: Expr) => compileFormula(inner, spot)
  switch (test.kind) {
    case 'unary_test':
      return asTruth(compared(test.operator, subject, at(test.operand), out, placeOf))
    case 'range':
      return asTruth(within(subject, at(test.start), test.startIncluded, at(test.end), test.endIncluded, spot))
    case 'list':
      return anyOf(
        test.items.map(item => passesTest(subject, item, spot)),
        out,
      )
    default: {
      const value = at(test)
      if (value.kind === 'list') throw new NotCompilable('a test of a list worked out')
      return equal(subject, value, out, placeOf)
    }
  }
}

/** `low ≤ subject ≤ high`; unknown where any of the three is. */
function within(
  subject: Operand,
  low: Operand,
  lowIncluded: boolean,
  high: Operand,
  highIncluded: boolean,
  spot: Spot,
): Operand {
  const { out, placeOf } = spot.program
  const value = steady(subject, out)
  if (hasOrder(value) && hasOrder(low) && hasOrder(high)) {
    const above = comparison(lowIncluded ? '>=' : '>', value, low, out)
    const below = comparison(highIncluded ? '<=' : '<', value, high, out)
    return truth(`(${above}) & (${below})`, out.hold(anyUnknown(unknownOf(value), unknownOf(low), unknownOf(high))))
  }
  const above = compared(lowIncluded ? '>=' : '>', value, low, out, placeOf)
  const below = compared(highIncluded ? '<=' : '<', value, high, out, placeOf)
  if (above.kind !== 'truth' || below.kind !== 'truth') return NOTHING
  const [a, b] = [out.hold(above.code), out.hold(below.code)]
  if (!above.nullable && !below.nullable) return truth(`${a} & ${b}`)
  return { kind: 'truth', code: `((${a} | ${b}) & 2 ? 2 : ${a} & ${b})`, nullable: true }
}

function hasOrder({ kind }: Operand): boolean {
  return kind === 'number' || kind === 'day' || kind === 'months' || kind === 'days'
}

function arithmetic(expr: Expr & { kind: 'arithmetic' }, left: Operand, right: Operand, spot: Spot): Operand {
  const { out } = spot.program
  if (left.kind === 'nothing' || right.kind === 'nothing') return NOTHING
  if (left.kind === 'number' && right.kind === 'number') {
    switch (expr.operator) {
      case '+':
        return sum([left, right], out)
      case '-':
        return sum([left, negated({ ...right, code: out.hold(right.code) })], out)
      case '*':
        return product(left, right)
      case '/':
        return quotient(left, right, out)
      case '**': {
        const exponent =
          expr.right.kind === 'literal' && expr.right.value instanceof ExactNumber ? toWhole(expr.right.value) : null
        if (exponent === null) throw new NotCompilable('a power that is not a whole constant')
        return power(left, Number(exponent), out)
      }
    }
  }
  return withDates(expr.operator, left, right)
}

function withDates(operator: string, left: Operand, right: Operand): Operand {
  const unknown = anyUnknown(unknownOf(left), unknownOf(right))
  if (left.kind === 'day' && right.kind === 'months' && (operator === '+' || operator === '-')) {
    return { kind: 'day', code: `addMonths(${left.code}, ${operator === '-' ? '-' : ''}${right.code})`, unknown }
  }
  if (left.kind === 'months' && right.kind === 'months' && (operator === '+' || operator === '-')) {
    return spanOf('months', `(${left.code} ${operator} ${right.code})`, left, right, unknown)
  }
  throw new NotCompilable(`${left.kind} ${operator} ${right.kind}`)
}

function spanOf(kind: Span['kind'], code: string, left: Span, right: Span, unknown: string): Span {
  const most = Math.max(-left.low, left.high) + Math.max(-right.low, right.high)
  bound(-most, most)
  return { kind, code, low: -most, high: most, unknown }
}

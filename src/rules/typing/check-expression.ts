import { nearest } from '../diagnostic.ts'
import type { Binding, Comparison, Expr, Filter, Membership, Place } from '../expression.ts'
import { kindOf, type Value } from '../value.ts'
import { checkArithmetic, checkNegation } from './check-arithmetic.ts'
import { checkCall } from './check-call.ts'
import { knownFrom, narrowed, withKnownFields } from './narrowing.ts'
import {
  ANY,
  agree,
  either,
  isAny,
  isNumeric,
  listType,
  NULL,
  say,
  type Type,
  type TypeScope,
  typeOf,
  withNull,
} from './type.ts'
import type { TypeProblem, TypeProblemCode } from './type-problem.ts'

export type CheckOptions = {
  /** True where `=`, `in` and `if` are made to answer null on an unknown, as packs do: they then take nothing for no. */
  readonly sealed?: boolean
  /** What the names of functions of the caller's own give; their arguments are checked as expressions only. */
  readonly functions?: ReadonlyMap<string, Type>
}

/**
 * The type of an expression over declared types, and every mistake in it at once, each with its place, what is accepted there
 * and what was probably meant. An expression without problems never meets a value of the wrong kind.
 */
export function checkExpression(
  expr: Expr,
  scope: TypeScope,
  options: CheckOptions = {},
): { readonly type: Type; readonly problems: readonly TypeProblem[] } {
  const checker = new Checker(options)
  const type = checker.check(expr, scope)
  return { type, problems: checker.problems.toSorted((a, b) => a.from - b.from || a.to - b.to) }
}

/** One walk over one expression. */
export class Checker {
  readonly problems: TypeProblem[] = []
  readonly sealed: boolean
  readonly functions: ReadonlyMap<string, Type>

  constructor({ sealed = false, functions = new Map() }: CheckOptions) {
    this.sealed = sealed
    this.functions = functions
  }

  /** A mistake is told once for its place, however many ways lead to it. */
  report(
    place: Place,
    code: TypeProblemCode,
    message: string,
    { expected = null, suggestion = null }: { expected?: string | null; suggestion?: string | null } = {},
  ): Type {
    const told = this.problems.some(
      ({ from, to, code: other }) => from === place.from && to === place.to && other === code,
    )
    if (!told) this.problems.push({ from: place.from, to: place.to, code, message, expected, suggestion })
    return ANY
  }

  /** Reports a value of the wrong kind; says what it is and what is accepted. */
  wrong(place: Place, what: string, type: Type, expected: string): Type {
    return this.report(place, 'wrong_type', `${what} is ${say(type)}`, { expected })
  }

  check(expr: Expr, scope: TypeScope): Type {
    switch (expr.kind) {
      case 'literal':
        return typeOfValue(expr.value)
      case 'name':
        return this.#name(expr, scope)
      case 'path':
        return this.#path(expr, this.check(expr.subject, scope))
      case 'filter':
        return this.#filter(expr, scope)
      case 'arithmetic':
        return checkArithmetic(this, expr, this.check(expr.left, scope), this.check(expr.right, scope))
      case 'negation':
        return checkNegation(this, expr, this.check(expr.operand, scope))
      case 'comparison':
        return this.#comparison(expr, this.check(expr.left, scope), this.check(expr.right, scope))
      case 'logic': {
        const left = this.#condition(expr.left, scope)
        const known = knownFrom(expr.left)
        const right = this.#condition(
          expr.right,
          narrowed(scope, expr.operator === 'and' ? known.whenTrue : known.whenFalse),
        )
        return typeOf('boolean', left.nullable || right.nullable)
      }
      case 'conditional':
        return this.#conditional(expr, scope)
      case 'between': {
        const subject = this.check(expr.subject, scope)
        const ends = [expr.low, expr.high].map(end => this.#ordered(end, this.check(end, scope), subject))
        return typeOf('boolean', subject.nullable || ends.some(end => end.nullable))
      }
      case 'membership':
        return this.#membership(expr, scope)
      case 'list':
        return this.#list(expr.items, scope)
      case 'range': {
        const start = this.check(expr.start, scope)
        const end = this.#ordered(expr.end, this.check(expr.end, scope), start)
        return { shape: { kind: 'range', of: either(start, end) }, nullable: false }
      }
      case 'quantified': {
        const inner = this.#bound(expr.bindings, scope)
        return typeOf('boolean', this.#condition(expr.condition, inner).nullable)
      }
      case 'for':
        return listType(this.check(expr.body, this.#bound(expr.bindings, scope)))
      case 'call':
        return checkCall(this, expr, scope)
      // Outside the language of packs: nothing is said of them.
      case 'unary_test':
      case 'context':
      case 'function':
      case 'instance_of':
      case 'table':
        return ANY
    }
  }

  /** A place that takes true or false. */
  #condition(expr: Expr, scope: TypeScope): Type {
    const type = this.check(expr, scope)
    if (isAny(type) || type.shape.kind === 'boolean' || type.shape.kind === 'null') return type
    return this.wrong(expr, 'this', type, 'a condition: true or false')
  }

  /** A condition whose unknown would be taken for no. */
  #decisive(expr: Expr, scope: TypeScope, what: string): Type {
    const type = this.#condition(expr, scope)
    if (type.nullable && !isAny(type)) {
      this.report(expr, 'unknown_as_no', `${what} may be unknown, and unknown would count as no`, {
        expected: 'a test for null before it',
      })
    }
    return type
  }

  #name(expr: Expr & { kind: 'name' }, scope: TypeScope): Type {
    const type = scope.find(expr.name)
    if (type !== undefined) return type
    return this.report(expr, 'unknown_name', `nothing is called ${expr.name} here`, {
      suggestion: nearest(expr.name, scope.names()),
    })
  }

  #path(expr: Expr & { kind: 'path' }, subject: Type): Type {
    const { shape, nullable } = subject
    switch (shape.kind) {
      case 'any':
        return ANY
      case 'record': {
        const field = shape.fields.get(expr.key)
        if (field) return withNull(field, field.nullable || nullable)
        return this.report(expr, 'unknown_fact', `a ${shape.name} has no ${expr.key}`, {
          suggestion: nearest(expr.key, shape.fields.keys()),
        })
      }
      case 'list':
        return listType(this.#path(expr, shape.of))
      case 'date':
        return this.#part(expr, ['year', 'month', 'day', 'weekday'], subject)
      case 'months_duration':
        return this.#part(expr, ['years', 'months'], subject)
      case 'days_duration':
        return this.#part(expr, ['days', 'hours', 'minutes', 'seconds'], subject)
      default:
        return this.wrong(expr.subject, 'what stands before the dot', subject, 'a member, a date or a duration')
    }
  }

  #part(expr: Expr & { kind: 'path' }, parts: readonly string[], subject: Type): Type {
    if (parts.includes(expr.key)) return typeOf('number', subject.nullable)
    return this.report(expr, 'unknown_fact', `${say(subject)} has no ${expr.key}`, {
      expected: parts.join(', '),
      suggestion: nearest(expr.key, parts),
    })
  }

  #filter(expr: Filter, scope: TypeScope): Type {
    const subject = this.check(expr.subject, scope)
    const item = this.#itemOf(expr.subject, subject)
    const inner = itemScope(item, scope)
    const before = this.problems.length
    const condition = this.check(expr.condition, inner)
    if (isNumeric(condition)) return withNull(item, true)
    this.problems.length = before
    this.#decisive(expr.condition, inner, 'the condition of this filter')
    const { whenTrue } = knownFrom(expr.condition)
    return listType(withKnownFields(item, key => whenTrue.has(key) || whenTrue.has(`item.${key}`)))
  }

  #itemOf(place: Place, type: Type): Type {
    if (isAny(type)) return ANY
    if (type.shape.kind === 'list' || type.shape.kind === 'range') return type.shape.of
    return this.wrong(place, 'this', type, 'a list')
  }

  #comparison(expr: Comparison, left: Type, right: Type): Type {
    if (expr.operator === '=' || expr.operator === '!=') {
      this.#equated(expr.left, left, expr.right, right)
      return typeOf('boolean', this.sealed && !isNullTest(left, right) && (left.nullable || right.nullable))
    }
    const low = this.#orderable(expr.left, left)
    const high = this.#ordered(expr.right, right, low)
    return typeOf('boolean', low.nullable || high.nullable)
  }

  /** Two sides of `=`: of one kind, and a code out of its list. */
  #equated(leftPlace: Expr, left: Type, rightPlace: Expr, right: Type): void {
    if (!agree(left, right)) {
      this.wrong(rightPlace, 'this', right, `${say(left)}, to be compared with it`)
      return
    }
    this.#code(left, rightPlace)
    this.#code(right, leftPlace)
    if (this.sealed || isNullTest(left, right)) return
    for (const [place, type] of [
      [leftPlace, left],
      [rightPlace, right],
    ] as const) {
      if (type.nullable && !isAny(type)) {
        this.report(place, 'unknown_as_no', 'this may be unknown, and "=" with an unknown is false', {
          expected: 'a test for null before it',
        })
      }
    }
  }

  #code({ shape }: Type, text: Expr): void {
    if (
      shape.kind !== 'code' ||
      text.kind !== 'literal' ||
      typeof text.value !== 'string' ||
      shape.codes.has(text.value)
    )
      return
    this.report(text, 'unknown_code', `"${text.value}" is not a code of ${shape.list}`, {
      expected: [...shape.codes].join(', '),
      suggestion: nearest(text.value, shape.codes),
    })
  }

  #orderable(place: Place, type: Type): Type {
    const { kind } = type.shape
    const ordered =
      kind === 'any' ||
      kind === 'null' ||
      isNumeric(type) ||
      kind === 'date' ||
      kind === 'string' ||
      kind.endsWith('duration')
    if (ordered) return type
    return this.wrong(place, 'this', type, 'a number, a date or a duration, which have an order')
  }

  /** The other end of an order: of the same kind as the first. */
  #ordered(place: Place, type: Type, first: Type): Type {
    const own = this.#orderable(place, type)
    return agree(first, own) ? own : this.wrong(place, 'this', type, `${say(first)}, to be compared with it`)
  }

  #conditional(expr: Expr & { kind: 'conditional' }, scope: TypeScope): Type {
    const condition = this.sealed
      ? this.#condition(expr.condition, scope)
      : this.#decisive(expr.condition, scope, 'the condition of this "if"')
    const known = knownFrom(expr.condition)
    const whenTrue = this.check(expr.whenTrue, narrowed(scope, known.whenTrue))
    const otherwise = this.check(expr.otherwise, narrowed(scope, known.whenFalse))
    if (!agree(whenTrue, otherwise))
      return this.wrong(expr.otherwise, 'the "else"', otherwise, `${say(whenTrue)}, as the "then" is`)
    const type = either(whenTrue, otherwise)
    return withNull(type, type.nullable || (this.sealed && condition.nullable))
  }

  #membership(expr: Membership, scope: TypeScope): Type {
    const subject = this.check(expr.subject, scope)
    let nullable = this.sealed && subject.nullable
    for (const test of expr.tests) nullable = this.#test(expr.subject, subject, test, scope) || nullable
    return typeOf('boolean', nullable)
  }

  /** One test of `in`; true where it may come out unknown. */
  #test(place: Expr, subject: Type, test: Expr, scope: TypeScope): boolean {
    if (test.kind === 'range') {
      const ends = [test.start, test.end].map(end => this.#ordered(end, this.check(end, scope), subject))
      return subject.nullable || ends.some(end => end.nullable)
    }
    if (test.kind === 'unary_test') {
      const operand = this.check(test.operand, scope)
      if (test.operator === '=' || test.operator === '!=') {
        this.#equated(place, subject, test.operand, operand)
        return false
      }
      return subject.nullable || this.#ordered(test.operand, operand, subject).nullable
    }
    if (test.kind === 'list') {
      for (const item of test.items) this.#test(place, subject, item, scope)
      return false
    }
    const type = this.check(test, scope)
    const item = type.shape.kind === 'list' || type.shape.kind === 'range' ? type.shape.of : type
    this.#equated(place, subject, test, item)
    return type.shape.kind === 'range' && subject.nullable
  }

  #list(items: readonly Expr[], scope: TypeScope): Type {
    const types = items.map(item => this.check(item, scope))
    const [first, ...rest] = types
    if (first === undefined) return listType(ANY)
    for (const [index, type] of rest.entries()) {
      if (!agree(first, type))
        this.wrong(items[index + 1] as Expr, 'this', type, `${say(first)}, as the first of the list is`)
    }
    return listType(rest.reduce(either, first))
  }

  /** The scope inside a loop: each variable is an item of its source, and sees those before it. */
  #bound(bindings: readonly Binding[], scope: TypeScope): TypeScope {
    return bindings.reduce((outer, { name, source }) => {
      const item = this.#itemOf(source, this.check(source, outer))
      return withNames(new Map([[name, item]]), outer)
    }, scope)
  }
}

function isNullTest(left: Type, right: Type): boolean {
  return left.shape.kind === 'null' || right.shape.kind === 'null'
}

/** Inside a filter: the facts of the item, then `item`, then what stands around. */
function itemScope(item: Type, outer: TypeScope): TypeScope {
  const fields = item.shape.kind === 'record' ? item.shape.fields : []
  return withNames(new Map([['item', item], ...fields]), outer)
}

function withNames(own: ReadonlyMap<string, Type>, outer: TypeScope): TypeScope {
  return {
    find: name => own.get(name) ?? outer.find(name),
    names: () => [...own.keys(), ...outer.names()],
  }
}

/** The type of a value written in the text. */
function typeOfValue(value: Value): Type {
  const kind = kindOf(value)
  switch (kind) {
    case 'null':
      return NULL
    case 'boolean':
    case 'number':
    case 'date':
    case 'months_duration':
    case 'days_duration':
    case 'string':
      return typeOf(kind)
    default:
      return ANY
  }
}

import { byName, byPosition, callBuiltin } from './builtins/builtin.ts'
import { BUILTIN_VALUES, BUILTINS } from './builtins/builtins.ts'
import type { Binding, Call, Expr, Filter, FunctionOf, Table } from './expression.ts'
import { calculate, opposite } from './operators/arithmetic.ts'
import { compareBy } from './operators/comparison.ts'
import { isInstance, parametersOf } from './operators/instance.ts'
import { invoke } from './operators/invocation.ts'
import { itemAt, itemsOf, namesOf, stepsOf } from './operators/list.ts'
import { and, any, or } from './operators/logic.ts'
import { between, passes, testedBy } from './operators/membership.ts'
import { member } from './operators/path.ts'
import { fallbackOf, type Row, settle, shapeOf } from './operators/table.ts'
import { Bound, ItemScope, type Scope } from './scope.ts'
import { FunctionValue, isNumber, type List, Range, type Value } from './value.ts'

/** Told of every node as it gets its value, children first. Whoever explains a decision listens here. */
export type Watch = (expr: Expr, value: Value, scope: Scope) => void

/**
 * The value of an expression where names mean what `scope` says. What has no answer is null; nothing that a pack can say or a
 * fact can be throws. The full language throws `OutsideLanguage` where it meets a value that it leaves out.
 */
export function evaluate(expr: Expr, scope: Scope, watch?: Watch): Value {
  const value = step(expr, scope, watch)
  if (watch !== undefined) watch(expr, value, scope)
  return value
}

function step(expr: Expr, scope: Scope, watch: Watch | undefined): Value {
  switch (expr.kind) {
    case 'literal':
      return expr.value
    case 'name':
      return scope.find(expr.name) ?? BUILTIN_VALUES.get(expr.name) ?? null
    case 'path':
      return member(evaluate(expr.subject, scope, watch), expr.key)
    case 'filter':
      return filter(expr, scope, watch)
    case 'arithmetic':
      return calculate(expr.operator, evaluate(expr.left, scope, watch), evaluate(expr.right, scope, watch))
    case 'negation':
      return opposite(evaluate(expr.operand, scope, watch))
    case 'comparison':
      return compareBy(expr.operator, evaluate(expr.left, scope, watch), evaluate(expr.right, scope, watch))
    case 'logic': {
      const left = evaluate(expr.left, scope, watch)
      if (expr.operator === 'and') return left === false ? false : and(left, evaluate(expr.right, scope, watch))
      return left === true ? true : or(left, evaluate(expr.right, scope, watch))
    }
    case 'conditional':
      return evaluate(evaluate(expr.condition, scope, watch) === true ? expr.whenTrue : expr.otherwise, scope, watch)
    case 'between': {
      const subject = evaluate(expr.subject, scope, watch)
      return between(subject, evaluate(expr.low, scope, watch), evaluate(expr.high, scope, watch))
    }
    case 'membership': {
      const subject = evaluate(expr.subject, scope, watch)
      return any(expr.tests.map(test => passesTest(subject, test, scope, watch)))
    }
    case 'list':
      return expr.items.map(item => evaluate(item, scope, watch))
    case 'context':
      return context(expr, scope, watch)
    case 'range': {
      const start = evaluate(expr.start, scope, watch)
      return new Range(start, evaluate(expr.end, scope, watch), expr.startIncluded, expr.endIncluded)
    }
    case 'unary_test':
      return testedBy(expr.operator, evaluate(expr.operand, scope, watch))
    case 'quantified': {
      const decisive = expr.quantifier === 'some'
      let result: boolean | null = !decisive
      const complete = everyCombination(expr.bindings, scope, watch, inner => {
        const verdict = evaluate(expr.condition, inner, watch)
        if (verdict === decisive) result = decisive
        else if (verdict !== !decisive && result !== decisive) result = null
        return result !== decisive
      })
      return complete ? result : null
    }
    case 'for': {
      const results: Value[] = []
      const complete = everyCombination(expr.bindings, new Bound('partial', results, scope), watch, inner => {
        results.push(evaluate(expr.body, inner, watch))
        return true
      })
      return complete ? results : null
    }
    case 'call':
      return call(expr, scope, watch)
    case 'function':
      return functionValue(expr, scope, watch)
    case 'instance_of':
      return isInstance(evaluate(expr.subject, scope, watch), expr.type)
    case 'table':
      return table(expr, scope, watch)
  }
}

function passesTest(subject: Value, test: Expr, scope: Scope, watch: Watch | undefined): boolean | null {
  if (test.kind === 'unary_test') {
    const operand = evaluate(test.operand, scope, watch)
    return compareBy(test.operator, subject, operand)
  }
  return passes(subject, evaluate(test, scope, watch))
}

function filter(expr: Filter, scope: Scope, watch: Watch | undefined): Value {
  const list = itemsOf(evaluate(expr.subject, scope, watch))
  const kept: Value[] = []
  for (const item of list) {
    const verdict = evaluate(expr.condition, new ItemScope(item, namesOf(item), scope), watch)
    if (isNumber(verdict)) return itemAt(list, verdict)
    if (verdict === true) kept.push(item)
  }
  return kept
}

function context(expr: Expr & { kind: 'context' }, scope: Scope, watch: Watch | undefined): Value {
  const made = new Map<string, Value>()
  let inner = scope
  for (const { name, value } of expr.entries) {
    if (made.has(name)) return null
    const entry = evaluate(value, inner, watch)
    made.set(name, entry)
    inner = new Bound(name, entry, inner)
  }
  return expr.result ? evaluate(expr.result, inner, watch) : made
}

/** Runs `visit` for every combination of the loop variables, until it answers false. False where a source is no list. */
function everyCombination(
  bindings: readonly Binding[],
  scope: Scope,
  watch: Watch | undefined,
  visit: (scope: Scope) => boolean,
): boolean {
  let going = true
  return bind(0, scope)

  function bind(index: number, inner: Scope): boolean {
    const binding = bindings[index]
    if (binding === undefined) {
      going = visit(inner)
      return true
    }
    const steps: List | null = stepsOf(evaluate(binding.source, inner, watch))
    if (steps === null) return false
    for (const value of steps) {
      if (!bind(index + 1, new Bound(binding.name, value, inner))) return false
      if (!going) break
    }
    return true
  }
}

function call(expr: Call, scope: Scope, watch: Watch | undefined): Value {
  const { callee, names } = expr
  const own = callee.kind === 'name' ? scope.find(callee.name) : evaluate(callee, scope, watch)
  const values = expr.args.map(arg => evaluate(arg, scope, watch))
  if (own !== undefined) return invoke(own, values, names)
  const builtin = callee.kind === 'name' ? BUILTINS.get(callee.name) : undefined
  if (builtin === undefined) return null
  const args = names ? byName(builtin, names, values) : byPosition(builtin, values)
  return args && callBuiltin(builtin, args)
}

function functionValue(expr: FunctionOf, scope: Scope, watch: Watch | undefined): FunctionValue {
  const names = expr.parameters.map(parameter => parameter.name)
  return new FunctionValue(names, values => {
    const given = parametersOf(expr.parameters, values)
    if (given === null) return null
    return evaluate(
      expr.body,
      given.reduce((inner: Scope, value, i) => new Bound(names[i] as string, value, inner), scope),
      watch,
    )
  })
}

function table(expr: Table, scope: Scope, watch: Watch | undefined): Value {
  const cells = expr.inputs.map(input => new Bound('?', evaluate(input.value, scope, watch), scope))
  const accepted = expr.inputs.every(({ values }, index) => {
    const cell = cells[index] as Bound
    return values === null || cell.value === null || evaluate(values, cell, watch) === true
  })
  if (!accepted) return null
  const matched: Row[] = []
  for (const { conditions, results } of expr.rules) {
    if (!conditions.every((condition, index) => evaluate(condition, cells[index] as Bound, watch) === true)) continue
    matched.push(results.map(result => evaluate(result, scope, watch)))
    if (expr.hitPolicy === 'FIRST') break
  }
  return settle(
    shapeOf(expr, value => evaluate(value, scope, watch)),
    matched,
    fallbackOf(expr, value => evaluate(value, scope, watch)),
  )
}

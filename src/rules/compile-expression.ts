import { type Builtin, byName, byPosition, callBuiltin } from './builtins/builtin.ts'
import { BUILTIN_VALUES, BUILTINS } from './builtins/builtins.ts'
import type {
  Binding,
  Call,
  ContextOf,
  Expr,
  Filter,
  FunctionOf,
  Logic,
  Membership,
  Quantified,
  Table,
} from './expression.ts'
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
import { FunctionValue, isNumber, Range, type Value } from './value.ts'

/** An expression made into closures: read once, called for many scopes. */
export type Compiled = (scope: Scope) => Value

/**
 * Compiles an expression to closures over the same values and operators as `evaluate`: the same value for every scope,
 * without walking the tree again. What depends on the text alone (operators, functions, positions) is settled here.
 */
export function compileExpression(expr: Expr): Compiled {
  switch (expr.kind) {
    case 'literal': {
      const { value } = expr
      return () => value
    }
    case 'name': {
      const { name } = expr
      const builtin = BUILTIN_VALUES.get(name) ?? null
      return scope => scope.find(name) ?? builtin
    }
    case 'path': {
      const subject = compileExpression(expr.subject)
      const { key } = expr
      return scope => member(subject(scope), key)
    }
    case 'filter':
      return filter(expr)
    case 'arithmetic': {
      const [left, right] = pair(expr)
      const { operator } = expr
      return scope => calculate(operator, left(scope), right(scope))
    }
    case 'negation': {
      const operand = compileExpression(expr.operand)
      return scope => opposite(operand(scope))
    }
    case 'comparison': {
      const [left, right] = pair(expr)
      const { operator } = expr
      return scope => compareBy(operator, left(scope), right(scope))
    }
    case 'logic':
      return logic(expr)
    case 'conditional': {
      const condition = compileExpression(expr.condition)
      const whenTrue = compileExpression(expr.whenTrue)
      const otherwise = compileExpression(expr.otherwise)
      return scope => (condition(scope) === true ? whenTrue(scope) : otherwise(scope))
    }
    case 'between': {
      const [subject, low, high] = [expr.subject, expr.low, expr.high].map(compileExpression) as [
        Compiled,
        Compiled,
        Compiled,
      ]
      return scope => between(subject(scope), low(scope), high(scope))
    }
    case 'membership':
      return membership(expr)
    case 'list': {
      const items = expr.items.map(compileExpression)
      return scope => items.map(item => item(scope))
    }
    case 'context':
      return context(expr)
    case 'range': {
      const start = compileExpression(expr.start)
      const end = compileExpression(expr.end)
      const { startIncluded, endIncluded } = expr
      return scope => new Range(start(scope), end(scope), startIncluded, endIncluded)
    }
    case 'unary_test': {
      const operand = compileExpression(expr.operand)
      const { operator } = expr
      return scope => testedBy(operator, operand(scope))
    }
    case 'quantified':
      return quantified(expr)
    case 'for': {
      const loop = combinations(expr.bindings)
      const body = compileExpression(expr.body)
      return scope => {
        const results: Value[] = []
        const complete = loop(new Bound('partial', results, scope), inner => {
          results.push(body(inner))
          return true
        })
        return complete ? results : null
      }
    }
    case 'call':
      return call(expr)
    case 'function':
      return functionOf(expr)
    case 'instance_of': {
      const subject = compileExpression(expr.subject)
      const { type } = expr
      return scope => isInstance(subject(scope), type)
    }
    case 'table':
      return table(expr)
  }
}

function pair(expr: { readonly left: Expr; readonly right: Expr }): [Compiled, Compiled] {
  return [compileExpression(expr.left), compileExpression(expr.right)]
}

function logic(expr: Logic): Compiled {
  const [left, right] = pair(expr)
  if (expr.operator === 'and') {
    return scope => {
      const first = left(scope)
      return first === false ? false : and(first, right(scope))
    }
  }
  return scope => {
    const first = left(scope)
    return first === true ? true : or(first, right(scope))
  }
}

function filter(expr: Filter): Compiled {
  const subject = compileExpression(expr.subject)
  const condition = compileExpression(expr.condition)
  return scope => {
    const list = itemsOf(subject(scope))
    const kept: Value[] = []
    for (const item of list) {
      const verdict = condition(new ItemScope(item, namesOf(item), scope))
      if (isNumber(verdict)) return itemAt(list, verdict)
      if (verdict === true) kept.push(item)
    }
    return kept
  }
}

type Test = (subject: Value, scope: Scope) => boolean | null

function membership(expr: Membership): Compiled {
  const subject = compileExpression(expr.subject)
  const tests = expr.tests.map((test): Test => {
    if (test.kind !== 'unary_test') {
      const value = compileExpression(test)
      return (tested, scope) => passes(tested, value(scope))
    }
    const operand = compileExpression(test.operand)
    const { operator } = test
    return (tested, scope) => compareBy(operator, tested, operand(scope))
  })
  return scope => {
    const tested = subject(scope)
    return any(tests.map(test => test(tested, scope)))
  }
}

function context(expr: ContextOf): Compiled {
  const entries = expr.entries.map(({ name, value }) => ({ name, value: compileExpression(value) }))
  const result = expr.result && compileExpression(expr.result)
  const twice = new Set(entries.map(({ name }) => name)).size < entries.length
  return scope => {
    if (twice) return null
    const made = new Map<string, Value>()
    let inner = scope
    for (const { name, value } of entries) {
      const entry = value(inner)
      made.set(name, entry)
      inner = new Bound(name, entry, inner)
    }
    return result ? result(inner) : made
  }
}

type Loop = (scope: Scope, visit: (scope: Scope) => boolean) => boolean

/** Runs `visit` for every combination of the loop variables, until it answers false. False where a source is no list. */
function combinations(bindings: readonly Binding[]): Loop {
  const loops = bindings.map(({ name, source }) => ({ name, source: compileExpression(source) }))
  return (scope, visit) => {
    let going = true
    return bind(0, scope)

    function bind(index: number, inner: Scope): boolean {
      const loop = loops[index]
      if (loop === undefined) {
        going = visit(inner)
        return true
      }
      const steps = stepsOf(loop.source(inner))
      if (steps === null) return false
      for (const value of steps) {
        if (!bind(index + 1, new Bound(loop.name, value, inner))) return false
        if (!going) break
      }
      return true
    }
  }
}

function quantified(expr: Quantified): Compiled {
  const loop = combinations(expr.bindings)
  const condition = compileExpression(expr.condition)
  const decisive = expr.quantifier === 'some'
  return scope => {
    let result: boolean | null = !decisive
    const complete = loop(scope, inner => {
      const verdict = condition(inner)
      if (verdict === decisive) result = decisive
      else if (verdict !== !decisive && result !== decisive) result = null
      return result !== decisive
    })
    return complete ? result : null
  }
}

function call({ callee, args, names }: Call): Compiled {
  const values = args.map(compileExpression)
  if (callee.kind !== 'name') {
    const own = compileExpression(callee)
    return scope => {
      const called = own(scope)
      return invoke(
        called,
        values.map(value => value(scope)),
        names,
      )
    }
  }
  const { name } = callee
  const builtin = BUILTINS.get(name)
  const run = builtin ? builtinCall(builtin, values, names) : () => null
  return scope => {
    const own = scope.find(name)
    return own === undefined
      ? run(scope)
      : invoke(
          own,
          values.map(value => value(scope)),
          names,
        )
  }
}

function builtinCall(builtin: Builtin, values: readonly Compiled[], names: readonly string[] | null): Compiled {
  if (names) {
    return scope => {
      const args = byName(
        builtin,
        names,
        values.map(value => value(scope)),
      )
      return args && callBuiltin(builtin, args)
    }
  }
  if (byPosition(builtin, new Array(values.length).fill(null)) === null) return () => null
  return scope =>
    callBuiltin(
      builtin,
      values.map(value => value(scope)),
    )
}

function functionOf(expr: FunctionOf): Compiled {
  const names = expr.parameters.map(parameter => parameter.name)
  const body = compileExpression(expr.body)
  return scope =>
    new FunctionValue(names, values => {
      const given = parametersOf(expr.parameters, values)
      if (given === null) return null
      return body(given.reduce((inner: Scope, value, i) => new Bound(names[i] as string, value, inner), scope))
    })
}

function table(expr: Table): Compiled {
  const inputs = expr.inputs.map(({ value, values }) => ({
    value: compileExpression(value),
    values: values && compileExpression(values),
  }))
  const rules = expr.rules.map(({ conditions, results }) => ({
    conditions: conditions.map(compileExpression),
    results: results.map(compileExpression),
  }))
  const parts = new Map<Expr, Compiled>()
  const part = (inner: Expr) => parts.get(inner) ?? (parts.set(inner, compileExpression(inner)).get(inner) as Compiled)
  return scope => {
    const cells = inputs.map(({ value }) => new Bound('?', value(scope), scope))
    const accepted = inputs.every(({ values }, index) => {
      const cell = cells[index] as Bound
      return values === null || cell.value === null || values(cell) === true
    })
    if (!accepted) return null
    const matched: Row[] = []
    for (const { conditions, results } of rules) {
      if (!conditions.every((condition, index) => condition(cells[index] as Bound) === true)) continue
      matched.push(results.map(result => result(scope)))
      if (expr.hitPolicy === 'FIRST') break
    }
    const evaluated = (inner: Expr) => part(inner)(scope)
    return settle(shapeOf(expr, evaluated), matched, fallbackOf(expr, evaluated))
  }
}

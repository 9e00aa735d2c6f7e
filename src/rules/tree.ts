import { parseDate } from './date.ts'
import { parseDuration } from './duration.ts'
import type {
  ArithmeticOperator,
  Binding,
  ComparisonOperator,
  Entry,
  Expr,
  FunctionOf,
  Place,
  TypeName,
} from './expression.ts'
import { mentions } from './expression.ts'
import { children, describe, last, type Node, notBracket, only, type Source, textOf, Unreadable } from './node.ts'
import { parseNumber } from './number.ts'
import { TYPE_NAMES } from './operators/instance.ts'
import { readString } from './string-literal.ts'
import type { Value } from './value.ts'

/** Builds the tree of an expression from a parsed text without error nodes. */
export function readExpression({ node, ...source }: Source & { readonly node: Node }): Expr {
  return read(only(node), source)
}

/** Builds the condition of a table cell, about the name `?`. */
export function readUnaryTests({ node, ...source }: Source & { readonly node: Node }): Expr {
  const place = { from: node.from, to: node.to }
  const parts = children(node)
  const first = parts[0] as Node
  if (first.name === 'Wildcard') return { kind: 'literal', value: true, ...place }
  const tests = parts.find(part => part.name === 'PositiveUnaryTests') as Node
  const condition = conditionOf(
    children(tests).map(test => read(test, source)),
    place,
  )
  if (first.name !== 'not') return condition
  return { kind: 'call', callee: { kind: 'name', name: 'not', ...place }, args: [condition], names: null, ...place }
}

/** Tests that speak of `?` are conditions as they stand; the others are what `?` may be. */
function conditionOf(tests: readonly Expr[], place: Place): Expr {
  const subject: Expr = { kind: 'name', name: '?', ...place }
  const values = tests.filter(test => !mentions(test, '?'))
  const conditions = tests.filter(test => mentions(test, '?'))
  const parts: Expr[] = values.length > 0 ? [{ kind: 'membership', subject, tests: values, ...place }] : []
  return [...parts, ...conditions].reduce((left, right) => ({ kind: 'logic', operator: 'or', left, right, ...place }))
}

function read(node: Node, source: Source): Expr {
  const place = { from: node.from, to: node.to }
  const part = (index: number) => read(children(node)[index] as Node, source)
  switch (node.name) {
    case 'NumericLiteral':
      return { kind: 'literal', value: number(node, source), ...place }
    case 'StringLiteral':
      return { kind: 'literal', value: readString(textOf(node, source)), ...place }
    case 'BooleanLiteral':
      return { kind: 'literal', value: textOf(node, source) === 'true', ...place }
    case 'null':
      return { kind: 'literal', value: null, ...place }
    case 'VariableName':
    case 'SpecialFunctionName':
    case 'DateTimeConstructor':
    case '?':
      return { kind: 'name', name: source.nameOf(textOf(node, source)), ...place }
    case 'DateTimeLiteral':
      return dateTime(node, source)
    case 'ParenthesizedExpression':
    case 'PositiveUnaryTest':
    case 'IterationContext':
    case 'FunctionBody':
      return { ...read(only(node), source), ...place }
    case 'ArithmeticExpression':
      return arithmetic(node, source)
    case 'Disjunction':
    case 'Conjunction':
      return joined(chainOf(node, source, asItIs))
    case 'Comparison':
      return comparison(node, source)
    case 'SimplePositiveUnaryTest':
      return unaryTest(node, source)
    case 'Interval':
      return range(node, source)
    case 'IfExpression':
      return { kind: 'conditional', condition: part(1), whenTrue: part(3), otherwise: part(5), ...place }
    case 'PathExpression':
      return { kind: 'path', subject: part(0), key: source.nameOf(textOf(last(node), source)), ...place }
    case 'FilterExpression':
      return { kind: 'filter', subject: part(0), condition: part(2), ...place }
    case 'List':
      return {
        kind: 'list',
        items: children(node)
          .filter(notBracket)
          .map(item => read(item, source)),
        ...place,
      }
    case 'Context':
      return {
        kind: 'context',
        entries: children(node)
          .filter(notBracket)
          .map(entry => contextEntry(entry, source)),
        result: null,
        ...place,
      }
    case 'QuantifiedExpression':
      return {
        kind: 'quantified',
        quantifier: (children(node)[0] as Node).name as 'some' | 'every',
        bindings: bindings(children(node)[1] as Node, source),
        condition: part(3),
        ...place,
      }
    case 'ForExpression':
      return { kind: 'for', bindings: bindings(children(node)[1] as Node, source), body: part(3), ...place }
    case 'FunctionInvocation':
      return call(part(0), node, source)
    case 'FunctionDefinition':
      return functionOf(node, source)
    case 'InstanceOfExpression':
      return { kind: 'instance_of', subject: part(0), type: typeName(last(node), source), ...place }
    default:
      throw new Unreadable(node, `${describe(node.name)} cannot stand here`, 'an expression')
  }
}

function number(node: Node, source: Source): Value {
  const value = parseNumber(textOf(node, source).replace(/\s/g, ''))
  if (!value) throw new Unreadable(node, 'this number is beyond the reach of 34 digits and a power of 6,144')
  return value
}

/** `@"…"` is a literal; `date(…)` and `duration(…)` are calls. */
function dateTime(node: Node, source: Source): Expr {
  const [first] = children(node)
  if (first?.name !== 'AtLiteral') return call(read(first as Node, source), node, source)
  const text = readString(textOf(only(first), source))
  const value = parseDate(text) ?? parseDuration(text)
  if (value === null)
    throw new Unreadable(node, `@"${text}" is no date or duration`, 'for example @"2026-11-22" or @"P1Y"')
  return { kind: 'literal', value, from: node.from, to: node.to }
}

function arithmetic(node: Node, source: Source): Expr {
  const place = { from: node.from, to: node.to }
  const [first, second, third] = children(node)
  if (first?.name === 'ArithOp') return { kind: 'negation', operand: read(second as Node, source), ...place }
  const operator = textOf(second as Node, source) as ArithmeticOperator
  return {
    kind: 'arithmetic',
    operator,
    left: read(first as Node, source),
    right: read(third as Node, source),
    ...place,
  }
}

function comparison(node: Node, source: Source): Expr {
  const place = { from: node.from, to: node.to }
  const [subjectNode, operator, ...rest] = children(node) as [Node, Node, ...Node[]]
  const subject = read(subjectNode, source)
  if (operator.name === 'between') {
    return {
      kind: 'between',
      subject,
      low: read(rest[0] as Node, source),
      high: read(rest[2] as Node, source),
      ...place,
    }
  }
  if (operator.name === 'in') {
    if (openTest(node) !== null) return joined(chainOf(node, source, asItIs))
    const list = rest.find(item => item.name === 'PositiveUnaryTests')
    const tests = list ? children(list) : rest.filter(notBracket)
    return { kind: 'membership', subject, tests: tests.map(test => read(test, source)), ...place }
  }
  const [other] = rest as [Node]
  if (other.name === 'SimplePositiveUnaryTest' && children(other)[0]?.name === 'CompareOp') {
    const sign = source.text.slice(operator.from, (children(other)[0] as Node).to)
    throw new Unreadable(
      { from: operator.from, to: other.from + 1 },
      `"${sign}" is no sign of the language`,
      '=, !=, <, <=, > or >=',
    )
  }
  const right = read(other, source)
  return {
    kind: 'comparison',
    operator: textOf(operator, source) as ComparisonOperator,
    left: subject,
    right,
    ...place,
  }
}

/** Conditions and the signs between them, as they stand in the text. */
type Chain = { readonly signs: readonly ('and' | 'or')[]; readonly conditions: readonly Expr[] }

const asItIs = (first: Expr) => first

/**
 * The grammar lets a test after `in` run on over what follows: in `x in [1..2] and b` it sees `[1..2] and b`. `in` binds more
 * tightly than `and` and `or`, so what they join is put in one row; `lead` says what the first of a test belongs to.
 */
function chainOf(node: Node, source: Source, lead: (first: Expr) => Expr): Chain {
  const [first, second, third] = children(node)
  const test = openTest(node)
  if (test !== null) {
    const subject = read(first as Node, source)
    return chainOf(test, source, each =>
      lead({ kind: 'membership', subject, tests: [each], from: node.from, to: each.to }),
    )
  }
  switch (node.name) {
    case 'PositiveUnaryTest':
      return chainOf(first as Node, source, lead)
    case 'SimplePositiveUnaryTest': {
      if (first?.name !== 'CompareOp' || second === undefined) break
      const operator = textOf(first, source) as ComparisonOperator
      return chainOf(second, source, operand =>
        lead({ kind: 'unary_test', operator, operand, from: node.from, to: operand.to }),
      )
    }
    case 'Conjunction':
    case 'Disjunction': {
      const [left, right] = [chainOf(first as Node, source, lead), chainOf(third as Node, source, asItIs)]
      const sign = node.name === 'Conjunction' ? 'and' : 'or'
      return {
        signs: [...left.signs, sign, ...right.signs],
        conditions: [...left.conditions, ...right.conditions],
      }
    }
  }
  return { signs: [], conditions: [lead(read(node, source))] }
}

/** The test of `x in test`, where it stands without brackets. */
function openTest(node: Node): Node | null {
  if (node.name !== 'Comparison') return null
  const [, operator, test, more] = children(node)
  return operator?.name === 'in' && test?.name === 'PositiveUnaryTest' && more === undefined ? test : null
}

/** `and` before `or`, each from the left. */
function joined({ signs, conditions }: Chain): Expr {
  const both = (operator: 'and' | 'or', left: Expr, right: Expr): Expr => ({
    kind: 'logic',
    operator,
    left,
    right,
    from: left.from,
    to: right.to,
  })
  const [first, ...others] = conditions as [Expr, ...Expr[]]
  const alternatives = [first]
  others.forEach((next, index) => {
    if (signs[index] === 'or') alternatives.push(next)
    else alternatives.push(both('and', alternatives.pop() as Expr, next))
  })
  return alternatives.reduce((left, right) => both('or', left, right))
}

function unaryTest(node: Node, source: Source): Expr {
  const [first, second] = children(node)
  if (first?.name !== 'CompareOp') return { ...read(only(node), source), from: node.from, to: node.to }
  const operator = textOf(first, source) as ComparisonOperator
  return { kind: 'unary_test', operator, operand: read(second as Node, source), from: node.from, to: node.to }
}

function range(node: Node, source: Source): Expr {
  const [open, start, , end, close] = children(node) as Node[]
  return {
    kind: 'range',
    start: read(start as Node, source),
    end: read(end as Node, source),
    startIncluded: open?.name === '[',
    endIncluded: close?.name === ']',
    from: node.from,
    to: node.to,
  }
}

function contextEntry(node: Node, source: Source): Entry {
  const [key, value] = children(node) as [Node, Node]
  const name = only(key)
  const text = textOf(name, source)
  return { name: name.name === 'StringLiteral' ? readString(text) : source.nameOf(text), value: read(value, source) }
}

function bindings(node: Node, source: Source): Binding[] {
  return children(node).map(binding => {
    const [name, , iteration] = children(binding) as [Node, Node, Node]
    const ends = children(iteration).filter(child => child.name !== '..')
    return {
      name: source.nameOf(textOf(name, source)),
      source: ends.length === 2 ? steps(iteration, ends, source) : read(iteration, source),
    }
  })
}

/** `1..3` after `in`: every whole number from one end to the other. */
function steps(node: Node, ends: readonly Node[], source: Source): Expr {
  const [start, end] = ends.map(child => read(child, source)) as [Expr, Expr]
  return { kind: 'range', start, end, startIncluded: true, endIncluded: true, from: node.from, to: node.to }
}

function call(callee: Expr, node: Node, source: Source): Expr {
  const place = { from: node.from, to: node.to }
  const positional = node.getChild('PositionalParameters')
  if (positional)
    return { kind: 'call', callee, args: children(positional).map(arg => read(arg, source)), names: null, ...place }
  const named = node.getChild('NamedParameters')
  if (!named) return { kind: 'call', callee, args: [], names: null, ...place }
  const pairs = children(named).map(pair => children(pair) as [Node, Node])
  return {
    kind: 'call',
    callee,
    args: pairs.map(([, value]) => read(value, source)),
    names: pairs.map(([name]) => textOf(name, source).replace(/\s+/g, ' ')),
    ...place,
  }
}

function functionOf(node: Node, source: Source): FunctionOf {
  const external = node.getChild('external')
  if (external) throw new Unreadable(external, 'external functions are outside the language')
  const parameters = node.getChild('FormalParameters')
  return {
    kind: 'function',
    parameters: (parameters ? children(parameters) : []).map(parameter => {
      const [name, type] = children(parameter) as [Node, Node | undefined]
      return { name: source.nameOf(textOf(name, source)), type: type ? typeName(type, source) : null }
    }),
    body: read(last(node), source),
    from: node.from,
    to: node.to,
  }
}

function typeName(node: Node, source: Source): TypeName {
  const inner = node.name === 'Type' ? only(node) : node
  switch (inner.name) {
    case 'ListType':
      return { kind: 'list', of: typeName(inner.getChild('Type') as Node, source) }
    case 'ContextType':
      return {
        kind: 'context',
        entries: inner
          .getChildren('ContextEntryTypes')
          .flatMap(children)
          .map(entry => {
            const [name, type] = children(entry) as [Node, Node]
            return { name: textOf(name, source), type: typeName(type, source) }
          }),
      }
    case 'FunctionType':
      return {
        kind: 'function',
        parameters: inner
          .getChildren('ArgumentTypes')
          .flatMap(children)
          .map(type => typeName(only(type), source)),
        result: typeName(last(inner), source),
      }
    default: {
      const name = textOf(inner, source).replace(/\s+/g, ' ')
      if (!TYPE_NAMES.has(name)) throw new Unreadable(inner, `no type is called ${name}`, [...TYPE_NAMES].join(', '))
      return { kind: 'named', name }
    }
  }
}

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  CivilDate,
  compileExpression,
  daysDuration,
  type Expr,
  evaluate,
  fraction,
  MonthsDuration,
  parseNumber,
  Range,
  scopeOf,
  type Value,
  valueToText,
  whole,
} from '#rules'
import type { ArithmeticOperator, ComparisonOperator, HitPolicy } from './expression.ts'

const NOWHERE = { from: 0, to: 0 }

const member = (age: Value, sex: Value) =>
  new Map<string, Value>([
    ['age', age],
    ['sex', sex],
  ])
const names = new Map<string, Value>([
  ['unknown', null],
  ['size', whole(4)],
  ['share', fraction(2n, 3n)],
  ['born', new CivilDate(2008, 2, 29)],
  ['members', [member(whole(40), 'f'), member(null, 'm'), member(whole(3), null)]],
  ['range', new Range(whole(1), whole(5), true, false)],
])

const value: fc.Arbitrary<Value> = fc.oneof(
  fc.constantFrom<Value>(null, true, false, '', 'f', 'm', '\u{1F40E}'),
  fc.integer({ min: -5, max: 40 }).map(whole),
  fc.constantFrom('0.1', '2.345', '-1.5', '1e20').map(text => parseNumber(text) as Value),
  fc.constantFrom<Value>(new CivilDate(2024, 1, 31), new MonthsDuration(13), daysDuration(-3)),
)

const BUILTINS = [
  'abs',
  'count',
  'sum',
  'min',
  'max',
  'mean',
  'not',
  'floor',
  'decimal',
  'modulo',
  'string',
  'sort',
  'date',
  'nothing',
]
const HIT_POLICIES: HitPolicy[] = [
  'UNIQUE',
  'FIRST',
  'PRIORITY',
  'ANY',
  'RULE ORDER',
  'COLLECT',
  'COLLECT SUM',
  'COLLECT MIN',
  'COLLECT MAX',
  'COLLECT COUNT',
]

/** Any tree of the language, typed well or badly: what makes no sense is null, and must be null in both engines. */
const { expr } = fc.letrec<{ expr: Expr; leaf: Expr; node: Expr }>(tie => {
  const some = tie('expr')
  const bindings = fc.array(fc.record({ name: fc.constantFrom('m', 'i', 'size'), source: some }), {
    minLength: 1,
    maxLength: 2,
  })
  const node = <K extends Expr['kind']>(kind: K, parts: fc.Arbitrary<object>): fc.Arbitrary<Expr> =>
    parts.map((fields): object => ({ kind, ...NOWHERE, ...fields })).map(made => made as Expr)
  return {
    leaf: fc.oneof(
      node('literal', fc.record({ value })),
      node(
        'name',
        fc.record({ name: fc.constantFrom(...names.keys(), 'm', 'i', 'item', 'partial', 'age', '?', 'count') }),
      ),
    ),
    node: fc.oneof(
      node(
        'path',
        fc.record({ subject: some, key: fc.constantFrom('age', 'sex', 'year', 'months', 'start', 'nothing') }),
      ),
      node('filter', fc.record({ subject: some, condition: some })),
      node(
        'arithmetic',
        fc.record({ operator: fc.constantFrom<ArithmeticOperator>('+', '-', '*', '/', '**'), left: some, right: some }),
      ),
      node('negation', fc.record({ operand: some })),
      node(
        'comparison',
        fc.record({
          operator: fc.constantFrom<ComparisonOperator>('=', '!=', '<', '<=', '>', '>='),
          left: some,
          right: some,
        }),
      ),
      node('logic', fc.record({ operator: fc.constantFrom('and', 'or'), left: some, right: some })),
      node('conditional', fc.record({ condition: some, whenTrue: some, otherwise: some })),
      node('between', fc.record({ subject: some, low: some, high: some })),
      node('membership', fc.record({ subject: some, tests: fc.array(some, { minLength: 1, maxLength: 3 }) })),
      node('list', fc.record({ items: fc.array(some, { maxLength: 3 }) })),
      node(
        'context',
        fc.record({
          entries: fc.array(fc.record({ name: fc.constantFrom('age', 'm', 'x'), value: some }), { maxLength: 3 }),
          result: fc.option(some),
        }),
      ),
      node('range', fc.record({ start: some, end: some, startIncluded: fc.boolean(), endIncluded: fc.boolean() })),
      node('unary_test', fc.record({ operator: fc.constantFrom<ComparisonOperator>('<', '>=', '='), operand: some })),
      node('quantified', fc.record({ quantifier: fc.constantFrom('some', 'every'), bindings, condition: some })),
      node('for', fc.record({ bindings, body: some })),
      node(
        'call',
        fc.record({
          callee: fc.oneof(
            fc.constantFrom(...BUILTINS).map(name => ({ kind: 'name', name, ...NOWHERE }) as Expr),
            some,
          ),
          args: fc.array(some, { maxLength: 3 }),
          names: fc.constant(null),
        }),
      ),
      node(
        'function',
        fc.record({
          parameters: fc.constantFrom(
            [],
            [{ name: 'm', type: null }],
            [
              { name: 'm', type: { kind: 'named', name: 'number' } },
              { name: 'i', type: null },
            ],
          ),
          body: some,
        }),
      ),
      node(
        'instance_of',
        fc.record({
          subject: some,
          type: fc.constantFrom(
            { kind: 'named', name: 'number' },
            { kind: 'list', of: { kind: 'named', name: 'Any' } },
          ),
        }),
      ),
      node(
        'table',
        fc.record({
          hitPolicy: fc.constantFrom(...HIT_POLICIES),
          inputs: fc.tuple(fc.record({ value: some, values: fc.option(some) })),
          outputs: fc.tuple(
            fc.record({
              name: fc.constant('out'),
              values: fc.option(fc.array(some, { maxLength: 2 })),
              fallback: fc.option(some),
            }),
          ),
          rules: fc.array(fc.record({ conditions: fc.tuple(some), results: fc.tuple(some) }), { maxLength: 3 }),
        }),
      ),
    ),
    expr: fc.oneof({ depthSize: 'small', withCrossShrink: true }, tie('leaf'), tie('node')),
  }
})

function outcome(run: () => Value): string {
  try {
    return valueToText(run())
  } catch (error) {
    return `thrown: ${(error as Error).message}`
  }
}

test('both engines give the same value for any expression, whether it makes sense or not', () => {
  fc.assert(
    fc.property(expr, tree => {
      const scope = scopeOf(names)
      assert.equal(
        outcome(() => compileExpression(tree)(scope)),
        outcome(() => evaluate(tree, scope)),
      )
    }),
    { numRuns: 3_000 },
  )
})

test('a compiled expression can be called again with other facts', () => {
  const tree: Expr = {
    kind: 'comparison',
    operator: '>',
    left: { kind: 'name', name: 'age', ...NOWHERE },
    right: { kind: 'literal', value: whole(17), ...NOWHERE },
    ...NOWHERE,
  }
  const compiled = compileExpression(tree)
  assert.deepEqual(
    [40, 17, null].map(age => compiled(scopeOf(member(age === null ? null : whole(age), 'f')))),
    [true, false, null],
  )
})

test('whoever watches hears of every node once it has its value, children first', () => {
  const heard: string[] = []
  const tree: Expr = {
    kind: 'arithmetic',
    operator: '+',
    left: { kind: 'name', name: 'size', ...NOWHERE },
    right: { kind: 'literal', value: whole(1), ...NOWHERE },
    ...NOWHERE,
  }
  evaluate(tree, scopeOf(names), (expr, value) => heard.push(`${expr.kind} ${valueToText(value)}`))
  assert.deepEqual(heard, ['name 4', 'literal 1', 'arithmetic 5'])
})

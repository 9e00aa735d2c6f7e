import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Engine, evalTckLine, type Tagged } from '#rules'
import type { BoxedTable } from './boxed.ts'

type Rule = readonly [...cells: string[], result: string]

/** A table over `age` and `area`, with one output; a cell per input, then the result. */
function table(
  policy: string,
  rules: readonly Rule[],
  values: string | null = null,
  otherwise: string | null = null,
): BoxedTable {
  const [hitPolicy = '', aggregation = null] = policy.split('/')
  return {
    k: 'dt',
    hitPolicy,
    aggregation,
    inputs: [
      { expr: 'age', values: null },
      { expr: 'area', values: '"urban", "rural"' },
    ],
    outputs: [{ name: null, values, default: otherwise }],
    rules: rules.map(rule => ({ in: rule.slice(0, -1), out: [rule.at(-1) as string] })),
  }
}

function run(expr: BoxedTable, age: string | null, area: string, engine: Engine): string {
  const answer = evalTckLine(
    {
      suite: 'table',
      case: '',
      decision: '',
      resultType: 'Any',
      inputs: { age: age === null ? { t: 'null', v: null } : { t: 'decimal', v: age }, area: { t: 'string', v: area } },
      inputTypes: {},
      deps: [],
      expr,
    },
    engine,
  )
  return 'refused' in answer ? `refused: ${answer.refused}` : text(answer.value)
}

function text({ t, v }: Tagged): string {
  if (Array.isArray(v)) return `[${v.map(text).join(', ')}]`
  if (t === 'context')
    return `{${Object.entries(v as object)
      .map(([name, item]) => `${name}: ${text(item)}`)
      .join(', ')}}`
  return String(v)
}

const AGES: readonly Rule[] = [
  ['< 6', '-', '1'],
  ['[6..14]', '-', '2'],
  ['>= 60', '"rural"', '3'],
]
const OVERLAPPING: readonly Rule[] = [
  ['-', '-', '10'],
  ['> 5', '-', '30'],
  ['> 10', '"rural"', '20'],
]

const cases: readonly (readonly [
  name: string,
  table: BoxedTable,
  age: string | null,
  area: string,
  expected: string,
])[] = [
  ['one rule matches', table('UNIQUE', AGES), '3', 'urban', '1'],
  ['a bound counts as it is written', table('UNIQUE', AGES), '14', 'urban', '2'],
  ['every cell of a rule must hold', table('UNIQUE', AGES), '70', 'urban', 'null'],
  ['an unknown input matches no rule that looks at it', table('UNIQUE', AGES), null, 'urban', 'null'],
  ['no rule matches: the default', table('UNIQUE', AGES, null, '0'), '30', 'urban', '0'],
  ['an input outside its values has no answer, not the default', table('UNIQUE', AGES, null, '0'), '30', 'sea', 'null'],
  ['UNIQUE refuses two rules that match', table('UNIQUE', OVERLAPPING), '7', 'urban', 'null'],
  ['FIRST takes the first', table('FIRST', OVERLAPPING), '20', 'rural', '10'],
  ['ANY refuses results that differ', table('ANY', OVERLAPPING), '7', 'urban', 'null'],
  [
    'ANY takes results that agree',
    table('ANY', [
      ['> 1', '-', '5'],
      ['> 2', '-', '5'],
    ]),
    '7',
    'urban',
    '5',
  ],
  ['PRIORITY takes the best of the listed values', table('PRIORITY', OVERLAPPING, '20, 30, 10'), '20', 'rural', '20'],
  [
    'OUTPUT ORDER lists the best first',
    table('OUTPUT ORDER', OVERLAPPING, '20, 30, 10'),
    '20',
    'rural',
    '[20, 30, 10]',
  ],
  ['RULE ORDER lists as written', table('RULE ORDER', OVERLAPPING), '20', 'rural', '[10, 30, 20]'],
  ['COLLECT lists all', table('COLLECT', OVERLAPPING), '7', 'urban', '[10, 30]'],
  ['COLLECT SUM adds', table('COLLECT/SUM', OVERLAPPING), '20', 'rural', '60'],
  ['COLLECT MIN', table('COLLECT/MIN', OVERLAPPING), '20', 'rural', '10'],
  ['COLLECT MAX', table('COLLECT/MAX', OVERLAPPING), '20', 'rural', '30'],
  ['COLLECT COUNT', table('COLLECT/COUNT', OVERLAPPING), '20', 'rural', '3'],
  [
    'a cell can deny',
    table('FIRST', [
      ['not(1, 2)', '-', '"other"'],
      ['-', '-', '"listed"'],
    ]),
    '2',
    'urban',
    'listed',
  ],
  [
    'a cell can be a condition about the input',
    table('FIRST', [
      ['? > 3 and ? < 5', '-', '"in"'],
      ['-', '-', '"out"'],
    ]),
    '4',
    'urban',
    'in',
  ],
  [
    'a cell can test for null',
    table('FIRST', [
      ['null', '-', '"unknown"'],
      ['-', '-', '"known"'],
    ]),
    null,
    'urban',
    'unknown',
  ],
  ['a cell can name another input', table('FIRST', [['-', 'area', '"same"']]), '1', 'urban', 'same'],
]

for (const engine of ['interpreted', 'compiled'] satisfies Engine[]) {
  for (const [name, expr, age, area, expected] of cases) {
    test(`${name} (${engine})`, () => assert.equal(run(expr, age, area, engine), expected))
  }
  test(`several outputs give a context, and figures over each (${engine})`, () => {
    const two = {
      ...table('COLLECT/SUM', []),
      outputs: ['rate', 'bonus'].map(name => ({ name, values: null, default: null })),
    }
    const rules = [
      { in: ['-', '-'], out: ['1', '10'] },
      { in: ['-', '-'], out: ['2', '20'] },
    ]
    assert.equal(run({ ...two, rules }, '1', 'urban', engine), '{rate: 3, bonus: 30}')
    assert.equal(
      run({ ...two, aggregation: null, hitPolicy: 'FIRST', rules }, '1', 'urban', engine),
      '{rate: 1, bonus: 10}',
    )
  })
}

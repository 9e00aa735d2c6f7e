import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import type { Month } from '#kernel'
import {
  type Case,
  type Column,
  checkPacks,
  columnOver,
  columnsOf,
  compilePack,
  decide,
  parseCatalogue,
  parseDate,
  whole,
} from '#rules'
import { decimal } from '../number.ts'
import type { Value } from '../value.ts'

const facts = parseCatalogue(readFileSync('packs/ma/facts.yaml', 'utf8'), 'packs/ma/facts.yaml')
assert.ok(facts.ok)
const catalogue = facts.value
const files = globSync(['packs/ma/sources.yaml', 'packs/ma/*/*.yaml']).map(path => ({
  path,
  text: readFileSync(path, 'utf8'),
}))
const checked = checkPacks(files, catalogue)
assert.ok(checked.ok)
const book = checked.value
const AT = '2026-12' as Month

/** A rural household of a head and children, with every fact of the rules known. */
function household(id: string, children: number, changed: Record<string, Value> = {}): Case {
  const own = new Map<string, Value>([
    ['territory', '08'],
    ['area', 'rural'],
    ['dwelling', 'modern_house'],
    ['rooms', whole(2)],
    ...['second_home', 'non_agricultural_land', 'irrigated_land'].map(name => [name, false] as const),
    ...['motorcycles', 'cows'].map(name => [name, whole(0)] as const),
    ...['butane_annual', 'utilities_annual', 'telecom_annual'].map(name => [name, decimal(0n, 2)] as const),
    ...Object.entries(changed),
  ])
  const member = (relation: string, birth: string) =>
    new Map<string, Value>([
      ['relation', relation],
      ['birth_date', parseDate(birth)],
      ['marital_status', relation === 'head' ? 'married' : 'single'],
      ...['education', 'diploma', 'occupation', 'health_cover', 'schooling', 'disability'].map(
        name => [name, 'none'] as const,
      ),
      ...['literate', 'employer', 'father_deceased', 'receives_family_allowance'].map(name => [name, false] as const),
    ])
  return {
    id,
    at: AT,
    household: own,
    members: [
      { id: 'm1', facts: member('head', '1984-03-05') },
      ...Array.from({ length: children }, (_, i) => ({
        id: `m${i + 2}`,
        facts: member('child', `20${10 + (i % 15)}-02-28`),
      })),
    ],
  }
}

function sameDecisions(pack: string, cases: readonly Case[]) {
  const results = compilePack(book, pack, AT).run(columnsOf(catalogue, AT, cases), { detail: true })
  cases.forEach((subject, index) => {
    assert.equal(JSON.stringify(results.decisionAt(index)), JSON.stringify(decide(book, pack, subject)))
  })
  return results
}

test('figures over the columns: outcomes, refusals, the sum of amounts, amounts by a fact, a bitmap', () => {
  const rich = { second_home: true, non_agricultural_land: true, butane_annual: decimal(90_000n, 2) }
  const cases = [
    household('a', 0),
    household('b', 3, { territory: '08.003' }),
    household('c', 0, rich),
    household('d', 4, { rooms: null }),
  ]
  const results = sameDecisions('ma/asd', cases)
  assert.deepEqual(results.counts(), { eligible: 2, not_eligible: 1, undetermined: 1, scored: 0 })
  assert.deepEqual(results.refusalCounts(), [
    { code: 'score_above_threshold', holds: 1, unknown: 1 },
    { code: 'family_allowance_received', holds: 0, unknown: 0 },
  ])
  assert.equal(results.total(), 50_000n + 60_000n)
  assert.deepEqual([...results.amountsBy('territory', 2)], [['08', { households: 2, amount: 110_000n }]])
  assert.deepEqual([...results.amountsBy('area')], [['rural', { households: 2, amount: 110_000n }]])
  assert.deepEqual([...results.bitmap('eligible')], [0b0011])
  assert.equal(results.scores('ma/ise')?.[0], 88_543_900)
  assert.equal(results.exact, 0)
})

test('what is larger than the integers are proven for takes the exact path, and gives the same decision', () => {
  const cases = [
    household('ordinary', 2),
    household('spends without measure', 2, { butane_annual: decimal(10n ** 17n, 2) }),
    household('a herd', 2, { cows: whole(2 ** 40) }),
    household('seventy members', 70),
    household('finer than its column', 2, { telecom_annual: decimal(1n, 9) }),
  ]
  assert.equal(sameDecisions('ma/ise', cases).exact, 4)
  assert.equal(sameDecisions('ma/asd', cases).exact, 4)
})

test('households that lack a fact are decided again among those that lack none, over several batches', () => {
  const gaps = ['rooms', 'area', 'butane_annual', 'second_home', 'territory']
  const cases = Array.from({ length: 2_500 }, (_, i) => {
    const gap = gaps[i % 83]
    return household(`h${i}`, i % 5, gap === undefined ? { cows: whole(i % 3) } : { [gap]: null })
  })
  const columns = columnsOf(catalogue, AT, cases)
  const [figures, detail] = [false, true].map(detail => compilePack(book, 'ma/asd', AT).run(columns, { detail }))
  assert.ok(figures && detail)
  assert.deepEqual(figures.outcome, detail.outcome)
  assert.deepEqual(figures.amount, detail.amount)
  assert.deepEqual(figures.scores('ma/ise'), detail.scores('ma/ise'))
  assert.deepEqual(figures.refusalCounts(), detail.refusalCounts())
  assert.equal(figures.counts().undetermined, cases.filter((_, i) => i % 83 < gaps.length).length)
})

test('results written over others of the same columns hold nothing of them', () => {
  const cases = Array.from({ length: 2_500 }, (_, i) =>
    household(
      `h${i}`,
      i % 7,
      i % 3 === 0 ? { butane_annual: decimal(90_000n, 2) } : i % 11 === 0 ? { rooms: null } : {},
    ),
  )
  const columns = columnsOf(catalogue, AT, cases)
  const others = columnsOf(catalogue, AT, cases.toReversed())
  const fresh = compilePack(book, 'ma/asd', AT).run(columns)
  for (const pack of ['ma/asd', 'ma/ise', 'ma/amo-tadamon']) {
    const over = compilePack(book, pack, AT).run(others)
    const again = compilePack(book, 'ma/asd', AT).run(columns, { over })
    assert.deepEqual([...again.arrays.keys()], [...fresh.arrays.keys()])
    for (const [name, array] of fresh.arrays) assert.deepEqual(again.arrays.get(name), array, name)
    assert.equal(again.outcome, over.outcome)
  }
})

test('a score is taken from what is known where it reads no column that changed, and worked out anew where it does', () => {
  const columns = columnsOf(
    catalogue,
    AT,
    Array.from({ length: 60 }, (_, i) => household(`h${i}`, i % 7, { telecom_annual: decimal(BigInt(i) * 1_000n, 2) })),
  )
  const asd = compilePack(book, 'ma/asd', AT)
  const known = asd.run(columns)
  const marked = Float64Array.from(known.scores('ma/ise') as Float64Array).fill(123)
  known.scores('ma/ise')?.set(marked)
  const cases = [
    { of: 'member', name: 'marital_status', taken: true },
    { of: 'member', name: 'disability', taken: true },
    { of: 'member', name: 'schooling', taken: false },
    { of: 'household', name: 'telecom_annual', taken: false },
    { of: 'household', name: 'rooms', taken: false },
  ] as const
  for (const { of, name, taken } of cases) {
    const { fact, data, words } = columns[of].get(name) as Column
    const changed = columnOver(fact, data.map((value, row) => (row % 3 === 0 ? 1 : value)) as Column['data'], words)
    const others = { ...columns, [of]: new Map(columns[of]).set(name, changed) }
    const scores = asd.run(others, { known }).scores('ma/ise')
    assert.deepEqual(scores, taken ? marked : asd.run(others).scores('ma/ise'), name)
  }
})

test('a law that differs little from one compiled before is held to its limits first, and decides the same', () => {
  const cases = Array.from({ length: 40 }, (_, i) =>
    household(`h${i}`, i % 7, i % 5 === 0 ? { cows: whole(9_000) } : { cows: whole(i) }),
  )
  const columns = columnsOf(catalogue, AT, cases)
  for (const id of ['ma/asd', 'ma/ise', 'ma/amo-tadamon']) {
    const before = compilePack(book, id, AT)
    before.run(columns)
    const [like, fresh] = [compilePack(book, id, AT, before), compilePack(book, id, AT)].map(each => each.run(columns))
    assert.deepEqual(like?.arrays, fresh?.arrays, id)
    assert.equal(like?.exact, fresh?.exact, id)
  }
})

test('a month in which the programme is not in force refuses every household', () => {
  const at = '2022-01' as Month
  const cases = [{ ...household('a', 2), at }]
  const results = compilePack(book, 'ma/asd', at).run(columnsOf(catalogue, at, cases), { detail: true })
  assert.deepEqual(results.counts(), { eligible: 0, not_eligible: 1, undetermined: 0, scored: 0 })
  assert.deepEqual(results.decisionAt(0), decide(book, 'ma/asd', cases[0] as Case))
})

test('columns are of one month, and so is a compiled pack', () => {
  assert.throws(() => columnsOf(catalogue, '2026-11' as Month, [household('a', 0)]), /2026-12/)
  assert.throws(() => compilePack(book, 'ma/asd', '2026-11' as Month).run(columnsOf(catalogue, AT, [])), /2026-12/)
})

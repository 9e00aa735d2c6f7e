import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { openCountry } from '#countries'
import { type ModelledHousehold, modelHouseholds, modelSnapshot, readHouseholdModel, type Snapshot } from '#households'
import type { Month } from '#kernel'
import { type Case, type Decision, decide, parseCase, type RuleBook } from '#rules'
import { draftOf, readStudy, type StudyResult, simulate } from './index.ts'

const country = openCountry('ma')
const root = mkdtempSync(join(tmpdir(), 'simulation-'))
const HOUSEHOLDS = 1500
const households = [...modelHouseholds(readHouseholdModel('packs/ma'), { seed: 4, from: 0, to: HOUSEHOLDS })]
let snapshot: Snapshot
before(async () => {
  snapshot = await modelSnapshot({ country, folder: root, households: HOUSEHOLDS, seed: 4, threads: 2 })
})
after(() => rmSync(root, { recursive: true, force: true }))

const MONTH = '2027-01' as Month

function caseOf({ sourceId, facts, members }: ModelledHousehold): Case {
  const json = {
    id: sourceId,
    at: MONTH,
    household: facts,
    members: members.map(each => ({ id: each.sourceId, ...each.facts })),
  }
  const parsed = parseCase(json, country.catalogue, country.territories)
  assert.ok(parsed.ok)
  return parsed.value
}

/** The nation decided one by one, by the interpreter. */
function decided(book: RuleBook, pack = 'ma/asd'): Decision[] {
  return households.map(household => decide(book, pack, caseOf(household), { explain: false }))
}

function study(text: string) {
  const read = readStudy(`pack: ma/asd\nmonth: 2027-01\n${text}`)
  assert.ok(read.ok, JSON.stringify(read))
  return read.value
}

async function run(text: string, threads = 0): Promise<StudyResult> {
  const result = await simulate(country, snapshot, study(text), { threads })
  assert.ok(result.ok, result.ok ? '' : result.refusal.code)
  return result.value
}

async function refusal(text: string): Promise<string> {
  const result = await simulate(country, snapshot, study(text), { threads: 0 })
  return result.ok ? 'accepted' : result.refusal.code
}

const minor = ({ amount }: Decision) => (amount === null ? 0n : BigInt(amount.value.replace('.', '')))
const cost = (decisions: readonly Decision[]) => decisions.reduce((sum, each) => sum + minor(each), 0n)
const reached = (decisions: readonly Decision[]) => decisions.filter(({ outcome }) => outcome === 'eligible').length

describe('a study', () => {
  test('counts what deciding one by one would count, before and after, in each group', async () => {
    const text =
      'scenarios: [{ name: lower, parameters: [{ name: threshold, value: 9.6 }, { name: minimum, value: 600 }] }]'
    const { scenarios } = await run(text)
    const [scenario] = scenarios
    assert.ok(scenario)
    const draft = draftOf(country, study(text).scenarios[0] as never, 'ma/asd', MONTH)
    assert.ok(draft.ok)
    const [was, is] = [decided(country.book), decided(draft.value.book)]
    const { overall } = scenario
    assert.equal(overall.households, HOUSEHOLDS)
    assert.equal(overall.reachedBefore, reached(was))
    assert.equal(overall.reached, reached(is))
    assert.equal(overall.amountBefore, cost(was))
    assert.equal(overall.amount, cost(is))
    assert.equal(scenario.perYear.now, cost(is) * 12n)
    const change = was.map((each, h) => minor(is[h] as Decision) - minor(each))
    assert.equal(overall.gainers, change.filter(each => each > 0n).length)
    assert.equal(overall.losers, change.filter(each => each < 0n).length)
    assert.equal(overall.lost, -change.filter(each => each < 0n).reduce((sum, each) => sum + each, 0n))
    const people = households.reduce(
      (sum, { members }, h) => sum + (is[h]?.outcome === 'eligible' ? members.length : 0),
      0,
    )
    assert.equal(overall.peopleReached, people)
    const areas = scenario.tables.find(({ by }) => by === 'area')?.rows ?? []
    for (const { code, households: all, reached: now, amount } of areas) {
      const of = (decisions: readonly Decision[]) => decisions.filter((_, h) => households[h]?.facts.area === code)
      if (code === '') continue
      assert.equal(all, of(is).length)
      assert.equal(now, reached(of(is)))
      assert.equal(amount, cost(of(is)))
    }
    const deciles = scenario.tables.find(({ by }) => by === 'decile')?.rows.filter(({ code }) => code !== '') ?? []
    assert.equal(deciles.length, 10)
    const scored = was.filter(({ scores }) => scores['ma/ise'] !== null).length
    for (const { households: all } of deciles) assert.ok(Math.abs((all ?? 0) - scored / 10) < 8, `${all}`)
  })

  test('is the same in any number of threads', async () => {
    const text =
      'scenarios: [{ name: assumed, facts: [{ fact: member.schooling, ages: [6, 14], value: public, share: 0.999 }] }]'
    const [one, two] = [await run(text), await run(text, 3)]
    const plain = (result: StudyResult) => result.scenarios.map(({ seconds: _, ...rest }) => rest)
    assert.deepEqual(plain(one), plain(two))
    // Some gain, or so few that it is not told.
    assert.notEqual(one.scenarios[0]?.overall.gainers, 0)
  })

  test('assumes facts exactly: an amount multiplied, in the interpreter as well', async () => {
    const { scenarios } = await run(
      'scenarios: [{ name: inflation, facts: [{ fact: household.telecom_annual, times: 4.115 }] }]',
    )
    const changed = households.map(household => {
      const { telecom_annual: telecom } = household.facts as { telecom_annual?: string }
      if (telecom === undefined) return household
      const [whole = '0', part = ''] = telecom.split('.')
      const units = BigInt(whole + part.padEnd(2, '0')) * 4115n
      const rounded = `${(units + 500n) / 1000n}`.padStart(3, '0')
      const facts = { ...household.facts, telecom_annual: `${rounded.slice(0, -2)}.${rounded.slice(-2)}` }
      return { ...household, facts } as ModelledHousehold
    })
    const is = changed.map(household => decide(country.book, 'ma/asd', caseOf(household), { explain: false }))
    assert.equal(scenarios[0]?.overall.amount, cost(is))
    assert.equal(scenarios[0]?.overall.reached, reached(is))
  })

  test('finds the limit that a budget allows: within it, and beyond it one step further', async () => {
    const budget = cost(decided(country.book)) / 2n
    const perMonth = `${budget / 100n}.${String(budget % 100n).padStart(2, '0')}`
    const { scenarios } = await run(
      `scenarios: [{ name: half, budget: { parameter: threshold, per_month: ${perMonth} } }]`,
    )
    const limit = scenarios[0]?.limit
    assert.ok(limit)
    assert.equal(scenarios[0]?.overall.amount, limit.cost)
    assert.ok(limit.cost !== null && limit.cost <= budget, `${limit.cost} ${budget}`)
    // The next household that the limit would let in costs too much.
    const scores = decided(country.book)
      .flatMap(({ scores }) => (scores['ma/ise'] == null ? [] : [scores['ma/ise']]))
      .filter(score => Number(score) >= Number(limit.value))
      .sort((one, other) => Number(one) - Number(other))
    const further = (Number(scores[0]) + 0.0000001).toFixed(7)
    const { scenarios: more } = await run(
      `scenarios: [{ name: further, parameters: [{ name: threshold, value: ${further} }] }]`,
    )
    assert.ok((more[0]?.overall.amount ?? 0n) > budget)
  })

  test('says who moves between programmes, and whom it reaches of those meant', async () => {
    const { scenarios } = await run(
      'beside: [ma/amo-tadamon]\nreference: { poorest: 30, by: ma/ise }\nscenarios: [{ name: lower, parameters: [{ name: threshold, value: 9.5 }] }]',
    )
    const [scenario] = scenarios
    const had = decided(country.book).map(({ outcome }) => outcome === 'eligible')
    const covered = decided(country.book, 'ma/amo-tadamon').map(({ outcome }) => outcome === 'eligible')
    const from = scenario?.moves.filter(each => each.from.length === 2) ?? []
    const both = from.reduce((sum, { households }) => sum + (households ?? 0), 0)
    // Each is told to the nearest twenty, and the sum of all is no sharper than that.
    assert.ok(from.length > 0 && from.every(({ households }) => (households ?? 0) % 20 === 0))
    const exact = had.filter((each, h) => each && covered[h]).length
    assert.ok(Math.abs(both - exact) <= 10 * from.length, `${both} of ${exact}`)
    const { reach } = scenario ?? {}
    assert.ok(reach?.meant && Math.abs(reach.meant - 0.3 * HOUSEHOLDS) < 15)
    assert.ok((reach.excluded ?? 0) >= (reach.excludedBefore ?? 0))
    assert.ok((reach.included ?? 0) <= (reach.includedBefore ?? 0))
  })

  test('looks ahead by stated growth alone', async () => {
    const { scenarios } = await run('projection: { years: 2, households: 1.5, amounts: 2 }\nscenarios: [{ name: law }]')
    const [scenario] = scenarios
    const now = Number(scenario?.perYear.now)
    assert.deepEqual(
      scenario?.projection.map(({ year }) => year),
      [1, 2],
    )
    assert.ok(Math.abs(Number(scenario?.projection[1]?.cost) - now * 1.015 ** 2 * 1.02 ** 2) <= 1)
    assert.equal(scenario?.overall.gainers, 0)
    assert.deepEqual(scenario?.draft, [])
  })

  test('tells no small number, nor what would give it away', async () => {
    const { scenarios } = await run(
      'scenarios: [{ name: near, parameters: [{ name: threshold, value: 9.7400 }] }, { name: nearer, parameters: [{ name: threshold, value: 9.7401 }] }]',
    )
    for (const { tables, overall } of scenarios) {
      for (const { rows } of tables) {
        for (const measure of ['reached', 'gainers', 'losers', 'households'] as const) {
          const hidden = rows.filter(row => row[measure] === null)
          // Alone, it would follow from the sum, where that is shown.
          assert.ok(hidden.length !== 1 || overall[measure] === null)
          for (const row of rows) assert.ok(row[measure] === null || row[measure] === 0 || (row[measure] ?? 0) >= 10)
        }
      }
    }
    const [one, other] = scenarios.map(({ tables }) => tables)
    one?.forEach(({ rows }, table) => {
      rows.forEach((row, at) => {
        const same = other?.[table]?.rows[at]?.reached
        const difference = row.reached === null || same == null ? 0 : Math.abs(row.reached - same)
        assert.ok(difference === 0 || difference >= 10, `${row.code}: ${difference}`)
      })
    })
  })
})

describe('a study is refused, before households are read', () => {
  const cases: readonly [string, string, string][] = [
    [
      'a parameter that is none',
      'scenarios: [{ name: x, parameters: [{ name: treshold, value: 9 }] }]',
      'parameter_unknown',
    ],
    [
      'a value of another kind',
      'scenarios: [{ name: x, parameters: [{ name: threshold, value: high }] }]',
      'law_refused',
    ],
    ['a programme that is none', 'beside: [ma/nothing]\nscenarios: [{ name: x }]', 'pack_unknown'],
    ['a month outside its life', 'beside: [ma/tadamon-covid]\nscenarios: [{ name: x }]', 'not_in_force'],
    [
      'a fact that is none',
      'scenarios: [{ name: x, facts: [{ fact: household.gold, times: 2 }] }]',
      'assumption_refused',
    ],
    [
      'a code that is none',
      'scenarios: [{ name: x, facts: [{ fact: household.area, value: moon, share: 0.5 }] }]',
      'assumption_refused',
    ],
    [
      'a reference that is no score',
      'reference: { poorest: 10, by: ma/asd }\nscenarios: [{ name: x }]',
      'reference_refused',
    ],
    [
      'a budget on a scale',
      'scenarios: [{ name: x, budget: { parameter: nothing, per_month: 5 } }]',
      'parameter_unknown',
    ],
    [
      'a budget on what is no limit',
      'scenarios: [{ name: x, budget: { parameter: minimum, per_month: 5 } }]',
      'budget_refused',
    ],
    ['a text that is none', 'scenarios: [{ name: x, texts: { packs/ma/none.yaml: "" } }]', 'text_unknown'],
  ]
  for (const [name, text, code] of cases) test(name, async () => assert.equal(await refusal(text), code))

  test('a month before the snapshot, and a snapshot without a fact that the programme reads', async () => {
    const read = readStudy('pack: ma/asd\nmonth: 2026-10\nscenarios: [{ name: x }]')
    assert.ok(read.ok)
    const early = await simulate(country, snapshot, read.value, { threads: 0 })
    assert.equal(early.ok ? '' : early.refusal.code, 'snapshot_later')
    const { catalogue } = snapshot.manifest
    const member = catalogue.member.filter(({ name }) => name !== 'schooling')
    const poorer = { ...snapshot, manifest: { ...snapshot.manifest, catalogue: { ...catalogue, member } } }
    const lacking = await simulate(country, poorer, study('scenarios: [{ name: x }]'), { threads: 0 })
    assert.deepEqual(lacking.ok ? '' : lacking.refusal, {
      code: 'facts_lacking',
      pack: 'ma/asd',
      facts: ['member.schooling'],
    })
  })

  const texts: readonly [string, string][] = [
    ['no YAML', 'pack: [ma/asd'],
    ['nothing', ''],
    ['no scenario', 'pack: ma/asd\nmonth: 2027-01\nscenarios: []'],
    ['a month that is none', 'pack: ma/asd\nmonth: 2027-13\nscenarios: [{ name: x }]'],
    ['a key that means nothing', 'pack: ma/asd\nmonth: 2027-01\nscenario: 3\nscenarios: [{ name: x }]'],
    ['two of one name', 'pack: ma/asd\nmonth: 2027-01\nscenarios: [{ name: x }, { name: x }]'],
    [
      'a share beyond all',
      'pack: ma/asd\nmonth: 2027-01\nscenarios: [{ name: x, facts: [{ fact: household.area, value: urban, share: 1.5 }] }]',
    ],
    ['an alias bomb', 'a: &a [1]\nb: [*a, *a]\npack: ma/asd'],
  ]
  for (const [name, text] of texts) {
    test(`${name}: said with its place`, () => {
      const read = readStudy(text)
      assert.ok(!read.ok)
      assert.ok(read.refusal.problems.length > 0)
    })
  }
})

test('programmes watched beside are one set, in whichever order they are named: moves are held against each other', () => {
  const besideOf = (beside: string) => {
    const read = readStudy(`pack: ma/asd\nmonth: 2027-01\nbeside: [${beside}]\nscenarios: [{ name: x }]`)
    return read.ok ? read.value.beside : []
  }
  const set = ['ma/amo-achamil', 'ma/amo-tadamon']
  assert.deepEqual(besideOf('ma/amo-achamil, ma/amo-tadamon'), set)
  assert.deepEqual(besideOf('ma/amo-tadamon, ma/asd, ma/amo-achamil, ma/amo-tadamon'), set)
})

test('a scenario can be kept as a draft: the text of the law with the value tried, its comments and its history', () => {
  const draft = draftOf(
    country,
    { name: 'Seuil plus bas', parameters: [{ pack: undefined, name: 'threshold', value: 9.5 }], texts: {} },
    'ma/asd',
    MONTH,
  )
  assert.ok(draft.ok)
  assert.deepEqual(
    draft.value.changed.map(({ path }) => path),
    ['packs/ma/sources.yaml', 'packs/ma/asd/pack.yaml'],
  )
  const pack = draft.value.changed[1]?.text ?? ''
  assert.match(pack, /from: 2027-01, value: 9.5, source: SCENARIO, to_confirm: true/)
  assert.match(pack, /from: 2023-12, value: 9.743001/)
  assert.match(pack, /# Aide sociale directe: the family allowances/)
})

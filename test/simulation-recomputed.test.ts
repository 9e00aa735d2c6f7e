// Every number of a study worked out again from the households of a small snapshot: decided one by one by the interpreter,
// grouped and summed here, with weights that are no whole numbers. Nothing of the simulation is used to expect.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { openCountry } from '#countries'
import {
  catalogueKept,
  type ModelledHousehold,
  modelHouseholds,
  openSnapshot,
  readHouseholdModel,
  type Snapshot,
} from '#households'
import type { DateText, Month } from '#kernel'
import { checkPacks, type Decision, decide, parseCase, type RuleBook } from '#rules'
import { readStudy, type ScenarioResult, type Shown, simulate } from '#simulation'
import { manifestText, sealManifest } from '../src/households/snapshot/manifest.ts'
import { RegionFile } from '../src/households/snapshot/region-file.ts'

const country = openCountry('ma')
const root = mkdtempSync(join(tmpdir(), 'recomputed-'))
after(() => rmSync(root, { recursive: true, force: true }))
const MONTH = '2027-01' as Month
const HOUSEHOLDS = 1400
const households = [...modelHouseholds(readHouseholdModel('packs/ma'), { seed: 12, from: 0, to: HOUSEHOLDS })]
/** Quarters: sums of them are exact whatever the order. */
const weightOf = (place: number) => 1 + (place % 7) * 0.25

function taken(): Snapshot {
  const { catalogue, territories } = country
  const open = new Map<string, RegionFile>()
  const uuid = (kind: number, place: number) =>
    `${String(kind).padStart(8, '0')}-0000-8000-8000-${place.toString(16).padStart(12, '0')}`
  households.forEach(({ territory, facts, members }, place) => {
    const region = territory.split('.')[0] as string
    const file =
      open.get(region) ??
      new RegionFile({ path: join(root, `${region}.arrow`), catalogue, territories, month: '2026-12' as Month })
    open.set(region, file)
    file.append({
      household: uuid(1, place),
      declaration: uuid(2, place),
      territory,
      weight: weightOf(place),
      facts,
      members: members.map((member, index) => ({ id: uuid(3, place * 100 + index), facts: member.facts })),
    })
  })
  const files = [...open].map(([region, file]) => ({ region, path: `${region}.arrow`, ...file.close() }))
  const manifest = sealManifest({
    format: 'socle-snapshot/1',
    country: 'ma',
    asOf: '2026-12-01T08:00:00.000000Z',
    effectiveOn: '2026-12-31' as DateText,
    catalogue: catalogueKept(catalogue),
    households: HOUSEHOLDS,
    members: files.reduce((sum, { members }) => sum + members, 0),
    modelled: true,
    files,
  })
  writeFileSync(join(root, 'manifest.json'), manifestText(manifest))
  const opened = openSnapshot(root, country)
  assert.ok(opened.ok, JSON.stringify(opened))
  return opened.value
}
const snapshot = taken()

const cases = households.map(({ sourceId, facts, members }) => {
  const json = {
    id: sourceId,
    at: MONTH,
    household: facts,
    members: members.map(each => ({ id: each.sourceId, ...each.facts })),
  }
  const parsed = parseCase(json, country.catalogue, country.territories)
  assert.ok(parsed.ok)
  return parsed.value
})
const decided = (book: RuleBook, pack: string): Decision[] =>
  cases.map(subject => decide(book, pack, subject, { explain: false }))

/** The country's law with some of its words replaced, by hand. */
function lawWith(...changes: readonly (readonly [path: string, from: string, to: string])[]) {
  const texts = country.policy
    .filter(({ path }) => !path.endsWith('/facts.yaml'))
    .map(({ path, text }) => {
      let changed = text
      for (const [of, from, to] of changes) {
        if (of !== path) continue
        assert.ok(changed.includes(from), from)
        changed = changed.replaceAll(from, to)
      }
      return { path, text: changed }
    })
  const book = checkPacks(texts, country.catalogue)
  assert.ok(book.ok, JSON.stringify(book))
  return { book: book.value, textOf: (path: string) => texts.find(each => each.path === path)?.text as string }
}

const ASD = 'packs/ma/asd/pack.yaml'
const TADAMON = 'packs/ma/amo-tadamon/pack.yaml'
const ACHAMIL = 'packs/ma/amo-achamil/pack.yaml'

async function tried(text: string, texts: Readonly<Record<string, string>> = {}): Promise<ScenarioResult> {
  const read = readStudy(text)
  assert.ok(read.ok, JSON.stringify(read))
  const [scenario] = read.value.scenarios
  assert.ok(scenario)
  const study = { ...read.value, scenarios: [{ ...scenario, texts }] }
  const result = await simulate(country, snapshot, study, { threads: 0 })
  assert.ok(result.ok, result.ok ? '' : result.refusal.code)
  return result.value.scenarios[0] as ScenarioResult
}

const eligible = (decision: Decision | undefined) => decision?.outcome === 'eligible'
const minor = (decision: Decision | undefined) =>
  decision && eligible(decision) && decision.amount ? Number(decision.amount.value.replace('.', '')) : 0

type Sums = Record<Exclude<keyof Shown, never>, number>
type Law = { readonly was: readonly Decision[]; readonly is: readonly Decision[]; readonly pays?: boolean }

/** The sums over some households, by hand. A programme without amounts is worth something to whomever it reaches. */
function sumsOf({ was, is, pays = false }: Law, places: readonly number[]): Sums {
  const sum = (of: (place: number) => number) => places.reduce((all, place) => all + weightOf(place) * of(place), 0)
  const people = (place: number) => households[place]?.members.length ?? 0
  const hasAmounts = [...was, ...is].some(({ amount }) => amount !== null)
  const gain = (place: number) => {
    const worth = (each: Decision | undefined) => (hasAmounts ? minor(each) : Number(eligible(each)))
    return (worth(is[place]) - worth(was[place])) * (pays ? -1 : 1)
  }
  const money = (place: number) => (hasAmounts ? Math.abs(gain(place)) : 0)
  return {
    households: sum(() => 1),
    people: sum(people),
    reachedBefore: sum(place => Number(eligible(was[place]))),
    reached: sum(place => Number(eligible(is[place]))),
    peopleBefore: sum(place => (eligible(was[place]) ? people(place) : 0)),
    peopleReached: sum(place => (eligible(is[place]) ? people(place) : 0)),
    amountBefore: sum(place => minor(was[place])),
    amount: sum(place => minor(is[place])),
    gainers: sum(place => Number(gain(place) > 0)),
    losers: sum(place => Number(gain(place) < 0)),
    gained: sum(place => (gain(place) > 0 ? money(place) : 0)),
    lost: sum(place => (gain(place) < 0 ? money(place) : 0)),
  }
}

const scores = decided(country.book, 'ma/ise').map(({ scores }) => {
  const score = scores['ma/ise']
  return score == null ? null : Number(score)
})
/** The score from which on a household is no longer among the poorest share, by weight. */
function cut(share: number): number {
  const ranked = scores.flatMap((score, place) => (score === null ? [] : [{ score, weight: weightOf(place) }]))
  ranked.sort((one, other) => one.score - other.score)
  const all = ranked.reduce((sum, { weight }) => sum + weight, 0)
  let below = 0
  for (const { score, weight } of ranked) {
    below += weight
    if (below > share * all) return score
  }
  return Number.POSITIVE_INFINITY
}
const cuts = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9].map(cut)

/** What a household or member says, as text; empty where it is not said. */
function textIn(facts: unknown, name: string): string {
  return String((facts as Readonly<Record<string, unknown>> | undefined)?.[name] ?? '')
}

const HEAVIER = ['none', 'moderate', 'severe']
/** The group of a household in each breakdown, by its own facts. */
const groupOf: Record<string, (household: ModelledHousehold, place: number) => string> = {
  region: ({ territory }) => territory.split('.')[0] as string,
  area: ({ facts }) => textIn(facts, 'area'),
  size: ({ members }) => (members.length >= 10 ? '10+' : String(members.length)),
  head: ({ members }) => {
    const head = members.find(({ facts }) => textIn(facts, 'relation') === 'head')
    return textIn(head?.facts, 'sex')
  },
  disability: ({ members }) => {
    const known = members.map(({ facts }) => textIn(facts, 'disability')).filter(each => each !== '')
    return known.sort((one, other) => HEAVIER.indexOf(other) - HEAVIER.indexOf(one))[0] ?? ''
  },
  decile: (_, place) => {
    const score = scores[place]
    return score == null ? '' : String(1 + cuts.filter(each => score >= each).length)
  },
}

const AMOUNTS = new Set(['amountBefore', 'amount', 'gained', 'lost'])
function sameAs(shown: Shown, sums: Sums, name: string): number {
  let told = 0
  for (const [measure, expected] of Object.entries(sums) as [keyof Shown, number][]) {
    const value = shown[measure]
    if (value === null) continue
    told++
    assert.equal(
      value,
      AMOUNTS.has(measure) ? BigInt(Math.round(expected)) : Math.round(expected),
      `${name} ${measure}`,
    )
  }
  return told
}

/** Compares the whole and every row of every breakdown; answers the share of numbers that were shown at all. */
function recomputed(scenario: ScenarioResult, law: Law): number {
  const everybody = households.map((_, place) => place)
  assert.equal(sameAs(scenario.overall, sumsOf(law, everybody), 'all'), 12)
  assert.deepEqual(scenario.tables.map(({ by }) => by).sort(), Object.keys(groupOf).sort())
  let [told, all] = [0, 0]
  for (const { by, rows } of scenario.tables) {
    const groups = Map.groupBy(everybody, place => groupOf[by]?.(households[place] as ModelledHousehold, place) ?? '')
    assert.deepEqual(rows.map(({ code }) => code).sort(), [...groups.keys()].sort(), by)
    for (const { code, words: _, ...row } of rows) {
      told += sameAs(row, sumsOf(law, groups.get(code) ?? []), `${by} ${code}`)
      all += 12
    }
  }
  return told / all
}

describe('every number of a study, worked out again', () => {
  const was = decided(country.book, 'ma/asd')
  const limit = (value: string) => lawWith([ASD, 'value: 9.743001', `value: ${value}`]).book

  test('an allowance: households, members, amounts, gainers and losers, in each group', async () => {
    const scenario = await tried(
      'pack: ma/asd\nmonth: 2027-01\nscenarios: [{ name: x, parameters: [{ name: threshold, value: 9.95 }, { name: minimum, value: 650 }] }]',
    )
    const { book } = lawWith(
      [ASD, 'value: 9.743001', 'value: 9.95'],
      [ASD, '{ from: 2023-12, value: 500, source: M29 }', '{ from: 2023-12, value: 650, source: M29 }'],
    )
    const is = decided(book, 'ma/asd')
    assert.ok(recomputed(scenario, { was, is }) > 0.6)
    const amount = Math.round(sumsOf({ was, is }, [...households.keys()]).amount)
    assert.equal(scenario.perYear.now, 12n * BigInt(amount))
  })

  test('an allowance that is cut: those who lose', async () => {
    const scenario = await tried(
      'pack: ma/asd\nmonth: 2027-01\nscenarios: [{ name: x, parameters: [{ name: threshold, value: 9.4 }] }]',
    )
    assert.ok(recomputed(scenario, { was, is: decided(limit('9.4'), 'ma/asd') }) > 0.6)
  })

  test('a contribution, which households pay: who pays more loses', async () => {
    const text = lawWith([ACHAMIL, 'value: 224', 'value: 300'], [ACHAMIL, 'value: 454', 'value: 400'])
    const scenario = await tried('pack: ma/amo-achamil\nmonth: 2027-01\nscenarios: [{ name: x }]', {
      [ACHAMIL]: text.textOf(ACHAMIL),
    })
    const law = { was: decided(country.book, 'ma/amo-achamil'), is: decided(text.book, 'ma/amo-achamil'), pays: true }
    const { gainers, losers } = sumsOf(law, [...households.keys()])
    assert.ok(gainers > 10 && losers > 10)
    assert.ok(recomputed(scenario, law) > 0.5)
  })

  test('who leaves AMO-Tadamon and enters Achamil, and every other move between three programmes', async () => {
    const { book, textOf } = lawWith([TADAMON, 'value: 9.3264284', 'value: 9.1'], [ACHAMIL, '9.3264284', '9.1'])
    const watched = ['ma/amo-tadamon', 'ma/amo-achamil', 'ma/asd']
    const scenario = await tried(
      `pack: ${watched[0]}\nmonth: 2027-01\nbeside: [${watched.slice(1).join(', ')}]\nscenarios: [{ name: x }]`,
      { [TADAMON]: textOf(TADAMON), [ACHAMIL]: textOf(ACHAMIL) },
    )
    const [before, now] = [country.book, book].map(law => watched.map(pack => decided(law, pack).map(eligible)))
    assert.ok(before && now)
    const has = (law: readonly (readonly boolean[])[], place: number) => watched.filter((_, pack) => law[pack]?.[place])
    const counted = new Map<string, number>()
    for (const place of households.keys()) {
      const move = JSON.stringify([has(before, place), has(now, place)])
      counted.set(move, (counted.get(move) ?? 0) + weightOf(place))
    }
    let told = 0
    for (const { from, to, households } of scenario.moves) {
      const expected = counted.get(JSON.stringify([from, to])) ?? 0
      if (households === null) continue
      assert.equal(households, 20 * Math.round(expected / 20), `${from} → ${to}`)
      told += expected
    }
    const all = [...counted.values()].reduce((sum, each) => sum + each, 0)
    assert.ok(told > 0.9 * all, `${told} of ${all}`)
    const enters = scenario.moves.filter(
      ({ from, to }) =>
        from.includes('ma/amo-tadamon') && !to.includes('ma/amo-tadamon') && to.includes('ma/amo-achamil'),
    )
    assert.ok(enters.some(({ households }) => (households ?? 0) > 10))
  })

  test('whom it should reach: the poorest, or those with some facts, and who is left out or let in', async () => {
    const is = decided(limit('9.95'), 'ma/asd')
    const references: readonly [string, (place: number) => boolean][] = [
      ['{ poorest: 30, by: ma/ise }', place => (scores[place] ?? Number.POSITIVE_INFINITY) < cut(0.3)],
      [
        '{ where: { household.area: rural, member.disability: severe } }',
        place =>
          textIn(households[place]?.facts, 'area') === 'rural' &&
          (households[place]?.members ?? []).some(({ facts }) => textIn(facts, 'disability') === 'severe'),
      ],
    ]
    for (const [reference, isMeant] of references) {
      const { reach } = await tried(
        `pack: ma/asd\nmonth: 2027-01\nreference: ${reference}\nscenarios: [{ name: x, parameters: [{ name: threshold, value: 9.95 }] }]`,
      )
      const sum = (of: (place: number) => boolean) =>
        [...households.keys()].reduce((all, place) => all + (of(place) ? weightOf(place) : 0), 0)
      const [meant, shares] = [sum(isMeant), new Map<string, number>()]
      for (const [name, law] of Object.entries({ Before: was, '': is })) {
        const reached = sum(place => eligible(law[place]))
        const both = sum(place => isMeant(place) && eligible(law[place]))
        shares.set(`reached${name}`, Math.round(both))
        shares.set(`excluded${name}`, (100 * (meant - both)) / meant)
        shares.set(`included${name}`, (100 * (reached - both)) / reached)
      }
      assert.ok(reach)
      assert.equal(reach.meant, Math.round(meant), reference)
      const told = { ...reach, reachedBefore: reach.before }
      let compared = 0
      for (const [name, expected] of shares) {
        const value = told[name as keyof typeof told]
        if (value === null) continue
        compared++
        assert.ok(Math.abs(value - expected) < 1e-9, `${reference} ${name}: ${value} ${expected}`)
      }
      assert.ok(compared === 6 || reference.includes('where'), `${compared}`)
    }
  })

  test('the limit for a budget: the dearest that it allows, one household further is too much', async () => {
    const whole = [...households.keys()]
    const cost = (book: RuleBook) => sumsOf({ was, is: decided(book, 'ma/asd') }, whole).amount
    const budget = Math.round(sumsOf({ was, is: was }, whole).amount * 0.6)
    const perMonth = `${Math.floor(budget / 100)}.${String(budget % 100).padStart(2, '0')}`
    const { limit: found, overall } = await tried(
      `pack: ma/asd\nmonth: 2027-01\nscenarios: [{ name: x, budget: { parameter: threshold, per_month: ${perMonth} } }]`,
    )
    assert.ok(found)
    const spent = cost(limit(found.value))
    assert.equal(found.cost, BigInt(Math.round(spent)))
    assert.equal(overall.amount, found.cost)
    assert.ok(spent <= budget)
    // The next household whose right hangs on the limit alone: with it, the month costs too much.
    const open = decided(limit('99'), 'ma/asd')
    const next = Math.min(
      ...whole.flatMap(place =>
        eligible(open[place]) && (scores[place] ?? 0) > Number(found.value) ? [scores[place] ?? 0] : [],
      ),
    )
    assert.ok(cost(limit(next.toFixed(7))) > budget)
  })

  test('five years ahead: growth upon growth, to the unit', async () => {
    const { projection, overall, perYear } = await tried(
      'pack: ma/asd\nmonth: 2027-01\nprojection: { years: 5, households: 1.25, amounts: -0.5 }\nscenarios: [{ name: x, parameters: [{ name: threshold, value: 9.95 }] }]',
    )
    assert.deepEqual(
      projection.map(({ year }) => year),
      [1, 2, 3, 4, 5],
    )
    for (const { year, households, cost } of projection) {
      // In whole numbers: 1.0125 is 10125 / 10⁴ and 0.995 is 995 / 10³.
      const n = BigInt(year)
      const [more, most] = [10125n ** n, 10n ** (4n * n)]
      const exact = (perYear.now ?? 0n) * more * 995n ** n
      const rounded = (2n * exact + most * 1000n ** n) / (2n * most * 1000n ** n)
      assert.ok(cost - rounded <= 1n && rounded - cost <= 1n, `year ${year}: ${cost} ${rounded}`)
      assert.equal(households, Math.round((overall.reached ?? 0) * 1.0125 ** year))
    }
  })
})

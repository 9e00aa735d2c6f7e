// Both engines, every pack: the same text of the same decision, for every named case and for random households.
import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { addMonths, type Month } from '#kernel'
import {
  type Case,
  columnsOf,
  compilePack,
  decide,
  type Fact,
  type Pack,
  parametersOf,
  parseCase,
  parseCases,
  type RuleBook,
} from '#rules'
import { openPolicy } from './oracle/policy.ts'
import { random, randomHousehold } from './oracle/random-household.ts'

/** Months around every date on which a Moroccan value changes. */
const MONTHS = [
  '2014-11', '2014-12', '2018-11', '2018-12', '2020-03', '2020-04', '2020-07', '2020-08', '2020-09', '2022-11', '2022-12',
  '2023-02', '2023-03', '2023-11', '2023-12', '2024-08', '2024-09', '2024-11', '2024-12', '2025-01', '2025-09', '2026-01',
  '2026-09', '2026-12',
] // biome-ignore format: a list of months

function assertSame(book: RuleBook, pack: string, at: Month, cases: readonly Case[]): void {
  const compiled = compilePack(book, pack, at)
  assert.equal(compiled.reason, null, `${pack} is compiled`)
  const columns = columnsOf(book.catalogue, at, cases)
  const full = compiled.run(columns, { detail: true })
  const figures = compiled.run(columns)
  // Scores that are known already are taken as they stand: nothing comes out otherwise.
  const again = compiled.run(columns, { known: full })
  assert.deepEqual([...again.arrays], [...figures.arrays])
  cases.forEach((subject, index) => {
    const interpreted = decide(book, pack, subject)
    assert.equal(JSON.stringify(full.decisionAt(index)), JSON.stringify(interpreted))
    assert.equal(full.decisionTextAt(index), JSON.stringify(interpreted))
    assert.equal(
      ['eligible', 'not_eligible', 'undetermined', 'scored'][figures.outcome[index] as number],
      interpreted.outcome,
    )
    const amount = interpreted.amount === null ? Number.NaN : Number(interpreted.amount.value.replace('.', ''))
    assert.equal(figures.amount?.[index] ?? Number.NaN, amount)
  })
}

for (const country of globSync('packs/*/facts.yaml').map(path => path.split('/')[1] as string)) {
  const { catalogue, territories, book, files } = openPolicy(country)
  if (!existsSync(`packs/${country}/usual.yaml`)) continue
  const usual = readFileSync(`packs/${country}/usual.yaml`, 'utf8')
  describe(`packs/${country}`, () => {
    for (const { path } of files.filter(file => file.path.endsWith('/pack.yaml'))) {
      const file = path.replace('pack.yaml', 'cases.yaml')
      test(`every case of ${file} is decided by both engines, with the same text`, () => {
        const named = parseCases(readFileSync(file, 'utf8'), file, usual, catalogue, territories)
        assert.ok(named.ok)
        const byMonth = Map.groupBy(named.value, each => each.case.at)
        for (const [at, cases] of byMonth) {
          const pack = cases[0]?.pack as string
          assertSame(book, pack, at, cases.map(each => each.case)) // biome-ignore format: one call
        }
      })
    }
  })
}

describe('random Moroccan households', () => {
  const { catalogue, territories, book } = openPolicy('ma')
  const household = (seed: number, at: string): Case => {
    const subject = parseCase(randomHousehold(seed, [at]), catalogue, territories)
    assert.ok(subject.ok, JSON.stringify(subject))
    return subject.value
  }
  for (const pack of book.packs.keys()) {
    test(`${pack}: no difference between the engines`, () => {
      fc.assert(
        fc.property(fc.constantFrom(...MONTHS), fc.array(fc.nat(), { minLength: 1, maxLength: 60 }), (at, seeds) => {
          assertSame(book, pack, at as Month, seeds.map(seed => household(seed, at))) // biome-ignore format: one call
        }),
        { numRuns: 40 },
      )
    })
  }
})

/** A value of a fact as it goes on the wire, from its type alone: edges more often than chance would have them. */
function wireValue({ type, min, codes }: Fact, next: () => number, regions: readonly string[]): unknown {
  const below = (limit: number) => Math.floor(next() * limit)
  const edge = next() < 0.3
  switch (type) {
    case 'boolean':
      return next() < 0.5
    case 'integer':
      return min + (edge ? 0 : below(next() < 0.1 ? 2_000_000 : 12))
    case 'money':
      return `${min + (edge ? below(4) * 50_000 : below(next() < 0.1 ? 1_000_000_000 : 400_000))}`
    case 'decimal':
      return `${min + below(100)}.${below(100)}`
    case 'date':
      return edge ? `${1940 + 4 * below(22)}-02-29` : `${1940 + below(86)}-${10 + below(3)}-${10 + below(20)}`
    case 'code':
      return [...codes.keys()][below(codes.size)]
    case 'territory':
      return regions[below(regions.length)]
  }
}

for (const country of globSync('packs/*/facts.yaml').map(path => path.split('/')[1] as string)) {
  const { catalogue, territories, book } = openPolicy(country)
  const { head } = catalogue
  const regions = territories.all.filter(each => each.parent === undefined).map(each => each.code)
  const household = (seed: number, at: string): Case | null => {
    const next = random(seed)
    const gap = next() < 0.5 ? 0 : 0.1
    const facts = (all: ReadonlyMap<string, Fact>) =>
      Object.fromEntries(
        [...all].flatMap(([name, fact]) => (next() < gap ? [] : [[name, wireValue(fact, next, regions)]])),
      )
    const size = next() < 0.05 ? 20 : 1 + Math.floor(next() * 8)
    const others = [...(catalogue.member.get(head?.fact ?? '')?.codes.keys() ?? [])].filter(code => code !== head?.code)
    const members = Array.from({ length: size }, (_, index) => ({
      ...facts(catalogue.member),
      id: `m${index}`,
      ...(head === null ? {} : { [head.fact]: index === 0 ? head.code : others[Math.floor(next() * others.length)] }),
    }))
    const json = { id: `${seed}`, at, household: facts(catalogue.household), ...(head === null ? {} : { members }) }
    const subject = parseCase(json, catalogue, territories)
    return subject.ok ? subject.value : null
  }
  for (const pack of book.packs.values()) {
    const own = monthsOf(book, pack)
    test(`${pack.id}: no difference for households drawn from the catalogue alone`, () => {
      let tried = 0
      fc.assert(
        fc.property(fc.constantFrom(...own), fc.array(fc.nat(), { minLength: 16, maxLength: 40 }), (at, seeds) => {
          const cases = seeds.flatMap(seed => household(seed, at) ?? [])
          tried += cases.length
          assertSame(book, pack.id, at as Month, cases)
        }),
        { numRuns: 25 },
      )
      assert.ok(tried > 100, `${tried} households`)
    })
  }
}

/** Every month in which a value of the pack starts, the one before, and the ends of its life. */
function monthsOf(book: RuleBook, pack: Pack): string[] {
  const starts = [...book.packs.values()]
    .flatMap(parametersOf)
    .flatMap(parameter => parameter.values.flatMap(({ from }) => (from === null ? [] : [from.slice(0, 7)])))
  const ends = [pack.life.from, pack.life.to].filter(month => month !== null)
  const months = new Set([...starts, ...ends, '2026-09' as const])
  return [...months].flatMap(month => [addMonths(month as Month, -1), month as Month])
}

// Both engines, every pack: the same text of the same decision, for every named case and for random households.
import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { Month } from '#kernel'
import { type Case, columnsOf, compilePack, decide, parseCase, parseCases, type RuleBook } from '#rules'
import { openPolicy } from './oracle/policy.ts'
import { randomHousehold } from './oracle/random-household.ts'

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
  cases.forEach((subject, index) => {
    const interpreted = decide(book, pack, subject)
    assert.equal(JSON.stringify(full.decisionAt(index)), JSON.stringify(interpreted))
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

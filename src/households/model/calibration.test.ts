// Modelled countries against the census figures they rest on; Morocco also against the thresholds of its programmes.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openCountry } from '#countries'
import { describeModel, type ModelledHousehold, modelHouseholds, readHouseholdModel } from '#households'
import type { DateText, Month } from '#kernel'
import { decide, parseCase } from '#rules'

const morocco = openCountry('ma')
const model = readHouseholdModel('packs/ma')

type Expected = readonly [figure: string, of: 'all' | 'urban' | 'rural', value: number, within: number, source: string]
const census: Record<string, readonly Expected[]> = {
  ma: [
    ['mean size', 'all', 3.9, 0.08, 'P2'],
    ['mean size', 'urban', 3.7, 0.08, 'P2'],
    ['mean size', 'rural', 4.4, 0.1, 'P2'],
    ['at school, 4-5', 'all', 62.7, 4, 'P4'],
    ['at school, 4-5', 'urban', 66.8, 4, 'P4'],
    ['at school, 4-5', 'rural', 56.9, 4, 'P4'],
    ['at school, 6-11', 'all', 95.8, 1.5, 'P4'],
    ['cannot read, 10 and over', 'all', 24.8, 2, 'P12'],
    ['with an income activity, 15 and over', 'all', 32.7, 2.5, 'P13: 41.6 % active, of whom 21.3 % without work'],
  ],
  sn: [
    ['mean size', 'all', 8.8, 0.2, 'P6 P7'],
    ['under 15', 'all', 39.1, 1.5, 'P8'],
    ['65 and over', 'all', 3.8, 0.6, 'P8'],
    ['women', 'all', 49.4, 1.8, 'P5'],
  ],
  ml: [
    ['under 15', 'all', 47.2, 1.5, 'P10'],
    ['65 and over', 'all', 2.9, 0.8, 'P10'],
    ['women', 'all', 49.7, 1.8, 'P9'],
  ],
}
const figures = Object.fromEntries(
  Object.keys(census).map(code => {
    const model = readHouseholdModel(`packs/${code}`)
    const households = modelHouseholds(model, { seed: 2026, from: 0, to: code === 'ma' ? 30_000 : 10_000 })
    const description = describeModel(households, { asOf: model.files.population.as_of.date as DateText })
    return [code, new Map(description.figures.map(figure => [figure.name, figure]))]
  }),
)
for (const [code, expected] of Object.entries(census)) {
  for (const [name, of, value, within, source] of expected) {
    test(`${code}: ${name} (${of}) is near the census: ${value} (${source})`, () => {
      const found = Number.parseFloat(figures[code]?.get(name)?.[of] ?? '')
      assert.ok(Math.abs(found - value) <= within, `${found}, expected ${value} ± ${within}`)
    })
  }
}

const population: Record<string, readonly [total: number, urbanPerMille: number]> = {
  ma: [36_828_330, 628],
  sn: [18_126_390, 547],
}
for (const [code, [total, urban]] of Object.entries(population)) {
  test(`${code}: the regions add up to the census, and so do its townspeople and its urban households`, () => {
    const { households, regions } = readHouseholdModel(`packs/${code}`).files.population
    const people = regions.reduce((sum, region) => sum + region.population, 0)
    const townspeople = regions.reduce((sum, region) => sum + region.population * region.urban_per_mille, 0)
    assert.equal(people, total)
    assert.ok(Math.abs(townspeople / people - urban) < 3, String(townspeople / people))
    const count = figures[code]!.get('households')!
    const share = Number(count.urban) / Number(count.all)
    assert.ok(Math.abs(share - households.urban / (households.urban + households.rural)) < 0.012, String(share))
  })
}

function outcome(pack: string, household: ModelledHousehold): string {
  const members = household.members.map(member => ({ id: member.sourceId, ...member.facts }))
  const json = { id: household.sourceId, at: '2026-12' as Month, household: household.facts, members }
  const subject = parseCase(json, morocco.catalogue, morocco.territories)
  assert.ok(subject.ok, JSON.stringify(subject))
  return decide(morocco.book, pack, subject.value).outcome
}

// Orders of magnitude of those who receive: about 4 million families of 9.3 million for each (sections 1.7, 1.8, M8).
const shares: readonly [pack: string, least: number, most: number][] = [
  ['ma/amo-tadamon', 0.25, 0.38],
  ['ma/asd', 0.42, 0.52],
]
for (const [pack, least, most] of shares) {
  test(`a plausible share of households is eligible for ${pack}, and few are undetermined`, () => {
    const households = 2500
    const counts: Record<string, number> = { eligible: 0, not_eligible: 0, undetermined: 0 }
    for (const household of modelHouseholds(model, { seed: 11, from: 0, to: households })) {
      counts[outcome(pack, household)]!++
    }
    const share = counts.eligible! / households
    assert.ok(share >= least && share <= most, JSON.stringify(counts))
    assert.ok(counts.undetermined! > 0 && counts.undetermined! < households * 0.03, JSON.stringify(counts))
  })
}

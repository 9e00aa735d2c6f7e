// Modelled Morocco against the census figures it rests on, and against the thresholds of its programmes.
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { describeModel, type ModelledHousehold, modelHouseholds, readHouseholdModel } from '#households'
import { type DateText, type Month, type Territory, territoryTree } from '#kernel'
import { checkPacks, decide, parseCase, parseCatalogue } from '#rules'

const model = readHouseholdModel('packs/ma')
const asOf = model.files.population.as_of.date as DateText
const figures = new Map(
  describeModel(modelHouseholds(model, { seed: 2026, from: 0, to: 30_000 }), { asOf }).figures.map(figure => [
    figure.name,
    {
      all: Number.parseFloat(figure.all),
      urban: Number.parseFloat(figure.urban),
      rural: Number.parseFloat(figure.rural),
    },
  ]),
)

type Expected = readonly [figure: string, of: 'all' | 'urban' | 'rural', value: number, within: number, source: string]
const census: readonly Expected[] = [
  ['mean size', 'all', 3.9, 0.08, 'P2'],
  ['mean size', 'urban', 3.7, 0.08, 'P2'],
  ['mean size', 'rural', 4.4, 0.1, 'P2'],
  ['at school, 4-5', 'all', 62.7, 4, 'P4'],
  ['at school, 4-5', 'urban', 66.8, 4, 'P4'],
  ['at school, 4-5', 'rural', 56.9, 4, 'P4'],
  ['at school, 6-11', 'all', 95.8, 1.5, 'P4'],
  ['cannot read, 10 and over', 'all', 24.8, 2, 'P12'],
  ['with an income activity, 15 and over', 'all', 32.7, 2.5, 'P13: 41.6 % active, of whom 21.3 % without work'],
]
for (const [name, of, value, within, source] of census) {
  test(`${name} (${of}) is near the census: ${value} (${source})`, () => {
    const found = figures.get(name)?.[of] ?? Number.NaN
    assert.ok(Math.abs(found - value) <= within, `${found}, expected ${value} ± ${within}`)
  })
}

test('urban households, and each region, are as many as the census says', () => {
  const { households, regions } = model.files.population
  const urban = figures.get('households')!.urban / figures.get('households')!.all
  assert.ok(Math.abs(urban - households.urban / (households.urban + households.rural)) < 0.01, String(urban))
  assert.equal(
    regions.reduce((sum, region) => sum + region.population, 0),
    36_828_330,
  )
})

const catalogue = parseCatalogue(readFileSync('packs/ma/facts.yaml', 'utf8'), 'packs/ma/facts.yaml')
assert.ok(catalogue.ok)
const places = readFileSync('packs/ma/territories.csv', 'utf8').split('\n').slice(1)
const tree = territoryTree(
  places.filter(Boolean).map((line): Territory => {
    const [code = '', parent, level = ''] = line.split(',')
    return { code, parent: parent || undefined, level, name: { fr: code, ar: code, en: code } }
  }),
)
assert.ok(tree.ok)
const files = globSync(['packs/ma/sources.yaml', 'packs/ma/{ise,asd,amo-tadamon}/*.yaml'])
const book = checkPacks(
  files.map(path => ({ path: path.replace('packs/', ''), text: readFileSync(path, 'utf8') })),
  catalogue.value,
)
assert.ok(book.ok, JSON.stringify(book))

function outcome(pack: string, household: ModelledHousehold): string {
  assert.ok(catalogue.ok && tree.ok && book.ok)
  const members = household.members.map(member => ({ id: member.sourceId, ...member.facts }))
  const json = { id: household.sourceId, at: '2026-12' as Month, household: household.facts, members }
  const subject = parseCase(json, catalogue.value, tree.value)
  assert.ok(subject.ok, JSON.stringify(subject))
  return decide(book.value, pack, subject.value).outcome
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

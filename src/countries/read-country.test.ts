import assert from 'node:assert/strict'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { listCountries, openCountry, policyFiles, readCountry } from '#countries'

const scratch = mkdtempSync(join(tmpdir(), 'countries-'))
after(() => rmSync(scratch, { recursive: true, force: true }))
const packs = fileURLToPath(new URL('../../packs', import.meta.url))

/** A copy of Morocco with one text replaced. */
function broken(file: string, from: string, to: string): string {
  const folder = mkdtempSync(join(scratch, 'packs-'))
  cpSync(join(packs, 'ma'), join(folder, 'ma'), { recursive: true })
  const path = join(folder, 'ma', file)
  const text = readFileSync(path, 'utf8')
  assert.ok(text.includes(from), `${file} holds ${from}`)
  writeFileSync(path, text.replace(from, to))
  return folder
}

test('every country that ships opens, with its currency, division, facts and packs', () => {
  for (const code of listCountries()) {
    const country = openCountry(code)
    assert.equal(country.code, code)
    assert.ok(country.catalogue.household.size > 0)
    assert.ok(country.book.packs.size > 0)
    assert.ok(country.policy.some(file => file.path === `packs/${code}/facts.yaml`))
  }
  const morocco = openCountry('ma')
  assert.equal(morocco.currency, 'MAD')
  assert.equal(morocco.territories.childrenOf().length, 12)
  assert.equal(morocco.territories.find('07.351')?.name.ar, 'مراكش')
})

test('cases decide nothing, so they are not part of the policy', () => {
  assert.ok(policyFiles('ma').every(file => !file.path.endsWith('cases.yaml')))
})

const refused: readonly { name: string; file: string; from: string; to: string; says: RegExp }[] = [
  { name: 'an unknown currency', file: 'country.yaml', from: 'currency: MAD', to: 'currency: DHS', says: /currency/ },
  {
    name: 'a code that is not the folder',
    file: 'country.yaml',
    from: 'code: ma',
    to: 'code: mm',
    says: /code is mm in the folder ma/,
  },
  {
    name: 'a threshold on a fact that nobody declares',
    file: 'upkeep.yaml',
    from: 'fact: rooms',
    to: 'fact: chambers',
    says: /chambers is no fact of a household/,
  },
  {
    name: 'a validity without its source',
    file: 'upkeep.yaml',
    from: 'months: null',
    to: 'months: 24',
    says: /months come with a source, or are chosen/,
  },
  {
    name: 'a requirement whose source is not listed',
    file: 'upkeep.yaml',
    from: 'source: M5',
    to: 'source: M6',
    says: /M6 is not one of sources/,
  },
  {
    name: 'a region without a tile on the map',
    file: 'tiles.csv',
    from: '\n12,0,6',
    to: '',
    says: /no tile for 12/,
  },
  {
    name: 'two tiles at one place, and one of no region',
    file: 'tiles.csv',
    from: '\n12,0,6',
    to: '\n12,1,5\n13,0,6',
    says: /12 stands where 11 does/,
  },
  {
    name: 'a territory twice',
    file: 'territories.csv',
    from: '\n02,',
    to: '\n01,',
    says: /territory 01: territory listed twice/,
  },
  {
    name: 'a column missing',
    file: 'territories.csv',
    from: 'name_ar',
    to: 'nom_ar',
    says: /column name_ar is missing/,
  },
  {
    name: 'an unknown type of fact',
    file: 'facts.yaml',
    from: 'type: territory',
    to: 'type: place',
    says: /facts\.yaml:\d+:\d+/,
  },
  {
    name: 'a name that no rule knows',
    file: 'asd/pack.yaml',
    from: 'when: ise > threshold',
    to: 'when: isee > threshold',
    says: /isee/,
  },
  {
    name: 'a category of personal data without its purpose',
    file: 'personal-data.yaml',
    from: '  contact:',
    to: '  contacts:',
    says: /categories\.contact/,
  },
  {
    name: 'a retention without the source that gives it',
    file: 'personal-data.yaml',
    from: 'months: null',
    to: 'months: 60',
    says: /months and source go together/,
  },
  {
    name: 'a citation of a source that is not listed',
    file: 'personal-data.yaml',
    from: 'basis: { source: LAW',
    to: 'basis: { source: LOI',
    says: /LOI is not one of sources/,
  },
]
for (const { name, file, from, to, says } of refused) {
  test(`a folder is refused with its place: ${name}`, () => {
    const result = readCountry('ma', broken(file, from, to))
    assert.ok(!result.ok)
    assert.match(result.refusal.map(problem => problem.message).join('\n'), says)
    assert.ok(result.refusal.every(problem => problem.message.includes(`packs/ma/${file}`)))
  })
}

test('a country without a folder is refused with those there are', () => {
  const result = readCountry('xx')
  assert.ok(!result.ok)
  assert.match(result.refusal[0]?.message ?? '', /no country xx; there are: .*ma/)
  assert.throws(() => openCountry('xx'), /no country xx/)
})

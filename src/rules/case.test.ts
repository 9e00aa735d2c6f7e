import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { territoryTree } from '#kernel'
import { type Catalogue, parseCase, parseCatalogue } from '#rules'

const read = parseCatalogue(readFileSync('packs/ma/facts.yaml', 'utf8'), 'packs/ma/facts.yaml')
assert.ok(read.ok, JSON.stringify(read))
const catalogue: Catalogue = read.value
const name = { fr: 'X', ar: 'X', en: 'X' }
const tree = territoryTree([
  { code: '07', parent: undefined, level: 'region', name },
  { code: '07.351', parent: '07', level: 'province', name },
])
assert.ok(tree.ok)
const territories = tree.value

const head = { id: 'm1', relation: 'head', birth_date: '1984-03-05' }
const good = {
  id: 'c1',
  at: '2026-12',
  household: { territory: '07', rooms: 2, butane_annual: '600.50' },
  members: [head],
}

test('a well-formed case is read into values of the language', () => {
  const result = parseCase(good, catalogue, territories)
  assert.ok(result.ok)
  assert.equal(result.value.household.get('butane_annual')?.toString(), '600.5')
  assert.equal(result.value.members[0]?.facts.get('birth_date')?.toString(), '1984-03-05')
})

test('a fact that is null is unknown, as one that is absent', () => {
  const result = parseCase({ ...good, household: { rooms: null } }, catalogue, territories)
  assert.ok(result.ok)
  assert.equal(result.value.household.has('rooms'), false)
})

const household = (facts: object) => ({ ...good, household: facts })
const members = (...list: object[]) => ({ ...good, members: list })

const refused: { name: string; json: unknown; path: string; says: RegExp }[] = [
  { name: 'a list is not a case', json: [], path: 'case', says: /an object/ },
  { name: 'a case has a name', json: { ...good, id: '' }, path: 'id', says: /names the case/ },
  { name: 'month 13 does not exist', json: { ...good, at: '2026-13' }, path: 'at', says: /YYYY-MM/ },
  { name: 'a key of the case is spelt out', json: { ...good, houshold: {} }, path: 'houshold', says: /household/ },
  {
    name: 'a fact nobody declared',
    json: household({ room: 2 }),
    path: 'household.room',
    says: /did you mean rooms/,
  },
  {
    name: 'a member fact is not one of the household',
    json: household({ sex: 'male' }),
    path: 'household.sex',
    says: /not a fact of a household/,
  },
  {
    name: 'a dwelling has at least one room',
    json: household({ rooms: 0 }),
    path: 'household.rooms',
    says: /whole number from 1/,
  },
  { name: 'rooms are whole', json: household({ rooms: 1.5 }), path: 'household.rooms', says: /whole number/ },
  { name: 'a number is not a text', json: household({ rooms: '2' }), path: 'household.rooms', says: /whole number/ },
  { name: 'nobody owns fewer than no cars', json: household({ cars: -1 }), path: 'household.cars', says: /from 0/ },
  {
    name: 'money is a text',
    json: household({ butane_annual: 600 }),
    path: 'household.butane_annual',
    says: /text such as/,
  },
  {
    name: 'the dirham has two places',
    json: household({ butane_annual: '1.005' }),
    path: 'household.butane_annual',
    says: /at most 2/,
  },
  { name: 'yes is not true', json: household({ garage: 'yes' }), path: 'household.garage', says: /true or false/ },
  {
    name: 'a code outside its list',
    json: household({ area: 'desert' }),
    path: 'household.area',
    says: /urban, rural/,
  },
  {
    name: 'a region that does not exist',
    json: household({ territory: '13' }),
    path: 'household.territory',
    says: /RR that exists/,
  },
  {
    name: 'a province that does not exist',
    json: household({ territory: '07.999' }),
    path: 'household.territory',
    says: /RR\.PPP/,
  },
  {
    name: 'a commune in a region that does not exist',
    json: household({ territory: '13.351.01.02' }),
    path: 'household.territory',
    says: /RR/,
  },
  {
    name: '30 February does not exist',
    json: members({ ...head, birth_date: '2023-02-30' }),
    path: 'members.m1.birth_date',
    says: /date that exists/,
  },
  {
    name: 'two members do not share an id',
    json: members(head, { id: 'm1', relation: 'child' }),
    path: 'members[1].id',
    says: /two members/,
  },
  {
    name: 'a household has a head',
    json: members({ id: 'm1', relation: 'child' }),
    path: 'members',
    says: /no member is the head/,
  },
  {
    name: 'a household has one head',
    json: members(head, { id: 'm2', relation: 'head' }),
    path: 'members',
    says: /m1 and m2 are heads/,
  },
  { name: 'a household has members', json: members(), path: 'members', says: /no member is the head/ },
]

for (const row of refused) {
  test(`refused: ${row.name}`, () => {
    const result = parseCase(row.json, catalogue, territories)
    assert.ok(!result.ok)
    assert.equal(result.refusal.path, row.path)
    assert.match(result.refusal.message, row.says)
  })
}

for (const territory of ['07', '07.351', '07.351.01.02.', '07.351.01.02', '07.999.01.02']) {
  test(`${territory} is accepted: a commune is checked for its form only`, () => {
    assert.ok(parseCase(household({ territory }), catalogue, territories).ok)
  })
}

test('every fact of every country of packs/ that households declare can be asked, in three languages', () => {
  for (const country of ['ma', 'sn', 'ml']) {
    const file = `packs/${country}/facts.yaml`
    const other = parseCatalogue(readFileSync(file, 'utf8'), file)
    assert.ok(other.ok)
    for (const fact of [...other.value.household.values(), ...other.value.member.values()]) {
      assert.ok(fact.question, `${country}: ${fact.name} has no question`)
      assert.match(fact.question.fr, / \?$/)
      assert.match(fact.question.ar, /؟$/)
      assert.match(fact.question.en, /[a-z0-9]\?$/i)
    }
  }
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Country, openCountry } from '#countries'
import { type ModelledHousehold, modelHouseholds, readHouseholdModel } from '#households'
import { ageOn, type DateText } from '#kernel'
import { type Case, parseCase } from '#rules'

const model = readHouseholdModel('packs/ma')
const asOf = model.files.population.as_of.date as DateText
const anyHousehold = fc.record({ seed: fc.nat(2 ** 40), index: fc.nat(6_000_000) })
const attempts = { numRuns: 3000 }

const countries = ['ma', 'sn', 'ml'].map(code => ({
  country: openCountry(code),
  model: readHouseholdModel(`packs/${code}`),
}))

function caseOf(country: Country, household: ModelledHousehold): Case {
  const members = household.members.map(member => ({ id: member.sourceId, ...member.facts }))
  const json = { id: household.sourceId, at: '2026-12', household: household.facts, members }
  const result = parseCase(JSON.parse(JSON.stringify(json)), country.catalogue, country.territories)
  assert.ok(result.ok, `${household.sourceId}: ${JSON.stringify(result)}`)
  return result.value
}

test('a household is the same in any chunk, run and order', () => {
  const whole = [...modelHouseholds(model, { seed: 7, from: 0, to: 300 })]
  const second = readHouseholdModel('packs/ma')
  fc.assert(
    fc.property(fc.nat(299), fc.integer({ min: 1, max: 50 }), (from, length) => {
      const part = [...modelHouseholds(second, { seed: 7, from, to: from + length })]
      assert.deepEqual(part.slice(0, 300 - from), whole.slice(from, from + length))
    }),
  )
  assert.notDeepEqual(model.make(8, 0).facts, model.make(7, 0).facts)
})

test('a small employer of Senegal has one worker at least', () => {
  const senegal = countries.find(({ country }) => country.code === 'sn')
  assert.ok(senegal)
  const read = caseOf(senegal.country, senegal.model.make(277_418_769_516, 1_480_817))
  assert.ok(read.members.some(({ facts }) => String(facts.get('employer_workers')) === '1'))
})

/** Facts that only some people have: whose they are is the model's to say, and no rule reads them of the others. */
const ofSome = new Set([
  'absences_month',
  'absences_health_month',
  'vaccination_up_to_date',
  'employer_workers',
  'ipm_rate',
])
for (const { country, model } of countries) {
  test(`the catalogue of ${country.code} accepts every household, and few of its facts are missing`, () => {
    const { household, member } = country.catalogue
    const mayMiss = (name: string, facts: typeof household) => ofSome.has(name) || facts.get(name)?.absentMeans
    let holes = 0
    let households = 0
    fc.assert(
      fc.property(anyHousehold, ({ seed, index }) => {
        const read = caseOf(country, model.make(seed, index))
        const missing = [
          ...[...household.keys()].filter(name => !read.household.has(name) && !mayMiss(name, household)),
          ...read.members.flatMap(({ facts }) =>
            [...member.keys()].filter(name => !facts.has(name) && !mayMiss(name, member)),
          ),
        ]
        households++
        if (missing.length > 0) holes++
        assert.ok(missing.length <= 3, `${missing}`)
      }),
      { numRuns: 1500 },
    )
    assert.ok(holes > 0 && holes < households * 0.05, `${holes} of ${households} have holes`)
  })

  test(`families of ${country.code}: one head, listed first; spouses; children younger than it, in the order of births`, () => {
    fc.assert(
      fc.property(anyHousehold, ({ seed, index }) => {
        const { members, recipient } = model.make(seed, index)
        const facts = members.map(member => member.facts)
        assert.equal(facts.filter(each => each.relation === 'head').length, 1)
        assert.equal(facts[0]?.relation, 'head')
        const births = facts.filter(each => each.relation === 'child').map(each => String(each.birth_date))
        assert.deepEqual(births, births.toSorted())
        for (const birth of births) assert.ok(birth > String(facts[0]?.birth_date) && birth < asOf)
        const receiver = members.find(member => member.sourceId === recipient)
        assert.ok(receiver && ageOn(receiver.facts.birth_date as DateText, asOf) >= 18)
        assert.equal(new Set(members.map(member => member.sourceId)).size, members.length)
      }),
      { numRuns: 1500 },
    )
  })
}

test('where one mother is there, children were born when she was 16 to 46, and spouses are married', () => {
  fc.assert(
    fc.property(anyHousehold, ({ seed, index }) => {
      const { members } = model.make(seed, index)
      const head = members[0]!.facts
      const wives = members.filter(member => member.facts.relation === 'spouse' && member.facts.sex === 'female')
      const mother = head.sex === 'female' ? head : wives.length === 1 ? wives[0]!.facts : undefined
      for (const { facts } of members) {
        if (facts.relation === 'spouse') assert.equal(facts.marital_status, 'married')
        if (facts.relation !== 'child' || !mother) continue
        const age = ageOn(mother.birth_date as DateText, facts.birth_date as DateText)
        assert.ok(age >= 16 && age <= 46, `${members.length} members, a mother of ${age} in ${seed} ${index}`)
      }
    }),
    attempts,
  )
})

test('school, learning and work agree with each other and with age', () => {
  fc.assert(
    fc.property(anyHousehold, ({ seed, index }) => {
      for (const { facts } of model.make(seed, index).members) {
        const age = ageOn(facts.birth_date as DateText, asOf)
        if (facts.schooling !== undefined) assert.equal(facts.schooling === 'none', facts.school_level === undefined)
        if (facts.school_level === 'higher') assert.ok(age >= 17)
        if (String(facts.school_level).startsWith('primary')) assert.ok(age >= 6 && age <= 14)
        if (facts.education === 'higher') assert.ok(age >= 18)
        if (age < 6) assert.notEqual(facts.literate, true)
        if (age < 15) assert.equal(facts.income_activity, false)
        if (facts.occupation !== undefined) assert.equal(facts.occupation === 'none', !facts.income_activity)
        if (facts.employer || facts.pays_income_tax) assert.equal(facts.income_activity, true)
        if (facts.retired_or_rentier) assert.ok(age >= 25 && !facts.income_activity)
        if (facts.marital_status !== 'single') assert.ok(age >= 17)
        if (facts.absences_health_month) assert.ok(Number(facts.absences_health_month) <= Number(facts.absences_month))
      }
    }),
    attempts,
  )
})

test('a family shares its surname in Arabic, and numbers and accounts can reach nobody', () => {
  fc.assert(
    fc.property(anyHousehold, ({ seed, index }) => {
      const { members, account } = model.make(seed, index)
      const head = members[0]!
      const children = members.filter(member => member.facts.relation === 'child')
      if (head.facts.sex === 'male') for (const child of children) assert.equal(child.familyNameAr, head.familyNameAr)
      assert.equal(new Set(children.map(child => child.familyNameAr)).size <= 1, true)
      for (const { phone } of members) if (phone !== undefined) assert.match(phone, /^\+2129\d{8}$/)
      if (account.kind !== 'bank') return
      assert.match(account.id, /^999\d{21}$/)
      // The whole number, key included, leaves no remainder: (first 22 digits × 100 + key) is a multiple of 97.
      assert.equal(BigInt(account.id) % 97n, 0n)
    }),
    attempts,
  )
})

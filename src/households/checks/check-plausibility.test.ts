import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type CheckTerms, openCountry } from '#countries'
import {
  checkPlausibility,
  type Doubt,
  type DoubtCode,
  decideDoubts,
  doubtKey,
  type SaidHousehold,
  type SaidMember,
} from '#households'
import type { DateText } from '#kernel'

const morocco = openCountry('ma')
const { catalogue } = morocco
const { checks } = morocco.upkeep
const TODAY = '2026-11-22' as DateText

const head: SaidMember = {
  id: 'head',
  nameKey: 'idir amrani',
  facts: { relation: 'head', sex: 'male', birth_date: '1980-05-01', marital_status: 'married' },
}
const spouse: SaidMember = {
  id: 'spouse',
  nameKey: 'tuda amrani',
  facts: { relation: 'spouse', sex: 'female', birth_date: '1984-05-01', marital_status: 'married' },
}
const child: SaidMember = {
  id: 'child',
  nameKey: 'izza amrani',
  facts: { relation: 'child', sex: 'female', birth_date: '2012-05-01', school_level: 'primary_6', schooling: 'public' },
}

/** Everything answered, so that the share of unknown stays out of the other cases. */
function answered(said: SaidHousehold): SaidHousehold {
  const filled = (of: 'household' | 'member', facts: SaidHousehold['facts']) => {
    const rest = [...catalogue[of].values()].filter(fact => fact.absentMeans === null)
    const usual = rest.map(({ name, type, codes, min }) => [
      name,
      type === 'boolean'
        ? false
        : type === 'code'
          ? [...codes.keys()][0]!
          : type === 'integer'
            ? Math.max(min, 1)
            : '0',
    ])
    return { ...Object.fromEntries(usual), ...facts }
  }
  return {
    facts: filled('household', said.facts),
    members: said.members.map(member => ({ ...member, facts: filled('member', member.facts) })),
  }
}

const family = (...members: readonly SaidMember[]): SaidHousehold =>
  answered({ facts: { territory: '07.351' }, members: members.length > 0 ? members : [head, spouse, child] })
const but = (member: SaidMember, facts: SaidMember['facts']): SaidMember => ({
  ...member,
  facts: { ...member.facts, ...facts },
})
const check = (said: SaidHousehold, terms: CheckTerms = checks) => checkPlausibility(said, catalogue, TODAY, terms)
const many = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ id: `m${i}`, facts: { relation: 'other', birth_date: '1990-01-01' } }))

test('an ordinary family raises no doubt', () => {
  assert.deepEqual(check(family()), [])
})

/** Those that a declaration shows by itself; the others need the register. */
type OwnDoubt = Exclude<
  DoubtCode,
  'person_elsewhere' | 'phone_shared' | 'address_shared' | 'copied_answers' | 'fixed_changed'
>
const doubted: Record<OwnDoubt, { name: string; said: SaidHousehold; is: Omit<Doubt, 'code'>; also?: DoubtCode[] }> = {
  no_members: {
    name: 'a household is somebody',
    said: answered({ facts: {}, members: [] }),
    is: { severity: 'error', member: null, fact: null, facts: {} },
  },
  head_missing: {
    name: 'a household has a head',
    said: family(but(head, { relation: 'other' })),
    is: { severity: 'error', member: null, fact: 'relation', facts: { members: 1 } },
  },
  several_heads: {
    name: 'a household has one head',
    said: family(head, but(spouse, { relation: 'head' })),
    is: { severity: 'error', member: null, fact: 'relation', facts: { heads: 2 } },
  },
  person_twice: {
    name: 'a person is one member',
    said: family(head, spouse, spouse),
    is: { severity: 'error', member: 'spouse', fact: null, facts: {} },
  },
  member_alike: {
    name: 'two members with one name and one birth date are perhaps one',
    said: family(head, child, { ...child, id: 'again' }),
    is: { severity: 'warning', member: 'again', fact: null, facts: {} },
  },
  too_many_members: {
    name: 'forty persons do not share one household',
    said: family(head, ...many(39)),
    is: { severity: 'error', member: null, fact: null, facts: { members: 40 } },
  },
  too_many_spouses: {
    name: 'three spouses are to be confirmed',
    said: family(
      head,
      spouse,
      ...[2, 3].map(number => ({ ...but(spouse, { birth_date: `198${number}-01-01` }), id: `${number}` })),
    ),
    is: { severity: 'warning', member: null, fact: null, facts: { spouses: 3 } },
  },
  birth_in_future: {
    name: 'nobody is born tomorrow',
    said: family(head, but(child, { birth_date: '2026-11-23' })),
    is: { severity: 'error', member: 'child', fact: 'birth_date', facts: { birth: '2026-11-23' } },
  },
  too_old: {
    name: 'nobody lives 111 years',
    said: family(but(head, { birth_date: '1915-11-22' })),
    is: { severity: 'error', member: 'head', fact: 'birth_date', facts: { age: 111 } },
  },
  head_too_young: {
    name: 'a head under eighteen is to be confirmed',
    said: family(but(head, { birth_date: '2008-11-23', marital_status: 'single' })),
    is: { severity: 'warning', member: 'head', fact: 'birth_date', facts: { age: 17 } },
  },
  spouse_too_young: {
    name: 'a spouse of nine is an error',
    said: family(head, but(spouse, { birth_date: '2017-01-01' })),
    is: { severity: 'error', member: 'spouse', fact: 'birth_date', facts: { age: 9 } },
    also: ['spouses_far_apart', 'age_against_answer'],
  },
  child_too_close: {
    name: 'a child born fourteen years after the head is to be confirmed',
    said: family(head, but(child, { birth_date: '1995-04-30', school_level: 'higher' })),
    is: { severity: 'warning', member: 'child', fact: 'birth_date', facts: { years: 14 } },
  },
  child_after_mother: {
    name: 'a mother of fifty-two is to be confirmed',
    said: family(but(head, { sex: 'female', birth_date: '1960-01-01', marital_status: 'widowed' }), child),
    is: { severity: 'warning', member: 'child', fact: 'birth_date', facts: { years: 52 } },
  },
  child_after_father: {
    name: 'a father of seventy-two is to be confirmed',
    said: family(but(head, { birth_date: '1940-01-01' }), child),
    is: { severity: 'warning', member: 'child', fact: 'birth_date', facts: { years: 72 } },
  },
  parent_too_close: {
    name: 'the head’s mother is older than the head',
    said: family(head, {
      id: 'mother',
      facts: { relation: 'parent', sex: 'female', birth_date: '1985-05-01', marital_status: 'widowed' },
    }),
    is: { severity: 'error', member: 'mother', fact: 'birth_date', facts: { years: -5 } },
  },
  grandchild_too_close: {
    name: 'a grandchild is two generations younger',
    said: family(head, but(child, { relation: 'grandchild', birth_date: '2008-06-01', school_level: 'lycee' })),
    is: { severity: 'warning', member: 'child', fact: 'birth_date', facts: { years: 28 } },
  },
  spouses_far_apart: {
    name: 'thirty-five years between spouses are to be confirmed',
    said: family(but(head, { birth_date: '1949-05-01' }), spouse),
    is: { severity: 'warning', member: 'spouse', fact: 'birth_date', facts: { years: 35 } },
  },
  age_against_answer: {
    name: 'nobody is in the lycée at six',
    said: family(head, but(child, { birth_date: '2020-05-01', school_level: 'lycee' })),
    is: {
      severity: 'warning',
      member: 'child',
      fact: 'school_level',
      facts: { age: 6, value: 'lycee', from: 13, to: 25 },
    },
  },
  contradiction: {
    name: 'who is at no school is in no class',
    said: family(head, but(child, { schooling: 'none' })),
    is: {
      severity: 'warning',
      member: 'child',
      fact: 'school_level',
      facts: { name: 'level_without_school', other: 'schooling' },
    },
  },
  more_nuclei_than_adults: {
    name: 'three families need three adults',
    said: { ...family(), facts: { ...family().facts, nuclei: 3 } },
    is: { severity: 'warning', member: null, fact: 'nuclei', facts: { nuclei: 3, adults: 2 } },
  },
  number_unusual: {
    name: 'a hundred and twenty cows are to be confirmed',
    said: { ...family(), facts: { ...family().facts, cows: 120 } },
    is: { severity: 'warning', member: null, fact: 'cows', facts: { value: '120' } },
  },
  much_unknown: {
    name: 'half of the answers missing are to be explained',
    said: { facts: { territory: '07.351' }, members: family().members.slice(0, 1) },
    is: { severity: 'warning', member: null, fact: null, facts: { percent: 51, unanswered: 23, asked: 45 } },
  },
}

for (const [code, { name, said, is, also = [] }] of Object.entries(doubted)) {
  test(`${code}: ${name}`, () => {
    const found = check(said)
    const own = found.find(doubt => doubt.code === code)
    assert.deepEqual(own, { code, ...is })
    assert.deepEqual(
      found.filter(doubt => doubt.code !== code && !also.includes(doubt.code)),
      [],
    )
  })
}

test('what a country does not set is not checked', () => {
  const open: CheckTerms = {
    ...checks,
    relations: null,
    members: {},
    age: {},
    headAgeUnder: {},
    ages: [],
    contradictions: [],
    numbers: [],
    unknownPercent: {},
    nuclei: null,
  }
  assert.deepEqual(check(family(head, ...many(60)), open), [])
})

test('errors refuse, warnings wait for a word, and the word is kept', () => {
  const warning = check(family(but(head, { birth_date: '2008-11-23', marital_status: 'single' })))
  assert.deepEqual(decideDoubts(warning, {}), {
    ok: false,
    refusal: { code: 'explanation_missing', doubts: warning },
  })
  const accepted = decideDoubts(warning, { [doubtKey(warning[0]!)]: ' Orphelin de père et de mère ' })
  assert.ok(accepted.ok)
  assert.equal(accepted.value[0]?.says, 'Orphelin de père et de mère')
  const errors = check(family(head, ...many(39)))
  const refused = decideDoubts(errors, Object.fromEntries(errors.map(doubt => [doubtKey(doubt), 'oui'])))
  assert.equal(!refused.ok && refused.refusal.code, 'errors_found')
  const long = decideDoubts(warning, { [doubtKey(warning[0]!)]: 'x'.repeat(501) })
  assert.equal(!long.ok && long.refusal.code, 'explanation_too_long')
})

const day = fc.date({ min: new Date('1900-01-01'), max: new Date('2030-12-31'), noInvalidDate: true })
const anyMember = fc.record({
  id: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
  facts: fc.record(
    {
      relation: fc.constantFrom('head', 'spouse', 'child', 'parent', 'grandchild', 'other'),
      sex: fc.constantFrom('female', 'male'),
      birth_date: day.map(date => date.toISOString().slice(0, 10)),
      schooling: fc.constantFrom('none', 'public'),
      school_level: fc.constantFrom('primary_1', 'lycee', 'higher'),
    },
    { requiredKeys: [] },
  ),
})

test('whatever is said, doubts are named once each, and in any order of the members they are the same', () => {
  fc.assert(
    fc.property(fc.uniqueArray(anyMember, { selector: member => member.id, maxLength: 5 }), members => {
      const said = { facts: { nuclei: 2 }, members }
      const found = check(said).map(doubtKey)
      assert.equal(new Set(found).size, found.length)
      const heads = members.filter(member => member.facts.relation === 'head')
      if (heads.length > 1) return
      assert.deepEqual(
        check({ ...said, members: members.toReversed() })
          .map(doubtKey)
          .sort(),
        [...found].sort(),
      )
    }),
  )
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { openCountry } from '#countries'
import type { DateText } from '#kernel'
import type { Fact } from '#rules'
import type { Answers, Declaration, DeclaredMember, Said } from './answers.ts'
import { checkAnswers, type Fault, unexplained } from './check-answers.ts'
import { type AskingCountry, questionsAsked, recordedFacts } from './questions-asked.ts'

const today = '2026-11-22' as DateText
const asking = (code: string) => openCountry(code) as ReturnType<typeof openCountry> & AskingCountry
const morocco = asking('ma')

const answers = (values: Record<string, Said>): Answers =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, { value, source: 'said', on: today, by: 'Awa' }]),
  )
const member = (key: string, values: Record<string, Said>, name = 'Nom'): DeclaredMember => ({
  key,
  person: null,
  givenName: name,
  familyName: '',
  givenNameAr: '',
  familyNameAr: '',
  phone: '',
  answers: answers(values),
})
const said = (household: Record<string, Said>, members: DeclaredMember[], explained = {}): Declaration => ({
  household: answers(household),
  members,
  explained,
})
const head = member('h', { relation: 'head', sex: 'female', birth_date: '1985-03-04' })
const child = (birth: string, more: Record<string, Said> = {}) =>
  member('c', { relation: 'child', sex: 'male', birth_date: birth, ...more })
const place = { territory: '07.351', area: 'urban' }

function standing(of: string, name: string, declaration: Declaration, country: AskingCountry = morocco): string {
  const asked = questionsAsked(country, declaration, today)
  const found = (of === 'household' ? asked.household : asked.members.get(of))?.get(name)
  return found?.kind === 'follows' ? `follows ${found.value}` : (found?.kind ?? 'nowhere')
}

const asks: readonly { name: string; of: string; fact: string; is: string; declaration: Declaration }[] = [
  { name: 'what has no condition is asked', of: 'household', fact: 'rooms', is: 'asked', declaration: said({}, []) },
  {
    name: 'unknown is asked: no date of birth, so work too',
    of: 'h',
    fact: 'occupation',
    is: 'asked',
    declaration: said({}, [member('h', { relation: 'head' })]),
  },
  {
    name: 'a small child is not asked for a trade, and has none',
    of: 'c',
    fact: 'occupation',
    is: 'follows none',
    declaration: said({}, [head, child('2022-01-01')]),
  },
  {
    name: 'at fifteen, on the very day, work is asked',
    of: 'c',
    fact: 'occupation',
    is: 'asked',
    declaration: said({}, [head, child('2011-11-22')]),
  },
  {
    name: 'a condition reads what follows: not at school, so no grade',
    of: 'c',
    fact: 'school_level',
    is: 'not_asked',
    declaration: said({}, [head, child('2025-01-01')]),
  },
  {
    name: 'a grade is asked of a pupil',
    of: 'c',
    fact: 'school_level',
    is: 'asked',
    declaration: said({}, [head, child('2016-01-01', { schooling: 'public' })]),
  },
  {
    name: 'one person is one family',
    of: 'household',
    fact: 'nuclei',
    is: 'follows 1',
    declaration: said({}, [head]),
  },
  {
    name: 'a birth grant is asked where there is a baby',
    of: 'household',
    fact: 'birth_declared',
    is: 'asked',
    declaration: said({}, [head, child('2026-06-01')]),
  },
]
for (const { name, of, fact, is, declaration } of asks) {
  test(`asked: ${name}`, () => assert.equal(standing(of, fact, declaration), is))
}

test('an answer that is no longer asked is not recorded, and what follows is', () => {
  const pupil = child('2016-01-01', { schooling: 'none', school_level: 'primary_2', occupation: 'trader' })
  const declaration = said(place, [head, pupil])
  const facts = recordedFacts(morocco, questionsAsked(morocco, declaration, today)).members.get('c')
  assert.equal(facts?.school_level, undefined)
  assert.equal(facts?.occupation, 'none')
})

test('a fact that families are not asked for stays as it was', () => {
  const before = {
    household: { informal_income_lost: true, rooms: 9 },
    members: new Map([['c', { absences_month: 3 }]]),
  }
  const asked = questionsAsked(morocco, said({ rooms: 2 }, [head, child('2016-01-01')]), today)
  const { household, members } = recordedFacts(morocco, asked, before)
  assert.deepEqual([household.informal_income_lost, household.rooms], [true, 2])
  assert.equal(members.get('c')?.absences_month, 3)
})

const codes = (faults: readonly Fault[]) => faults.map(({ code, severity }) => `${severity} ${code}`)
const faulty: readonly { name: string; declaration: Declaration; has: string }[] = [
  { name: 'nobody', declaration: said(place, []), has: 'error nobody' },
  { name: 'nobody is the head', declaration: said(place, [child('2016-01-01')]), has: 'error no_head' },
  { name: 'two heads', declaration: said(place, [head, { ...head, key: 'g' }]), has: 'error several_heads' },
  {
    name: 'somebody without a name',
    declaration: said(place, [{ ...head, givenName: ' ' }]),
    has: 'error name_missing',
  },
  { name: 'no place', declaration: said({}, [head]), has: 'error required' },
  { name: 'a place that does not exist', declaration: said({ territory: '99' }, [head]), has: 'error not_accepted' },
  { name: 'a birth tomorrow', declaration: said(place, [head, child('2026-11-23')]), has: 'error birth_in_future' },
  {
    name: 'a child older than the head',
    declaration: said(place, [head, child('1980-01-01')]),
    has: 'error child_too_close',
  },
  {
    name: 'a constraint of the form',
    declaration: said({ ...place, utilities_annual: '20000', electricity_meter: false }, [head]),
    has: 'warning bills_without_meter',
  },
  {
    name: 'more families than people',
    declaration: said({ ...place, nuclei: 3 }, [head, child('2016-01-01')]),
    has: 'warning more_nuclei_than_adults',
  },
]
for (const { name, declaration, has } of faulty) {
  test(`a fault is told: ${name}`, () => assert.ok(codes(checkAnswers(morocco, declaration, today)).includes(has)))
}

test('a warning is settled by a word of explanation and by nothing else', () => {
  const declaration = said({ ...place, rooms: 25 }, [head])
  const faults = checkAnswers(morocco, declaration, today)
  assert.deepEqual(codes(faults), ['warning number_unusual', 'warning much_unknown'])
  const explained = Object.fromEntries(faults.map(({ key }) => [key, 'Un ancien hôtel.']))
  assert.deepEqual(unexplained(faults, { ...declaration, explained }), [])
  assert.equal(unexplained(faults, { ...declaration, explained: { ...explained, [faults[0]!.key]: '  ' } }).length, 1)
})

// For any answers whatever, right or wrong, in every country.

const anyValue = (fact: Fact): fc.Arbitrary<Said> =>
  fc.oneof(
    { weight: 8, arbitrary: usual(fact) },
    { weight: 1, arbitrary: fc.constantFrom<Said>(null, '', 'nonsense', -1, true, '2026-02-30') },
  )
function usual(fact: Fact): fc.Arbitrary<Said> {
  if (fact.type === 'code') return fc.constantFrom(...fact.codes.keys())
  if (fact.type === 'boolean') return fc.boolean()
  if (fact.type === 'integer') return fc.nat({ max: 30 })
  if (fact.type === 'date') {
    return fc
      .date({ min: new Date('1930-01-01'), max: new Date('2027-01-01'), noInvalidDate: true })
      .map(each => each.toISOString().slice(0, 10))
  }
  return fc.nat({ max: 20000 }).map(String)
}
const answersTo = (facts: ReadonlyMap<string, Fact>) =>
  fc
    .subarray([...facts.values()])
    .chain(some => fc.tuple(...some.map(fact => anyValue(fact).map(value => [fact.name, value] as const))))
    .map(entries => Object.fromEntries(entries))
const declarationIn = (country: AskingCountry) =>
  fc
    .record({
      household: answersTo(country.catalogue.household),
      members: fc.array(answersTo(country.catalogue.member), { maxLength: 5 }),
    })
    .map(({ household, members }) =>
      said(
        household,
        members.map((values, at) => member(`m${at}`, values)),
      ),
    )

for (const code of ['ma', 'sn', 'ml']) {
  const country = asking(code)
  test(`${code}: nothing that is not asked is recorded, and what is recorded is the answer or what follows`, () => {
    fc.assert(
      fc.property(declarationIn(country), declaration => {
        const asked = questionsAsked(country, declaration, today)
        const facts = recordedFacts(country, asked)
        const hold = (recorded: Record<string, unknown>, given: Answers, standings: typeof asked.household) => {
          for (const [name, value] of Object.entries(recorded)) {
            const each = standings.get(name)
            assert.ok(each && each.kind !== 'not_asked')
            assert.equal(value, each.kind === 'asked' ? given[name]?.value : each.question.otherwise)
          }
        }
        hold(facts.household, declaration.household, asked.household)
        for (const { key, answers: given } of declaration.members) {
          hold(facts.members.get(key)!, given, asked.members.get(key)!)
        }
      }),
    )
  })

  test(`${code}: the order of answering does not matter`, () => {
    const reversed = (given: Answers): Answers => Object.fromEntries(Object.entries(given).toReversed())
    fc.assert(
      fc.property(declarationIn(country), declaration => {
        const other = {
          ...declaration,
          household: reversed(declaration.household),
          members: declaration.members.map(each => ({ ...each, answers: reversed(each.answers) })),
        }
        const [one, two] = [declaration, other].map(each =>
          recordedFacts(country, questionsAsked(country, each, today)),
        )
        assert.deepEqual(one, two)
        assert.deepEqual(checkAnswers(country, declaration, today), checkAnswers(country, other, today))
      }),
    )
  })

  test(`${code}: what was recorded, declared again, is recorded again`, () => {
    fc.assert(
      fc.property(declarationIn(country), declaration => {
        const once = recordedFacts(country, questionsAsked(country, declaration, today))
        const again = said(
          once.household,
          declaration.members.map(each => member(each.key, once.members.get(each.key)!)),
        )
        assert.deepEqual(recordedFacts(country, questionsAsked(country, again, today)), once)
      }),
    )
  })
}

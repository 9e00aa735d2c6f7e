// Events of a household: what each appends, and every reason for which one is refused.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  arrival,
  baby,
  birth,
  current,
  day,
  death,
  divorce,
  event,
  family,
  home,
  householdOf,
  marriage,
  merge,
  move,
  mx,
  neighbours,
  next,
  person,
  SINCE,
  sn,
  split,
  state,
  TODAY,
  withPerson,
} from '../../../test/event-situation.ts'
import { decideEvent } from './decide-event.ts'
import type { EventRefusalCode, EventTerms } from './event.ts'
import type { EventState } from './state.ts'

/** What happens: who is there afterwards by which relation, in each household, and the member facts that changed. */
function outcome(terms: EventTerms, on?: string, of = state()) {
  const decided = decideEvent(of, event(terms, on), TODAY)
  assert.ok(decided.ok, decided.ok ? '' : JSON.stringify(decided.refusal))
  assert.equal(decided.value.kind, 'new')
  return decided.value.kind === 'new' ? decided.value.facts : assert.fail()
}
const relations = (facts: ReturnType<typeof outcome>, at = 0) =>
  Object.fromEntries(facts.households[at]!.declarations[0]!.said.members.map(each => [each.id, each.facts.relation]))
const factOf = (facts: ReturnType<typeof outcome>, id: string, name: string, at = 0) =>
  facts.households[at]!.declarations.at(-1)!.said.members.find(each => each.id === id)?.facts[name]

test('a birth adds the child, by what its mother is to the head', () => {
  const facts = outcome(birth)
  assert.equal(relations(facts).tilelli, 'child')
  assert.deepEqual(facts.households[0]!.begins, [{ person: 'tilelli', relation: 'child', sourceId: 'tilelli' }])
  assert.deepEqual(facts.households[0]!.changed, ['members'])
  assert.equal(facts.homes.get(person('tilelli')), '07.351')
  const grandchild = outcome({ ...birth, mother: person('izza') } as EventTerms)
  assert.equal(relations(grandchild).tilelli, 'grandchild')
})

test('a birth learnt after the mother has died is still hers', () => {
  const gone = state(withPerson('tuda', { deceasedOn: day('2026-06-10'), household: null }))
  assert.ok(decideEvent(gone, event(birth), TODAY).ok)
})

test('the death of the head names another, leaves a widow, children without a father, and nobody who receives', () => {
  const facts = outcome(death('idir', 'tuda'))
  assert.deepEqual(relations(facts), { tuda: 'head', izza: 'child', aksil: 'child', ghita: 'other' })
  assert.equal(factOf(facts, 'tuda', 'marital_status'), 'widowed')
  assert.equal(factOf(facts, 'aksil', 'father_deceased'), true)
  assert.equal(facts.households[0]!.recipient, null)
  assert.equal(facts.households[0]!.waits, true)
  assert.equal(facts.deceased, 'idir')
  assert.deepEqual(facts.households[0]!.changed, [
    'member.father_deceased',
    'member.marital_status',
    'member.relation',
    'members',
  ])
})

test('the death of who lived alone closes the household, and what it said stays', () => {
  const one = state({}, { members: family.slice(0, 1).map(current) })
  const facts = outcome(death('idir'), undefined, one)
  assert.deepEqual(
    [facts.households[0]!.closes, facts.households[0]!.declarations, facts.households[0]!.recipient],
    [true, [], null],
  )
})

test('what was said since is said again with the change: a late death is in both', () => {
  const later = { ...householdOf(home, family).declarations[0]!, effectiveOn: day('2026-09-01') }
  const both = [householdOf(home, family).declarations[0]!, later]
  const facts = outcome(death('ghita'), undefined, state({}, { declarations: both }))
  assert.deepEqual(
    facts.households[0]!.declarations.map(({ effectiveOn, said }) => [effectiveOn, said.members.length]),
    [
      ['2026-06-10', 4],
      ['2026-09-01', 4],
    ],
  )
})

test('a marriage joins who comes, from another household or new to the register', () => {
  const facts = outcome(marriage('izza', 'faska'))
  assert.equal(relations(facts).faska, 'other')
  assert.equal(factOf(facts, 'izza', 'marital_status'), 'married')
  assert.deepEqual(facts.households[1]!.ends, ['faska'])
  assert.deepEqual(relations(facts, 1), { hadda: 'head' })
  const second = outcome(marriage('idir', baby({ birthDate: day('1999-01-01') })))
  assert.equal(relations(second).tilelli, 'spouse')
})

test('a divorce ends the relation of who stays, and the membership of who leaves', () => {
  const stays = outcome(divorce())
  assert.equal(relations(stays).tuda, 'other')
  assert.equal(factOf(stays, 'idir', 'marital_status'), 'divorced')
  const leaves = outcome(divorce({ leaves: person('tuda') }))
  assert.equal(relations(leaves).tuda, undefined)
})

test('who departs as the head names who takes the place; relations follow, or are said', () => {
  const terms = { kind: 'departure', person: person('idir'), successor: person('tuda'), relations: {} } as const
  assert.deepEqual(relations(outcome(terms)), { tuda: 'head', izza: 'child', aksil: 'child', ghita: 'other' })
  const said = outcome({ ...terms, relations: { ghita: 'parent' } })
  assert.equal(relations(said).ghita, 'parent')
})

test('a child becomes head: what was its parent is its parent, what was a child its sibling', () => {
  const facts = outcome({ kind: 'change_of_head', head: person('izza'), relations: {} })
  assert.deepEqual(relations(facts), { idir: 'parent', tuda: 'parent', izza: 'head', aksil: 'sibling', ghita: 'other' })
})

test('a move takes everybody along; of the dwelling only what is said anew is known', () => {
  const facts = outcome(move('07', { rooms: 2 }))
  assert.deepEqual(facts.households[0]!.declarations[0]!.said.facts, { territory: '07', rooms: 2, cows: 2 })
  assert.equal(facts.homes.size, 5)
  assert.equal(facts.households[0]!.territory, '07')
})

test('a split makes a household of those who go, with a head of its own', () => {
  const facts = outcome(split(['tuda', 'aksil']))
  assert.deepEqual(relations(facts), { idir: 'head', izza: 'child', ghita: 'parent' })
  assert.deepEqual(relations(facts, 1), { tuda: 'head', aksil: 'child' })
  assert.equal(facts.households[1]!.madeFrom, home)
  assert.equal(facts.households[1]!.recipient, 'tuda')
  // The other home is another dwelling: nobody said its rooms.
  assert.deepEqual(facts.households[1]!.declarations[0]!.said.facts, { territory: '07.351', area: 'rural' })
})

test('a merge takes all members over and closes the other household', () => {
  const facts = outcome(merge('next'))
  assert.deepEqual([relations(facts).hadda, relations(facts).idir], ['other', 'head'])
  assert.deepEqual([facts.households[1]!.closes, facts.households[1]!.ends], [true, ['hadda', 'faska']])
})

test('orphanhood and kafala are facts of the child', () => {
  const fatherless = state(withPerson('idir', { sex: 'female' }))
  assert.equal(
    factOf(outcome({ kind: 'orphanhood', person: person('izza') }, undefined, fatherless), 'izza', 'father_deceased'),
    true,
  )
  const facts = outcome({ kind: 'kafala', child: baby({ birthDate: day('2020-01-01') }) })
  assert.equal(relations(facts).tilelli, 'kafala_child')
})

type Case = { name: string; terms: EventTerms; on?: string; of?: EventState }
const inSenegal = state({ catalogue: sn.catalogue })
const laterSaid = (facts: object) => {
  const first = householdOf(home, family).declarations[0]!
  return [first, { effectiveOn: day('2026-09-01'), said: { ...first.said, facts: { ...first.said.facts, ...facts } } }]
}

/** One row per refusal at least; the type makes the table complete. */
const refused: Record<Exclude<EventRefusalCode, 'household_unknown'>, Case | readonly Case[]> = {
  exists_with_other_content: { name: 'one id cannot mean two events', terms: birth, of: state({ earlier: 'other' }) },
  household_closed: [
    {
      name: 'nothing happens to a household that has ended',
      terms: birth,
      of: state({}, { closedOn: day('2026-02-01') }),
    },
    {
      name: 'nobody merges with a household that has ended',
      terms: merge('next'),
      of: state({ others: new Map([[next, householdOf(next, [], { closedOn: day('2026-02-01') })]]) }),
    },
  ],
  country_without_members: { name: 'Mexico asks of no members', terms: birth, of: state({ catalogue: mx.catalogue }) },
  in_future: { name: 'tomorrow has not happened', terms: birth, on: '2026-11-23' },
  before_household: { name: 'the register knows nothing of last year', terms: birth, on: '2025-12-31' },
  catalogue_lacks: [
    { name: 'Senegal does not ask of fathers', terms: { kind: 'orphanhood', person: person('izza') }, of: inSenegal },
    { name: 'Senegal has no kafala', terms: { kind: 'kafala', child: person('izza') }, of: inSenegal },
  ],
  person_unknown: [
    { name: 'who arrives is somebody', terms: arrival('nobody') },
    { name: 'a child under kafala is somebody', terms: { kind: 'kafala', child: person('nobody') } },
  ],
  other_country: [
    {
      name: 'a person of another register',
      terms: arrival('rahma'),
      of: state(withPerson('rahma', { country: 'sn' })),
    },
    {
      name: 'households of two countries do not merge',
      terms: merge('next'),
      of: state({ others: new Map([[next, householdOf(next, neighbours, { country: 'sn' })]]) }),
    },
  ],
  not_a_member: [
    { name: 'the dead of another household', terms: death('hadda') },
    { name: 'a head from elsewhere', terms: { kind: 'change_of_head', head: person('hadda'), relations: {} } },
    { name: 'a stranger does not divorce here', terms: divorce({ spouse: person('hadda') }) },
    { name: 'who leaves is one of the two', terms: divorce({ leaves: person('ghita') }) },
    { name: 'a mother who lives elsewhere', terms: { ...birth, mother: person('hadda') } as EventTerms },
  ],
  already_member: [
    { name: 'who is here does not arrive', terms: arrival('izza') },
    { name: 'nobody is born twice', terms: { ...birth, child: baby({ id: person('izza') }) } as EventTerms },
  ],
  member_of_another: {
    name: 'who belongs where the actor does not see',
    terms: arrival('rahma'),
    of: state(withPerson('rahma', { household: 'unseen' })),
  },
  head_of_another: { name: 'a head leaves others behind', terms: arrival('hadda') },
  was_elsewhere: {
    name: 'nobody belongs to two households at a time',
    terms: arrival('rahma'),
    of: state(withPerson('rahma', { leftOn: day('2026-08-01') })),
  },
  deceased: [
    {
      name: 'the dead do not marry',
      terms: marriage('idir', 'tuda'),
      of: state(withPerson('tuda', { deceasedOn: SINCE })),
    },
    { name: 'nobody dies twice', terms: death('ghita'), of: state(withPerson('ghita', { deceasedOn: SINCE })) },
    { name: 'the dead do not arrive', terms: arrival('rahma'), of: state(withPerson('rahma', { deceasedOn: SINCE })) },
  ],
  before_birth: [
    {
      name: 'a child is born on the day of its birth',
      terms: { ...birth, child: baby({ birthDate: day('2026-06-09') }) } as EventTerms,
    },
    {
      name: 'nobody dies before being born',
      terms: death('aksil'),
      of: state(withPerson('aksil', { birthDate: day('2026-07-01') })),
    },
    { name: 'nobody arrives before being born', terms: arrival(baby({ birthDate: day('2026-07-01') })) },
  ],
  birth_date_missing: {
    name: 'whether a person of no known age is a minor',
    terms: { kind: 'kafala', child: person('izza') },
    of: state(withPerson('izza', { birthDate: null })),
  },
  name_missing: { name: 'a newborn has a name', terms: { ...birth, child: baby({ givenName: ' ' }) } as EventTerms },
  relation_not_accepted: [
    { name: 'nobody arrives as a second head', terms: arrival('rahma', 'head') },
    { name: 'a code that the catalogue has not', terms: arrival('rahma', 'cousin') },
    {
      name: 'a relation said after a change of head',
      terms: { kind: 'change_of_head', head: person('izza'), relations: { ghita: 'aunt' } },
    },
  ],
  mother_not_female: { name: 'a man is no mother', terms: { ...birth, mother: person('idir') } as EventTerms },
  too_young: [
    {
      name: 'a girl of four is no mother',
      terms: { ...birth, mother: person('aksil') } as EventTerms,
      of: state(withPerson('aksil', { sex: 'female' })),
    },
    { name: 'a child of four does not marry', terms: marriage('aksil', 'rahma') },
    { name: 'nor is one married', terms: marriage('idir', baby({ birthDate: day('2020-01-01') })) },
  ],
  not_a_child: { name: 'kafala is of a minor', terms: { kind: 'kafala', child: person('rahma') } },
  same_person: [
    { name: 'nobody marries oneself', terms: marriage('izza', 'izza') },
    { name: 'nobody divorces oneself', terms: divorce({ spouse: person('idir') }) },
  ],
  already_married: { name: 'a married woman marries nobody else', terms: marriage('tuda', 'faska') },
  not_married: { name: 'who is widowed does not divorce', terms: divorce({ person: person('ghita'), spouse: null }) },
  father_lives_here: { name: 'a father who is the head lives', terms: { kind: 'orphanhood', person: person('izza') } },
  successor_missing: [
    { name: 'a head dies and nobody takes the place', terms: death('idir') },
    { name: 'a head departs so', terms: { kind: 'departure', person: person('idir'), successor: null, relations: {} } },
    { name: 'a head goes with a split', terms: split(['idir', 'tuda']) },
    {
      name: 'a head of fifteen is not a child under kafala of itself',
      terms: { kind: 'kafala', child: person('idir') },
      of: state(withPerson('idir', { birthDate: day('2010-01-01') })),
    },
  ],
  successor_not_accepted: [
    { name: 'the dead do not follow themselves', terms: death('idir', 'idir') },
    { name: 'who follows is a member', terms: death('idir', 'hadda') },
  ],
  members_missing: [
    { name: 'a split of nobody', terms: split([]) },
    { name: 'a head who does not go along', terms: split(['tuda'], { head: person('izza') }) },
  ],
  nobody_left: { name: 'everybody who goes has moved', terms: split(['idir', 'tuda', 'izza', 'aksil', 'ghita']) },
  same_household: { name: 'a household does not merge with itself', terms: merge('home') },
  other_household_unknown: { name: 'a household that nobody sees', terms: merge('nowhere') },
  territory_unknown: [
    { name: 'nobody moves to a place that is not there', terms: move('99') },
    { name: 'nor splits towards one', terms: split(['tuda'], { territory: 'nowhere' }) },
  ],
  territory_not_yours: { name: 'a move out of what is granted', terms: move('08'), of: state({ unreached: ['08'] }) },
  fact_not_accepted: [
    { name: 'a home has no minus two rooms', terms: move('07', { rooms: -2 }) },
    { name: 'cows are not of the dwelling', terms: move('07', { cows: 2 }) },
  ],
  before_membership: {
    name: 'who came in July does not leave in June',
    terms: { kind: 'departure', person: person('ghita'), successor: null, relations: {} },
    of: state(
      {},
      {
        members: family
          .map(current)
          .map(each => (each.person === 'ghita' ? { ...each, since: day('2026-07-01') } : each)),
      },
    ),
  },
  later_event: {
    name: 'who bore a child in August did not die in June',
    terms: death('tuda'),
    of: state({}, { events: [{ kind: 'birth', on: day('2026-08-01'), persons: ['tuda', 'baby'] }] }),
  },
  later_declaration: [
    {
      name: 'a move before one that was declared',
      terms: move('07'),
      of: state({}, { declarations: laterSaid({ territory: '08' }) }),
    },
    {
      name: 'a household that declares in September did not end in June',
      terms: death('idir'),
      of: state({}, { members: family.slice(0, 1).map(current), declarations: laterSaid({}) }),
    },
  ],
  nothing_changes: [
    { name: 'a move to where one lives', terms: move('07.351') },
    { name: 'the head becomes head', terms: { kind: 'change_of_head', head: person('idir'), relations: {} } },
    { name: 'a child said fatherless again', terms: { kind: 'orphanhood', person: person('izza') }, of: fatherless() },
  ],
}

function fatherless(): EventState {
  const said = householdOf(home, family).declarations[0]!
  const members = said.said.members.map(each => ({ ...each, facts: { ...each.facts, father_deceased: true } }))
  return state(withPerson('idir', { sex: 'female' }), { declarations: [{ ...said, said: { ...said.said, members } }] })
}

for (const [code, cases] of Object.entries(refused)) {
  for (const { name, terms, on, of } of [cases].flat() as Case[]) {
    test(`${code}: ${name}`, () => {
      const decided = decideEvent(of ?? state(), event(terms, on), TODAY)
      assert.equal(decided.ok ? 'accepted' : decided.refusal.code, code)
    })
  }
}

test('an event said again is the same event', () => {
  assert.deepEqual(decideEvent(state({ earlier: 'same' }), event(birth), TODAY), {
    ok: true,
    value: { kind: 'exists' },
  })
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Id } from '#kernel'
import type { Agreement, Identified } from '#population'
import { decideMatch, type MatchDecision } from './decide-match.ts'

type Person = Id<'Person'>
const [amina, brahim] = ['a', 'b'] as readonly string[] as [Person, Person]
const all = { name: true, birth: true }
const whole = { name: true, birth: true, wholeBirth: true }
const is = (person: Person): MatchDecision => ({ kind: 'person', person })
const doubt = (why: Extract<MatchDecision, { kind: 'doubtful' }>['why'], ...candidates: Person[]): MatchDecision => ({
  kind: 'doubtful',
  why,
  candidates,
})
const alike = (...persons: [Person, Agreement][]): Identified['persons'] =>
  persons.map(([id, agrees]) => ({ id, territory: '07', agrees }))
const numbered = (...persons: (Person | null)[]): Identified['identifiers'] =>
  persons.map(person => ({ by: 'number', person }))

const cases: readonly {
  readonly name: string
  readonly identifiers?: Identified['identifiers']
  readonly persons?: Identified['persons']
  readonly linked?: Person | null
  readonly said?: { readonly name: boolean; readonly birth: boolean }
  readonly is: MatchDecision
}[] = [
  { name: 'a number alone names one person', identifiers: numbered(amina), is: is(amina) },
  {
    name: 'a number with a name spelt otherwise and the right birth date names that person',
    identifiers: numbered(amina),
    persons: alike([amina, { name: false, birth: true }]),
    is: is(amina),
  },
  {
    name: 'a number whose person has another name and another birth date is asked about',
    identifiers: numbered(amina),
    persons: alike([amina, { name: false, birth: false }]),
    is: doubt('identifier_contradicted', amina),
  },
  {
    name: 'two identifiers of two persons are asked about',
    identifiers: numbered(amina, brahim),
    is: doubt('identifiers_differ', amina, brahim),
  },
  {
    name: 'what the source called somebody before is an identifier too',
    linked: amina,
    persons: alike([amina, all]),
    is: is(amina),
  },
  {
    name: 'a number of one and the own identifier of another are asked about',
    identifiers: numbered(brahim),
    linked: amina,
    is: doubt('identifiers_differ', brahim, amina),
  },
  {
    name: 'the same whole name and birth date, of one alone, is enough',
    persons: alike([amina, whole]),
    is: is(amina),
  },
  {
    name: 'a birth year alone is not a whole date',
    persons: alike([amina, all]),
    is: doubt('only_alike', amina),
  },
  {
    name: 'the same name and date but another sex is somebody else',
    persons: alike([amina, { ...whole, sex: false }]),
    is: { kind: 'nobody_found' },
  },
  {
    name: 'two of one name and date are told apart by somebody',
    persons: alike([amina, whole], [brahim, whole]),
    is: doubt('several_alike', amina, brahim),
  },
  {
    name: 'a number that nobody has is a doubt, even where name and date agree',
    identifiers: numbered(null),
    persons: alike([amina, whole]),
    is: doubt('only_alike', amina),
  },
  {
    name: 'a number that nobody has, alone, names nobody',
    identifiers: numbered(null),
    said: { name: false, birth: false },
    is: { kind: 'nobody_found' },
  },
  { name: 'a name without a date names nobody', said: { name: true, birth: false }, is: { kind: 'not_identified' } },
  { name: 'nobody alike is nobody', is: { kind: 'nobody_found' } },
]

for (const {
  name,
  identifiers = [],
  persons = [],
  linked,
  said = { name: true, birth: true },
  is: expected,
} of cases) {
  test(name, () => assert.deepEqual(decideMatch({ identifiers, persons }, linked, said), expected))
}

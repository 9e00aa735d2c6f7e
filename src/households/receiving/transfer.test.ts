import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DateText, Id } from '#kernel'
import { decideTransfer, onlyAdult, type TransferAsked, type TransferFacts, type TransferRefusal } from './transfer.ts'

const day = (text: string) => text as DateText
const TODAY = day('2026-11-22')
const id = <Of extends string>(text: string) => text as Id<Of>

const asked: TransferAsked = {
  id: id('p'),
  household: id('h'),
  person: id('tuda'),
  capacity: 'guardian',
  proof: { kind: 'court_decision', number: '12/2026' },
  paper: null,
  reason: 'recipient_died',
  says: 'Ordonnance du juge',
  from: TODAY,
  until: null,
}
const facts: TransferFacts = {
  closed: false,
  current: { person: id('idir'), since: day('2026-01-01') },
  person: { birthDate: day('1984-01-01'), died: false, relation: 'spouse' },
  head: 'head',
  paperKnown: false,
}

type Case = {
  readonly name: string
  readonly asked?: Partial<TransferAsked>
  readonly facts?: Partial<TransferFacts> | null
}
const somebody = (change: Partial<NonNullable<TransferFacts['person']>>) => ({
  person: { ...(facts.person as NonNullable<TransferFacts['person']>), ...change },
})
const proxy = { capacity: 'proxy', until: day('2027-02-01') } as const

const refused: Record<TransferRefusal['code'], Case> = {
  household_unknown: { name: 'a household that is not seen', facts: null },
  household_closed: { name: 'a household that is no more', facts: { closed: true } },
  person_unknown: { name: 'somebody who is not in the register', facts: { person: null } },
  person_dead: { name: 'the dead do not receive', facts: somebody({ died: true }) },
  receives_already: { name: 'who receives already', asked: { person: id('idir') } },
  too_young: { name: 'a child does not receive', facts: somebody({ birthDate: day('2008-11-23') }) },
  not_the_head: { name: 'only the head receives as head', asked: { capacity: 'head' } },
  not_a_member: {
    name: 'a spouse is a member',
    asked: { capacity: 'spouse' },
    facts: { person: { birthDate: null, died: false, relation: undefined } },
  },
  proof_missing: { name: 'a guardian shows by what right', asked: { proof: null } },
  proof_number_missing: { name: 'a document has a number', asked: { proof: { kind: 'signed_proxy', number: ' ' } } },
  proof_number_too_long: {
    name: 'a number is no text',
    asked: { proof: { kind: 'signed_proxy', number: '1'.repeat(81) } },
  },
  paper_unknown: { name: 'a paper of another household', asked: { paper: id('e') } },
  too_early: { name: 'what was paid is not paid to another', asked: { from: day('2025-12-31') } },
  too_late: { name: 'a day too far away', asked: { from: day('2027-02-23') } },
  until_missing: { name: 'a proxy ends', asked: { ...proxy, until: null } },
  until_not_expected: { name: 'a guardian has no last day', asked: { until: day('2027-01-01') } },
  ends_before_it_begins: { name: 'a proxy that ends before', asked: { ...proxy, until: day('2026-11-21') } },
  lasts_too_long: { name: 'a proxy is shown again', asked: { ...proxy, until: day('2027-11-24') } },
  over_already: { name: 'a proxy of before', asked: { ...proxy, from: day('2026-02-01'), until: day('2026-11-21') } },
  says_missing: { name: 'somebody says why', asked: { says: ' ' } },
  says_too_long: { name: 'and not a book', asked: { says: 'x'.repeat(1001) } },
}

for (const [code, row] of Object.entries(refused)) {
  test(`refused: ${row.name}`, () => {
    const answer = decideTransfer(
      { ...asked, ...row.asked },
      row.facts === null ? undefined : { ...facts, ...row.facts },
      TODAY,
    )
    assert.equal(!answer.ok && answer.refusal.code, code)
  })
}

const accepted: readonly [string, Partial<TransferAsked>, Partial<TransferFacts>?][] = [
  ['a guardian with a decision', {}],
  ['a guardian with a paper of the file', { proof: null, paper: id('e') }, { paperKnown: true }],
  ['a spouse without proof', { capacity: 'spouse', proof: null }],
  ['a proxy for some months', proxy],
  [
    'a tutor from outside the household',
    { capacity: 'tutor' },
    { person: { birthDate: null, died: false, relation: undefined } },
  ],
  ['somebody where nobody receives', {}, { current: null }],
  ['whoever is eighteen on the first day', {}, somebody({ birthDate: day('2008-11-22') })],
]
for (const [name, change, known] of accepted) {
  test(`proposed: ${name}`, () => {
    assert.deepEqual(decideTransfer({ ...asked, ...change }, { ...facts, ...known }, TODAY), {
      ok: true,
      value: undefined,
    })
  })
}

test('where one adult is left, that one is proposed; of several, nobody is chosen by a program', () => {
  const tuda = { person: id<'Person'>('tuda'), relation: 'head', birthDate: day('1984-01-01') }
  const izza = { person: id<'Person'>('izza'), relation: 'child', birthDate: day('2010-01-01') }
  assert.deepEqual(onlyAdult([tuda, izza], TODAY, 'head'), { person: 'tuda', capacity: 'head' })
  assert.deepEqual(onlyAdult([{ ...tuda, relation: 'spouse' }], TODAY, 'head'), { person: 'tuda', capacity: 'spouse' })
  assert.equal(onlyAdult([tuda, { ...izza, birthDate: day('2004-01-01') }], TODAY, 'head'), null)
  assert.equal(onlyAdult([izza], TODAY, 'head'), null)
})

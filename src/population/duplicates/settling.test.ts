import assert from 'node:assert/strict'
import { test } from 'node:test'
import { digestOf, digestOfPair, type RegisteredPerson, sharedTerritory } from './registered-person.ts'
import { decideSettling, type SettlingAsked, type SettlingFound, type SettlingRefusal } from './settling.ts'

const found = (more: Partial<SettlingFound> = {}): SettlingFound => ({
  one: 'a',
  other: 'b',
  standsFor: new Map(),
  standForOthers: new Set(),
  last: undefined,
  ...more,
})
const merged = found({ standsFor: new Map([['b', 'a']]), last: 'same' })

const accepted: { name: string; asked: SettlingAsked; found: SettlingFound; effect: object }[] = [
  {
    name: 'the same: one stands for both',
    asked: { decision: 'same', kept: 'a' },
    found: found(),
    effect: { merge: 'make', merged: 'b', kept: 'a' },
  },
  {
    name: 'who stands for others may stand for one more',
    asked: { decision: 'same', kept: 'a' },
    found: found({ standForOthers: new Set(['a']) }),
    effect: { merge: 'make', merged: 'b', kept: 'a' },
  },
  { name: 'two persons', asked: { decision: 'different' }, found: found(), effect: { merge: 'none' } },
  { name: 'put off', asked: { decision: 'later' }, found: found({ last: 'later' }), effect: { merge: 'none' } },
  { name: 'a merge undone', asked: { decision: 'undo' }, found: merged, effect: { merge: 'undo', merged: 'b' } },
  {
    name: 'two persons, undone',
    asked: { decision: 'undo' },
    found: found({ last: 'different' }),
    effect: { merge: 'none' },
  },
]
for (const { name, asked, found: before, effect } of accepted) {
  test(name, () => assert.deepEqual(decideSettling(asked, before), { ok: true, value: effect }))
}

const refused: Record<SettlingRefusal['code'], { name: string; asked: SettlingAsked; found: SettlingFound }> = {
  nothing_to_undo: { name: 'nothing was decided', asked: { decision: 'undo' }, found: found({ last: 'undo' }) },
  already_same: { name: 'they are one already', asked: { decision: 'different' }, found: merged },
  kept_is_neither: { name: 'a third stands for nobody here', asked: { decision: 'same', kept: 'c' }, found: found() },
  merged_elsewhere: {
    name: 'somebody else stands for one of the two',
    asked: { decision: 'same', kept: 'a' },
    found: found({ standsFor: new Map([['b', 'z']]) }),
  },
  stands_for_others: {
    name: 'who stands for others is not merged away under them',
    asked: { decision: 'same', kept: 'a' },
    found: found({ standForOthers: new Set(['b']) }),
  },
}
for (const [code, { name, asked, found: before }] of Object.entries(refused)) {
  test(`refused: ${name}`, () => {
    const decided = decideSettling(asked, before)
    assert.equal(!decided.ok && decided.refusal.code, code)
  })
}

test('the smallest territory of two is made of whole levels', () => {
  assert.equal(sharedTerritory('07.351.01.', '07.351.02.'), '07.351.')
  assert.equal(sharedTerritory('07.351.01.', '07.35.01.'), '07.')
  assert.equal(sharedTerritory('07.351.01.', '07.351.01.'), '07.351.01.')
  assert.equal(sharedTerritory('07.', '08.'), '')
})

test('the digest of two persons changes with what is compared, and not with their order', () => {
  const person: RegisteredPerson = {
    ...{ id: 'a', territory: '07.', givenName: 'Amina', familyName: 'Tazi', givenNameAr: null, familyNameAr: null },
    ...{ sex: 'female', birthDate: '1980-05-12', birthPrecision: 'day', phoneIndex: null },
  }
  const other = digestOf({ ...person, givenName: 'Omar' })
  assert.notDeepEqual(digestOf(person), other)
  assert.deepEqual(digestOf(person), digestOf({ ...person, id: 'b' }))
  assert.deepEqual(digestOfPair(digestOf(person), other), digestOfPair(other, digestOf(person)))
})

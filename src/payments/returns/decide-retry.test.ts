import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decideRetry, type ReturnFacts } from './decide-retry.ts'

const came: ReturnFacts = {
  code: 'AC04',
  returns: 1,
  accountChanged: false,
  payeeChanged: false,
  doubtful: false,
  decided: null,
}

const table: readonly [string, Partial<ReturnFacts>, string][] = [
  ['a closed account waits for another account', {}, 'returned_fix'],
  ['a closed account is tried again at the account that replaced it', { accountChanged: true }, 'account_changed'],
  [
    'however often it came back, another account is another chance',
    { accountChanged: true, returns: 9 },
    'account_changed',
  ],
  ['a provider that was offline is tried again', { code: 'AB08' }, 'retry'],
  ['the last automatic try', { code: 'AB08', returns: 3 }, 'retry'],
  ['no more by itself', { code: 'AB08', returns: 4 }, 'returned_retries'],
  ['a person may try once more', { code: 'AB08', returns: 4, decided: 'pay' }, 'decided'],
  ['another account ends the count too', { code: 'AB08', returns: 4, accountChanged: true }, 'account_changed'],
  ['a payee who died waits for a person', { code: 'MD07' }, 'returned_stop'],
  ['a new account does not bring back the dead', { code: 'MD07', accountChanged: true }, 'returned_stop'],
  ['who receives in the place of the dead is paid', { code: 'MD07', payeeChanged: true }, 'payee_changed'],
  ['unless somebody stopped it', { code: 'MD07', payeeChanged: true, decided: 'stop' }, 'decided_stop'],
  ['or it may have arrived after all', { code: 'MD07', payeeChanged: true, doubtful: true }, 'returned_doubt'],
  ['a suspicion of fraud waits, whoever receives now', { code: 'FRAD', payeeChanged: true }, 'returned_stop'],
  ['so does a payment that was made twice', { code: 'AM05', payeeChanged: true }, 'returned_stop'],
  ['a person decides that a stop is lifted', { code: 'RR04', decided: 'pay' }, 'decided'],
  ['an unknown code is looked at', { code: 'ZZ99' }, 'returned_look'],
  ['so is none', { code: '' }, 'returned_look'],
  ['so is a code in other letters: codes are in capitals', { code: 'ac04' }, 'returned_look'],
  ['a person looked, and it is paid', { code: 'ZZ99', decided: 'pay' }, 'decided'],
  ['what a person stopped stays, whatever the code', { code: 'AB08', decided: 'stop' }, 'decided_stop'],
  ['what may have been paid after all waits, whoever decided', { doubtful: true, decided: 'pay' }, 'returned_doubt'],
]

for (const [name, facts, expected] of table) {
  test(name, () => {
    const decided = decideRetry({ ...came, ...facts }, { retriesMost: 3 })
    assert.equal(decided.ok ? decided.value : decided.refusal.code, expected)
  })
}

test('no automatic try at all where none is wanted', () => {
  const decided = decideRetry({ ...came, code: 'AB08' }, { retriesMost: 0 })
  assert.deepEqual(decided, { ok: false, refusal: { code: 'returned_retries', returns: 1, most: 0 } })
})

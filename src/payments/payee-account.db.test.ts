import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type DateText, newId } from '#kernel'
import { testDatabase } from '../../test/database.ts'
import { codeOf, day, paymentTests, ways } from '../../test/payments.ts'
import { type PayeeAccount, payeeAccountsOf, recordPayeeAccounts, showRun } from './index.ts'

const databases = await testDatabase()
const { make, check, owed, drafted } = await paymentTests(databases)

test('the account in force on the day is used, and the history stays', async () => {
  const [line] = await owed(1)
  const base = { payeeId: line!.payeeId, territory: line!.territory }
  await make(tx =>
    recordPayeeAccounts(tx, [
      { id: newId(), ...base, ...ways[1], validFrom: '2026-12-01' as DateText },
      { id: newId(), ...base, ...ways[2], validFrom: '2026-12-02' as DateText },
    ]),
  )
  const { run } = await drafted([line!], 1_000_000n)
  assert.deepEqual(
    (await check(tx => showRun(tx, run.id)))?.groups.map(group => group.provider),
    ['wallet'],
  )
  const history = await check(tx => payeeAccountsOf(tx, [line!.payeeId], day))
  assert.deepEqual(
    history.map(({ kind, inForce }) => [kind, inForce]),
    [
      ['cash', false],
      ['mobile', true],
      ['bank', false],
    ],
  )
})

test('an account number that is wrong is refused with the account, and nothing is recorded', async () => {
  const payeeId = newId()
  const account = (change: Partial<PayeeAccount>): PayeeAccount => ({
    id: newId(),
    payeeId,
    territory: '08.',
    validFrom: day,
    ...ways[0],
    ...change,
  })
  const wrong = account({ number: '011519000001205000534922' })
  const answer = await make(tx => recordPayeeAccounts(tx, [account({}), wrong]))
  assert.deepEqual(answer, {
    ok: false,
    refusal: { account: wrong.id, code: 'rib_key_wrong', key: '22', expected: '21' },
  })
  assert.equal(codeOf(await make(tx => recordPayeeAccounts(tx, [account({ provider: null })]))), 'provider_missing')
  assert.equal(
    codeOf(await make(tx => recordPayeeAccounts(tx, [account({ kind: 'closed', number: '' })]))),
    'provider_not_needed',
  )
  assert.deepEqual(await check(tx => payeeAccountsOf(tx, [payeeId], day)), [])
})

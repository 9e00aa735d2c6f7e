import assert from 'node:assert/strict'
import { test } from 'node:test'
import { transaction } from '#db'
import { type DateText, newId } from '#kernel'
import { testDatabase } from '../../test/database.ts'
import { codeOf, day, paymentTests, staff, ways } from '../../test/payments.ts'
import { accountHistory, approveRun, markRunSent, recordPayeeAccounts, verifyAccount } from './index.ts'

const databases = await testDatabase()
const { make, check, owed, drafted, fileOf } = await paymentTests(databases)
const asked = { day, coolingDays: 7 }

test('an account shows the end of its number, and who saw that it is the payee’s, never who recorded it', async () => {
  const [line] = await owed(1)
  const [account] = await check(tx => accountHistory(tx, line!.payeeId, asked))
  assert.deepEqual(
    { kind: account?.kind, end: account?.numberEnd, inForce: account?.inForce, verified: account?.verified },
    { kind: 'bank', end: '4921', inForce: true, verified: null },
  )
  const said = { account: account!.id, means: 'holder_paper' } as const
  assert.equal(codeOf(await make(tx => verifyAccount(tx, said))), 'account_is_own')
  assert.deepEqual(await check(tx => verifyAccount(tx, said)), { ok: true, value: 'take' })
  assert.deepEqual(await check(tx => verifyAccount(tx, said)), { ok: true, value: 'already' })
  const [verified] = await check(tx => accountHistory(tx, line!.payeeId, asked))
  assert.deepEqual([verified?.verified?.means, verified?.verified?.byName], ['holder_paper', 'checker'])
})

test('what has no number is not verified, and somebody of elsewhere sees nothing to verify', async () => {
  const [, , cash] = await owed(3)
  const [account] = await check(tx => accountHistory(tx, cash!.payeeId, asked))
  const said = { account: account!.id, means: 'payee_call' } as const
  assert.equal(codeOf(await check(tx => verifyAccount(tx, said))), 'nothing_to_verify')
  const elsewhere = staff('elsewhere', '01.')
  const seen = await transaction(databases.app, elsewhere, tx => accountHistory(tx, cash!.payeeId, asked))
  assert.deepEqual(seen, [])
  assert.equal(codeOf(await transaction(databases.app, elsewhere, tx => verifyAccount(tx, said))), 'account_unknown')
})

test('an account that replaces the one last paid cools off; the first one does not', async () => {
  const [line] = await owed(1)
  const first = await check(tx => accountHistory(tx, line!.payeeId, asked))
  assert.deepEqual(
    first.map(each => each.coolsUntil),
    [null],
  )
  const { run } = await drafted([line!], 1_000_000n)
  assert.ok((await check(tx => approveRun(tx, run.id))).ok)
  assert.ok((await fileOf(run.id)).answer.ok)
  assert.ok((await check(tx => markRunSent(tx, run.id))).ok)
  const id = newId<'payee-account'>()
  const base = { payeeId: line!.payeeId, territory: line!.territory }
  const changed = { id, ...base, ...ways[1], validFrom: '2099-01-01' as DateText }
  assert.ok((await make(tx => recordPayeeAccounts(tx, [changed]))).ok)
  const later = await check(tx => accountHistory(tx, line!.payeeId, { day: '2099-01-02' as DateText, coolingDays: 7 }))
  assert.equal(later.find(each => each.id === id)?.coolsUntil, '2099-01-08')
})

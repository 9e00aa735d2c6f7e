import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Actor, transaction } from '#db'
import { testDatabase } from '../../test/database.ts'
import { day, paymentTests, staff } from '../../test/payments.ts'
import {
  approveRun,
  type InstructionView,
  instructionsOfPayees,
  instructionsOfRun,
  listRuns,
  markRunSent,
  movementsOf,
  payeeAccountsOf,
  trialBalance,
} from './index.ts'

const databases = await testDatabase()
const { app } = databases
const { check, owed, drafted, fileOf } = await paymentTests(databases)

test('from the trial balance down to the family, and back', async () => {
  const lines = await owed(5)
  const { request } = await drafted(lines, 1_000_000n)
  await check(tx => approveRun(tx, request.id))
  await fileOf(request.id)
  await check(tx => markRunSent(tx, request.id))
  await check(async tx => {
    const account = (await trialBalance(tx, { budgetLine: request.budgetLine })).find(row => row.provider === 'wallet')!
    const [movement] = await movementsOf(tx, account.account, { limit: 10 })
    assert.equal(movement?.kind, 'send')
    const rows: InstructionView[] = await instructionsOfRun(tx, movement!.run!, { limit: 100 })
    const behind = rows.filter(row => row.provider === 'wallet')
    assert.equal(
      behind.reduce((sum, row) => sum + row.amount, 0n),
      movement!.credit,
    )
    const [mine] = await instructionsOfPayees(tx, [behind[0]!.payeeId])
    assert.deepEqual(mine, behind[0])
    assert.equal(mine!.state, 'sent')
    assert.equal(mine!.accountEnd, '0001')
    assert.ok(lines.some(line => line.entitlementId === mine!.lines[0]!.entitlementId))
    assert.equal((await listRuns(tx, { limit: 1 }))[0]!.reference, mine!.reference)
  })
})

test('instructions, lines and accounts are seen by those who are granted their territory', async () => {
  const lines = await owed(6)
  const { request } = await drafted(lines, 1_000_000n)
  const seen = (who: Actor) => transaction(app, who, tx => instructionsOfRun(tx, request.id, { limit: 100 }))
  assert.equal((await seen(staff('seven', '07'))).length, 3)
  assert.equal((await seen(staff('nine', '09'))).length, 0)
  assert.equal((await seen({ kind: 'anonymous' })).length, 0)
  const accounts = await transaction(app, staff('seven', '07.351'), tx =>
    payeeAccountsOf(
      tx,
      lines.map(line => line.payeeId),
      day,
    ),
  )
  assert.equal(accounts.length, 3)
  const [hers] = await transaction(app, staff('eight', '08'), tx => instructionsOfPayees(tx, [lines[0]!.payeeId]))
  assert.equal(hers?.lines.length, 1)
})

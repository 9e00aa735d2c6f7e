import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { openCountry } from '#countries'
import { transaction, workerActor } from '#db'
import { type DateText, newId } from '#kernel'
import { type PayeeAccount, recordPayeeAccounts } from '#payments'
import { testDatabase } from '../../../test/database.ts'
import { paymentTests } from '../../../test/payments.ts'
import { tellAccountChanges } from './tell-changes.ts'

const databases = await testDatabase()
const { worker, owner } = databases
const { make, owed } = await paymentTests(databases)
const country = openCountry('ma')

const account = (payeeId: string, change: Partial<PayeeAccount>): PayeeAccount => ({
  id: newId(),
  payeeId,
  territory: '08.',
  kind: 'mobile',
  provider: 'wallet',
  number: '+212600000001',
  validFrom: '2026-12-01' as DateText,
  ...change,
})
const record = (...accounts: PayeeAccount[]) => make(tx => recordPayeeAccounts(tx, accounts))

/** Messages that one payee was sent: where to, where that was said. */
const sentTo = (payee: string) =>
  transaction(owner, workerActor('test'), async tx => {
    const { rows } = await sql<{ id: string; kind: string; sealed: Buffer | null }>`
      select id, kind, to_sealed as sealed from messaging.message where person_id = ${payee} order by key`.execute(tx)
    return rows.map(row => `${row.kind} ${row.sealed ? 'the wallet before' : 'the register'}`)
  })

test('the first account is no change; another is told once, at the telephone of the register and at the wallet it replaced', async () => {
  const [, mobile, cash] = (await owed(3)).map(line => line.payeeId)
  assert.equal(await tellAccountChanges(worker, country), 0)
  await record(account(mobile!, { kind: 'bank', provider: 'tresor', number: '011519000001205000534921' }))
  await record(account(cash!, { number: '+212600000002' }))
  assert.equal(await tellAccountChanges(worker, country), 2)
  assert.equal(await tellAccountChanges(worker, country), 0)
  assert.deepEqual(await sentTo(mobile!), ['account_changed the register', 'account_changed the wallet before'])
  assert.deepEqual(await sentTo(cash!), ['account_changed the register'])
})

test('the same account recorded again is no change; an account that is closed is one', async () => {
  const [, mobile] = (await owed(2)).map(line => line.payeeId)
  await record(account(mobile!, {}))
  assert.equal(await tellAccountChanges(worker, country), 0)
  await record(account(mobile!, { kind: 'closed', provider: null, number: '' }))
  assert.equal(await tellAccountChanges(worker, country), 1)
})

test('workers that look at once tell each change once; a change that was not kept is told to nobody', async () => {
  const payees = (await owed(40)).map(line => line.payeeId)
  await record(...payees.map(payee => account(payee, { number: '+212600000009' })))
  const undone = payees.map(payee => account(payee, { number: '+212600000010' }))
  await assert.rejects(
    make(async tx => {
      await recordPayeeAccounts(tx, undone)
      throw new Error('the desk went away')
    }),
  )
  const told = await Promise.all(Array.from({ length: 4 }, () => tellAccountChanges(worker, country)))
  assert.equal(
    told.reduce((sum, one) => sum + one, 0),
    40,
  )
  for (const payee of payees.slice(0, 6)) {
    assert.equal((await sentTo(payee)).filter(one => one.endsWith('register')).length, 1)
  }
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { transaction, workerActor } from '#db'
import { forgetSignIns, openCitizenSignIn } from '#security'
import { testDatabase } from '../../test/database.ts'

const { app, owner, worker } = await testDatabase()
const door = openCitizenSignIn({ app, secret: 's'.repeat(40), onError: error => assert.fail(String(error)) })
const left = () =>
  transaction(owner, workerActor('test'), tx =>
    sql<{ n: number }>`select count(*)::int as n from security.citizen_code`.execute(tx).then(({ rows }) => rows[0]!.n),
  )

test('what is over is forgotten after two days, and not while the budget of messages counts it', async () => {
  const request = { client: 'x', known: async () => [], send: async () => {} }
  await door.request({ ...request, phone: '+212600000001' })
  await door.request({ ...request, phone: '+212600000002' })
  await transaction(owner, workerActor('test'), tx =>
    sql`update security.citizen_code set asked_at = asked_at - interval '47 hours'`.execute(tx),
  )
  assert.equal(await forgetSignIns(worker), 0)
  await door.request({ ...request, phone: '+212600000003' })
  await transaction(owner, workerActor('test'), tx =>
    sql`update security.citizen_code set asked_at = asked_at - interval '2 hours'`.execute(tx),
  )
  assert.equal(await forgetSignIns(worker), 2)
  assert.equal(await left(), 1)
})

test('the application cannot forget', async () => {
  const asked = transaction(app, workerActor('test'), tx => sql`select security.forget_sign_ins()`.execute(tx))
  await assert.rejects(asked, { code: '42501' })
})

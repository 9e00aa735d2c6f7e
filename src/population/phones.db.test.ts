import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { type Transaction, transaction, workerActor } from '#db'
import { type Id, newId } from '#kernel'
import { openIncomingPersons, personsWithPhone, phonesOf, resealPhones, savePersons } from '#population'
import { forgetColumnKeys, keepColumnKeys, rotateColumnKeys, wrappingKey } from '#security'
import { TEST_WRAPPING, testDatabase } from '../../test/database.ts'

const { app, worker, owner } = await testDatabase()
const asWorker = <Value>(work: (tx: Transaction) => Promise<Value>) => transaction(worker, workerActor('test'), work)
const asOwner = <Value>(work: (tx: Transaction) => Promise<Value>) => transaction(owner, workerActor('test'), work)

async function save(persons: readonly { id: Id<'Person'>; name: string; phone: string | null }[]): Promise<void> {
  await asWorker(async tx => {
    await openIncomingPersons(tx)
    for (const { id, name, phone } of persons) {
      await sql`insert into pg_temp.incoming_person (id, territory, given_name, name_key, phone)
        values (${id}, '08.', ${name}, ${name}, ${phone})`.execute(tx)
    }
    await savePersons(tx, { country: 'ma', source: 'test', modelled: true, recordedBy: 'test' })
  })
}

const all = () =>
  asOwner(async tx => {
    const { rows } = await sql<{ text: string | null; past: number }>`
      select (select string_agg(p::text, '') from population.person p) || coalesce((select string_agg(p::text, '')
          from population.person_past p), '') as text, (select count(*)::int from population.person_past) as past`.execute(
      tx,
    )
    return rows[0]!
  })

const [amina, driss] = [newId<'Person'>(), newId<'Person'>()]

test('the register holds no telephone in clear, and who shares one is found with or without its prefix', async () => {
  await save([
    { id: amina, name: 'Amina', phone: '+212600000042' },
    { id: driss, name: 'Driss', phone: '0600000042' },
    { id: newId(), name: 'Safia', phone: null },
  ])
  assert.ok(!(await all()).text!.includes('600000042'))
  const phones = await asWorker(tx => phonesOf(tx, [amina, driss]))
  assert.deepEqual([phones.get(amina), phones.get(driss)], ['+212600000042', '0600000042'])
  assert.deepEqual(await asWorker(tx => personsWithPhone(tx, '00212600000042')), [amina, driss].sort())
})

test('the same telephone said again is no new state; another one is, and the earlier stays sealed in the past', async () => {
  const before = (await all()).past
  await save([{ id: amina, name: 'Amina', phone: '+212600000042' }])
  assert.equal((await all()).past, before)
  await save([{ id: amina, name: 'Amina', phone: '+212600000077' }])
  const after = await all()
  assert.equal(after.past, before + 1)
  assert.ok(!/6000000(42|77)/.test(after.text!))
  assert.equal((await asWorker(tx => phonesOf(tx, [amina]))).get(amina), '+212600000077')
})

test('telephones of before are sealed in the register and in its past, and no state is added by it', async () => {
  const old = newId<'Person'>()
  await save([{ id: old, name: 'Old', phone: null }])
  for (const phone of ['0611111111', '0622222222']) {
    await asOwner(tx =>
      sql`update population.person set phone = ${phone}, recorded_at = clock_timestamp() where id = ${old}`.execute(tx),
    )
  }
  assert.ok((await all()).text!.includes('0611111111'))
  const before = (await all()).past
  assert.equal(await resealPhones(worker), 2)
  const after = await all()
  assert.equal(after.past, before)
  assert.ok(!/0611111111|0622222222/.test(after.text!))
  assert.equal((await asWorker(tx => phonesOf(tx, [old]))).get(old), '0622222222')
  assert.equal(await resealPhones(worker), 0)
})

test('after a rotation all are sealed under the new key, the past as well, and still found', async () => {
  const next = wrappingKey(Buffer.alloc(32, 9))
  await asWorker(tx => rotateColumnKeys(tx, { from: [TEST_WRAPPING], to: next }))
  keepColumnKeys([app, worker], () => [next])
  const before = (await all()).past
  assert.ok((await resealPhones(worker)) >= 4)
  forgetColumnKeys([app, worker])
  assert.equal(await resealPhones(worker), 0)
  assert.equal((await all()).past, before)
  assert.deepEqual(await asWorker(tx => personsWithPhone(tx, '0600000042')), [driss])
  assert.equal((await asWorker(tx => phonesOf(tx, [amina]))).get(amina), '+212600000077')
})

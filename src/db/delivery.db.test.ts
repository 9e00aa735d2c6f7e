import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import {
  anonymous,
  appendEvents,
  deadDeliveries,
  deliverEvents,
  registerSubscriptions,
  reviveDeliveries,
  type Subscription,
  transaction,
  workerActor,
} from '#db'
import { testDatabase } from '../../test/database.ts'

const { owner, app, worker } = await testDatabase()
await transaction(owner, workerActor('test'), tx =>
  sql`create table public.seen (n serial, subscriber text, key text, value int); grant all on public.seen, public.seen_n_seq to socle_worker`.execute(
    tx,
  ),
)
const append = (type: string, ...pairs: [key: string, value: number][]) =>
  transaction(app, anonymous, tx =>
    appendEvents(
      tx,
      pairs.map(([key, value]) => ({ type, key, payload: { value } })),
    ),
  )
const note = (subscriber: string, type: string, before: (value: number) => void = () => {}): Subscription => ({
  subscriber,
  type,
  async handle(tx, event) {
    const { value } = event.payload as { value: number }
    await sql`insert into public.seen (subscriber, key, value) values (${subscriber}, ${event.key}, ${value})`.execute(
      tx,
    )
    before(value)
  },
})
const seen = async (subscriber: string) =>
  (
    await transaction(worker, workerActor('test'), tx =>
      sql<{
        seen: string
      }>`select key || value as seen from public.seen where subscriber = ${subscriber} order by n`.execute(tx),
    )
  ).rows.map(row => row.seen)
const allDue = () =>
  transaction(worker, workerActor('test'), tx => sql`update db.delivery set due_at = now()`.execute(tx))

test('each subscriber of a type is told once, in order for each key', async () => {
  const all = [note('one', 'opened'), note('two', 'opened'), note('two', 'closed')]
  await registerSubscriptions(worker, all)
  await append('opened', ['a', 1], ['b', 1], ['a', 2])
  await append('closed', ['a', 3])
  await append('forgotten', ['a', 4])
  assert.equal(await deliverEvents(worker, all), 7)
  assert.equal(await deliverEvents(worker, all), 0)
  assert.deepEqual(await seen('one'), ['a1', 'b1', 'a2'])
  assert.deepEqual(await seen('two'), ['a1', 'b1', 'a2', 'a3'])
})

test('an event exists only if its transaction commits', async () => {
  const all = [note('three', 'half')]
  await registerSubscriptions(worker, all)
  const attempt = transaction(app, anonymous, async tx => {
    await appendEvents(tx, [{ type: 'half', key: 'a', payload: { value: 1 } }])
    throw new Error('no')
  })
  await assert.rejects(attempt)
  assert.equal(await deliverEvents(worker, all), 0)
})

test('a handler that fails leaves nothing, holds back its key alone, and is tried again', async () => {
  let broken = true
  const all = [
    note('four', 'fragile', value => {
      if (broken && value === 1) throw new Error('printer on fire')
    }),
  ]
  await registerSubscriptions(worker, all)
  await append('fragile', ['a', 1], ['a', 2], ['b', 9])
  assert.equal(await deliverEvents(worker, all), 1)
  assert.deepEqual(await seen('four'), ['b9'])
  broken = false
  assert.equal(await deliverEvents(worker, all), 0, 'not before its pause is over')
  await allDue()
  assert.equal(await deliverEvents(worker, all), 2)
  assert.deepEqual(await seen('four'), ['b9', 'a1', 'a2'])
})

test('what fails ten times is dead, visible, and can be revived', async () => {
  let broken = true
  const all = [
    note('five', 'doomed', () => {
      if (broken) throw new Error('no such household')
    }),
  ]
  await registerSubscriptions(worker, all)
  await append('doomed', ['a', 1], ['a', 2])
  for (let attempt = 1; attempt <= 12; attempt += 1) {
    await deliverEvents(worker, all)
    await allDue()
  }
  const dead = await transaction(worker, workerActor('test'), deadDeliveries)
  assert.deepEqual(
    dead.map(({ subscriber, key, attempts, lastError }) => ({ subscriber, key, attempts, lastError })),
    [{ subscriber: 'five', key: 'a', attempts: 10, lastError: 'no such household' }],
  )
  broken = false
  assert.equal(await transaction(worker, workerActor('test'), tx => reviveDeliveries(tx, 'five')), 1)
  assert.equal(await deliverEvents(worker, all), 2)
  assert.deepEqual(await seen('five'), ['a1', 'a2'])
})

test('four workers at once neither lose, repeat nor overtake', async () => {
  const all = [note('six', 'crowd')]
  await registerSubscriptions(worker, all)
  const values = Array.from({ length: 300 }, (_, n): [string, number] => [`k${n % 7}.`, n])
  await append('crowd', ...values)
  const counts = await Promise.all([1, 2, 3, 4].map(() => deliverEvents(worker, all)))
  assert.equal(
    counts.reduce((sum, count) => sum + count, 0),
    300,
  )
  const got = await seen('six')
  assert.equal(new Set(got).size, 300)
  for (const key of new Set(values.map(([name]) => name))) {
    const order = got.filter(text => text.startsWith(key)).map(text => Number(text.slice(key.length)))
    assert.deepEqual(
      order,
      [...order].sort((a, b) => a - b),
    )
  }
})

test('the application appends events and can neither read nor alter them', async () => {
  for (const attempt of ['select * from db.event', 'delete from db.event', `update db.delivery set attempts = 0`]) {
    await assert.rejects(
      transaction(app, anonymous, tx => sql.raw(attempt).execute(tx)),
      /permission denied/,
    )
  }
})

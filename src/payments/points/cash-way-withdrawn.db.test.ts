import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { type Transaction, transaction, workerActor } from '#db'
import { newId } from '#kernel'
import { testDatabase } from '../../../test/database.ts'
import { checker, codeOf, maker, paymentTests } from '../../../test/payments.ts'
import { agreeToCashWay, type CashWay, type CashWayId, listCashWays, sayCashWay, withdrawCashWay } from '../index.ts'

const databases = await testDatabase()
const { app, owner } = databases
const { check, payBy } = await paymentTests(databases)
const asOwner = <Value>(work: (tx: Transaction) => Promise<Value>) => transaction(owner, workerActor('test'), work)

/** Says a way of the network and answers its id; whether somebody agrees is the test's. */
async function saying(way: CashWay): Promise<CashWayId> {
  const other = newId<'cash-way'>()
  assert.equal(
    codeOf(await transaction(app, maker, tx => sayCashWay(tx, { id: other, provider: 'points', way }))),
    'ok',
  )
  return other
}
const agreeing = async (way: CashWayId) => codeOf(await transaction(app, checker, tx => agreeToCashWay(tx, way)))
const withdrawing = async (way: CashWayId, by = maker) =>
  codeOf(await transaction(app, by, tx => withdrawCashWay(tx, way)))

test('what is taken back is not agreed to, what was agreed to is not taken back, and what was said since takes its place', async () => {
  await payBy('own_till')
  const back = await saying('counter')
  assert.equal(codeOf(await transaction(app, workerActor('test'), tx => withdrawCashWay(tx, back))), 'actor_not_staff')
  assert.equal(await withdrawing(newId()), 'way_unknown')
  assert.equal(await withdrawing(back), 'ok')
  assert.equal(await withdrawing(back, checker), 'ok', 'taking back again changes nothing')
  assert.equal(await agreeing(back), 'way_withdrawn')
  assert.equal((await check(listCashWays))[0]!.waiting, undefined)
  const [first, since] = [await saying('counter'), await saying('counter')]
  assert.equal(await agreeing(first), 'way_overtaken')
  assert.equal(await withdrawing(since, checker), 'ok', 'another person may take it back too')
  assert.equal((await check(listCashWays))[0]!.waiting?.id, first, 'what was said before waits again')
  assert.equal(await agreeing(first), 'ok')
  assert.equal(await withdrawing(first), 'way_agreed')
  assert.deepEqual(
    (await check(listCashWays)).map(one => [one.way, one.waiting]),
    [['counter', undefined]],
  )
  const [old, young] = [await saying('own_till'), await saying('own_till')]
  for (const [name, statement, says] of [
    ['overtaken', sql`insert into payments.cash_way_agreed (way_id) values (${old})`, /something else was said/],
    ['agreed', sql`insert into payments.cash_way_withdrawn (way_id) values (${first})`, /not taken back/],
  ] as const) {
    await assert.rejects(
      asOwner(tx => statement.execute(tx)),
      says,
      name,
    )
  }
  assert.equal(await withdrawing(young), 'ok')
  await assert.rejects(
    asOwner(tx => sql`insert into payments.cash_way_agreed (way_id) values (${young})`.execute(tx)),
    /was taken back/,
  )
})

test('agreed to and taken back at the same second: one of the two happens', async () => {
  for (let round = 0; round < 4; round++) {
    const way = ((await check(listCashWays))[0]!.way ?? 'own_till') === 'counter' ? 'own_till' : 'counter'
    const said = await saying(way)
    const both = await Promise.all([agreeing(said), withdrawing(said)])
    assert.ok(['ok,way_agreed', 'way_withdrawn,ok'].includes(both.join(',')), both.join(','))
  }
})

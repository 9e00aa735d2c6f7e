// What programmes do with the news of households, on real PostgreSQL with the outbox that delivers it.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import { openCountry } from '#countries'
import {
  appendEvent,
  deadDeliveries,
  deliverEvents,
  registerSubscriptions,
  type Transaction,
  transaction,
  workerActor,
} from '#db'
import { correctHousehold, recordEvent, registerHouseholds, scoresOf } from '#households'
import { type DateText, type Id, type Month, newId } from '#kernel'
import { determineRegister, followingHouseholds, lookAgainOf } from '#programmes'
import { testDatabase } from '../../test/database.ts'
import { staffIn } from '../../test/demonstrated.ts'

const databases = await testDatabase()
const { app, worker } = databases
const country = openCountry('ma')
const TODAY = '2026-11-22' as DateText
const MONTH = '2026-11' as Month
const subscriptions = followingHouseholds(country, () => TODAY)
await registerSubscriptions(worker, subscriptions)
const asWorker = <Value>(work: (tx: Transaction) => Promise<Value>) => transaction(worker, workerActor('test'), work)
const deliver = () => deliverEvents(worker, subscriptions, new AbortController().signal)

/** A family of whom every fact of the index is known. */
const told = (of: 'household' | 'member') =>
  Object.fromEntries(
    [...country.catalogue[of].values()]
      .filter(fact => fact.absentMeans === null && fact.type !== 'territory')
      .map(fact => [
        fact.name,
        fact.type === 'boolean'
          ? false
          : fact.type === 'code'
            ? fact.codes.has('none')
              ? 'none'
              : [...fact.codes.keys()][0]!
            : fact.type === 'money'
              ? '100'
              : Math.max(1, fact.min),
      ]),
  )
let count = 0
async function family(): Promise<{ household: Id<'Household'>; head: Id<'Person'> }> {
  const sourceId = `h${++count}`
  const facts = { ...told('household'), territory: '07.351', area: 'rural', nuclei: 1 }
  const member = { ...told('member'), birth_date: '1985-03-01', sex: 'male', relation: 'head' }
  await asWorker(tx =>
    registerHouseholds(
      tx,
      {
        country: 'ma',
        source: 'test',
        channel: 'import',
        actor: 'test',
        effectiveOn: '2026-01-01' as DateText,
        modelled: false,
        head: { fact: 'relation', code: 'head' },
      },
      [
        {
          sourceId,
          territory: '07.351',
          facts,
          members: [
            { sourceId: '1', givenName: 'Idir', facts: member },
            { sourceId: '2', givenName: 'Izza', facts: { ...member, relation: 'child', birth_date: '2012-03-01' } },
          ],
        },
      ],
    ),
  )
  const { rows } = await asWorker(tx =>
    sql<{ household: Id<'Household'>; head: Id<'Person'> }>`
      select household_id as household, person_id as head from households.membership
        join households.household on id = household_id
      where household.source_id = ${sourceId} and relation = 'head'`.execute(tx),
  )
  return rows[0]!
}

const folder = mkdtempSync(join(tmpdir(), 'socle-rescore-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const score = () => determineRegister(databases, { country, pack: 'ma/ise', month: MONTH, askedBy: 'test', folder })
const seen = (household: Id<'Household'>) =>
  transaction(app, staffIn('07'), async tx => ({
    items: await lookAgainOf(tx, household),
    scores: await scoresOf(tx, household),
  }))
const born = (household: Id<'Household'>, mother: null = null) =>
  transaction(app, staffIn('07'), tx =>
    recordEvent(
      tx,
      country,
      {
        id: newId(),
        household,
        on: '2026-10-02' as DateText,
        says: '',
        kind: 'birth',
        mother,
        relation: 'child',
        child: {
          id: newId<'Person'>(),
          givenName: 'Tuda',
          familyName: null,
          givenNameAr: null,
          familyNameAr: null,
          sex: 'female',
          birthDate: '2026-10-02' as DateText,
        },
      },
      { today: TODAY, channel: 'desk' },
    ),
  )

/** A newborn of whom the index needs the rest is declared; then the rest is said. */
test('an event moves the score: the history has the new one, and the item says from what, to what and why', async () => {
  const { household } = await family()
  assert.ok((await score()).ok)
  const { scores: before } = await seen(household)
  assert.equal(before.length, 1)
  const answer = await born(household)
  assert.ok(answer.ok, JSON.stringify(answer))
  await deliver()
  const { items, scores } = await seen(household)
  const moved = items.find(item => item.pack === 'ma/ise')!
  assert.ok(moved, JSON.stringify(items))
  assert.deepEqual([moved.was, moved.because.kind, moved.because.on], [before[0]!.value, 'birth', '2026-10-02'])
  assert.ok(moved.because.changed.includes('members'))
  if (moved.kind === 'score_changed') {
    assert.equal(scores.length, 2)
    assert.equal(scores[0]!.value, moved.now)
    assert.notEqual(moved.now, moved.was)
  } else {
    assert.deepEqual([moved.kind, moved.now, scores.length], ['score_unknown', null, 1])
    assert.ok(moved.because.missing.length > 0)
  }
  assert.deepEqual(
    items.map(item => [item.kind, item.done]).toSorted(),
    [
      [moved.kind, false],
      ['facts_changed', false],
    ].toSorted(),
  )
  assert.ok((await score()).ok)
  assert.ok(
    (await seen(household)).items.every(item => item.done),
    'a later run looked at it',
  )
})

test('a correction that changes a fact of the index moves it; told twice, it is there once', async () => {
  const { household } = await family()
  assert.ok((await score()).ok)
  const correct = (thousands: number) =>
    transaction(app, staffIn('07'), tx =>
      correctHousehold(tx, {
        household,
        declaration: newId(),
        actor: 'Samira',
        facts: { butane_annual: `${thousands}000` },
        members: {},
        persons: [],
      }),
    )
  await correct(6)
  await deliver()
  const first = await seen(household)
  assert.deepEqual(
    first.items.map(item => item.kind),
    ['facts_changed', 'score_changed'],
  )
  assert.equal(first.scores.length, 2)
  const payload = { country: 'ma', source: 'test', import: null, registered: 0, changed: [household] }
  const event = { id: first.items[0]!.event, type: 'households_declared', key: 'ma', payload, recordedAt: new Date() }
  await asWorker(tx => subscriptions[1]!.handle(tx, event))
  assert.deepEqual(await seen(household), first)
  await correct(6)
  await deliver()
  const again = await seen(household)
  assert.equal(again.items.filter(item => item.kind === 'score_changed').length, 1, 'the same score is no change')
})

test('nothing is to be looked at again where nothing was ever scored or decided; the first score is kept', async () => {
  const { household } = await family()
  await asWorker(tx =>
    appendEvent(tx, {
      type: 'households_declared',
      key: 'ma',
      payload: { country: 'ma', changed: [household] },
    }),
  )
  await deliver()
  const { items, scores } = await seen(household)
  assert.deepEqual([items.length, scores.length], [0, 1])
})

test('news of one household is taken in its order, whatever number of workers; news of another country is not ours', async () => {
  const { household } = await family()
  assert.ok((await score()).ok)
  const spendings = [1, 4, 2, 7, 3]
  for (const number of spendings) {
    await transaction(app, staffIn('07'), tx =>
      correctHousehold(tx, {
        household,
        declaration: newId(),
        actor: 'Samira',
        facts: { butane_annual: `${number}000` },
        members: {},
        persons: [],
      }),
    )
  }
  await asWorker(tx =>
    appendEvent(tx, { type: 'households_declared', key: 'sn', payload: { country: 'sn', changed: [household] } }),
  )
  await Promise.all([deliver(), deliver(), deliver()])
  await deliver()
  const { items, scores } = await seen(household)
  assert.equal(items.filter(item => item.kind === 'facts_changed').length, spendings.length)
  const latest = items.filter(item => item.kind === 'score_changed')
  assert.equal(latest[0]!.now, scores[0]!.value)
  assert.deepEqual(await asWorker(deadDeliveries), [])
})

test('news that cannot be read is not dropped: it waits, with what went wrong', async () => {
  const key = newId<'Household'>()
  await asWorker(tx => appendEvent(tx, { type: 'household.changed', key, payload: { household: key } }))
  await deliver()
  const { rows } = await asWorker(tx =>
    sql<{ attempts: number; error: string | null }>`
      select attempts, last_error as error from db.delivery where key = ${key}`.execute(tx),
  )
  assert.equal(rows.length, 1)
  assert.ok(rows[0]!.attempts >= 1 && rows[0]!.error !== null)
})

test('who does not see the household does not see what is to be looked at again', async () => {
  const { rows } = await transaction(app, staffIn('01'), tx =>
    sql<{ items: number }>`select count(*)::int as items from programmes.look_again`.execute(tx),
  )
  assert.equal(rows[0]!.items, 0)
})

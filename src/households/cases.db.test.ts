import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { type Transaction, transaction, workerActor } from '#db'
import {
  casesOf,
  type HouseholdCase,
  householdRanges,
  type Provenance,
  recordScores,
  registerHouseholds,
} from '#households'
import type { DateText, Month } from '#kernel'
import { testDatabase } from '../../test/database.ts'

const { worker } = await testDatabase()
const tester = workerActor('test')
const month = (text: string) => text as Month
const inWorker = <Value>(work: (tx: Transaction) => Promise<Value>) => transaction(worker, tester, work)

const provenance = (country: string, effectiveOn: string): Provenance => ({
  country,
  source: 'test',
  channel: 'import',
  actor: 'test',
  effectiveOn: effectiveOn as DateText,
  modelled: false,
  head: { fact: 'relation', code: 'head' },
})
const register = (country: string, effectiveOn: string, count: number, rooms: number) =>
  inWorker(tx =>
    registerHouseholds(
      tx,
      provenance(country, effectiveOn),
      Array.from({ length: count }, (_, i) => ({
        sourceId: `h${i}`,
        territory: '07',
        facts: { rooms },
        members: [{ sourceId: '1', facts: { relation: 'head', birth_date: '1984-03-05' } }],
      })),
    ),
  )
const all = (country: string, at: string, knownAt?: string) =>
  inWorker(async tx => {
    const found: HouseholdCase[] = []
    for (const { first, last } of await householdRanges(tx, country, 700)) {
      const asked = { country, first, last, month: month(at), ...(knownAt && { knownAt }) }
      for await (const one of casesOf(tx, asked)) found.push(one)
    }
    return found
  })

test('ranges hold every household of the country once, in order', async () => {
  await register('aa', '2026-01-01', 2500, 1)
  await register('bb', '2026-01-01', 10, 1)
  const ranges = await inWorker(tx => householdRanges(tx, 'aa', 1000))
  assert.deepEqual(
    ranges.map(({ households }) => households),
    [1000, 1000, 500],
  )
  const cases = await all('aa', '2026-01')
  assert.equal(cases.length, 2500)
  const ids = cases.map(({ household }) => household)
  assert.deepEqual(ids, [...new Set(ids)].sort())
  assert.deepEqual(await inWorker(tx => householdRanges(tx, 'cc', 1000)), [])
})

test('a case is what the household said, members by the id of the person', async () => {
  const [first] = await all('bb', '2026-03')
  assert.ok(first)
  assert.equal(first.weight, '1')
  assert.equal(first.territory, '07')
  const { members, ...rest } = first.case
  assert.deepEqual(rest, { id: first.household, at: '2026-03', household: { rooms: 1 } })
  assert.match(members[0]!.id, /^[0-9a-f-]{36}$/)
  assert.deepEqual({ ...members[0], id: '' }, { id: '', relation: 'head', birth_date: '1984-03-05' })
})

test('the facts that count are the latest in effect in the month, as known at an instant', async () => {
  await register('dd', '2026-02-10', 1, 2)
  const before = await inWorker(
    async tx => (await sql<{ at: string }>`select clock_timestamp()::text as at`.execute(tx)).rows[0]!.at,
  )
  await register('dd', '2026-05-01', 1, 5)
  const rooms = async (at: string, knownAt?: string) =>
    (await all('dd', at, knownAt)).map(one => one.case.household.rooms)
  assert.deepEqual(await rooms('2026-01'), [])
  assert.deepEqual(await rooms('2026-02'), [2])
  assert.deepEqual(await rooms('2026-04'), [2])
  assert.deepEqual(await rooms('2026-05'), [5])
  assert.deepEqual(await rooms('2026-05', before), [2])
})

test('a score is history: the same again is not written, another value or version is', async () => {
  const [one] = await all('bb', '2026-03')
  assert.ok(one)
  const record = (version: string, value: string) =>
    inWorker(tx =>
      recordScores(tx, { pack: 'bb/score', version, month: month('2026-03') }, [
        { household: one.household, declaration: one.declaration, value },
      ]),
    )
  assert.deepEqual(
    [
      await record('v1', '9.1234567'),
      await record('v1', '9.1234567'),
      await record('v1', '9.2'),
      await record('v2', '9.2'),
    ],
    [1, 0, 1, 1],
  )
})

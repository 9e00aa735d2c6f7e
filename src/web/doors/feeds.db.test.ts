// Files of a school information system, as a page gives them: taken whole or refused whole, row by row, and who is meant.
import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { test } from 'node:test'
import { sql } from 'kysely'
import { openCountry } from '#countries'
import { type Transaction, transaction, workerActor } from '#db'
import { feedJob, registerHouseholds } from '#households'
import { type DateText, newId } from '#kernel'
import { refreshMatchKeys } from '#population'
import { recordGrant, registerStaff } from '#security'
import { testDatabase } from '../../../test/database.ts'
import type { FeedGiven } from '../feed-door.ts'
import { feedDoor } from './feeds.ts'

const databases = await testDatabase()
const { app, worker } = databases
const country = openCountry('ma')
const asWorker = <Value>(work: (tx: Transaction) => Promise<Value>) => transaction(worker, workerActor('test'), work)
const doors = feedDoor(app, worker, country)

async function member(name: string, territory: string, role: 'programme_manager' | 'desk_agent' = 'programme_manager') {
  const id = newId<'staff'>()
  await asWorker(async tx => {
    await registerStaff(tx, { id, name })
    await recordGrant(tx, id, { id: newId(), role, territory, sensitivity: 'ordinary' })
  })
  return { id, name, email: `${name}@example.org` } as never
}
const manager = await member('Naima', '')
const elsewhere = await member('Brahim', '01')
const agent = await member('Zahra', '', 'desk_agent')

/** Two pupils of one name and one birth date, and one of another name. */
await asWorker(tx =>
  registerHouseholds(
    tx,
    { country: 'ma', source: 'test', channel: 'import', actor: 'test', effectiveOn: '2023-09-01' as DateText, modelled: false, head: country.catalogue.head }, // biome-ignore format: one line
    ['Izza', 'Izza', 'Fatima'].map((givenName, at) => ({
      sourceId: `H${at}`,
      territory: '07.351',
      recipient: '1',
      facts: { territory: '07.351' },
      members: [
        {
          sourceId: '1',
          givenName,
          familyName: 'Ait Ali',
          facts: { relation: 'head', sex: 'female', birth_date: '2013-03-05' },
        },
      ],
    })),
  ),
)
await refreshMatchKeys(worker)

async function* piece(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text)
}
const give = (text: string, change: Partial<FeedGiven> = {}, who = manager) =>
  doors.giveFeed(who, {
    kind: 'school',
    source: 'massar',
    month: '2023-10',
    name: '../octobre.csv',
    bytes: piece(text),
    ...change,
  })
const countFeeds = async () =>
  (await asWorker(tx => sql<{ count: number }>`select count(*)::int as count from households.feed`.execute(tx)))
    .rows[0]!.count
const leftovers = () => readdirSync(tmpdir()).filter(name => name.startsWith('socle-feed-')).length

const HEADER = 'source_person,given_name,family_name,birth_date,absences_month'
const OCTOBER = `${HEADER}
P1,Fatima,Ait Ali,2013-03-05,4
P2,Izza,Ait Ali,2013-03-05,7
P3,Fatima,Ait Ali,2013-03-05,many
P4,Nobody,Else,2001-01-01,1
`

test('what is no table, or not of this feed, is refused whole: nothing is written and no file stays', async () => {
  const before = leftovers()
  const cases: readonly [string, Partial<FeedGiven>, string][] = [
    [OCTOBER, { kind: 'vaccination' }, 'kind_unknown'],
    [OCTOBER, { month: 'October' }, 'month_malformed'],
    [OCTOBER, { source: 'Massar!' }, 'source_malformed'],
    ['', {}, 'file_missing'],
    [`${HEADER}\n`, {}, 'file_empty'],
    ['PK\u0003\u0004', {}, 'file_is_workbook'],
    [`${HEADER}\nP1,"Fatima,Ait Ali,2013-03-05,4\n`, {}, 'file_broken'],
    [`${HEADER},grade\nP1,Fatima,Ait Ali,2013-03-05,4,12\n`, {}, 'column_unknown'],
    [`${HEADER},absences_month\nP1,Fatima,Ait Ali,2013-03-05,4,4\n`, {}, 'column_twice'],
    ['absences_month\n4\n', {}, 'column_missing'],
    ['x'.repeat(129 * 1024 * 1024), {}, 'file_too_large'],
  ]
  for (const [text, change, code] of cases) {
    const refused = await give(text, change)
    assert.equal(refused.ok ? '' : refused.refusal.code, code, text.slice(0, 80))
  }
  const closed = await give(OCTOBER, {}, agent)
  assert.equal(closed.ok ? '' : closed.refusal.code, 'not_granted')
  assert.deepEqual([await countFeeds(), leftovers()], [0, before])
})

test('a file is taken row by row: one matched, one doubtful, two rejected with the column and what is accepted', async () => {
  const taken = await give(OCTOBER)
  assert.ok(taken.ok, JSON.stringify(taken))
  const page = await doors.feed(manager, taken.value.id, 0)
  const { lines, matched, doubtful, rejected, label, month, finished } = page!
  assert.deepEqual({ lines, matched, doubtful, rejected, label, month, finished }, { lines: 4, matched: 1, doubtful: 1, rejected: 2, label: 'octobre.csv', month: '2023-10', finished: true }) // biome-ignore format: one row
  assert.deepEqual(
    page!.rejects.map(({ row, code, column, accepted }) => [row, code, column, accepted.kind]),
    [
      [4, 'cell_refused', 'absences_month', 'integer'],
      [5, 'nobody_found', 'unique_number', 'registered'],
    ],
  )
  assert.equal(page!.reasons.length, 2)
  assert.equal((await doors.feedRejects(manager, taken.value.id, 4)).length, 1)
  const again = await give(OCTOBER)
  assert.deepEqual(again, { ok: true, value: { id: taken.value.id, came: 'again' } })
  assert.equal(await countFeeds(), 1)
})

test('the same file given by who answers for another region is a feed of that region, and hinders nobody', async () => {
  const other = await give(OCTOBER, {}, elsewhere)
  assert.ok(other.ok && other.value.came === 'taken', JSON.stringify(other))
  assert.equal((await doors.feed(elsewhere, other.value.id, 0))?.matched, 0)
  const again = await give(OCTOBER)
  assert.ok(again.ok && again.value.came === 'again' && again.value.id !== other.value.id)
})

test('somebody says who is meant, once, and the next file needs no answer', async () => {
  const { rows, total } = await doors.feedDoubts(manager, 1)
  assert.deepEqual([rows.length, total, rows[0]?.why, rows[0]?.candidates.length], [1, 1, 'several_alike', 2])
  assert.deepEqual((await doors.feedDoubts(elsewhere, 1)).rows, [])
  const [{ feed, row, candidates }] = rows as [(typeof rows)[number]]
  const stranger = await doors.settleFeedDoubt(manager, { feed, row, person: newId<'Person'>() })
  assert.equal(stranger.ok ? '' : stranger.refusal.code, 'not_a_candidate')
  const unseen = await doors.settleFeedDoubt(elsewhere, { feed, row, person: null })
  assert.equal(unseen.ok ? '' : unseen.refusal.code, 'doubt_unknown')
  assert.ok((await doors.settleFeedDoubt(manager, { feed, row, person: candidates[1]!.person })).ok)
  const twice = await doors.settleFeedDoubt(manager, { feed, row, person: candidates[0]!.person })
  assert.equal(twice.ok ? '' : twice.refusal.code, 'settled_before')
  const next = await give('source_person,absences_month\nP2,1\n', { month: '2023-11' })
  assert.ok(next.ok)
  assert.deepEqual((await doors.feed(manager, next.value.id, 0))?.matched, 1)
})

test('who answers for another region tells nothing of these pupils', async () => {
  const told = await give(`${HEADER}\nP1,Fatima,Ait Ali,2013-03-05,9\n`, { month: '2023-11' }, elsewhere)
  assert.ok(told.ok)
  const page = await doors.feed(elsewhere, told.value.id, 0)
  assert.deepEqual([page?.matched, page?.rejects.map(each => each.code)], [0, ['nobody_found']])
})

test('a large file is left to the workers: taken to its end by whoever is next, and its bytes go with it', async () => {
  const school = 'x'.repeat(20_000)
  const lines = Array.from({ length: 599 }, (_, at) => `N${at},Nobody,Else,2001-01-01,1,${school}`)
  const text = [`${HEADER},school`, 'P1,Fatima,Ait Ali,2013-03-05,6,', ...lines, ''].join('\n')
  const before = leftovers()
  const misspelt = await give(text.replace(',school', ',scool'), { month: '2023-12' })
  assert.equal(misspelt.ok ? '' : misspelt.refusal.code, 'column_unknown')
  const left = await give(text, { month: '2023-12' })
  assert.ok(left.ok && left.value.came === 'left', JSON.stringify(left))
  const again = await give(text, { month: '2023-12' })
  assert.deepEqual(again, left, 'given again while it waits, it is the same feed')
  const { id } = left.value
  const page = () => doors.feed(manager, id, 0)
  assert.deepEqual([(await page())?.isUnderWay, (await page())?.lines, leftovers()], [true, 0, before])
  const job = feedJob({ databases, country, today: () => '2024-01-10' as DateText })
  const run = (signal: AbortSignal) => job.run({ feed: id }, { id: 'job', attempt: 1, worker, signal })
  await assert.rejects(run(AbortSignal.abort()), 'stopped before its first batch')
  assert.equal((await page())?.isUnderWay, true)
  // Two workers at once: each row is taken once.
  await Promise.all([run(new AbortController().signal), run(new AbortController().signal)])
  const { isUnderWay, finished, lines: taken, matched, rejected } = (await page())!
  assert.deepEqual({ isUnderWay, finished, taken, matched, rejected }, { isUnderWay: false, finished: true, taken: 600, matched: 1, rejected: 599 }) // biome-ignore format: one row
  const kept = await asWorker(tx => sql`select from households.given_feed_piece`.execute(tx))
  assert.deepEqual([kept.rows.length, leftovers()], [0, before])
  assert.deepEqual(await give(text, { month: '2023-12' }), { ok: true, value: { id, came: 'again' } })
})

test('whoever may no longer give files when a worker comes to it has none taken', async () => {
  const text = [
    `${HEADER},school`,
    ...Array.from({ length: 600 }, (_, at) => `Q${at},Nobody,Else,2001-01-01,1,${'x'.repeat(20_000)}`),
  ].join('\n')
  const left = await give(text, { month: '2023-12' })
  assert.ok(left.ok)
  await asWorker(tx =>
    sql`update households.given_feed set staff_id = (select id from security.staff where name = 'Zahra')`.execute(tx),
  )
  const job = feedJob({ databases, country, today: () => '2024-01-10' as DateText })
  await job.run({ feed: left.value.id }, { id: 'job', attempt: 1, worker, signal: new AbortController().signal })
  const page = await doors.feed(manager, left.value.id, 0)
  assert.deepEqual([page?.isUnderWay, page?.finished, page?.lines], [false, false, 0])
})

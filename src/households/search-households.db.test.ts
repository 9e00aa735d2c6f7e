import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { type StaffActor, transaction, workerActor } from '#db'
import { type IncomingHousehold, registerHouseholds, searchHouseholds } from '#households'
import { type DateText, newId } from '#kernel'
import { numberEverybody } from '#population'
import { testDatabase } from '../../test/database.ts'

const { app, worker } = await testDatabase()
const staff = (...territories: string[]): StaffActor => ({
  kind: 'staff',
  staffId: newId(),
  name: 'Agent',
  territories,
})
const national = staff('')

type Names = [givenName: string, familyName: string, givenNameAr: string, familyNameAr: string]
const household = (sourceId: string, territory: string, ...members: Names[]): IncomingHousehold => ({
  sourceId,
  territory,
  facts: { territory },
  members: members.map(([givenName, familyName, givenNameAr, familyNameAr], i) => ({
    sourceId: `${i}`,
    givenName,
    familyName,
    givenNameAr,
    familyNameAr,
    facts: { relation: i === 0 ? 'head' : 'child' },
  })),
})
const households = [
  household(
    'MA-1-001',
    '07.351',
    ['Mohammed', 'El Alaoui', 'محمد', 'العلوي'],
    ['Méryem', 'El Alaoui', 'مريم', 'العلوي'],
  ),
  household('MA-1-002', '08.001', ['Mohamed', 'Alaoui', 'محمد', 'علوي']),
  household('MA-1-003', '07.041', ['Fatima', 'Bennani', 'فاطمة', 'بناني'], ['Mehdi', 'Bennani', 'المهدي', 'بناني']),
  household('XX_9%', '07.041', ['Aïcha', "N'Diaye", 'عائشة', 'انجاي']),
]
await transaction(worker, workerActor('test'), tx =>
  registerHouseholds(
    tx,
    {
      country: 'ma',
      source: 'test',
      channel: 'generated',
      actor: 'test',
      effectiveOn: '2026-01-01' as DateText,
      modelled: true,
      head: { fact: 'relation', code: 'head' },
    },
    households,
  ),
)

const search = (text: string, actor = national, more: { territory?: string; limit?: number; skip?: number } = {}) =>
  transaction(app, actor, tx =>
    searchHouseholds(tx, { country: 'ma', text, head: 'head', limit: 10, skip: 0, ...more }),
  )
const ids = async (...asked: Parameters<typeof search>) => (await search(...asked)).hits.map(({ sourceId }) => sourceId)

const found: { text: string; ids: string[]; name: string }[] = [
  { name: 'a name as it is spelt', text: 'Fatima Bennani', ids: ['MA-1-003'] },
  { name: 'in any order, case and accent', text: 'ALAOUI meryem', ids: ['MA-1-001'] },
  { name: 'spelt about so', text: 'mohamed alaoui', ids: ['MA-1-002', 'MA-1-001'] },
  { name: 'in Arabic, with a hamza more or less', text: 'عايشة', ids: ['XX_9%'] },
  { name: 'in Arabic, as a clerk may write it', text: 'فاطمه', ids: ['MA-1-003'] },
  { name: 'by the beginning of an identifier', text: 'MA-1-', ids: ['MA-1-001', 'MA-1-002', 'MA-1-003'] },
  { name: 'by an identifier whole', text: ' MA-1-002 ', ids: ['MA-1-002'] },
  { name: 'an identifier is no pattern', text: 'XX_9%', ids: ['XX_9%'] },
  { name: 'a pattern is no identifier', text: 'MA-%', ids: [] },
  { name: 'with an apostrophe', text: "n'diaye", ids: ['XX_9%'] },
  { name: 'with a quote that is no SQL', text: "'; drop table x; --", ids: [] },
  { name: 'nothing', text: '  ', ids: [] },
  { name: 'one letter', text: 'a', ids: [] },
  { name: 'nobody', text: 'Zzyzx Qwfp', ids: [] },
]
for (const { name, text, ids: expected } of found) {
  test(`found ${name}: ${text}`, async () => assert.deepEqual(await ids(text), expected))
}

test('a hit says who represents the household, who answered, and how many they are', async () => {
  const [hit] = (await search('Mehdi')).hits
  assert.equal(hit?.members, 2)
  assert.deepEqual(hit?.head, {
    givenName: 'Fatima',
    familyName: 'Bennani',
    givenNameAr: 'فاطمة',
    familyNameAr: 'بناني',
  })
  assert.equal(hit?.matched?.givenName, 'Mehdi')
  assert.equal((await search('Fatima')).hits[0]?.matched, null)
})

test('only the territories granted are searched, and counted', async () => {
  assert.deepEqual(await ids('alaoui', staff('07')), ['MA-1-001'])
  assert.equal((await search('alaoui', staff('07'))).total, 1)
  assert.deepEqual(await ids('MA-1-', staff('08', '07.041')), ['MA-1-002', 'MA-1-003'])
  assert.deepEqual(await search('alaoui', staff()), { total: 0, more: false, hits: [], closed: 0 })
})

test('a unique number finds its person, however its digits are grouped, where the actor may see the person', async () => {
  await numberEverybody(worker, { country: 'ma', length: 10, waiting: 20 })
  const { rows } = await transaction(worker, workerActor('test'), tx =>
    sql<{ number: string; source: string }>`
      select n.number, m.source_id as source
      from population.unique_number n join households.published_member m on m.person_id = n.person_id
      where m.given_name in ('Mehdi', 'Mohamed') order by m.given_name`.execute(tx),
  )
  const [mehdi, mohamed] = rows
  assert.ok(mehdi && mohamed)
  assert.deepEqual(await ids(mehdi.number), ['MA-1-003'])
  assert.deepEqual(await ids(`${mehdi.number.slice(0, 4)} ${mehdi.number.slice(4, 7)}-${mehdi.number.slice(7)}`), [
    'MA-1-003',
  ])
  const { hits } = await search(mehdi.number)
  assert.equal(hits[0]?.matched?.givenName, 'Mehdi')
  assert.deepEqual(await ids(mohamed.number, staff('07')), [])
  assert.deepEqual(await ids('2345678901'), [])
})

test('a territory narrows the search, whole codes only', async () => {
  assert.deepEqual(await ids('MA-1-', national, { territory: '07' }), ['MA-1-001', 'MA-1-003'])
  assert.deepEqual(await ids('MA-1-', national, { territory: '07.04' }), [])
  assert.deepEqual(await ids('bennani', national, { territory: '07.041.' }), ['MA-1-003'])
})

test('pages follow one another, and the total stays', async () => {
  const pages = [await search('MA-1-', national, { limit: 2 }), await search('MA-1-', national, { limit: 2, skip: 2 })]
  assert.deepEqual(
    pages.map(({ hits }) => hits.map(({ sourceId }) => sourceId)),
    [['MA-1-001', 'MA-1-002'], ['MA-1-003']],
  )
  assert.deepEqual(
    pages.map(({ total }) => total),
    [3, 3],
  )
})

test('households are counted, not persons; of more than a thousand the likeliest are given, and it is said that there are more', async () => {
  const family = (n: number): IncomingHousehold =>
    household(
      `BIG-${n}`,
      n % 2 === 0 ? '07.041' : '08.001',
      ...['Hassan', 'Zahra', 'Omar', 'Leila'].map((name): Names => [name, 'Tazi', 'حسن', 'التازي']),
    )
  const register = (from: number, to: number) =>
    transaction(worker, workerActor('test'), tx =>
      registerHouseholds(
        tx,
        {
          country: 'ma',
          source: 'test',
          channel: 'generated',
          actor: 'test',
          effectiveOn: '2026-01-01' as DateText,
          modelled: true,
          head: { fact: 'relation', code: 'head' },
        },
        Array.from({ length: to - from }, (_, n) => family(from + n)),
      ),
    )
  await register(0, 900)
  const counted = async (actor: StaffActor) => {
    const { total, more } = await search('tazi', actor)
    return { total, more }
  }
  assert.deepEqual(await counted(national), { total: 900, more: false })
  assert.deepEqual(await counted(staff('07')), { total: 450, more: false })
  await register(900, 1100)
  assert.deepEqual(await counted(national), { total: 1000, more: true })
  assert.deepEqual(await counted(staff('08')), { total: 550, more: false })
  assert.deepEqual(await counted(staff('07', '08')), { total: 1000, more: true })
  assert.equal((await search('tazi', national, { limit: 2000, skip: 990 })).hits.length, 10)
})

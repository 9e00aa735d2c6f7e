// What other registers tell, on real PostgreSQL: whom it means, what counts in which month, and what happens when it comes again.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { openCountry } from '#countries'
import { transaction, workerActor } from '#db'
import {
  answerProposedEvent,
  casesOfHouseholds,
  type FeedAsked,
  type FeedRecord,
  FeedStopped,
  householdAt,
  type IncomingHousehold,
  openFeedDoubts,
  openProposedEvents,
  receivedSets,
  registerHouseholds,
  rejectsOf,
  settleFeedDoubt,
  takeFeed,
} from '#households'
import type { DateText, Id, Month } from '#kernel'
import { numberEverybody, refreshMatchKeys } from '#population'
import { verifySets } from '#security'
import { testDatabase } from '../../../test/database.ts'
import { staffIn } from '../../../test/demonstrated.ts'

const { app, worker, owner } = await testDatabase()
const country = openCountry('ma')
const tester = workerActor('test')
const day = (text: string) => text as DateText
const TODAY = day('2022-12-20')

const household = (sourceId: string, given: string, born: string, territory = '07.351'): IncomingHousehold => ({
  sourceId,
  territory,
  facts: { territory, area: 'rural', rooms: 2 },
  members: [
    {
      sourceId: '1',
      givenName: 'Idir',
      familyName: 'Ait Ali',
      facts: { relation: 'head', sex: 'male', birth_date: '1980-01-01' },
    },
    {
      sourceId: '2',
      givenName: 'Tuda',
      familyName: 'Ait Ali',
      facts: { relation: 'spouse', sex: 'female', birth_date: '1984-01-01', marital_status: 'married' },
    },
    {
      sourceId: '3',
      givenName: given,
      familyName: 'Ait Ali',
      facts: {
        relation: 'child',
        sex: 'female',
        birth_date: born,
        schooling: 'public',
        school_level: 'primary_3',
        absences_month: 1,
      },
    },
  ],
})

await transaction(worker, tester, tx =>
  registerHouseholds(
    tx,
    {
      country: 'ma',
      source: 'test',
      channel: 'import',
      actor: 'test',
      effectiveOn: day('2022-09-01'),
      modelled: false,
      head: country.catalogue.head,
    },
    [
      household('A', 'Izza', '2013-03-05'),
      household('B', 'Izza', '2013-03-05', '09.001'),
      household('C', 'Yamna', '2012-06-07'),
    ],
  ),
)
await refreshMatchKeys(worker)
await numberEverybody(worker, { country: 'ma', length: 10 })

const { rows: known } = await transaction(worker, tester, tx =>
  sql<{ household: Id<'Household'>; source: string; member: string; person: Id<'Person'>; number: string }>`
    select h.id as household, h.source_id as source, m.source_id as member, m.person_id as person, n.number
    from households.household h join households.membership m on m.household_id = h.id
      join population.unique_number n on n.person_id = m.person_id`.execute(tx),
)
const who = (source: string, member: string) => known.find(each => each.source === source && each.member === member)!
const child = (source: string) => who(source, '3')

let files = 0
function feed(
  rows: readonly Readonly<Record<string, string>>[],
  change: Partial<FeedAsked> = {},
  signal?: AbortSignal,
) {
  const header = [...new Set(rows.flatMap(row => Object.keys(row)))]
  const records = rows.map((cells, at): FeedRecord => ({ row: at + 2, cells }))
  const asked: FeedAsked = {
    country,
    kind: 'school',
    source: 'massar',
    header,
    content: `${JSON.stringify(rows)}${change.content ?? files++}`,
    channel: 'file',
    label: 'october.csv',
    askedBy: 'test',
    today: TODAY,
    decimalComma: false,
    ...change,
  }
  const given = async function* () {
    yield records
  }
  return takeFeed(worker, tester, asked, given, signal ? { signal } : {})
}

async function told(rows: Parameters<typeof feed>[0], change: Partial<FeedAsked> = {}) {
  const result = await feed(rows, change)
  assert.ok(result.ok, JSON.stringify(result))
  const { recorded, unchanged, doubtful, rejected } = result.value
  return { id: result.value.id, isAgain: result.value.isAgain, counts: [recorded, unchanged, doubtful, rejected] }
}

async function factsOf(source: string, month: string) {
  const of = child(source)
  const [found] = await transaction(worker, tester, tx =>
    casesOfHouseholds(tx, { households: [of.household], month: month as Month }),
  )
  const { id: _, ...facts } = found!.case.members.find(each => each.id === of.person)!
  return facts
}

const october = { unique_number: child('A').number, month: '2022-10', absences_month: '3' }

test('days missed count in their month, over what was declared, and in no other', async () => {
  assert.deepEqual((await told([october])).counts, [1, 0, 0, 0])
  assert.equal((await factsOf('A', '2022-10')).absences_month, 3)
  assert.equal((await factsOf('A', '2022-11')).absences_month, 1)
})

test('the same bytes are the same feed; the same facts in other bytes are nothing new', async () => {
  const once = await told([october], { content: 'same' })
  assert.deepEqual(once.counts, [0, 1, 0, 0])
  const again = await told([october], { content: 'same' })
  assert.deepEqual([again.id, again.isAgain, again.counts], [once.id, true, once.counts])
})

test('a later file puts right what was told, and both stay', async () => {
  await told([{ ...october, absences_month: '6', absences_health_month: '2' }])
  const facts = await factsOf('A', '2022-10')
  assert.deepEqual([facts.absences_month, facts.absences_health_month], [6, 2])
  const { rows } = await transaction(worker, tester, tx =>
    sql<{ days: number; replaces: boolean }>`
      select (facts ->> 'absences_month')::int as days, replaces is not null as replaces from households.received
      where person_id = ${child('A').person} order by recorded_at`.execute(tx),
  )
  assert.deepEqual(rows, [
    { days: 3, replaces: false },
    { days: 6, replaces: true },
  ])
  await told([{ ...october, absences_month: '5' }])
  assert.equal(
    (await factsOf('A', '2022-10')).absences_health_month,
    undefined,
    'what a correction leaves out is unknown',
  )
})

test('where a pupil is enrolled stays true until the school says otherwise', async () => {
  const row = { unique_number: child('A').number, effective_on: '2022-10-03' }
  await told([{ ...row, schooling: 'private', school_level: 'primary_4' }])
  await told([{ ...row, effective_on: '2022-12-01', school_level: 'primary_5' }])
  const at = async (month: string) => {
    const { schooling, school_level } = await factsOf('A', month)
    return `${schooling} ${school_level}`
  }
  assert.deepEqual(
    [await at('2022-09'), await at('2022-10'), await at('2022-12')],
    ['public primary_3', 'private primary_4', 'private primary_5'],
  )
})

test('rows that are wrong say the column and what is accepted; the others go in', async () => {
  const row = { unique_number: child('C').number, month: '2022-10', absences_month: '2' }
  const { id, counts } = await told([
    row,
    { ...row, absences_month: 'many' },
    { ...row, month: '2023-05' },
    { ...row, absences_month: '' },
    { ...row, unique_number: '' },
    { ...row, unique_number: '9999999999' },
    { ...row, absences_month: '4' },
  ])
  assert.deepEqual(counts, [1, 0, 0, 6])
  const rejects = await transaction(worker, tester, tx => rejectsOf(tx, id))
  assert.deepEqual(
    rejects.map(({ row: at, code, column }) => `${at} ${code} ${column}`),
    [
      '3 cell_refused absences_month',
      '4 in_future month',
      '5 nothing_said absences_month',
      '6 not_identified unique_number',
      '7 nobody_found unique_number',
      '8 person_twice unique_number',
    ],
  )
})

test('two children of one name and birth date are asked about; whoever sees both says which, and next time it is known', async () => {
  const named = {
    given_name: 'Izza',
    family_name: 'AIT-ALI',
    birth_date: '2013-03-05',
    source_person: 'M-77',
    school: 'Ecole 12',
  }
  const row = { ...named, month: '2022-11', absences_month: '4' }
  assert.deepEqual((await told([row])).counts, [0, 0, 1, 0])
  const seen = (territory: string) => transaction(app, staffIn(territory), tx => openFeedDoubts(tx, 'ma', 10))
  assert.deepEqual([(await seen('07')).length, (await seen('')).length], [0, 1], 'neither region holds both children')
  const [doubt] = await seen('')
  assert.deepEqual([doubt!.why, doubt!.candidates.length, 'absences_month' in doubt!.said], ['several_alike', 2, false])
  const settle = (person: Id<'Person'> | null) =>
    transaction(app, staffIn(''), tx =>
      settleFeedDoubt(tx, country, { feed: doubt!.feed, row: doubt!.row, person, today: TODAY, actor: 'clerk' }),
    )
  assert.deepEqual(await settle(child('C').person), { ok: false, refusal: { code: 'not_a_candidate' } })
  assert.ok((await settle(child('B').person)).ok)
  assert.deepEqual(await settle(child('A').person), { ok: false, refusal: { code: 'settled_before' } })
  assert.equal((await factsOf('B', '2022-11')).absences_month, 4)
  assert.deepEqual((await told([{ ...row, month: '2022-12', absences_month: '0' }])).counts, [1, 0, 0, 0])
  assert.equal((await factsOf('B', '2022-12')).absences_month, 0)
})

test('a whole name and birth date that one child alone has is enough', async () => {
  const row = {
    given_name: 'Yamna',
    family_name: 'Aït Ali',
    birth_date: '2012-06-07',
    month: '2022-11',
    absences_month: '7',
  }
  const { id, counts } = await told([row])
  assert.deepEqual(counts, [1, 0, 0, 0], JSON.stringify(await transaction(worker, tester, tx => rejectsOf(tx, id))))
  assert.equal((await factsOf('C', '2022-11')).absences_month, 7)
})

test('stopped between two batches, the same call goes on from there', async () => {
  const many = Array.from({ length: 600 }, (_, at) => ({
    unique_number: at === 599 ? child('C').number : '9999999999',
    month: '2022-09',
    absences_month: '1',
  }))
  const stop = new AbortController()
  const change = { content: 'many' }
  const records = many.map((cells, at): FeedRecord => ({ row: at + 2, cells }))
  const asked = {
    country,
    kind: 'school',
    source: 'massar',
    header: Object.keys(many[0]!),
    content: 'many',
    channel: 'file',
    label: 'm',
    askedBy: 'test',
    today: TODAY,
    decimalComma: false,
  } as const
  const given = async function* () {
    yield records
  }
  const stopped = takeFeed(worker, tester, asked, given, { signal: stop.signal, onRows: () => stop.abort() })
  await assert.rejects(stopped, FeedStopped)
  const result = await takeFeed(worker, tester, { ...asked, ...change }, given)
  assert.ok(result.ok)
  const { recorded, rejected, position } = result.value
  assert.deepEqual([recorded, rejected, position], [1, 599, 601])
})

test('a misspelt column, a feed that the country does not have and a month that is missing are refused before anything is read', async () => {
  const refusal = async (rows: Parameters<typeof feed>[0], change: Partial<FeedAsked> = {}) => {
    const result = await feed(rows, change)
    return result.ok ? 'taken' : result.refusal.code
  }
  assert.equal(await refusal([{ unique_number: '1', absenses_month: '3' }]), 'column_unknown')
  assert.equal(await refusal([{ unique_number: '1', absences_month: '3' }]), 'column_missing')
  assert.equal(await refusal([{ unique_number: '1' }], { kind: 'vaccination' }), 'feed_unknown')
  assert.equal(await refusal([october], { source: 'Massar 2' }), 'source_malformed')
})

test('births and deaths of the civil register are proposed; a desk records them as events, or says why not', async () => {
  const mother = who('C', '2')
  const rows = [
    {
      unique_number: mother.number,
      event: 'birth',
      effective_on: '2022-11-02',
      child_given_name: 'Sifaw',
      child_family_name: 'Ait Ali',
      child_sex: 'male',
    },
    {
      unique_number: who('A', '2').number,
      event: 'death',
      effective_on: '2022-11-20',
      child_given_name: '',
      child_family_name: '',
      child_sex: '',
    },
    {
      unique_number: who('A', '1').number,
      event: 'death',
      effective_on: '2022-11-21',
      child_given_name: '',
      child_family_name: '',
      child_sex: '',
    },
  ]
  assert.deepEqual((await told(rows, { kind: 'civil', source: 'bec' })).counts, [3, 0, 0, 0])
  assert.deepEqual((await told(rows, { kind: 'civil', source: 'bec' })).counts, [0, 3, 0, 0])
  const clerk = staffIn('07')
  const open = () => transaction(app, clerk, tx => openProposedEvents(tx, 'ma', { limit: 10 }))
  const [birth, death, head] = await open()
  const before = await transaction(app, clerk, tx => householdAt(tx, birth!.household, { on: TODAY }))
  const answer = (of: typeof birth, said: 'recorded' | 'refused', says = '') =>
    transaction(app, clerk, tx =>
      answerProposedEvent(tx, country, {
        feed: of!.feed,
        row: of!.row,
        household: of!.household,
        answer: said,
        says,
        today: TODAY,
      }),
    )
  assert.deepEqual(await answer(birth, 'refused'), { ok: false, refusal: { code: 'reason_missing' } })
  assert.ok((await answer(birth, 'recorded')).ok)
  const after = await transaction(app, clerk, tx => householdAt(tx, birth!.household, { on: TODAY }))
  assert.equal(after!.members.length, before!.members.length + 1)
  assert.ok((await answer(death, 'refused', 'She is alive and was here today.')).ok)
  const heads = await answer(head, 'recorded')
  assert.equal(heads.ok ? '' : heads.refusal.code, 'successor_missing')
  assert.deepEqual(
    (await open()).map(each => each.kind),
    ['death'],
  )
})

test('whoever works elsewhere sees nothing of what was told', async () => {
  const seen = await transaction(app, staffIn('09'), tx =>
    sql<{
      count: number
    }>`select count(*)::int as count from households.received where person_id = ${child('A').person}`.execute(tx),
  )
  assert.equal(seen.rows[0]!.count, 0)
})

test('what was told can be read again from the audit, also after a person has left, and a changed fact is found', async () => {
  const verified = async () => (await verifySets(worker, receivedSets)).findings.length
  assert.equal(await verified(), 0)
  await transaction(owner, tester, tx =>
    sql`delete from households.received where person_id = ${child('B').person}`.execute(tx),
  )
  assert.equal(await verified(), 0, 'its line stays')
  await transaction(owner, tester, tx =>
    sql`update households.received set facts = '{"absences_month": 0}' where person_id = ${child('A').person}`.execute(
      tx,
    ),
  )
  assert.ok((await verified()) > 0)
})

// Events against the real database: what is appended, what nobody may see, and what happens when several come at once.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { openCountry } from '#countries'
import { type StaffActor, transaction, workerActor } from '#db'
import {
  type EventTerms,
  type HouseholdEvent,
  householdAt,
  type IncomingHousehold,
  recordEvent,
  registerHouseholds,
} from '#households'
import { type DateText, type Id, newId } from '#kernel'
import { testDatabase } from '../../../test/database.ts'
import { staffIn } from '../../../test/demonstrated.ts'
import { broken } from '../../../test/household-invariants.ts'

const { app, worker } = await testDatabase()
const country = openCountry('ma')
const day = (text: string) => text as DateText
const TODAY = day('2026-11-22')
const clerk = staffIn('')

const provenance = {
  country: 'ma',
  source: 'test',
  channel: 'import',
  actor: 'test',
  effectiveOn: day('2026-01-01'),
  modelled: false,
  head: { fact: 'relation', code: 'head' },
} as const
const said = (sourceId: string, change: Partial<IncomingHousehold> = {}): IncomingHousehold => ({
  sourceId,
  territory: '07.351',
  facts: { territory: '07.351', area: 'rural', rooms: 2 },
  members: [
    {
      sourceId: '1',
      givenName: 'Idir',
      facts: { relation: 'head', sex: 'male', birth_date: '1980-01-01', marital_status: 'married' },
    },
    {
      sourceId: '2',
      givenName: 'Tuda',
      facts: { relation: 'spouse', sex: 'female', birth_date: '1984-01-01', marital_status: 'married' },
    },
    {
      sourceId: '3',
      givenName: 'Izza',
      facts: { relation: 'child', sex: 'female', birth_date: '2004-01-01', marital_status: 'single' },
    },
  ],
  ...change,
})
const register = (household: IncomingHousehold, on = '2026-01-01') =>
  transaction(worker, workerActor('test'), tx =>
    registerHouseholds(tx, { ...provenance, effectiveOn: day(on) }, [household]),
  )

let households = 0
/** A family of three, by the names of its members. */
async function family() {
  const sourceId = `h${++households}`
  await register(said(sourceId))
  return transaction(worker, workerActor('test'), async tx => {
    const { rows } = await sql<{ household: Id<'Household'>; person: Id<'Person'>; source: string }>`
      select household_id as household, person_id as person, membership.source_id as source from households.membership
        join households.household on household.id = household_id
      where household.source_id = ${sourceId} and ended_at is null order by membership.source_id`.execute(tx)
    const [idir, tuda, izza] = rows.map(row => row.person) as [Id<'Person'>, Id<'Person'>, Id<'Person'>]
    return { household: rows[0]!.household, sourceId, idir, tuda, izza }
  })
}

const eventOf = (household: Id<'Household'>, terms: EventTerms, change: Partial<HouseholdEvent> = {}) =>
  ({ id: newId(), household, on: day('2026-06-10'), says: '', ...terms, ...change }) as HouseholdEvent
const record = (event: HouseholdEvent, as: StaffActor = clerk) =>
  transaction(app, as, tx => recordEvent(tx, country, event, { today: TODAY, channel: 'desk' }))
const codeOf = (answer: Awaited<ReturnType<typeof record>>) => (answer.ok ? answer.value.outcome : answer.refusal.code)
const at = (household: Id<'Household'>, on: string, knownAt?: string) =>
  transaction(app, clerk, tx => householdAt(tx, household, { on: day(on), ...(knownAt ? { knownAt } : {}) }))
const now = () =>
  transaction(
    app,
    clerk,
    async tx => (await sql<{ now: string }>`select clock_timestamp()::text as now`.execute(tx)).rows[0]!.now,
  )
const sound = async () => assert.deepEqual(await transaction(worker, workerActor('test'), broken), [])

const newborn = (name: string, birthDate = '2026-06-10') => ({
  id: newId<'Person'>(),
  givenName: name,
  familyName: null,
  givenNameAr: null,
  familyNameAr: null,
  sex: 'female' as const,
  birthDate: day(birthDate),
})
const birth = (name: string): EventTerms => ({ kind: 'birth', child: newborn(name), mother: null, relation: 'child' })
const death = (person: Id<'Person'>, successor: Id<'Person'> | null = null): EventTerms => ({
  kind: 'death',
  person,
  successor,
  relations: {},
})
const arrival = (person: Id<'Person'>): EventTerms => ({ kind: 'arrival', person, relation: 'other' })
const merge = (other: Id<'Household'>): EventTerms => ({ kind: 'merge', other, relations: {} })
const split = (
  members: readonly Id<'Person'>[],
  change: Partial<Extract<EventTerms, { kind: 'split' }>> = {},
): EventTerms => ({
  kind: 'split',
  into: newId(),
  members,
  head: members[0]!,
  territory: '07.351',
  successor: null,
  relations: {},
  ...change,
})

test('a death learnt late: true since June, and the months before it was learnt stay as they were known', async () => {
  const { household, idir, tuda, izza } = await family()
  const before = await now()
  assert.equal(codeOf(await record(eventOf(household, death(idir, tuda)))), 'recorded')
  const persons = async (on: string, knownAt?: string) =>
    (await at(household, on, knownAt)).members.map(each => [each.person, each.relation])
  assert.deepEqual(
    await persons('2026-06-09'),
    [
      [idir, 'head'],
      [tuda, 'spouse'],
      [izza, 'child'],
    ].sort(),
  )
  assert.deepEqual(
    await persons('2026-06-10'),
    [
      [tuda, 'head'],
      [izza, 'child'],
    ].sort(),
  )
  assert.deepEqual(
    await persons('2026-09-01', before),
    [
      [idir, 'head'],
      [tuda, 'spouse'],
      [izza, 'child'],
    ].sort(),
  )
  const widow = (await at(household, '2026-07-01')).said!.members.find(each => each.id === tuda)
  assert.equal(widow?.facts.marital_status, 'widowed')
  await sound()
})

test('an event says what changed to whoever subscribed, and leaves a record with its purpose', async () => {
  const { household, izza } = await family()
  const event = eventOf(household, { kind: 'departure', person: izza, successor: null, relations: {} })
  await record(event)
  await transaction(worker, workerActor('test'), async tx => {
    const { rows: told } = await sql<{ payload: object }>`
      select payload from db.event where type = 'household.changed' and key = ${household}`.execute(tx)
    assert.deepEqual(told, [
      {
        payload: {
          household,
          country: 'ma',
          event: event.id,
          kind: 'departure',
          on: '2026-06-10',
          changed: ['members'],
        },
      },
    ])
    const { rows: records } = await sql<{ purpose: string; territory: string }>`
      select purpose, territory from security.audit_record
      where action = 'household.event' and subject_id = ${household}::text`.execute(tx)
    assert.deepEqual(records, [{ purpose: 'registration: household event', territory: '07.351' }])
  })
})

test('a retry is the same event; the same id with other content is refused', async () => {
  const { household } = await family()
  const event = eventOf(household, birth('Tilelli'))
  assert.deepEqual((await Promise.all([record(event), record(event)])).map(codeOf).sort(), ['exists', 'recorded'])
  assert.equal(codeOf(await record({ ...event, says: 'otherwise' })), 'exists_with_other_content')
  assert.equal((await at(household, '2026-06-10')).members.length, 4)
})

test('a household of elsewhere does not exist, nor does a move there; who belongs there is said to belong elsewhere', async () => {
  const { household, izza } = await family()
  const other = await family()
  await record(eventOf(other.household, { kind: 'move', territory: '08', facts: {} }))
  const regional = staffIn('07')
  assert.equal(codeOf(await record(eventOf(other.household, birth('Tilelli')), regional)), 'household_unknown')
  assert.equal(codeOf(await record(eventOf(household, merge(other.household)), regional)), 'other_household_unknown')
  assert.equal(
    codeOf(await record(eventOf(household, { kind: 'move', territory: '08', facts: {} }), regional)),
    'territory_not_yours',
  )
  assert.equal(codeOf(await record(eventOf(household, arrival(other.izza)), regional)), 'person_unknown')
  assert.equal(
    codeOf(await record(eventOf(household, { kind: 'move', territory: '07', facts: { rooms: 1 } }), regional)),
    'recorded',
  )
  assert.deepEqual((await at(household, '2026-06-10')).said!.facts, { territory: '07', rooms: 1 })
  assert.ok(izza)
})

test('a person of here whose household is elsewhere is not taken from it unseen', async () => {
  const { household } = await family()
  const other = await family()
  // The household moves alone in its register's eyes: its members' own rows still say the region.
  await transaction(worker, workerActor('test'), tx =>
    sql`update households.household set territory = '08' where id = ${other.household}`.execute(tx),
  )
  assert.equal(codeOf(await record(eventOf(household, arrival(other.izza)), staffIn('07'))), 'member_of_another')
})

test('what two agents record of one household at once is all there', async () => {
  const { household, tuda } = await family()
  const events = Array.from({ length: 8 }, (_, n) => eventOf(household, birth(`Child ${n}`)))
  const also = eventOf(household, { kind: 'departure', person: tuda, successor: null, relations: {} })
  const answers = await Promise.all([...events, also].map(each => record(each)))
  assert.deepEqual([...new Set(answers.map(codeOf))], ['recorded'])
  const { members, said: last } = await at(household, '2026-06-10')
  assert.equal(members.length, 10)
  assert.equal(last!.members.length, 10)
  await sound()
})

test('two merges that cross: one takes the other in, and neither loses anybody', async () => {
  for (let round = 0; round < 8; round++) {
    const [one, other] = [await family(), await family()]
    const answers = await Promise.all([
      record(eventOf(one.household, merge(other.household))),
      record(eventOf(other.household, merge(one.household))),
    ])
    assert.deepEqual(answers.map(codeOf).sort(), ['household_closed', 'recorded'])
    const counts = await Promise.all(
      [one, other].map(async each => (await at(each.household, '2026-06-10')).members.length),
    )
    assert.deepEqual(counts.sort(), [0, 6])
  }
  await sound()
})

test('one person fetched by two households at once ends in one of them', async () => {
  for (let round = 0; round < 8; round++) {
    const [one, other, from] = [await family(), await family(), await family()]
    const answers = await Promise.all([
      record(eventOf(one.household, arrival(from.izza))),
      record(eventOf(other.household, arrival(from.izza))),
    ])
    assert.deepEqual([...new Set(answers.map(codeOf))], ['recorded'])
  }
  await sound()
})

test('a split racing an import: whoever went stays gone, and no word of either is lost', async () => {
  for (let round = 0; round < 8; round++) {
    const { household, sourceId, izza } = await family()
    const [answer] = await Promise.all([
      record(eventOf(household, split([izza]))),
      register(said(sourceId, { facts: { territory: '07.351', area: 'rural', rooms: 5 } }), '2026-06-10'),
    ])
    assert.equal(codeOf(answer), 'recorded')
    const { members, said: last } = await at(household, '2026-06-10')
    assert.deepEqual([members.length, last!.members.length, last!.facts.rooms], [2, 2, 5])
  }
  await sound()
})

test('a source that has not heard of a death or of an end does not undo them', async () => {
  const { household, sourceId, idir, tuda, izza } = await family()
  const headless = await family()
  const merged = await family()
  await record(eventOf(household, death(izza)))
  await record(eventOf(headless.household, death(headless.idir, headless.tuda)))
  await record(eventOf(merged.household, merge(headless.household)))
  const rooms = { facts: { territory: '07.351', area: 'rural', rooms: 7 } }
  assert.deepEqual(await register(said(sourceId, rooms), '2026-07-01'), { registered: 0, changed: 1, unchanged: 0 })
  assert.deepEqual(await register(said(headless.sourceId, rooms), '2026-07-01'), {
    registered: 0,
    changed: 0,
    unchanged: 1,
  })
  assert.deepEqual(
    (await at(household, '2026-07-01')).members.map(each => each.person),
    [idir, tuda].sort(),
  )
  assert.equal((await at(headless.household, '2026-07-01')).members.length, 0)
  await sound()
})

test('nobody but the worker writes what has happened otherwise: events and deaths are written once', async () => {
  for (const statement of [
    sql`update households.event set says = 'x'`,
    sql`delete from households.event`,
    sql`update population.death set died_on = '2020-01-01'`,
    sql`delete from population.death`,
  ]) {
    await assert.rejects(
      transaction(app, clerk, tx => statement.execute(tx)),
      /permission denied/,
    )
  }
})

// Checks against the real register: counts over the whole country, whoever asks; what was found is kept once.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { openCountry } from '#countries'
import { type Transaction, transaction, workerActor } from '#db'
import {
  assessSlice,
  checkAgainstRegister,
  type Declaring,
  decideDoubts,
  doubtKey,
  type IncomingHousehold,
  recordDoubts,
  registerHouseholds,
} from '#households'
import type { DateText, Id } from '#kernel'
import { testDatabase } from '../../../test/database.ts'
import { staffIn } from '../../../test/demonstrated.ts'

const { app, worker } = await testDatabase()
const country = openCountry('ma')
const { checks } = country.upkeep
const TODAY = '2026-11-22' as DateText
const asWorker = <Value>(work: (tx: Transaction) => Promise<Value>) => transaction(worker, workerActor('test'), work)

const provenance = {
  country: 'ma',
  source: 'test',
  channel: 'import',
  actor: 'test',
  effectiveOn: '2026-01-01' as DateText,
  modelled: false,
  head: { fact: 'relation', code: 'head' },
} as const

const alone = (sourceId: string, change: Partial<IncomingHousehold> = {}, phone?: string): IncomingHousehold => ({
  sourceId,
  territory: '07.351',
  facts: { territory: '07.351', area: 'rural', rooms: 2 },
  members: [
    {
      sourceId: '1',
      givenName: 'Idir',
      ...(phone && { phone }),
      facts: { relation: 'head', sex: 'male', birth_date: '1980-01-01' },
    },
  ],
  ...change,
})

const register = (households: readonly IncomingHousehold[], change: Partial<typeof provenance> | object = {}) =>
  asWorker(tx => registerHouseholds(tx, { ...provenance, ...change }, households))
const idsOf = async (sourceId: string) => {
  const { rows } = await asWorker(tx =>
    sql<{ household: Id<'Household'>; person: Id<'Person'>; declaration: Id<'Declaration'> }>`
      select household.id as household, person_id as person,
        (select id from households.declaration where household_id = household.id order by recorded_at desc limit 1) as declaration
      from households.household join households.membership on household_id = household.id and ended_at is null
      where household.source_id = ${sourceId}`.execute(tx),
  )
  return rows[0]!
}

const declaring = (change: Partial<Declaring> = {}): Declaring => ({
  country: 'ma',
  household: null,
  territory: '07.351',
  address: null,
  actor: 'Samira',
  said: { facts: alone('x').facts, members: [{ id: 'm', facts: {} }] },
  persons: new Map(),
  phones: new Map(),
  ...change,
})
/** As a clerk of another province, who sees none of these households. */
const check = (asked: Declaring) => transaction(app, staffIn('01'), tx => checkAgainstRegister(tx, asked, checks))
const codes = async (asked: Declaring) => (await check(asked)).map(doubt => `${doubt.severity} ${doubt.code}`)

test('a person who belongs to a household is not declared in another, wherever that one is', async () => {
  await register([alone('elsewhere')])
  const { person, household } = await idsOf('elsewhere')
  const persons = new Map([['m', person]])
  assert.deepEqual(await codes(declaring({ persons })), ['error person_elsewhere'])
  const own = await transaction(app, staffIn('07'), tx =>
    checkAgainstRegister(tx, declaring({ household, persons }), checks),
  )
  assert.deepEqual(own, [])
})

test('one telephone for four households is a warning, for thirty an error, with or without the country’s prefix', async () => {
  await register(['p1', 'p2', 'p3'].map(id => alone(id, {}, '+212612345678')))
  const phones = new Map([['m', '0612345678']])
  const doubts = await check(declaring({ phones }))
  assert.deepEqual(doubts, [
    { code: 'phone_shared', severity: 'warning', member: 'm', fact: null, facts: { households: 4 } },
  ])
  await register(Array.from({ length: 26 }, (_, i) => alone(`q${i}`, {}, '+212612345678')))
  assert.deepEqual(await codes(declaring({ phones })), ['error phone_shared'])
})

test('many persons at one address in words are a warning', async () => {
  await register([alone('address')])
  const { person } = await idsOf('address')
  const others = Array.from({ length: 29 }, (_, i) => alone(`address-${i}`))
  await register(others)
  await asWorker(async tx => {
    await sql`update population.person set address = 'Derb El Hammam 12' where territory = '07.351'
      and id in (select person_id from households.membership join households.household on id = household_id
        where household.source_id like 'address-%')`.execute(tx)
  })
  assert.deepEqual(await codes(declaring({ address: 'derb el hammam 12', persons: new Map([['m', person]]) })), [
    'error person_elsewhere',
    'warning address_shared',
  ])
  assert.deepEqual(await codes(declaring({ address: 'Derb Jdid 3' })), [])
})

const answers = Object.fromEntries(
  [...country.catalogue.household.values()]
    .filter(fact => fact.type === 'boolean')
    .map(fact => [fact.name, fact.name.length % 2 === 0]),
)

test('the same answers three times from one agent are copied; from another they are not', async () => {
  const facts = { territory: '07.351', ...answers }
  await register(
    ['c1', 'c2', 'c3'].map(id => alone(id, { facts: { ...facts, territory: '07.351' } })),
    { channel: 'desk', actor: 'Samira' },
  )
  const said = { facts: { ...facts, territory: '01' }, members: [{ id: 'm', facts: {} }] }
  assert.deepEqual(await codes(declaring({ said })), ['warning copied_answers'])
  assert.deepEqual(await codes(declaring({ said, actor: 'Brahim' })), [])
  assert.deepEqual(await codes(declaring({ said: { ...said, facts: { ...said.facts, cows: 1 } } })), [])
})

test('what was doubted at the desk is kept with its word, and the worker leaves it', async () => {
  await register([alone('desk')])
  const { household, declaration, person } = await idsOf('desk')
  const said = {
    facts: {},
    members: [{ id: 'form-1', facts: { relation: 'head', birth_date: '2009-06-01' } }],
  }
  const doubts = [
    { code: 'head_too_young', severity: 'warning', member: 'form-1', fact: 'birth_date', facts: { age: 17 } },
  ] as const
  const accepted = decideDoubts(doubts, { [doubtKey(doubts[0])]: 'Orphelin' })
  assert.ok(accepted.ok)
  await transaction(app, staffIn('07'), tx =>
    recordDoubts(tx, country, {
      household,
      declaration,
      said,
      doubts: accepted.value,
      persons: new Map([['form-1', person]]),
      actor: 'Samira',
    }),
  )
  await asWorker(tx => assessSlice(tx, country, null, TODAY))
  const { rows } = await asWorker(tx =>
    sql<{ code: string; says: string; member: string; actor: string }>`
      select code, says, member_id as member, actor from households.doubt where household_id = ${household}`.execute(
      tx,
    ),
  )
  assert.deepEqual(rows, [{ code: 'head_too_young', says: 'Orphelin', member: person, actor: 'Samira' }])
})

test('the worker assesses what was imported, once; a birth date that changes is a contradiction', async () => {
  await register([alone('import')])
  await asWorker(tx => assessSlice(tx, country, null, TODAY))
  const again = await asWorker(tx => assessSlice(tx, country, null, TODAY))
  assert.deepEqual(again, { after: null, assessed: 0 })
  const { household } = await idsOf('import')
  const changed = alone('import')
  const [member] = changed.members
  await register([{ ...changed, members: [{ ...member!, facts: { ...member!.facts, birth_date: '1981-01-01' } }] }])
  assert.equal((await asWorker(tx => assessSlice(tx, country, null, TODAY))).assessed, 1)
  const { rows } = await asWorker(tx =>
    sql<{ codes: string[]; value: number; terms: { term: string; points: number }[] }>`
      select (select array_agg(code order by number) from households.doubt
          where household_id = quality.household_id and declaration_id = quality.declaration_id) as codes, value, terms
      from households.quality where household_id = ${household} order by recorded_at`.execute(tx),
  )
  assert.deepEqual(
    rows.map(row => row.codes),
    [['much_unknown'], ['much_unknown', 'fixed_changed']],
  )
  for (const { value, terms } of rows) assert.equal(value, 100 - terms.reduce((sum, { points }) => sum + points, 0))
  assert.equal(rows[0]!.value - rows[1]!.value, country.upkeep.quality.contradiction)
})

test('slices follow one another to the end, and a shared telephone counts households, not persons', async () => {
  const { rows } = await asWorker(tx =>
    sql<{ households: number }>`
      select (facts ->> 'households')::int as households from households.doubt join households.household on id = household_id
      where code = 'phone_shared' order by 1 desc limit 1`.execute(tx),
  )
  assert.equal(rows[0]?.households, 29)
})

test('who does not see a household sees neither its doubts nor its quality', async () => {
  const seen = await transaction(app, staffIn('01'), tx =>
    sql<{ doubts: number; qualities: number }>`
      select (select count(*) from households.doubt)::int as doubts, (select count(*) from households.quality)::int as qualities`.execute(
      tx,
    ),
  )
  assert.deepEqual(seen.rows, [{ doubts: 0, qualities: 0 }])
})

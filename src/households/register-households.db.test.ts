import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { type StaffActor, transaction, workerActor } from '#db'
import { type IncomingHousehold, type IncomingMember, type Provenance, registerHouseholds } from '#households'
import type { DateText } from '#kernel'
import { testDatabase } from '../../test/database.ts'

const { app, worker } = await testDatabase()
const day = (text: string) => text as DateText
const tester = workerActor('test')

const from = (source: string, change: Partial<Provenance> = {}): Provenance => ({
  country: 'ma',
  source,
  channel: 'import',
  actor: 'test',
  effectiveOn: day('2026-01-01'),
  modelled: false,
  head: { fact: 'relation', code: 'head' },
  ...change,
})
const member = (sourceId: string, relation: string, change: Partial<IncomingMember> = {}): IncomingMember => ({
  sourceId,
  facts: { relation, sex: 'female', birth_date: '1984-03-05' },
  ...change,
})
const household = (sourceId: string, change: Partial<IncomingHousehold> = {}): IncomingHousehold => ({
  sourceId,
  territory: '07.351',
  facts: { rooms: 2, area: 'rural' },
  members: [member('1', 'head', { givenName: 'Méryem' }), member('2', 'child')],
  ...change,
})
const register = (provenance: Provenance, ...households: IncomingHousehold[]) =>
  transaction(worker, tester, tx => registerHouseholds(tx, provenance, households))

/** Everything that the register holds of a source, ids left out. */
async function held(source: string) {
  return transaction(worker, tester, async tx => {
    const declarations = await sql<{ source_id: string; facts: object; members: { source_id: string }[] }>`
      select household.source_id, effective_on, facts, members from households.declaration
        join households.household on household.id = household_id
      where source = ${source} order by household.source_id, declaration.id`.execute(tx)
    const memberships = await sql<{ person_id: string; source_id: string; relation: string; valid_to: string | null }>`
      select person_id, membership.source_id, relation, valid_from, valid_to from households.membership
        join households.household on household.id = household_id
      where source = ${source} order by membership.recorded_at, membership.source_id`.execute(tx)
    const recipients = await sql<{ person_id: string }>`
      select person_id from households.recipient join households.household on household.id = household_id
      where source = ${source} order by recipient.id`.execute(tx)
    const persons = await sql<{ id: string; given_name: string; family_name: string; territory: string }>`
      select person.* from population.person where source = ${source} order by id`.execute(tx)
    return {
      declarations: declarations.rows,
      memberships: memberships.rows,
      recipients: recipients.rows,
      persons: persons.rows,
    }
  })
}

test('a new household brings its persons, memberships, declaration and recipient', async () => {
  assert.deepEqual(await register(from('new'), household('a'), household('b')), {
    registered: 2,
    changed: 0,
    unchanged: 0,
  })
  const { declarations, memberships, recipients, persons } = await held('new')
  assert.equal(declarations.length, 2)
  assert.deepEqual(declarations[0]!.facts, { rooms: 2, area: 'rural' })
  assert.deepEqual(
    declarations[0]!.members.map(one => one.source_id),
    ['1', '2'],
  )
  assert.deepEqual(
    memberships.map(({ relation, valid_to }) => [relation, valid_to]),
    [
      ['head', null],
      ['head', null],
      ['child', null],
      ['child', null],
    ],
  )
  assert.equal(persons.length, 4)
  assert.equal(persons[0]!.given_name, 'Méryem')
  const heads = memberships.filter(({ relation }) => relation === 'head').map(({ person_id }) => person_id)
  assert.deepEqual(recipients.map(({ person_id }) => person_id).sort(), heads.sort())
})

test('the same content again, in another order and on another day, changes nothing', async () => {
  await register(from('same'), household('a'), household('b'))
  const before = await held('same')
  const again = household('a', { facts: { area: 'rural', rooms: 2 } })
  assert.deepEqual(await register(from('same', { effectiveOn: day('2026-06-01') }), household('b'), again), {
    registered: 0,
    changed: 0,
    unchanged: 2,
  })
  assert.deepEqual(await held('same'), before)
})

test('other content is another declaration: the first stays as it was said', async () => {
  await register(from('other'), household('a'))
  const moved = household('a', { territory: '08', facts: { rooms: 3, area: 'urban' } })
  const later = from('other', { effectiveOn: day('2026-05-01') })
  assert.deepEqual(await register(later, moved), { registered: 0, changed: 1, unchanged: 0 })
  const { declarations, memberships, persons } = await held('other')
  assert.deepEqual(
    declarations.map(({ facts }) => facts),
    [
      { rooms: 2, area: 'rural' },
      { rooms: 3, area: 'urban' },
    ],
  )
  assert.equal(memberships.length, 2)
  assert.deepEqual(new Set(persons.map(({ territory }) => territory)), new Set(['08']))
})

test('who leaves is ended, who returns is the same person, another relation is another membership', async () => {
  await register(from('moves'), household('a', { members: [member('1', 'head'), member('2', 'child')] }))
  const on = (effectiveOn: string) => from('moves', { effectiveOn: day(effectiveOn) })
  await register(on('2026-02-01'), household('a', { members: [member('1', 'head')] }))
  await register(on('2026-03-01'), household('a', { members: [member('2', 'head'), member('1', 'parent')] }))
  const { memberships, persons } = await held('moves')
  assert.deepEqual(
    memberships.map(({ source_id, relation, valid_to }) => [source_id, relation, valid_to]),
    [
      ['1', 'head', '2026-03-01'],
      ['2', 'child', '2026-02-01'],
      ['1', 'parent', null],
      ['2', 'head', null],
    ],
  )
  assert.equal(persons.length, 2)
})

test('what takes effect before a later declaration is history: it is added, and what stands now stays', async () => {
  const on = (effectiveOn: string) => from('late', { effectiveOn: day(effectiveOn) })
  await register(on('2026-06-01'), household('a', { territory: '07.351', facts: { rooms: 4 } }))
  const earlier = household('a', {
    territory: '08',
    facts: { rooms: 1 },
    members: [member('1', 'head', { givenName: 'Maryam' }), member('9', 'parent')],
  })
  assert.equal((await register(on('2026-02-01'), earlier)).changed, 1)
  const { declarations, memberships, persons, recipients } = await held('late')
  assert.deepEqual(
    declarations.map(({ facts }) => facts),
    [{ rooms: 4 }, { rooms: 1 }],
  )
  assert.deepEqual(
    memberships.map(({ source_id, relation, valid_to }) => [source_id, relation, valid_to]),
    [
      ['1', 'head', null],
      ['2', 'child', null],
      ['9', 'parent', '2026-06-01'],
    ],
  )
  assert.deepEqual(persons.map(({ given_name }) => given_name).sort(), ['Méryem', null, null])
  assert.equal(recipients.length, 1)
  const { rows } = await transaction(worker, tester, tx =>
    sql<{ territory: string }>`select territory from households.household where source = 'late'`.execute(tx),
  )
  assert.equal(rows[0]!.territory, '07.351')
})

test('a person whose name is corrected keeps the state before', async () => {
  await register(from('names'), household('a'))
  await register(
    from('names'),
    household('a', { members: [member('1', 'head', { givenName: 'Maryam' }), member('2', 'child')] }),
  )
  const past = await transaction(worker, tester, tx =>
    sql<{ given_name: string; now: string }>`
      select past.given_name, person.given_name as now from population.person_past as past
        join population.person using (id) where person.source = 'names'`.execute(tx),
  )
  assert.deepEqual(past.rows, [{ given_name: 'Méryem', now: 'Maryam' }])
})

test('who receives is the member named, and stays until another is named or the person leaves', async () => {
  const named = (recipient: string | undefined, ...ids: string[]) =>
    household('a', { recipient, members: ids.map((id, i) => member(id, i === 0 ? 'head' : 'child')) })
  await register(from('payee'), named('2', '1', '2'))
  await register(from('payee'), named(undefined, '1', '2', '3'))
  await register(from('payee'), named('3', '1', '2', '3'))
  await register(from('payee'), named(undefined, '1', '2'))
  const { memberships, recipients } = await held('payee')
  const sourceIds = new Map(memberships.map(({ person_id, source_id }) => [person_id, source_id]))
  assert.deepEqual(
    recipients.map(({ person_id }) => sourceIds.get(person_id)),
    ['2', '3', '1'],
  )
})

test('a household without members is one too', async () => {
  await register(from('alone', { country: 'mx', head: null }), household('a', { members: [], weight: '201' }))
  const { declarations, recipients } = await held('alone')
  assert.deepEqual(declarations[0]!.members, [])
  assert.deepEqual(recipients, [])
})

test('text that COPY or JSON could trip over arrives as it was', async () => {
  const awkward = 'tab\there "quoted" back\\slash \\N \n line\r end'
  await register(
    from('text'),
    household(awkward, { facts: { note: awkward }, members: [member('\\N', 'head', { familyName: awkward })] }),
  )
  const { declarations, persons } = await held('text')
  assert.equal(declarations[0]!.source_id, awkward)
  assert.deepEqual(declarations[0]!.facts, { note: awkward })
  assert.equal(persons[0]!.family_name, awkward)
})

test('one source_id stands at most once in a batch', async () => {
  await assert.rejects(register(from('twice'), household('a'), household('a')), /duplicate key/)
})

test('two batches that cross register each household once', async () => {
  const ids = Array.from({ length: 40 }, (_, i) => household(`h${i}`))
  const both = await Promise.all([register(from('race'), ...ids), register(from('race'), ...ids.toReversed())])
  assert.equal(both[0].registered + both[1].registered, 40)
  const { declarations, memberships } = await held('race')
  assert.equal(declarations.length, 40)
  assert.equal(memberships.length, 80)
})

test('a foreign territory is invisible: household, declaration, members, persons', async () => {
  await register(from('places'), household('near', { territory: '07.351' }), household('far', { territory: '08.001' }))
  const clerk: StaffActor = { kind: 'staff', staffId: 's', name: 'Clerk', territories: ['08'] }
  const seen = await transaction(app, clerk, async tx => {
    const of = async (query: ReturnType<typeof sql<{ n: number }>>) => (await query.execute(tx)).rows[0]!.n
    return [
      await of(sql`select count(*)::int as n from households.household where source = 'places'`),
      await of(sql`select count(*)::int as n from households.published_member where source = 'places'`),
      await of(sql`select count(distinct household_id)::int as n from households.declaration
        where household_id in (select id from households.household where source = 'places')`),
      await of(sql`select count(*)::int as n from population.published_person where territory like '07%'`),
      await of(sql`select count(*)::int as n from households.declaration join households.household h on h.id = household_id
        where h.territory like '07%'`),
    ]
  })
  assert.deepEqual(seen, [1, 2, 1, 0, 0])
})

for (const attempt of [
  `update households.declaration set facts = '{}'`,
  'delete from households.declaration',
  'delete from households.household',
  'update households.household set source_id = source_id',
  'update households.score set value = 1',
  'update households.recipient set effective_on = effective_on',
  'delete from population.person',
  'insert into population.person_past (id) select id from population.person',
]) {
  test(`what was recorded stays: the application cannot ${attempt}`, async () => {
    const national: StaffActor = { kind: 'staff', staffId: 's', name: 'Head', territories: [''] }
    await assert.rejects(
      transaction(app, national, tx => sql.raw(attempt).execute(tx)),
      /permission denied/,
    )
  })
}

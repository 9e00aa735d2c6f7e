import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { type RawBuilder, sql } from 'kysely'
import { openCountry } from '#countries'
import { bringIndexesBack, type Databases, transaction, workerActor } from '#db'
import {
  ImportStopped,
  importHouseholds,
  modelHouseholds,
  openTable,
  readHouseholdModel,
  restoringIndexes,
} from '#households'
import type { DateText } from '#kernel'
import { testDatabase } from '../../../test/database.ts'

const folder = mkdtempSync(join(tmpdir(), 'socle import indexes '))
after(() => rmSync(folder, { recursive: true }))
const country = openCountry('ma')
const [some] = modelHouseholds(readHouseholdModel(fileURLToPath(new URL('../../../packs/ma', import.meta.url))), {
  seed: 1,
  from: 0,
  to: 1,
})
const place = some!.facts.territory
const TOTAL = 6000

/** One file of many households of one person; stopped at the first batch where `stop` says so. */
async function bringIn({ worker }: Databases, source: string, { stop = false, total = TOTAL } = {}) {
  const households = join(folder, 'h.csv')
  const members = join(folder, 'm.csv')
  const ids = Array.from({ length: total }, (_, i) => `${source}-${i}`)
  writeFileSync(households, `source_id,territory\n${ids.map(id => `${id},${place}\n`).join('')}`)
  writeFileSync(
    members,
    `household_source_id,source_id,given_name,birth_date,sex,relation\n${ids
      .map((id, i) => `${id},1,Name${i % 50},19${10 + (i % 80)}-01-0${1 + (i % 9)},female,head\n`)
      .join('')}`,
  )
  const stopped = new AbortController()
  const asked = {
    country,
    households: await openTable(households),
    members: await openTable(members),
    source,
    effectiveOn: '2026-01-01' as DateText,
    askedBy: 'test',
    dryRun: false,
  }
  return importHouseholds(worker, asked, {
    onRead: () => {},
    onResume: () => {},
    onReject: async () => {},
    onRegistered: households => {
      if (stop && households > 0) stopped.abort()
    },
    signal: stopped.signal,
  })
}

async function rowsOf<Row>(databases: Databases, query: RawBuilder<Row>): Promise<Row[]> {
  return (await transaction(databases.owner, workerActor('test'), tx => query.execute(tx))).rows
}

const indexes = (databases: Databases) =>
  rowsOf(
    databases,
    sql<{ definition: string }>`
      select pg_get_indexdef(indexrelid) as definition from pg_index
      where indrelid in ('population.person'::regclass, 'population.match_key'::regclass, 'households.household'::regclass)
      order by 1`,
  )
const aside = async (databases: Databases) =>
  (await rowsOf(databases, sql<{ name: string }>`select name from db.index_aside order by name`)).map(row => row.name)

const references = (databases: Databases) =>
  rowsOf(
    databases,
    sql<{ definition: string }>`
      select conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) || ' ' || convalidated as definition
      from pg_constraint where contype = 'f' and connamespace = 'households'::regnamespace order by 1`,
  )

async function stoppedHalfway(t: TestContext) {
  const databases = await testDatabase(t)
  const before = await indexes(databases)
  await assert.rejects(bringIn(databases, 'first', { stop: true }), ImportStopped)
  return { databases, before }
}

test('an empty register is filled without its indexes; the same call, stopped in between, leaves them as they were', async t => {
  const { databases, before } = await stoppedHalfway(t)
  const away = await aside(databases)
  assert.ok(away.includes('population.match_key_place') && away.includes('households.household_territory'), `${away}`)
  const during = await indexes(databases)
  assert.equal(during.length + away.length, before.length)
  assert.ok(during.every(({ definition }) => /UNIQUE|brin/.test(definition)))
  const done = await bringIn(databases, 'first')
  assert.ok(done.ok && done.value.registered === TOTAL, JSON.stringify(done))
  assert.deepEqual(await indexes(databases), before)
  assert.deepEqual(await aside(databases), [])
})

const member = (household: RawBuilder<unknown>, person: RawBuilder<unknown>) => sql`
  insert into households.membership (household_id, person_id, valid_from, valid_to, ended_at, source_id)
  values (${household}, ${person}, '2026-01-01', '2026-01-02', now(), 'another')`
const receiver = (household: RawBuilder<unknown>, person: RawBuilder<unknown>) => sql`
  insert into households.recipient (household_id, id, person_id, effective_on, actor)
  values (${household}, gen_random_uuid(), ${person}, '2026-01-01', 'test')`
const SOMEBODY = sql`(select person_id from households.membership limit 1)`
const HOUSEHOLD = sql`(select id from households.household limit 1)`
const NOBODY = sql`gen_random_uuid()`
const ORPHANS = [
  member(NOBODY, SOMEBODY),
  member(HOUSEHOLD, NOBODY),
  receiver(NOBODY, SOMEBODY),
  receiver(HOUSEHOLD, NOBODY),
]

test('while references are aside no row refers to nobody and nobody referred to leaves; they come back as they were', async t => {
  const databases = await testDatabase(t)
  const before = await references(databases)
  await assert.rejects(bringIn(databases, 'first', { stop: true }), ImportStopped)
  const during = await references(databases)
  assert.equal(before.length - during.length, 4)
  const refused = async () => {
    for (const orphan of ORPHANS)
      await assert.rejects(
        transaction(databases.worker, workerActor('test'), tx => orphan.execute(tx)),
        { code: '23503' },
      )
  }
  await refused()
  const leaving = [
    sql`delete from population.person where id = ${SOMEBODY}`,
    sql`delete from households.household where id = ${HOUSEHOLD}`,
    sql`update population.person set id = gen_random_uuid() where id = ${SOMEBODY}`,
    sql`update households.household set id = gen_random_uuid() where id = ${HOUSEHOLD}`,
  ]
  for (const leave of leaving) await assert.rejects(rowsOf(databases, leave), { code: '55006' })
  await assert.rejects(
    rowsOf(
      databases,
      sql`update households.membership set person_id = gen_random_uuid() where person_id = ${SOMEBODY}`,
    ),
    { code: '23503' },
  )
  assert.ok((await bringIn(databases, 'first')).ok)
  assert.deepEqual(await references(databases), before)
  await refused()
  assert.deepEqual(await rowsOf(databases, sql`select from db.reference_aside`), [])
})

test('what a table that is being filled should not hold comes to light when its references come back', async t => {
  const databases = await testDatabase(t)
  await assert.rejects(bringIn(databases, 'first', { stop: true }), ImportStopped)
  await rowsOf(databases, sql`alter table households.membership disable trigger check_added`)
  await rowsOf(databases, member(NOBODY, SOMEBODY))
  await assert.rejects(bringIndexesBack(databases.worker), { code: '23503' })
})

test('an import that nobody takes up again leaves no register without indexes: the worker builds them', async t => {
  const { databases, before } = await stoppedHalfway(t)
  const run = () => restoringIndexes.run(databases.worker, new AbortController().signal)
  await run()
  assert.notDeepEqual(await aside(databases), [], 'the import may be going on')
  await rowsOf(databases, sql`update db.index_aside set since = since - interval '1 hour'`)
  await rowsOf(databases, sql`update db.reference_aside set since = since - interval '1 hour'`)
  await run()
  assert.notDeepEqual(await aside(databases), [], 'households have just come in')
  await rowsOf(databases, sql`update households.household set registered_at = registered_at - interval '1 hour'`)
  await run()
  assert.deepEqual(await aside(databases), [])
  assert.deepEqual(await rowsOf(databases, sql`select from db.reference_aside`), [])
  assert.deepEqual(await indexes(databases), before)
})

test('a register that holds somebody keeps its indexes, and so does a small import', async t => {
  const databases = await testDatabase(t)
  const before = await indexes(databases)
  const referred = await references(databases)
  const small = await bringIn(databases, 'small', { total: 20 })
  assert.ok(small.ok)
  await assert.rejects(bringIn(databases, 'large', { stop: true }), ImportStopped)
  assert.deepEqual(await indexes(databases), before)
  assert.deepEqual(await references(databases), referred)
  assert.deepEqual(await aside(databases), [])
})

// Two countries in one database: 07 is a region of Morocco and a state of Mexico.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { type Actor, type Database, type StaffActor, transaction, workerActor } from '#db'
import { countRegister, registerHouseholds, searchHouseholds } from '#households'
import { type DateText, newId } from '#kernel'
import { runFigures } from '#programmes'
import { serveCountry } from '#security'
import { testDatabase } from './database.ts'

const { app, worker, owner } = await testDatabase()
const clerk = (...territories: string[]): StaffActor => ({
  kind: 'staff',
  staffId: newId(),
  name: 'Clerk',
  territories,
})
const machine = workerActor('test')
const run = newId<'DeterminationRun'>()

for (const country of ['ma', 'mx']) {
  await transaction(worker, machine, tx =>
    registerHouseholds(
      tx,
      {
        country,
        source: 'test',
        channel: 'generated',
        actor: 'test',
        effectiveOn: '2026-01-01' as DateText,
        modelled: true,
        head: null,
      },
      [
        {
          sourceId: `${country}-1`,
          territory: '07',
          facts: {},
          members: [{ sourceId: '1', givenName: 'Zyx', facts: {} }],
        },
      ],
    ),
  )
}
await transaction(owner, machine, async tx => {
  await sql`insert into programmes.pack_version (version, country, pack, content) values (${'0'.repeat(64)}, 'mx', 'mx/x', '[]')`.execute(
    tx,
  )
  await sql`insert into programmes.determination_run (id, country, pack, pack_version, month, asked_by, sequence, households)
    values (${run}, 'mx', 'mx/x', ${'0'.repeat(64)}, '2026-01', 'test', 1, 1)`.execute(tx)
  await sql`insert into programmes.determination (household_id, run_id, territory, declaration_id, outcome, refusals,
      open_refusals, missing, scores, lines, weight, pack, sequence)
    select id, ${run}, territory, id, 'eligible', '{}', '{}', '{}', '{}', '[]', 1, 'mx/x', 1 from households.household
    where country = 'mx'`.execute(tx)
  await sql`insert into programmes.determination_total (run_id, number, territory, kind, code, households, weight, amount_minor)
    values (${run}, 0, '07', 'outcome', 'eligible', 1, 1, 0)`.execute(tx)
  await sql`insert into programmes.entitlement (id, household_id, run_id, pack, month, territory, amount_minor, currency)
    select gen_random_uuid(), id, ${run}, 'mx/x', '2026-01', territory, 1, 'MXN' from households.household where country = 'mx'`.execute(
    tx,
  )
})

const search = (database: Database, actor: Actor, country: string) =>
  transaction(database, actor, tx => searchHouseholds(tx, { country, text: 'zyx', head: null, limit: 9, skip: 0 }))
async function seen(database: Database, actor: Actor) {
  const { rows } = await transaction(database, actor, tx =>
    sql<{ table: string; rows: number }>`
      select 'household' as table, count(*)::int as rows from households.household
      union all select 'declaration', count(*)::int from households.declaration
      union all select 'person', count(*)::int from population.person
      union all select 'determination', count(*)::int from programmes.determination
      union all select 'entitlement', count(*)::int from programmes.entitlement`.execute(tx),
  )
  return Object.fromEntries(rows.map(row => [row.table, row.rows]))
}
const both = { household: 2, declaration: 2, person: 2, determination: 1, entitlement: 1 }

test('an installation says once which country its staff serve', async () => {
  assert.deepEqual(await serveCountry(worker, 'ma'), { ok: true, value: { country: 'ma' } })
  assert.deepEqual(await serveCountry(worker, 'ma'), { ok: true, value: { country: 'ma' } })
  assert.deepEqual(await serveCountry(worker, 'mx'), {
    ok: false,
    refusal: { code: 'serves_other_country', country: 'mx', serves: 'ma' },
  })
})

for (const [name, actor] of [
  ['of region 07', clerk('07')],
  ['of the whole country', clerk('')],
] as const) {
  test(`staff ${name} see nobody of another country's register, in no table, search, count or figure`, async () => {
    assert.deepEqual(await seen(app, actor), {
      household: 1,
      declaration: 1,
      person: 1,
      determination: 0,
      entitlement: 0,
    })
    assert.equal((await search(app, actor, 'ma')).total, 1)
    assert.equal((await search(app, actor, 'mx')).total, 0)
    const counted = (country: string) => transaction(app, actor, tx => countRegister(tx, country))
    assert.deepEqual(await counted('ma'), { households: 1, members: 1 })
    assert.deepEqual(await counted('mx'), { households: 0, members: 0 })
    assert.equal((await transaction(app, actor, tx => runFigures(tx, run))).households, 0)
  })
}

test('whoever runs commands works on every register', async () => {
  assert.deepEqual(await seen(worker, machine), both)
  assert.equal((await search(worker, machine, 'mx')).total, 1)
  assert.equal((await transaction(worker, machine, tx => runFigures(tx, run))).households, 1)
})

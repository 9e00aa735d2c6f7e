import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { anonymous, transaction, workerActor } from '#db'
import { testDatabase } from '../../test/database.ts'

const { owner, app, worker } = await testDatabase()
await transaction(owner, workerActor('test'), tx =>
  sql`create table public.counter (id int primary key, value bigint not null);
    insert into public.counter values (1, 0), (2, 0);
    grant select, update on public.counter to socle_app, socle_worker`.execute(tx),
)

test('what throws is rolled back', async () => {
  const attempt = transaction(app, anonymous, async tx => {
    await sql`update public.counter set value = 9`.execute(tx)
    throw new Error('changed my mind')
  })
  await assert.rejects(attempt, /changed my mind/)
  assert.deepEqual(await values(), [0n, 0n])
})

test('transactions that conflict are run again until both count', async () => {
  let runs = 0
  const add = () =>
    transaction(
      app,
      anonymous,
      async tx => {
        runs += 1
        const { rows } = await sql<{ value: bigint }>`select value from public.counter where id = 1`.execute(tx)
        await sql`select pg_sleep(0.02)`.execute(tx)
        await sql`update public.counter set value = ${rows[0]!.value + 1n} where id = 1`.execute(tx)
      },
      { isolation: 'serializable' },
    )
  await Promise.all([add(), add(), add()])
  assert.equal((await values())[0], 3n)
  assert.ok(runs > 3, 'three at once cannot all succeed at the first attempt')
})

test('a deadlock is somebody trying again, not an error', async () => {
  const touch = (first: number, second: number) =>
    transaction(worker, workerActor('test'), async tx => {
      await sql`update public.counter set value = value + 100 where id = ${first}`.execute(tx)
      await sql`select pg_sleep(0.1)`.execute(tx)
      await sql`update public.counter set value = value + 100 where id = ${second}`.execute(tx)
    })
  const before = await values()
  await Promise.all([touch(1, 2), touch(2, 1)])
  assert.deepEqual(
    await values(),
    before.map(value => value + 200n),
  )
})

test('values arrive exact: bigint, text dates, text decimals, parsed json', async () => {
  const { rows } = await transaction(app, anonymous, tx =>
    sql`select 9007199254740993::bigint as big, date '2026-02-28' as day, 0.10::numeric as rate, '{"a":[1]}'::jsonb as doc,
      array[1, null]::bigint[] as bigs, array[date '2026-01-31'] as days, count(*)::int as count from public.counter`.execute(
      tx,
    ),
  )
  assert.deepEqual(rows[0], {
    big: 9007199254740993n,
    day: '2026-02-28',
    rate: '0.10',
    doc: { a: [1] },
    bigs: [1n, null],
    days: ['2026-01-31'],
    count: 2,
  })
})

test('a transaction knows its actor, and the next one on the same connection does not', async () => {
  const actor = { kind: 'staff', staffId: '0199-1', name: 'Zineb', territories: ['07', '12.1.'] } as const
  const setting = sql<{ id: string; low: string; high: string; codes: string }>`
    select current_setting('socle.actor_id') as id, current_setting('socle.territory_low') as low,
      current_setting('socle.territory_high') as high, current_setting('socle.territory_pattern') as codes`
  const known = await transaction(app, actor, tx => setting.execute(tx))
  assert.deepEqual(known.rows[0], { id: '0199-1', low: '07', high: '12.1/', codes: '^(07|12\\.1)($|\\.)' })
  const nobody = await transaction(app, anonymous, tx => setting.execute(tx))
  assert.deepEqual(nobody.rows[0], { id: '', low: '', high: '', codes: '' })
})

test('an actor whose name is a piece of SQL is only a name', async () => {
  const name = `'; drop table public.counter; -- \\' \u00e9`
  const { rows } = await transaction(app, { kind: 'staff', staffId: `'||'`, name, territories: [] }, tx =>
    sql`select current_setting('socle.actor_name') as name, current_setting('socle.actor_id') as id`.execute(tx),
  )
  assert.deepEqual(rows, [{ name, id: `'||'` }])
})

test('a query after the end is refused: it would run for the next actor of the connection', async () => {
  const tx = await transaction(app, anonymous, async it => it)
  await assert.rejects(sql`select 1`.execute(tx), /This transaction has ended/)
})

test('there is no query without a transaction', () => {
  // @ts-expect-error A handle has no queries; transaction() asks for an actor.
  assert.equal(app.selectFrom, undefined)
})

async function values(): Promise<bigint[]> {
  const { rows } = await transaction(app, anonymous, tx =>
    sql<{ value: bigint }>`select value from public.counter order by id`.execute(tx),
  )
  return rows.map(row => row.value)
}

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { anonymous, type StaffActor, type Transaction, transaction, workerActor } from '#db'
import { testDatabase } from '../../test/database.ts'

const { owner, app, worker } = await testDatabase()
await transaction(owner, workerActor('test'), tx =>
  sql`create table public.house (id int primary key, territory text collate "C" not null);
    create table public.room (id int primary key, house_id int not null references public.house);
    grant select, insert, update, delete on public.house, public.room to socle_app, socle_worker;
    insert into public.house select n, lpad((n % 12)::text, 2, '0') || '.' || n % 50 || '.' from generate_series(1, 20000) as n;
    insert into public.room select n, n from generate_series(1, 20000) as n;
    create index house_territory on public.house (territory);
    select security.protect('public.house');
    select security.protect_through('public.room', 'house_id', 'public.house')`.execute(tx),
)
await transaction(owner, workerActor('test'), tx => sql`analyze public.house, public.room`.execute(tx))

const clerk = (...territories: string[]): StaffActor => ({ kind: 'staff', staffId: 'c', name: 'Clerk', territories })
const count = async (tx: Transaction, table: 'house' | 'room') =>
  (await sql<{ n: number }>`select count(*)::int as n from ${sql.table(`public.${table}`)}`.execute(tx)).rows[0]!.n

const cases: { name: string; granted: string[]; sees: number }[] = [
  { name: 'a region: all that lies below it', granted: ['07'], sees: 1667 },
  { name: 'a place inside a region, written with or without the last dot', granted: ['07.7.'], sees: 67 },
  { name: 'two regions, and nothing between them', granted: ['02', '09'], sees: 3333 },
  { name: 'a place inside a region that is granted too counts once', granted: ['07', '07.7'], sees: 1667 },
  { name: 'the whole country', granted: [''], sees: 20000 },
  { name: 'no grant, no row', granted: [], sees: 0 },
  { name: 'a code is not a prefix of letters: 0 is not 07', granted: ['0'], sees: 0 },
]
for (const { name, granted, sees } of cases) {
  test(name, async () => {
    assert.equal(await transaction(app, clerk(...granted), tx => count(tx, 'house')), sees)
    assert.equal(await transaction(app, clerk(...granted), tx => count(tx, 'room')), sees)
  })
}

test('nobody known sees nothing; the worker sees everything', async () => {
  assert.equal(await transaction(app, anonymous, tx => count(tx, 'house')), 0)
  assert.equal(await transaction(app, workerActor('test'), tx => count(tx, 'house')), 0)
  assert.equal(await transaction(worker, workerActor('test'), tx => count(tx, 'house')), 20000)
})

test('a foreign row can be neither changed, nor removed, nor made, nor received', async () => {
  const seven = clerk('07')
  const run = (query: ReturnType<typeof sql>) => transaction(app, seven, tx => query.execute(tx))
  assert.equal((await run(sql`update public.house set id = -id where territory = '08.8.'`)).numAffectedRows, 0n)
  assert.equal((await run(sql`delete from public.house where territory = '08.8.'`)).numAffectedRows, 0n)
  await assert.rejects(run(sql`insert into public.house values (-1, '08.1.')`), /row-level security/)
  await assert.rejects(
    run(sql`update public.house set territory = '08.1.' where territory = '07.7.'`),
    /row-level security/,
  )
  await assert.rejects(run(sql`insert into public.room values (-1, 8)`), /row-level security/)
  await run(sql`insert into public.house values (-1, '07.1.')`)
})

test('the index on the territory serves the policy', async () => {
  const plan = await transaction(app, clerk('07.7'), tx =>
    sql<{ 'QUERY PLAN': string }>`explain select * from public.house`.execute(tx),
  )
  assert.match(plan.rows.map(row => row['QUERY PLAN']).join('\n'), /Index.*house_territory/)
})

for (const attempt of [
  'alter table public.house disable row level security',
  'drop policy territory on public.house',
  'create policy mine on public.house using (true)',
  'alter role socle_app bypassrls',
  'alter role socle_app superuser',
  'create role mine',
  'set role socle_owner',
  'set role socle_worker',
  'grant socle_worker to socle_app',
  'create table public.mine (id int)',
  'create schema mine',
  'truncate public.house',
  `select security.protect('public.house')`,
]) {
  test(`the application cannot: ${attempt}`, async () => {
    await assert.rejects(
      transaction(app, clerk(''), tx => sql.raw(attempt).execute(tx)),
      /permission denied|must be owner|must have/i,
    )
  })
}

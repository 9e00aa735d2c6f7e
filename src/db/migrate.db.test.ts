import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { migrate, readMigrations, transaction, workerActor } from '#db'
import { testDatabase } from '../../test/database.ts'
import type { Migration } from './migration-files.ts'

const { owner, urls } = await testDatabase()
const migrations = readMigrations()
const extra = (name: string, text: string): Migration => ({
  module: 'field',
  number: Number(name.slice(0, 4)),
  name,
  sql: text,
  checksum: `checksum of ${text}`,
})

test('what was applied is not applied again', async () => {
  assert.deepEqual(await migrate(urls), [])
})

test('a new migration is applied once, also by two processes at once', async () => {
  const list = [...migrations, extra('0001-first', 'create table field.first (id int)')]
  const applied = await Promise.all([migrate(urls, { migrations: list }), migrate(urls, { migrations: list })])
  assert.deepEqual(applied.flat(), ['field/0001-first'])
})

test('an applied migration that was altered is refused by name', async () => {
  const list = [...migrations, extra('0001-first', 'create table field.first (id bigint)')]
  await assert.rejects(migrate(urls, { migrations: list }), /src\/field\/migrations\/0001-first\.sql was altered/)
})

test('a database from a later version is refused by the name of what is unknown', async () => {
  await assert.rejects(migrate(urls, { migrations }), /field\/0001-first, which this version of Socle does not know/)
})

test('a migration that fails leaves nothing of itself, and names its line', async () => {
  const first = extra('0001-first', 'create table field.first (id int)')
  const list = [...migrations, first, extra('0002-broken', 'create table field.second (id int);\n\nselect nonsense;')]
  await assert.rejects(migrate(urls, { migrations: list }), /0002-broken\.sql failed: .*nonsense.*\(line 3\)/)
  const { rows } = await transaction(owner, workerActor('test'), tx =>
    sql`select to_regclass('field.second') as found`.execute(tx),
  )
  assert.deepEqual(rows, [{ found: null }])
})

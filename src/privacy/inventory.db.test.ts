// The inventory against the schema: what is under row-level security, or was put there later, is classified.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { transaction, workerActor } from '#db'
import { inventory, withoutPersons } from '#privacy'
import { testDatabase } from '../../test/database.ts'

const { owner } = await testDatabase()

type Column = { readonly table: string; readonly column: string; readonly isProtected: boolean }

const columns = await transaction(owner, workerActor('test'), async tx => {
  const { rows } = await sql<Column>`
    select n.nspname || '.' || c.relname as "table", a.attname as "column", c.relrowsecurity as "isProtected"
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
      join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relkind in ('r', 'p') and n.nspname not in ('pg_catalog', 'information_schema', 'jobs', 'public')
    order by 1, a.attnum`.execute(tx)
  return rows
})

/** What is wrong between a schema and the inventory, one sentence each. */
function gaps(schema: readonly Column[]): string[] {
  const known = (table: string) => Object.values(inventory[table]?.columns ?? {}).flat()
  const tables = new Set(schema.map(({ table }) => table))
  const unclassified = schema.filter(
    ({ table, column, isProtected }) =>
      (isProtected || table in inventory) && !(table in withoutPersons) && !known(table).includes(column),
  )
  const gone = Object.keys(inventory).flatMap(table =>
    known(table)
      .filter(column => !schema.some(each => each.table === table && each.column === column))
      .map(column => `${table}.${column} is in the inventory and not in the schema`),
  )
  const lost = Object.keys(withoutPersons).filter(table => !tables.has(table))
  return [
    ...unclassified.map(
      ({ table, column }) => `${table}.${column} has no category: add it to src/privacy/inventory.ts`,
    ),
    ...gone,
    ...lost.map(table => `${table} is in withoutPersons and not in the schema`),
  ]
}

test('every column of every table that holds data on persons belongs to a category', () => {
  assert.ok(columns.filter(each => each.isProtected).length > 100)
  assert.deepEqual(gaps(columns), [])
})

test('a new column, and a new protected table, fail until somebody says what they hold', () => {
  const added = [
    { table: 'population.person', column: 'religion', isProtected: true },
    { table: 'population.document', column: 'number', isProtected: true },
  ]
  assert.deepEqual(
    gaps([...columns, ...added]).map(said => said.split(' ')[0]),
    ['population.person.religion', 'population.document.number'],
  )
})

test('no column stands in two categories', () => {
  for (const [table, held] of Object.entries(inventory)) {
    const all = Object.values(held.columns).flat()
    assert.deepEqual(all.length, new Set(all).size, table)
  }
})

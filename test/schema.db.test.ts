import assert from 'node:assert/strict'
import { test } from 'node:test'
import { uncommented } from '#db'
import { testDatabase } from './database.ts'
import { readSchemaFile, schemaFiles } from './schema.ts'

const databases = await testDatabase()

test('the committed schema and table types are those of the migrations: if not, npm run schema', async () => {
  for (const [name, text] of await schemaFiles(databases)) {
    assert.equal(readSchemaFile(name), text, `${name} is behind the migrations. Run: npm run schema`)
  }
})

test('every table and every column says what it holds', async () => {
  assert.deepEqual(await uncommented(databases.owner), [])
})

// `npm run schema`: writes docs/schema.sql and src/db/generated.ts from the migrations.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { generate, PostgresDialect } from 'kysely-codegen'
import { type Databases, describeSchema } from '#db'
import { scratchDatabase } from './database.ts'

const path = (name: string) => fileURLToPath(new URL(`../${name}`, import.meta.url))

/** What must stand in the tree: file name → text. */
export async function schemaFiles(databases: Databases): Promise<Map<string, string>> {
  return new Map([
    ['docs/schema.sql', await describeSchema(databases.owner)],
    ['src/db/generated.ts', await tableTypes(databases.urls.owner)],
  ])
}

export function readSchemaFile(name: string): string {
  return readFileSync(path(name), 'utf8')
}

async function tableTypes(ownerUrl: string): Promise<string> {
  const dialect = new PostgresDialect({ dateParser: 'string', numericParser: 'string' })
  const db = await dialect.introspector.connect({ connectionString: ownerUrl, dialect })
  try {
    return await generate({
      db,
      dialect,
      defaultSchemas: ['public'],
      excludePattern: '{jobs,public}.*',
      // As src/db/column-types.ts has them arrive.
      typeMapping: { int8: 'Int8', interval: 'string' },
      customImports: { Int8: './column-types.ts#Int8' },
    })
  } finally {
    await db.destroy()
  }
}

if (import.meta.main) {
  const databases = await scratchDatabase()
  for (const [name, text] of await schemaFiles(databases)) {
    mkdirSync(dirname(path(name)), { recursive: true })
    writeFileSync(path(name), text)
    process.stdout.write(`wrote ${name}\n`)
  }
  await databases.close()
}

// The two files that are written from the migrations: docs/schema.sql and src/db/generated.ts.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { generate, PostgresDialect } from 'kysely-codegen'
import { type Databases, describeSchema } from '#db'

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

export function writeSchemaFile(name: string, text: string): void {
  mkdirSync(dirname(path(name)), { recursive: true })
  writeFileSync(path(name), text)
}

async function tableTypes(ownerUrl: string): Promise<string> {
  const dialect = new PostgresDialect({ dateParser: 'string', numericParser: 'string' })
  const db = await dialect.introspector.connect({ connectionString: ownerUrl, dialect })
  try {
    const text = await generate({
      db,
      dialect,
      defaultSchemas: ['public'],
      excludePattern: '{jobs,public}.*',
      outFile: null,
      typeMapping: { interval: 'string' },
    })
    return asTheyArrive(text)
  } finally {
    await db.destroy()
  }
}

// The generator supposes the driver's own habits; src/db/column-types.ts has others.
function asTheyArrive(text: string): string {
  return text
    .replace(/^export type Int8 = .*$/m, 'export type Int8 = ColumnType<bigint, bigint | number, bigint | number>;')
    .replace(/^export type Numeric = .*$/m, 'export type Numeric = ColumnType<string, string, string>;')
}

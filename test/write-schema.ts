// `npm run schema`: brings docs/schema.sql and src/db/generated.ts up to the migrations.
import { scratchDatabase } from './database.ts'
import { schemaFiles, writeSchemaFile } from './schema.ts'

const databases = await scratchDatabase()
for (const [name, text] of await schemaFiles(databases)) {
  writeSchemaFile(name, text)
  process.stdout.write(`wrote ${name}\n`)
}
await databases.close()

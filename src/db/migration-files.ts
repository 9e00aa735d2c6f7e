// Migrations are files: src/<module>/migrations/NNNN-name.sql.
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export type Migration = {
  readonly module: string
  readonly number: number
  /** File name without `.sql`: '0001-ledger'. */
  readonly name: string
  readonly sql: string
  /** SHA-256 of the text, line ends made equal. */
  readonly checksum: string
}

/** Modules from the ground up: a table may refer to one of a module below, never above. */
export const MODULES = [
  'db',
  'security',
  'countries',
  'population',
  'messaging',
  'payments',
  'households',
  'programmes',
  'insurance',
  'grievances',
  'monitoring',
  'simulation',
  'interop',
  'privacy',
  'web',
  'field',
] as const

const SOURCE = fileURLToPath(new URL('..', import.meta.url))
const FILE_NAME = /^(\d{4})-[a-z0-9]+(-[a-z0-9]+)*\.sql$/

/** Every migration of the program, in the order in which they apply: floor by floor, then by number. */
export function readMigrations(source: string = SOURCE): Migration[] {
  return MODULES.flatMap(module => readModule(module, join(source, module, 'migrations')))
}

/** One value for the whole schema: changes when any migration does. */
export function fingerprint(migrations: readonly Migration[]): string {
  const hash = createHash('sha256')
  for (const { module, name, checksum } of migrations) hash.update(`${module}/${name} ${checksum}\n`)
  return hash.digest('hex')
}

// Numbers may leave gaps: work done side by side takes a range each, and what was applied is never renamed.
function readModule(module: string, folder: string): Migration[] {
  if (!existsSync(folder)) return []
  let last = 0
  return readdirSync(folder)
    .sort()
    .map(file => {
      const number = Number(FILE_NAME.exec(file)?.[1])
      if (!(number > last)) {
        throw new Error(
          `src/${module}/migrations/${file}: migrations are named 0001-name.sql, 0002-name.sql and so on, each with a number of its own; one above ${last} was expected here.`,
        )
      }
      last = number
      const sql = readFileSync(join(folder, file), 'utf8').replaceAll('\r\n', '\n')
      const checksum = createHash('sha256').update(sql).digest('hex')
      return { module, number, name: file.slice(0, -'.sql'.length), sql, checksum }
    })
}

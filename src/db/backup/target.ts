// The database that a restore fills: nobody works in it, and it holds nothing that anybody would miss.
import pg from 'pg'
import { err, ok, type Result } from '#kernel'
import { migrate } from '../migrate.ts'
import { type Migration, readMigrations } from '../migration-files.ts'
import { APP_ROLE, type RoleUrls, WORKER_ROLE } from '../roles.ts'
import { listTables, SCHEMAS } from './catalogue.ts'
import { tableName } from './format.ts'

export type TargetRefusal =
  /** Programs are connected to it as the application or the worker. */
  | { readonly code: 'in_use'; readonly connections: number }
  /** It holds rows that no migration wrote. */
  | { readonly code: 'not_empty'; readonly tables: readonly string[] }

/** Brings an empty database to exactly these migrations. A restore that was killed leaves an empty one. */
export async function prepareTarget(
  urls: RoleUrls,
  migrations: readonly Migration[],
): Promise<Result<undefined, TargetRefusal>> {
  const client = new pg.Client({ connectionString: urls.owner, application_name: 'socle restore' })
  await client.connect()
  try {
    await client.query('set client_min_messages to warning')
    const connections = await connectionsTo(client)
    if (connections > 0) return err({ code: 'in_use', connections })
    const journal = await client.query<{ found: boolean }>(`select to_regclass('db.migration') is not null as found`)
    if (journal.rows[0]!.found) {
      const tables = await filledTables(client)
      if (tables.length > 0) return err({ code: 'not_empty', tables })
      // It may be at other migrations than the backup's.
      await client.query(`drop schema if exists ${SCHEMAS.map(pg.escapeIdentifier).join(', ')} cascade`)
    }
  } finally {
    await client.end()
  }
  await migrate(urls, { migrations })
  return ok(undefined)
}

async function connectionsTo(client: pg.ClientBase): Promise<number> {
  const { rows } = await client.query<{ count: number }>(
    `select count(*)::int as count from pg_stat_activity where datname = current_database() and usename in ($1, $2)`,
    [APP_ROLE, WORKER_ROLE],
  )
  return rows[0]!.count
}

/**
 * Tables that hold something else than migrations and starting programs write. A row of a migration was written in the
 * transaction that noted the migration; and only tables that some migration fills may hold one.
 */
async function filledTables(client: pg.ClientBase): Promise<string[]> {
  const seeded = new Set(
    readMigrations().flatMap(one => [...one.sql.matchAll(/insert into (\w+\.\w+)/g)].map(found => found[1]!)),
  )
  const filled: string[] = []
  for (const table of await listTables(client)) {
    const name = tableName(table)
    // Queues are made, and subscriptions noted, by any program that starts.
    if (name === 'db.subscription' || (table.schema === 'jobs' && table.name !== 'job_common')) continue
    const from = `${pg.escapeIdentifier(table.schema)}.${pg.escapeIdentifier(table.name)}`
    const own = seeded.has(name) ? `where xmin::text not in (select xmin::text from db.migration)` : ''
    const { rowCount } = await client.query(`select from ${from} ${own} limit 1`)
    if (rowCount !== 0) filled.push(name)
  }
  return filled
}

// Brings a database to the schema of this version.
import pg from 'pg'
import { type Database, poolOf } from './database.ts'
import { ensureJobs, JOBS_SCHEMA } from './jobs-schema.ts'
import { type Migration, readMigrations } from './migration-files.ts'
import { APP_ROLE, ensureRoles, type RoleUrls, WORKER_ROLE } from './roles.ts'

export type MigrateOptions = {
  readonly migrations?: readonly Migration[]
  /** Told the name of each migration before it is applied: 'households/0001-household'. */
  readonly onApply?: (name: string) => void
}

type Applied = { module: string; name: string; checksum: string }

/** Any number, as long as no other program takes it: "socle" in ASCII. */
const LOCK = 0x736f636c65

/**
 * Applies what is missing, each migration in its own transaction, one migrating process at a time. Answers the names of
 * those applied. Throws, naming it, when a migration that was applied has since been altered or removed.
 */
export async function migrate(urls: RoleUrls, options: MigrateOptions = {}): Promise<string[]> {
  const migrations = options.migrations ?? readMigrations()
  const client = new pg.Client({ connectionString: urls.owner, application_name: 'socle migrate' })
  await client.connect()
  try {
    await client.query('set client_min_messages to warning')
    await client.query('select pg_advisory_lock($1)', [LOCK])
    await requireVersion(client)
    await ensureRoles(client, urls)
    await ensureJournal(client)
    await ensureJobs(client)
    const applied = await client.query<Applied>(
      `select module, name, checksum from db.migration where module <> '${JOBS_SCHEMA}'`,
    )
    const missing = missingMigrations(migrations, applied.rows)
    for (const migration of missing) {
      options.onApply?.(`${migration.module}/${migration.name}`)
      await apply(client, migration)
    }
    return missing.map(migration => `${migration.module}/${migration.name}`)
  } finally {
    await client.end()
  }
}

/** What has not been applied yet, in order. Throws when the past was altered. */
function missingMigrations(migrations: readonly Migration[], applied: readonly Applied[]): Migration[] {
  const known = new Map(migrations.map(one => [`${one.module}/${one.name}`, one]))
  for (const one of applied) {
    const name = `${one.module}/${one.name}`
    const file = known.get(name)
    if (!file) {
      throw new Error(
        `This database has had migration ${name}, which this version of Socle does not know: it was made by a later version. Start that one.`,
      )
    }
    if (file.checksum !== one.checksum) {
      throw new Error(
        `Migration src/${name.replace('/', '/migrations/')}.sql was altered after it had been applied to this database. ` +
          'Put its text back and write the change as a new migration.',
      )
    }
  }
  const done = new Set(applied.map(one => `${one.module}/${one.name}`))
  return migrations.filter(one => !done.has(`${one.module}/${one.name}`))
}

export type MigrationState = {
  readonly missing: readonly string[]
  /** Applied, and not known here: the database was made by a later version. */
  readonly unknown: readonly string[]
  readonly altered: readonly string[]
}

/** How far the database is from this version, without changing anything. */
export async function migrationState(owner: Database): Promise<MigrationState> {
  const client = await poolOf(owner).connect()
  try {
    const there = await client.query<{ found: boolean }>(`select to_regclass('db.migration') is not null as found`)
    const journal = `select module || '/' || name as name, checksum from db.migration where module <> '${JOBS_SCHEMA}'`
    const { rows } = there.rows[0]!.found
      ? await client.query<{ name: string; checksum: string }>(journal)
      : { rows: [] as { name: string; checksum: string }[] }
    const known = new Map(readMigrations().map(one => [`${one.module}/${one.name}`, one.checksum]))
    const applied = new Set(rows.map(row => row.name))
    return {
      missing: [...known.keys()].filter(name => !applied.has(name)),
      unknown: rows.filter(row => !known.has(row.name)).map(row => row.name),
      altered: rows.filter(row => known.has(row.name) && known.get(row.name) !== row.checksum).map(row => row.name),
    }
  } finally {
    client.release()
  }
}

async function apply(client: pg.Client, migration: Migration): Promise<void> {
  const { module, name, sql, checksum } = migration
  try {
    await client.query('begin')
    await client.query(`create schema if not exists ${module}`)
    await client.query(`grant usage on schema ${module} to ${APP_ROLE}, ${WORKER_ROLE}`)
    await client.query(sql)
    await client.query('insert into db.migration (module, name, checksum) values ($1, $2, $3)', [
      module,
      name,
      checksum,
    ])
    await client.query('commit')
  } catch (error) {
    await client.query('rollback').catch(() => {})
    throw new Error(`Migration src/${module}/migrations/${name}.sql failed: ${describe(error, sql)}`, { cause: error })
  }
}

function describe(error: unknown, sql: string): string {
  const { message, position, hint } = error as { message: string; position?: string; hint?: string }
  const line = position ? ` (line ${sql.slice(0, Number(position)).split('\n').length})` : ''
  return `${message}${line}${hint ? `. ${hint}` : ''}`
}

async function requireVersion(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ version: number }>(
    `select current_setting('server_version_num')::int as version`,
  )
  const version = rows[0]!.version
  if (version < 160_000) {
    throw new Error(
      `Socle needs PostgreSQL 16 or later; the server of DATABASE_URL is ${Math.floor(version / 10_000)}.`,
    )
  }
}

async function ensureJournal(client: pg.Client): Promise<void> {
  await client.query(`
    create schema if not exists db;
    create table if not exists db.migration (
      module text not null,
      name text not null,
      checksum text not null,
      applied_at timestamptz not null default now(),
      primary key (module, name)
    );
    comment on table db.migration is 'Migrations applied to this database, by module.';
    comment on column db.migration.module is 'Module whose folder holds the file.';
    comment on column db.migration.name is 'File name without .sql.';
    comment on column db.migration.checksum is 'SHA-256 of the text as applied; another text under the same name is refused.';
    comment on column db.migration.applied_at is 'When it was applied.';
  `)
}

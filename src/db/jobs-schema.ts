// The tables of pg-boss, in their own schema, made by the owner: the worker uses them and alters nothing.
import type pg from 'pg'
import { APP_ROLE, WORKER_ROLE } from './roles.ts'

export const JOBS_SCHEMA = 'jobs'

/** The version of pg-boss in package.json; a test holds the two together. */
export const PG_BOSS = '12.35.0'

/** Makes the tables, or brings them to this version's shape. Loads pg-boss only when there is something to do. */
export async function ensureJobs(client: pg.Client): Promise<boolean> {
  const name = `pg-boss-${PG_BOSS}`
  const done = await client.query(`select from db.migration where module = $1 and name = $2`, [JOBS_SCHEMA, name])
  if (done.rowCount === 1) return false
  const { getConstructionPlans, getMigrationPlans } = await import('pg-boss')
  const there = await client.query<{ found: boolean }>(`select to_regclass('jobs.version') is not null as found`)
  if (!there.rows[0]!.found) {
    await client.query(getConstructionPlans(JOBS_SCHEMA))
  } else {
    const { rows } = await client.query<{ version: number }>('select version from jobs.version')
    await client.query(getMigrationPlans(JOBS_SCHEMA, rows[0]!.version))
  }
  await client.query(`
    comment on schema ${JOBS_SCHEMA} is 'Queues of pg-boss ${PG_BOSS}: its tables, not ours.';
    grant usage on schema ${JOBS_SCHEMA} to ${WORKER_ROLE}, ${APP_ROLE};
    grant select, insert, update, delete on all tables in schema ${JOBS_SCHEMA} to ${WORKER_ROLE};
    grant select on ${JOBS_SCHEMA}.job, ${JOBS_SCHEMA}.queue to ${APP_ROLE};`)
  await client.query('insert into db.migration (module, name, checksum) values ($1, $2, $2)', [JOBS_SCHEMA, name])
  return true
}

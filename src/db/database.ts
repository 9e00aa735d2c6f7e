// A pool of connections as one role. Opaque on purpose: the only way to a query is a transaction with an actor, so that
// no row of a person's data is read without the database knowing for whom.
import pg from 'pg'
import { columnTypes } from './column-types.ts'

/** The roles that connect. `owner` migrates; `app` serves requests; `worker` runs jobs. None of the last two owns anything. */
export type Role = 'owner' | 'app' | 'worker'

declare const opaque: unique symbol
/** A handle on the database as one role; pass it to {@link transaction}. */
export type Database = { readonly role: Role; readonly [opaque]: true }

const pools = new WeakMap<Database, pg.Pool>()

export function connectAs(role: Role, url: string, connections = 10): Database {
  const pool = new pg.Pool({
    connectionString: url,
    max: connections,
    types: columnTypes,
    application_name: `socle ${role}`,
    connectionTimeoutMillis: 10_000,
    allowExitOnIdle: true,
  })
  // An idle connection may be cut (server stopped, network gone): the pool replaces it, and the next query tells.
  pool.on('error', () => {})
  // So may one in a transaction, between two queries: without a listener that would end the process.
  pool.on('connect', client => void client.on('error', () => {}))
  const database = { role } as Database
  pools.set(database, pool)
  return database
}

export async function disconnect(database: Database): Promise<void> {
  const pool = poolOf(database)
  if (!pool.ended) await pool.end()
}

/** For this module alone: the door does not show it. */
export function poolOf(database: Database): pg.Pool {
  const pool = pools.get(database)
  if (!pool) throw new Error('This database handle was not made by connectAs.')
  return pool
}

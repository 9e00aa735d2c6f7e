// The one way to the database.
import { randomInt } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { Kysely, PostgresDialect, type PostgresPool, type PostgresPoolClient } from 'kysely'
import pg from 'pg'
import { type Actor, actorSettings } from './actor.ts'
import { type Database, poolOf } from './database.ts'
import type { DB } from './generated.ts'

declare const inTransaction: unique symbol
/** An open transaction with an actor: a Kysely over every table of the schema. Valid until the work given to {@link transaction} ends. */
export type Transaction = Kysely<DB> & { readonly [inTransaction]: true }

export type TransactionOptions = {
  readonly isolation?: 'read committed' | 'repeatable read' | 'serializable'
  readonly readOnly?: boolean
  /** A view exported by another open transaction (`exportView`): this one sees exactly the same. Needs repeatable read. */
  readonly view?: string
}

const ATTEMPTS = 6
/** Serialisation failure and deadlock: PostgreSQL says that trying again is the answer. */
const WORTH_RETRYING = new Set(['40001', '40P01'])

const clients = new WeakMap<Transaction, pg.PoolClient>()
const databases = new WeakMap<Transaction, Database>()

/**
 * Runs `work` in one transaction as `actor`; commits when it returns, rolls back when it throws. Runs it again, a few
 * times at most, when PostgreSQL refuses for a conflict with another transaction: `work` must have no effect outside `tx`.
 */
export async function transaction<Value>(
  database: Database,
  actor: Actor,
  work: (tx: Transaction) => Promise<Value>,
  options: TransactionOptions = {},
): Promise<Value> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await once(database, actor, work, options)
    } catch (error) {
      if (attempt >= ATTEMPTS || !WORTH_RETRYING.has((error as { code?: string }).code ?? '')) throw error
      await sleep(randomInt(10 * 2 ** attempt))
    }
  }
}

/** The connection under a transaction, for what Kysely does not do (COPY). */
export function clientOf(tx: Transaction): pg.PoolClient {
  const client = clients.get(tx)
  if (!client) throw new Error('This transaction has ended, or was not opened by transaction().')
  return client
}

/** The handle that a transaction was opened on: what was given to the handle holds for the transaction. */
export function databaseOf(tx: Transaction): Database {
  const database = databases.get(tx)
  if (!database) throw new Error('This transaction was not opened by transaction().')
  return database
}

async function once<Value>(
  database: Database,
  actor: Actor,
  work: (tx: Transaction) => Promise<Value>,
  options: TransactionOptions,
): Promise<Value> {
  const client = await poolOf(database).connect()
  const tx = overClient(client)
  clients.set(tx, client)
  databases.set(tx, database)
  try {
    await client.query(beginning(actor, options))
    const value = await work(tx)
    await client.query('commit')
    client.release()
    return value
  } catch (error) {
    // A connection that cannot roll back is not given to anybody else.
    await client.query('rollback').then(
      () => client.release(),
      () => client.release(true),
    )
    throw error
  } finally {
    clients.delete(tx)
  }
}

// One message to the server instead of two.
function beginning(actor: Actor, options: TransactionOptions): string {
  const access = options.readOnly ? 'read only' : 'read write'
  const settings = Object.entries(actorSettings(actor)).map(
    ([name, value]) => `set_config('${name}', ${pg.escapeLiteral(value)}, true)`,
  )
  // Before any query of the transaction, or it is refused.
  const view = options.view === undefined ? '' : `set transaction snapshot ${pg.escapeLiteral(options.view)}; `
  return `begin isolation level ${options.isolation ?? 'read committed'} ${access}; ${view}select ${settings.join(', ')}`
}

/** Gives this transaction's view to others (`view` of {@link TransactionOptions}); valid while it stays open. */
export async function exportView(tx: Transaction): Promise<string> {
  const { rows } = await clientOf(tx).query<{ view: string }>('select pg_export_snapshot() as view')
  return (rows[0] as { view: string }).view
}

// A query that somebody forgot to await must not run in the next transaction of this connection, for another actor.
function overClient(client: pg.PoolClient): Transaction {
  const query = (...parameters: unknown[]) => {
    clientOf(tx)
    return Reflect.apply(client.query, client, parameters)
  }
  const borrowed: PostgresPoolClient = { query: query as PostgresPoolClient['query'], release: () => {} }
  const pool: PostgresPool = { connect: async () => borrowed, end: async () => {}, options: {} }
  const tx = new Kysely<DB>({ dialect: new PostgresDialect({ pool }) }) as Transaction
  return tx
}

import { sql } from 'kysely'
import type { Transaction } from '#db'

/**
 * How many wait for a table of this database, or for an advisory lock: to stop a process where it wants one. Databases made of one
 * template share the numbers of their tables: waits of other tests, at the same table of theirs, do not count.
 */
export async function lockWaiters(tx: Transaction, on: { readonly table: string } | 'advisory'): Promise<number> {
  const what = on === 'advisory' ? sql`locktype = 'advisory'` : sql`relation = ${on.table}::regclass`
  const { rows } = await sql<{ waits: number }>`
    select count(*)::int as waits from pg_locks
    where not granted and ${what} and database = (select oid from pg_database where datname = current_database())`.execute(
    tx,
  )
  return rows[0]!.waits
}

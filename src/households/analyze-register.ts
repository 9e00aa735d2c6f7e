import { sql } from 'kysely'
import type { Transaction } from '#db'
import { analyzePersons } from '#population'

/**
 * Tells PostgreSQL's planner what the registers hold, after many households were registered: searches and decisions that
 * follow at once would otherwise be planned for a register that is nearly empty. As worker; about a second.
 */
export async function analyzeRegister(tx: Transaction): Promise<void> {
  await sql`select households.analyze_register()`.execute(tx)
  await analyzePersons(tx)
}

/** A register that has grown by less than one in so many is planned for as before: PostgreSQL itself looks again by and by. */
const GROWN = 5

/** {@link analyzeRegister} where so many households, new or changed, are much of what the register holds. As worker. */
export async function analyzeGrown(tx: Transaction, households: number): Promise<void> {
  const { rows } = await sql<{ known: number }>`
    select greatest(reltuples, 0)::int as known from pg_class where oid = 'households.household'::regclass`.execute(tx)
  if (households * GROWN > rows[0]!.known) await analyzeRegister(tx)
}

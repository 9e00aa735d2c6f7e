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

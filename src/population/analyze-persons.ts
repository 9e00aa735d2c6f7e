import { sql } from 'kysely'
import type { Transaction } from '#db'

/** Tells PostgreSQL's planner what the register of persons holds, after many were saved. As worker. */
export async function analyzePersons(tx: Transaction): Promise<void> {
  await sql`select population.analyze_persons()`.execute(tx)
}

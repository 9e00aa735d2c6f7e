import { sql } from 'kysely'
import type { Transaction } from '#db'

/** Where the register holds nobody, what makes searching it fast is put aside until it is filled. As worker. */
export async function fillPersonsWithoutIndexes(tx: Transaction): Promise<void> {
  await sql`select population.fill_without_indexes()`.execute(tx)
}

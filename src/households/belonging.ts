import { sql } from 'kysely'
import type { Transaction } from '#db'
import type { Id } from '#kernel'

/** Households to which any of these persons belongs today, as far as the actor sees them. */
export async function householdsOfPersons(
  tx: Transaction,
  persons: readonly Id<'Person'>[],
): Promise<Id<'Household'>[]> {
  const { rows } = await sql<{ id: Id<'Household'> }>`
    select distinct household_id as id from households.membership
    where person_id = any (${persons}::uuid[]) and ended_at is null order by id`.execute(tx)
  return rows.map(row => row.id)
}

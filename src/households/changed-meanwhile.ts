import { sql } from 'kysely'
import type { Transaction } from '#db'
import type { Id } from '#kernel'

/**
 * Locks households in the order of their ids, so that two who need the same ones wait for one another. What a transaction
 * appends bears the moment at which it began: if one of these households was given something at that moment or after, by
 * somebody for whom it waited, its own would stand before what it has just seen. Then `transaction` begins again.
 * Answers those that the actor may see.
 */
export async function lockHouseholds(tx: Transaction, ids: readonly Id<'Household'>[]): Promise<Id<'Household'>[]> {
  const { rows } = await sql<{ id: Id<'Household'> }>`
    select id from households.household where id = any (${ids}::uuid[]) order by id for no key update`.execute(tx)
  const locked = rows.map(row => row.id)
  const { rows: later } = await sql`
    select from households.declaration where household_id = any (${locked}::uuid[]) and recorded_at >= now()
      and xmin <> pg_current_xact_id()::xid
    union all
    select from households.membership
    where household_id = any (${locked}::uuid[]) and greatest(recorded_at, ended_at) >= now()
      and xmin <> pg_current_xact_id()::xid
    limit 1`.execute(tx)
  if (later.length > 0) throw changedMeanwhile()
  return locked
}

/** A conflict that goes away by itself: the code by which PostgreSQL asks to try again. */
export function changedMeanwhile(): Error {
  return Object.assign(new Error('a household changed while this waited for it'), { code: '40001' })
}

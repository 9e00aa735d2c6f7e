import { sql } from 'kysely'
import type { Transaction } from '#db'
import type { Id } from '#kernel'

export type Recipient = { readonly sourceId: string; readonly person: Id<'Person'>; readonly territory: string }

/** Who receives today for households known by the ids of their source. A household that is not there is left out. */
export async function recipientsOf(
  tx: Transaction,
  of: { readonly country: string; readonly source: string; readonly sourceIds: readonly string[] },
): Promise<Recipient[]> {
  const { rows } = await sql<Recipient>`
    select household.source_id as "sourceId", recipient.person_id as person, household.territory
    from households.household
      cross join lateral (
        select person_id from households.recipient
        where household_id = household.id and effective_on <= current_date
          and (until_on is null or until_on >= current_date)
        order by effective_on desc, recorded_at desc, id desc limit 1
      ) as recipient
    where household.country = ${of.country} and household.source = ${of.source}
      and household.source_id = any (${of.sourceIds})
    order by household.source_id`.execute(tx)
  return rows
}

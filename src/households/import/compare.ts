import { sql } from 'kysely'
import type { Transaction } from '#db'
import type { Registered } from '../register-households.ts'

/** What registering the staged households would do, found by comparing digests; nothing is registered. */
export async function compareStaged(
  tx: Transaction,
  attempt: number,
  from: { readonly country: string; readonly source: string },
): Promise<Registered> {
  const { rows } = await sql<Registered>`
    select count(*) filter (where known.id is null)::int as registered,
      count(*) filter (where known.source_digest <> said.digest)::int as changed,
      count(*) filter (where known.source_digest = said.digest)::int as unchanged
    from (
        select household.source_id, sha256(household.digest || coalesce(member.digests, '')) as digest
        from households.import_household as household
          left join (
            select household, string_agg(digest, '' order by line) as digests
            from households.import_member where attempt = ${attempt} group by household
          ) as member on member.household = household.source_id
        where household.attempt = ${attempt}
      ) as said
      left join households.household as known
        on (known.country, known.source, known.source_id) = (${from.country}, ${from.source}, said.source_id)`.execute(
    tx,
  )
  return rows[0]!
}

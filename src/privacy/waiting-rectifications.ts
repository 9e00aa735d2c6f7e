import { sql } from 'kysely'
import type { Transaction } from '#db'
import type { Id } from '#kernel'
import { openedRequests, type Rectification } from './rectify.ts'

/** A request that waits, with what tells its household and whom it is about. */
export type WaitingRectification = Rectification & {
  readonly sourceId: string
  readonly givenName: string | null
  readonly familyName: string | null
  readonly givenNameAr: string | null
  readonly familyNameAr: string | null
  readonly papers: number
}

/**
 * Requests of a country that nobody has answered, the oldest first, as far as the actor sees their households.
 */
export async function waitingRectifications(
  tx: Transaction,
  country: string,
  { from, count }: { readonly from: number; readonly count: number },
): Promise<WaitingRectification[]> {
  type Place = Omit<WaitingRectification, keyof Rectification> & { readonly id: string }
  const { rows } = await sql<Place>`
    select r.id, h.source_id as "sourceId", p.given_name as "givenName", p.family_name as "familyName",
      p.given_name_ar as "givenNameAr", p.family_name_ar as "familyNameAr",
      (select count(*)::int from privacy.rectification_paper a where a.household_id = r.household_id and a.request_id = r.id) as papers
    from privacy.rectification r join households.published_household h on h.id = r.household_id
      left join population.published_person p on p.id = r.person_id
    where h.country = ${country}
      and not exists (select from privacy.rectification_decision d where d.household_id = r.household_id and d.id = r.id)
    order by r.asked_at, r.id limit ${count} offset ${from}`.execute(tx)
  const ids = rows.map(({ id }) => id as Id<'Rectification'>)
  const requests = new Map((await openedRequests(tx, sql`r.id = any (${ids}::uuid[])`)).map(each => [each.id, each]))
  return rows.flatMap(({ id, ...place }) => {
    const request = requests.get(id as Id<'Rectification'>)
    return request ? [{ ...request, ...place }] : []
  })
}

import { sql } from 'kysely'
import type { Transaction } from '#db'
import type { Id, Month } from '#kernel'

/** A suspension from a programme or a return to it, whoever decided it. */
export type SuspensionRow = {
  readonly household: Id<'Household'>
  readonly sourceId: string
  readonly territory: string
  /** Who receives: given and family name in Latin letters, then in Arabic. */
  readonly name: readonly (string | null)[]
  readonly change: 'suspend' | 'restore'
  readonly reason: string
  readonly says: string | null
  readonly at: Date
}

/** Suspensions and returns that count from a month on, in the order of households, as far as the actor sees them. */
export async function suspensionsIn(
  tx: Transaction,
  asked: { readonly pack: string; readonly month: Month; readonly skip: number; readonly limit: number },
): Promise<readonly SuspensionRow[]> {
  const { rows } = await sql<SuspensionRow>`
    select event.household_id as household, household.source_id as "sourceId", event.territory, event.change, event.reason,
      event.says, event.recorded_at as at,
      array[payee.given_name, payee.family_name, payee.given_name_ar, payee.family_name_ar] as name
    from (
      select * from programmes.enrolment_event
      where pack = ${asked.pack} and effective_month = ${asked.month} and change in ('suspend', 'restore')
      order by household_id, sequence limit ${asked.limit} offset ${asked.skip}
    ) as event
      join households.published_household as household on household.id = event.household_id
      left join households.published_recipient as payee on payee.household_id = event.household_id
    order by event.household_id, event.sequence`.execute(tx)
  return rows
}

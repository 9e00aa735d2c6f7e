import { sql } from 'kysely'
import type { Transaction } from '#db'
import type { DateText, Id } from '#kernel'
import { within } from '../checks/draw-visits.ts'

export type RenewalRow = {
  readonly household: Id<'Household'>
  readonly sourceId: string
  readonly territory: string
  readonly declaration: Id<'Declaration'>
  readonly state: 'due' | 'grace' | 'expired'
  readonly dueOn: DateText
  readonly expiresOn: DateText | null
  readonly priority: number
  /** Points of quality when it was assessed; null before. */
  readonly quality: number | null
  /** Days before the end at which the family was last told; null: not yet. */
  readonly reminded: number | null
}

/** The queue of a territory, what matters most first, as far as the actor sees it. */
export async function renewalQueue(
  tx: Transaction,
  asked: { readonly country: string; readonly territory: string; readonly skip: number; readonly limit: number },
): Promise<readonly RenewalRow[]> {
  const { rows } = await sql<RenewalRow>`
    select renewal.household_id as household, household.source_id as "sourceId", household.territory,
      renewal.declaration_id as declaration, renewal.state, due_on as "dueOn", expires_on as "expiresOn", priority,
      quality.value as quality,
      (select min(substr(step, 8)::int) from households.renewal_step as told
        where told.household_id = renewal.household_id and told.declaration_id = renewal.declaration_id
          and step like 'remind%') as reminded
    from households.renewal join households.household on household.id = renewal.household_id
      left join households.quality on quality.household_id = renewal.household_id
        and quality.declaration_id = renewal.declaration_id
    where renewal.state <> 'renewed' and household.country = ${asked.country} and household.closed_on is null
      and ${within(sql`household.territory`, asked.territory)}
    order by priority desc, renewal.household_id limit ${asked.limit} offset ${asked.skip}`.execute(tx)
  return rows
}

export type RenewalCount = {
  readonly territory: string
  readonly due: number
  readonly grace: number
  readonly expired: number
}

/** How many wait in each territory of the next level below `territory`. */
export async function renewalCounts(
  tx: Transaction,
  country: string,
  territory: string,
): Promise<readonly RenewalCount[]> {
  const parts = territory === '' ? 1 : territory.split('.').length + 1
  const { rows } = await sql<RenewalCount>`
    select array_to_string((string_to_array(rtrim(household.territory, '.'), '.'))[1:${sql.lit(parts)}], '.') as territory,
      count(*) filter (where state = 'due')::int as due, count(*) filter (where state = 'grace')::int as grace,
      count(*) filter (where state = 'expired')::int as expired
    from households.renewal join households.household on household.id = renewal.household_id
    where renewal.state <> 'renewed' and household.country = ${country} and household.closed_on is null
      and ${within(sql`household.territory`, territory)}
    group by 1 order by 1`.execute(tx)
  return rows
}

/** How a household's renewal stands; undefined where nothing is due. */
export async function renewalOf(
  tx: Transaction,
  household: Id<'Household'>,
): Promise<Pick<RenewalRow, 'state' | 'dueOn' | 'expiresOn'> | undefined> {
  const { rows } = await sql<Pick<RenewalRow, 'state' | 'dueOn' | 'expiresOn'>>`
    select state, due_on as "dueOn", expires_on as "expiresOn" from households.renewal
    where household_id = ${household} and state <> 'renewed' order by due_on desc limit 1`.execute(tx)
  return rows[0]
}

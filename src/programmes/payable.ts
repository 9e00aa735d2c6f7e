import { type RawBuilder, sql } from 'kysely'
import type { Transaction } from '#db'
import type { Id, Month } from '#kernel'
import { leastChecks, type RunChecks } from '#payments'

/**
 * What a run of a month takes, in the columns that `prepareRun` of #payments takes: all that is owed for the month, with nobody as
 * payee where a household has no recipient, so that it is seen to wait; and what was owed for other months and came back.
 */
export function payableFor(pack: string, month: Month): RawBuilder<unknown> {
  const owed = sql`
    select entitlement.id as entitlement_id, recipient.person_id as payee_id,
      case when recipient.person_id is not null then concat_ws(' ', recipient.given_name, recipient.family_name) end as payee_name,
      entitlement.territory, entitlement.pack as purpose, entitlement.month as period, entitlement.amount_minor as amount
    from programmes.entitlement
      left join households.published_recipient as recipient on recipient.household_id = entitlement.household_id`
  return sql`
    ${owed} where entitlement.pack = ${pack} and entitlement.month = ${month}
    union all
    ${owed} where entitlement.pack = ${pack} and entitlement.month <> ${month}
      and entitlement.id in (select entitlement_id from payments.published_came_back where purpose = ${pack})`
}

/** What a run asks of each payee: the terms of the installation, and what the register knows of deaths and of files of one person. */
export function payableChecks(
  terms: Pick<RunChecks, 'retriesMost' | 'coolingDays'> & { readonly amountTimes: number },
): RunChecks {
  return {
    ...leastChecks,
    ...terms,
    sharedAccounts: true,
    dead: sql`select person_id as payee_id from population.published_death`,
    samePersons: sql`select merged as payee_id, kept as same_as from population.published_merge`,
  }
}

/** The entitlements of a household: what it is owed may wait without a payee by whom it would be found. */
export async function entitlementsOf(tx: Transaction, household: Id<'Household'>): Promise<readonly string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from programmes.entitlement where household_id = ${household}`.execute(tx)
  return rows.map(row => row.id)
}

import { type RawBuilder, sql } from 'kysely'
import type { Transaction } from '#db'
import type { Id, Month } from '#kernel'
import { leastChecks, type RunChecks } from '#payments'

/**
 * What a run of a month takes, in the columns that `prepareRun` of #payments takes: all that is owed for the month, with nobody as
 * payee where a household has no recipient, so that it is seen to wait; and what is owed for other months and was not paid:
 * it came back, waited when its run was drafted, or was recorded after it (arrears). Each less what is kept back from it.
 */
export function payableFor(pack: string, month: Month): RawBuilder<unknown> {
  const owed = sql`
    select line.id as entitlement_id, recipient.person_id as payee_id,
      case when recipient.person_id is not null then concat_ws(' ', recipient.given_name, recipient.family_name) end as payee_name,
      line.territory, line.pack as purpose, line.month as period, line.net_minor as amount
    from programmes.owed_line as line
      left join households.published_recipient as recipient on recipient.household_id = line.household_id
    where line.pack = ${pack} and line.net_minor > 0`
  return sql`
    ${owed} and line.month = ${month}
    union all
    ${owed} and line.month <> ${month} and (
      line.id in (select entitlement_id from payments.published_came_back where purpose = ${pack})
      or line.id in (select entitlement_id from payments.published_left_out where purpose = ${pack})
      or line.late and not exists (select from payments.published_attempt where entitlement_id = line.id))`
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

/** What a household is owed, arrears included: it may wait without a payee by whom it would be found. */
export async function entitlementsOf(tx: Transaction, household: Id<'Household'>): Promise<readonly string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from programmes.owed_line where household_id = ${household}`.execute(tx)
  return rows.map(row => row.id)
}

import { type RawBuilder, sql } from 'kysely'
import type { Transaction } from '#db'
import type { Id, Month } from '#kernel'
import type { EnrolmentChange, EnrolmentState } from './enrolment.ts'

/** One change of a household's state in a programme, as it was recorded. */
export type EnrolmentStep = {
  readonly pack: string
  readonly sequence: number
  readonly change: EnrolmentChange
  readonly state: EnrolmentState
  readonly reason: string
  readonly detail: Readonly<Record<string, unknown>> | null
  readonly says: string | null
  readonly month: Month
  readonly recordedAt: Date
  readonly recordedBy: string
}

/** A household in a programme in a month. */
export type Enrolment = {
  readonly household: Id<'Household'>
  readonly pack: string
  readonly state: EnrolmentState
  readonly reason: string
  /** First month for which that counts. */
  readonly from: Month
}

/**
 * Where households stand in programmes in a month, as far as the actor sees: one row for each programme that ever heard of
 * them by then.
 */
export async function enrolmentsOf(
  tx: Transaction,
  asked: { readonly households: readonly Id<'Household'>[]; readonly month: Month; readonly pack?: string },
): Promise<readonly Enrolment[]> {
  const { rows } = await sql<Enrolment>`
    select household_id as household, pack, state, reason, from_month as from
    from (
      select distinct on (event.household_id, event.pack) event.household_id, event.pack, event.state, event.reason,
        event.effective_month as from_month
      from programmes.enrolment_event as event
      where event.household_id = any (${asked.households}::uuid[]) and event.effective_month <= ${asked.month}
        and (${asked.pack ?? null}::text is null or event.pack = ${asked.pack ?? null})
      order by event.household_id, event.pack, event.sequence desc
    ) as latest
    order by household_id, pack`.execute(tx)
  return rows
}

/** Every change of a household in its programmes, the latest recorded first. */
export async function enrolmentSteps(tx: Transaction, household: Id<'Household'>): Promise<readonly EnrolmentStep[]> {
  const { rows } = await sql<EnrolmentStep>`
    select pack, sequence, change, state, reason, detail, says, effective_month as month, recorded_at as "recordedAt",
      recorded_by as "recordedBy"
    from programmes.enrolment_event where household_id = ${household}
    order by recorded_at desc, pack, sequence desc`.execute(tx)
  return rows
}

/**
 * A query of (household_id, territory) of who is in a state in a month: for sets of any size. The latest state answers unless it
 * counts from a later month; then the one before it does.
 */
export function inState(pack: string, state: EnrolmentState, month: Month): RawBuilder<unknown> {
  return sql`
    select now.household_id, now.territory from programmes.enrolment as now
    where now.pack = ${pack} and now.state = ${state} and now.effective_month <= ${month}
    union all
    select now.household_id, now.territory from programmes.enrolment as now
    where now.pack = ${pack} and now.effective_month > ${month} and ${state} = (
      select event.state from programmes.enrolment_event as event
      where event.household_id = now.household_id and event.pack = now.pack and event.effective_month <= ${month}
      order by event.sequence desc limit 1)`
}

/** How many households are in each state now, by territory as deep as the register knows it, as far as the actor sees. */
export async function enrolmentFigures(
  tx: Transaction,
  pack: string,
  parts: number,
): Promise<readonly { readonly territory: string; readonly state: EnrolmentState; readonly households: number }[]> {
  const { rows } = await sql<{ territory: string; state: EnrolmentState; households: number }>`
    select array_to_string((string_to_array(territory, '.'))[1:${parts}], '.') as territory, state, count(*)::int as households
    from programmes.enrolment where pack = ${pack} group by 1, 2 order by 1, 2`.execute(tx)
  return rows
}

import { sql } from 'kysely'
import type { Transaction } from '#db'
import type { Id, Month } from '#kernel'
import type { ConditionNotice } from './ladder.ts'

/** What followed for a household from a condition of a programme in a month. */
export type ConditionStepTaken = {
  readonly pack: string
  /** As conditions.yaml names it. */
  readonly code: string
  readonly month: Month
  readonly step: ConditionNotice
  readonly at: Date
}

/** Warnings, suspensions and returns of a household, and warnings taken back, the latest first. */
export async function conditionStepsOf(
  tx: Transaction,
  household: Id<'Household'>,
): Promise<readonly ConditionStepTaken[]> {
  const { rows } = await sql<ConditionStepTaken>`
    select pack, code, month, step, recorded_at as at from programmes.condition_step where household_id = ${household}
    union all
    select pack, code, month, 'withdrawn', recorded_at from programmes.condition_withdrawal where household_id = ${household}
    order by at desc, month desc`.execute(tx)
  return rows
}

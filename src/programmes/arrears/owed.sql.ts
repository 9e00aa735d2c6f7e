import { type RawBuilder, sql } from 'kysely'
import type { ProgrammeTerms } from '#countries'
import type { Month } from '#kernel'
import { inState } from '../enrolment/enrolments-of.ts'
import { inChain, type RunRow } from '../run.sql.ts'

/**
 * What a finished run says is owed, one row per household: `household_id, territory, amount_minor, exceptional_id`. What two
 * persons decided besides the law for the month goes before it. Where the programme has terms
 * of enrolment, to those who are enrolled in the run's month. `retroactive`: the run is of an earlier month than the enrolments
 * follow, so that it changed none of them; what an automatic programme then gives is owed to all whom nothing kept out.
 */
export function owedByRun(
  run: Pick<RunRow, 'pack' | 'sequence' | 'month'>,
  enrolment: { readonly terms: ProgrammeTerms | undefined; readonly retroactive: boolean },
): RawBuilder<unknown> {
  return sql`
    with exception as (
      select distinct on (household_id) household_id, id, effect, amount_minor
      from programmes.exceptional_decision
      where pack = ${run.pack} and ${run.month} between from_month and to_month
      order by household_id, recorded_at desc, id desc
    )
    select household_id, territory, amount_minor, null::uuid as exceptional_id
    from (
      select distinct on (d.household_id) d.household_id, d.territory, d.outcome, d.amount_minor
      from programmes.determination as d
      where ${inChain('d', run)}
      order by d.household_id, d.sequence desc
    ) as state
    where outcome = 'eligible' and amount_minor > 0 and ${takesPart(run, enrolment)}
      and household_id not in (select household_id from exception)
    union all
    select exception.household_id, household.territory, exception.amount_minor, exception.id
    from exception join households.published_household as household on household.id = exception.household_id
    where exception.effect = 'owed'`
}

function takesPart(
  { pack, month }: { readonly pack: string; readonly month: Month },
  { terms, retroactive }: Parameters<typeof owedByRun>[1],
): RawBuilder<unknown> {
  if (terms === undefined) return sql`true`
  if (terms.entry.by !== 'automatic' || !retroactive) {
    return sql`household_id in (select household_id from (${inState(pack, 'enrolled', month)}) as enrolled)`
  }
  // Kept out: suspended, without a place, in another programme, or made to leave by hand.
  return sql`coalesce((
    select event.state in ('enrolled', 'refused') or event.state = 'exited' and act.kind = 'run'
    from programmes.enrolment_event as event join programmes.enrolment_act as act on act.id = event.act_id
    where event.household_id = state.household_id and event.pack = ${pack} and event.effective_month <= ${month}
    order by event.sequence desc limit 1), true)`
}

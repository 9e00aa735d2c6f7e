import { type RawBuilder, sql } from 'kysely'
import type { ProgrammeTerms } from '#countries'
import type { Month } from '#kernel'
import { inState } from '../enrolment/enrolments-of.ts'
import { inChain, type RunRow } from '../run.sql.ts'

/**
 * What a finished run says is owed, one row per household: `household_id, territory, amount_minor`. Where the programme has terms
 * of enrolment, to those who are enrolled in the run's month. `retroactive`: the run is of an earlier month than the enrolments
 * follow, so that it changed none of them; what an automatic programme then gives is owed to all whom nothing kept out.
 */
export function owedByRun(
  run: Pick<RunRow, 'pack' | 'sequence' | 'month'>,
  enrolment: { readonly terms: ProgrammeTerms | undefined; readonly retroactive: boolean },
): RawBuilder<unknown> {
  return sql`
    select household_id, territory, amount_minor
    from (
      select distinct on (d.household_id) d.household_id, d.territory, d.outcome, d.amount_minor
      from programmes.determination as d
      where ${inChain('d', run)}
      order by d.household_id, d.sequence desc
    ) as state
    where outcome = 'eligible' and amount_minor > 0 and ${takesPart(run, enrolment)}`
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

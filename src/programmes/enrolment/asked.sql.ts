// The households that a set of changes is about, in a temporary table: what each is, what is asked of it, what becomes of it.
import { type RawBuilder, sql } from 'kysely'
import type { Transaction } from '#db'
import type { Month } from '#kernel'
import { ENROLMENT_CHANGES, type EnrolmentChange, TRANSITIONS } from './enrolment.ts'

/** A query of what is asked: (household_id, change, reason, detail, by_run, asked_on). */
export async function askedOf(tx: Transaction, pack: string, month: Month, asked: RawBuilder<unknown>): Promise<void> {
  await sql`drop table if exists pg_temp.enrolment_asked`.execute(tx)
  await sql`
    create temp table enrolment_asked on commit drop as
    select asked.household_id, household.territory, asked.change, asked.reason, asked.detail, asked.by_run,
      coalesce(now.asked_on, asked.asked_on, current_date) as asked_on, now.state, coalesce(now.sequence, 0) as sequence,
      now.since_month, now.certified_month, ${month}::text as month, ${ENDS}::text as outcome, null::numeric[] as rank
    from (${asked}) as asked
      join households.published_household as household on household.id = asked.household_id
      left join programmes.enrolment as now on now.household_id = asked.household_id and now.pack = ${pack}`.execute(tx)
  await sql`analyze pg_temp.enrolment_asked`.execute(tx)
}

/** As `decideEnrolment`: what is so already, and what cannot be done from here, is left as it is. */
const ENDS = sql.join(
  [
    sql`case`,
    ...ENROLMENT_CHANGES.map(change => {
      const { from, to } = TRANSITIONS[change]
      const states = from.filter(state => state !== null)
      const known = sql`now.state = any (${states}::text[])`
      const possible = from.includes(null) ? sql`(now.state is null or ${known})` : known
      const already =
        change === 'recertify' ? sql`` : sql`when asked.change = ${change} and now.state = ${to} then 'already'`
      return sql`${already} when asked.change = ${change} and ${possible} then ${to}::text`
    }),
    sql`else 'not_from_here' end`,
  ],
  sql` `,
)

const DONE = [...new Set(Object.values(TRANSITIONS).map(({ to }) => to))]

/** Rows that change something. */
export const changing: RawBuilder<boolean> = sql`outcome = any (${DONE}::text[])`

/** Turns one change into another for some of those asked: enrol into wait, for want of a place. */
export async function turned(
  tx: Transaction,
  which: RawBuilder<unknown>,
  to: { readonly change: EnrolmentChange; readonly reason: string; readonly detail: RawBuilder<unknown> },
): Promise<void> {
  const { from, to: state } = TRANSITIONS[to.change]
  const possible = sql`(state = any (${from.filter(each => each !== null)}::text[]) ${from.includes(null) ? sql`or state is null` : sql``})`
  await sql`
    update pg_temp.enrolment_asked as asked
    set change = ${to.change}, reason = ${to.reason}, detail = ${to.detail},
      outcome = case when state = ${state} then 'already' when ${possible} then ${state} else 'not_from_here' end
    where ${which}`.execute(tx)
}

/** Writes what is left to change: the events, and where each household then stands. Answers households by outcome. */
export async function writeAsked(
  tx: Transaction,
  act: { readonly id: string; readonly pack: string; readonly says: string | null },
): Promise<Readonly<Record<string, number>>> {
  await sql`
    update pg_temp.enrolment_asked set month = since_month
    where since_month > month and change in ('suspend', 'restore', 'recertify') and ${changing}`.execute(tx)
  await sql`
    insert into programmes.enrolment_event
      (household_id, pack, sequence, territory, change, state, reason, detail, says, effective_month, act_id)
    select household_id, ${act.pack}, sequence + 1, territory, change, outcome, reason, detail, ${act.says}, month, ${act.id}
    from pg_temp.enrolment_asked where ${changing}`.execute(tx)
  await sql`
    insert into programmes.enrolment as now
      (household_id, pack, territory, state, reason, sequence, effective_month, since_month, certified_month, asked_on, by_run)
    select household_id, ${act.pack}, territory, outcome, reason, sequence + 1, month,
      case when outcome in ('enrolled', 'suspended') then coalesce(since_month, month) end,
      case when change in ('enrol', 'recertify') or reason = 'recertified' then month else certified_month end, asked_on, by_run
    from pg_temp.enrolment_asked where ${changing}
    on conflict (household_id, pack) do update set territory = excluded.territory, state = excluded.state,
      reason = excluded.reason, sequence = excluded.sequence, effective_month = excluded.effective_month,
      since_month = excluded.since_month, certified_month = excluded.certified_month, asked_on = excluded.asked_on,
      by_run = excluded.by_run`.execute(tx)
  const { rows } = await sql<{ outcome: string; households: number }>`
    select outcome, count(*)::int as households from pg_temp.enrolment_asked group by outcome order by outcome`.execute(
    tx,
  )
  return Object.fromEntries(rows.map(({ outcome, households }) => [outcome, households]))
}

/** The changes that one act made in its programme, as lines for the audit. */
export function enrolmentLines(act: { readonly id: string; readonly pack: string }): RawBuilder<unknown> {
  return sql`
    select concat_ws('|', household_id, sequence, change, state, reason, effective_month, territory)
    from programmes.enrolment_event where act_id = ${act.id} and pack = ${act.pack}`
}

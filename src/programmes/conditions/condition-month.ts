import { sql } from 'kysely'
import type { Transaction } from '#db'
import type { Id, Month } from '#kernel'
import { inChain, latestRun, type RunRow } from '../run.sql.ts'
import { withdrawn } from './condition.sql.ts'
import type { ConditionStep, Finding } from './ladder.ts'

/** A month of a programme in which its conditions are followed. */
export type ConditionMonthAsked = { readonly country: string; readonly pack: string; readonly month: Month }

/** Months that a programme decided, the latest first. */
export async function decidedMonths(tx: Transaction, country: string, pack: string, limit = 60): Promise<Month[]> {
  const { rows } = await sql<{ month: Month }>`
    select distinct month from programmes.determination_run
    where country = ${country} and pack = ${pack} and not trial and finished_at is not null and cancelled_at is null
    order by month desc limit ${limit}`.execute(tx)
  return rows.map(each => each.month)
}

/** Households of a place by what was found of a condition, each under the gravest; and what followed for them. */
export type ConditionFigures = {
  /** The first two parts of the code: a province. */
  readonly territory: string
  readonly unmet: number
  readonly unknown: number
  readonly waived: number
  /** Members of whom each was found. */
  readonly unmetMembers: number
  readonly unknownMembers: number
  readonly waivedMembers: number
  /** Of all these, households with a right all the same. */
  readonly eligible: number
  readonly warned: number
  readonly suspended: number
  readonly restored: number
}

const place = (column: 'f.territory' | 's.territory') =>
  sql`array_to_string((string_to_array(${sql.ref(column)}, '.'))[1:2], '.')`

/** What was found of one condition in a month and what followed, by province, as far as the actor sees the households. */
export async function conditionFigures(
  tx: Transaction,
  run: RunRow,
  code: string,
): Promise<readonly ConditionFigures[]> {
  const { rows } = await sql<ConditionFigures>`
    with found as (
      select ${place('f.territory')} as place, f.household_id, f.person_id, f.finding
      from programmes.condition_finding as f
      where f.pack = ${run.pack} and f.month = ${run.month} and f.code = ${code} and f.finding <> 'met'
        and not ${withdrawn(sql`f`)}
    ), household as (
      select place, household_id, bool_or(finding = 'unmet') as unmet, bool_or(finding = 'unknown') as unknown,
        count(*) filter (where finding = 'unmet' and person_id is not null) as unmet_members,
        count(*) filter (where finding = 'unknown' and person_id is not null) as unknown_members,
        count(*) filter (where finding = 'waived' and person_id is not null) as waived_members
      from found group by place, household_id
    ), counted as (
      select place, count(*) filter (where unmet) as unmet, count(*) filter (where unknown and not unmet) as unknown,
        count(*) filter (where not unmet and not unknown) as waived, sum(unmet_members) as unmet_members,
        sum(unknown_members) as unknown_members, sum(waived_members) as waived_members,
        count(*) filter (where 'eligible' = (
          select d.outcome from programmes.determination as d
          where d.household_id = household.household_id and ${inChain('d', run)} order by d.sequence desc limit 1)) as eligible
      from household group by place
    ), followed as (
      select ${place('s.territory')} as place, count(*) filter (where s.step = 'warned') as warned,
        count(*) filter (where s.step = 'suspended') as suspended, count(*) filter (where s.step = 'restored') as restored
      from programmes.condition_step as s
      where s.pack = ${run.pack} and s.month = ${run.month} and s.code = ${code} and not ${withdrawn(sql`s`)} group by 1
    )
    select place as territory, coalesce(unmet, 0)::int as unmet, coalesce(unknown, 0)::int as unknown,
      coalesce(waived, 0)::int as waived, coalesce(unmet_members, 0)::int as "unmetMembers",
      coalesce(unknown_members, 0)::int as "unknownMembers", coalesce(waived_members, 0)::int as "waivedMembers",
      coalesce(eligible, 0)::int as eligible, coalesce(warned, 0)::int as warned, coalesce(suspended, 0)::int as suspended,
      coalesce(restored, 0)::int as restored
    from counted full join followed using (place) order by place collate "C"`.execute(tx)
  return rows
}

/** The run whose decisions say what was found in a month: the last that finished. */
export const runFollowed = (tx: Transaction, asked: ConditionMonthAsked): Promise<RunRow | undefined> =>
  latestRun(tx, asked)

/** A warning, a suspension or a return, with what was found of the household's members that month. */
export type ConditionStepRow = {
  readonly household: Id<'Household'>
  readonly sourceId: string
  readonly territory: string
  readonly name: readonly (string | null)[]
  readonly code: string
  readonly step: ConditionStep
  readonly breaches: number
  /** True where the warning was taken back: the month was decided again, and nothing of it stands. */
  readonly takenBack: boolean
  readonly at: Date
  readonly found: readonly {
    readonly finding: Finding
    /** Names of the member; null where it is the household's. */
    readonly name: readonly (string | null)[] | null
  }[]
}

/**
 * What followed in a month, household after household in the order of their ids, as far as the actor sees them. `code` and `step`
 * null: every one.
 */
export async function conditionStepsIn(
  tx: Transaction,
  asked: {
    readonly pack: string
    readonly month: Month
    readonly code: string | null
    readonly step: ConditionStep | null
    readonly skip: number
    readonly limit: number
  },
): Promise<readonly ConditionStepRow[]> {
  const { rows } = await sql<ConditionStepRow>`
    select s.household_id as household, household.source_id as "sourceId", s.territory, s.code, s.step, s.breaches,
      s.recorded_at as at, ${withdrawn(sql`s`)} as "takenBack", array[payee.given_name, payee.family_name, payee.given_name_ar, payee.family_name_ar] as name,
      (select coalesce(jsonb_agg(jsonb_build_object('finding', f.finding, 'name', case when f.person_id is null then null
          else jsonb_build_array(p.given_name, p.family_name, p.given_name_ar, p.family_name_ar) end) order by f.person_id), '[]')
        from programmes.condition_finding as f left join population.published_person as p on p.id = f.person_id
        where f.household_id = s.household_id and f.pack = s.pack and f.code = s.code and f.month = s.month) as found
    from (
      select s.* from programmes.condition_step as s
      where s.pack = ${asked.pack} and s.month = ${asked.month}
        and (${asked.code}::text is null or s.code = ${asked.code}) and (${asked.step}::text is null or s.step = ${asked.step})
      order by s.household_id, s.code limit ${asked.limit} offset ${asked.skip}
    ) as s
      join households.published_household as household on household.id = s.household_id
      left join households.published_recipient as payee on payee.household_id = s.household_id
    order by s.household_id, s.code`.execute(tx)
  return rows
}

import { sql } from 'kysely'
import type { AgentTerms } from '#countries'
import type { Transaction } from '#db'
import type { DateText } from '#kernel'

/** What an agent recorded in a time, as far as the actor sees it. Shares are whole percents. */
export type AgentFigures = {
  readonly agent: string
  readonly declarations: number
  /** Points of a hundred, the mean; null before anything is assessed. */
  readonly quality: number | null
  /** Declarations with a warning or an error, explained or not. */
  readonly warningsPercent: number
  readonly unknownPercent: number
  /** Of adults' ages, those that end in 0 or 5: twenty in a hundred where ages are known. */
  readonly roundAgesPercent: number
  readonly adults: number
  /** The most declarations within one hour of the clock. */
  readonly hourMost: number
}

export type AgentSign = {
  readonly sign: 'warnings' | 'unknown' | 'round_ages' | 'speed'
  readonly value: number
  readonly from: number
}

/** Too few adults say nothing of their ages. */
const LEAST_ADULTS = 30

/** What stands out in an agent's work against the country's bounds. A sign is a reason to look, not a fault. */
export function signsOf(figures: AgentFigures, terms: AgentTerms): AgentSign[] {
  if (figures.declarations < terms.leastDeclarations) return []
  const rounded = figures.adults < LEAST_ADULTS ? 0 : figures.roundAgesPercent
  const all: AgentSign[] = [
    { sign: 'warnings', value: figures.warningsPercent, from: terms.warningsPercent },
    { sign: 'unknown', value: figures.unknownPercent, from: terms.unknownPercent },
    { sign: 'round_ages', value: rounded, from: terms.roundAgesPercent },
    { sign: 'speed', value: figures.hourMost, from: terms.hourMost },
  ]
  return all.filter(({ value, from }) => value >= from)
}

/** What agents recorded at desks and in the field since a day, one statement for all of them; the most first. */
export async function agentFigures(
  tx: Transaction,
  country: string,
  since: DateText,
): Promise<readonly AgentFigures[]> {
  const { rows } = await sql<AgentFigures>`
    with taken as (
      select declaration.household_id, declaration.id, declaration.actor, declaration.members, declaration.effective_on,
        date_trunc('hour', declaration.recorded_at) as hour
      from households.declaration join households.household on household.id = household_id
      where declaration.channel in ('desk', 'field') and declaration.recorded_at >= ${since}::date and country = ${country}
    ), aged as (
      select actor, count(*)::int as adults, count(*) filter (where years % 5 = 0)::int as rounded
      from taken cross join lateral jsonb_array_elements(members) as said (member)
        cross join lateral (
          select extract(year from age(effective_on, (member -> 'facts' ->> 'birth_date')::date))::int as years) as aged
      where member -> 'facts' ->> 'birth_date' ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' and years between 20 and 79
      group by actor
    ), hours as (
      select actor, max(declarations)::int as most
      from (select actor, hour, count(*) as declarations from taken group by actor, hour) as each group by actor
    )
    select taken.actor as agent, count(*)::int as declarations, round(avg(quality.value))::int as quality,
      coalesce(round(100.0 * count(*) filter (where quality.warnings + quality.errors > 0)
        / nullif(count(quality.value), 0)), 0)::int as "warningsPercent",
      coalesce(round(100.0 * sum(quality.unanswered) / nullif(sum(quality.asked), 0)), 0)::int as "unknownPercent",
      coalesce(round(100.0 * max(aged.rounded) / nullif(max(aged.adults), 0)), 0)::int as "roundAgesPercent",
      coalesce(max(aged.adults), 0)::int as adults, max(hours.most)::int as "hourMost"
    from taken
      left join households.quality on quality.household_id = taken.household_id and quality.declaration_id = taken.id
      left join aged on aged.actor = taken.actor join hours on hours.actor = taken.actor
    group by taken.actor order by declarations desc, agent limit 200`.execute(tx)
  return rows
}

export type TerritoryQuality = {
  readonly territory: string
  readonly households: number
  readonly assessed: number
  readonly quality: number | null
  readonly doubted: number
}

/** Of the last declarations of households, by the first part of their territory: how many, and how good. */
export async function qualityByTerritory(tx: Transaction, country: string): Promise<readonly TerritoryQuality[]> {
  const { rows } = await sql<TerritoryQuality>`
    select split_part(household.territory, '.', 1) as territory, count(distinct household.id)::int as households,
      count(distinct quality.household_id)::int as assessed, round(avg(quality.value))::int as quality,
      count(*) filter (where quality.warnings + quality.errors > 0)::int as doubted
    from households.household left join households.quality on quality.household_id = household.id
      and not exists (select from households.quality as later where later.household_id = quality.household_id
        and (later.recorded_at, later.declaration_id) > (quality.recorded_at, quality.declaration_id))
    where household.country = ${country} and household.closed_on is null
    group by 1 order by 1`.execute(tx)
  return rows
}

export type DoubtedHousehold = {
  readonly household: string
  readonly sourceId: string
  readonly territory: string
  readonly value: number
  readonly codes: readonly string[]
}

/** Codes that were doubted in last declarations, with how many households: what to look at first. */
export async function commonDoubts(
  tx: Transaction,
  country: string,
): Promise<readonly { readonly code: string; readonly severity: string; readonly households: number }[]> {
  const { rows } = await sql<{ code: string; severity: string; households: number }>`
    select doubt.code, doubt.severity, count(distinct doubt.household_id)::int as households
    from households.doubt join households.household on household.id = doubt.household_id
    where household.country = ${country} and household.closed_on is null
    group by 1, 2 order by households desc, code limit 30`.execute(tx)
  return rows
}

/** The declarations of the lowest quality, to look at one by one. */
export async function lowestQuality(
  tx: Transaction,
  country: string,
  limit: number,
): Promise<readonly DoubtedHousehold[]> {
  const { rows } = await sql<DoubtedHousehold>`
    select household.id as household, household.source_id as "sourceId", household.territory, quality.value,
      array(select distinct code from households.doubt
        where doubt.household_id = quality.household_id and doubt.declaration_id = quality.declaration_id order by 1) as codes
    from households.quality join households.household on household.id = quality.household_id
    where household.country = ${country} and household.closed_on is null and quality.warnings + quality.errors > 0
      and not exists (select from households.quality as later where later.household_id = quality.household_id
        and (later.recorded_at, later.declaration_id) > (quality.recorded_at, quality.declaration_id))
    order by quality.value, household.id limit ${limit}`.execute(tx)
  return rows
}

import { type RawBuilder, sql } from 'kysely'
import type { Country } from '#countries'
import { jsonb, type Transaction } from '#db'
import { err, type Id, ok, type Result } from '#kernel'
import { appendAuditOfRows } from '#security'
import { allocateVisits, type Stratum } from './allocate-visits.ts'
import { qualityNow } from './quality.sql.ts'

export type SampleAsked = {
  /** Made by who asks, kept for retries. */
  readonly id: Id<'VisitSample'>
  readonly territory: string
  /** What the draw starts from: the same seed on the same register draws the same households. */
  readonly seed: string
  readonly size: number
  readonly by: string
}

export type SampleRefusal =
  | { readonly code: 'territory_unknown'; readonly territory: string }
  | { readonly code: 'seed_missing' }
  | { readonly code: 'seed_too_long'; readonly most: number }
  | { readonly code: 'size_out_of_range'; readonly most: number }
  | { readonly code: 'nobody_to_visit' }

export const LARGEST_SAMPLE = 5000
const LONGEST_SEED = 60
/** Name of the method below, kept with each sample: another method is another name. */
const METHOD = 'hash-strata-1'

/**
 * Draws households to visit, of those that the actor sees in a territory: first the risk part, the declarations of the lowest
 * quality below the country's bound; then at random within strata of territory (as the country's second level cuts it) and
 * agent, in proportion. Within a stratum the order is that of SHA-256(seed, household): anybody who has the seed and the
 * register draws the same. Households whose visit is still open are left out.
 */
export async function drawVisits(
  tx: Transaction,
  country: Country,
  asked: SampleAsked,
): Promise<Result<{ readonly drawn: number }, SampleRefusal>> {
  const seed = asked.seed.trim()
  if (asked.territory !== '' && !country.territories.find(asked.territory))
    return err({ code: 'territory_unknown', territory: asked.territory })
  if (seed === '') return err({ code: 'seed_missing' })
  if (seed.length > LONGEST_SEED) return err({ code: 'seed_too_long', most: LONGEST_SEED })
  if (!Number.isInteger(asked.size) || asked.size < 1 || asked.size > LARGEST_SAMPLE)
    return err({ code: 'size_out_of_range', most: LARGEST_SAMPLE })
  const known = await drawnOf(tx, asked.id)
  if (known !== undefined) return ok({ drawn: known })
  await findCandidates(tx, country, asked.territory, seed)
  const { riskPercent, riskBelow } = country.upkeep.visits
  const risky = Math.floor((asked.size * riskPercent) / 100)
  await sql`
    update pg_temp.visit_candidate set part = 'risk' where household_id in (
      select household_id from pg_temp.visit_candidate where quality < ${riskBelow}
      order by quality, place limit ${risky})`.execute(tx)
  const strata = await drawStrata(tx, asked.size)
  if (strata.drawn === 0) return err({ code: 'nobody_to_visit' })
  await keepSample(tx, country, { ...asked, seed }, strata)
  return ok({ drawn: strata.drawn })
}

async function drawnOf(tx: Transaction, id: Id<'VisitSample'>): Promise<number | undefined> {
  const { rows } = await sql<{ drawn: number }>`
    select (select count(*)::int from households.visit where sample_id = visit_sample.id) as drawn
    from households.visit_sample where id = ${id}`.execute(tx)
  return rows[0]?.drawn
}

async function findCandidates(tx: Transaction, { code, upkeep }: Country, territory: string, seed: string) {
  await sql`
    create temporary table if not exists visit_candidate (
      household_id uuid primary key, declaration_id uuid not null, territory text not null, agent text not null,
      quality integer, place bytea not null, part text
    ) on commit delete rows`.execute(tx)
  await sql`
    insert into pg_temp.visit_candidate (household_id, declaration_id, territory, agent, quality, place)
    select household.id, last.id, array_to_string((string_to_array(rtrim(household.territory, '.'), '.'))[1:2], '.'), last.actor,
      ${qualityNow(sql`quality.value`, sql`last.effective_on`, upkeep.quality)},
      sha256(convert_to(${seed}::text || ' ' || household.id::text, 'UTF8'))
    from households.household
      cross join lateral (
        select id, actor, effective_on from households.declaration
        where household_id = household.id order by effective_on desc, recorded_at desc, id desc limit 1
      ) as last
      left join households.quality on quality.household_id = household.id and quality.declaration_id = last.id
    where household.country = ${code} and household.closed_on is null and ${within(sql`household.territory`, territory)}
      and not exists (
        select from households.visit where visit.household_id = household.id and not exists (
          select from households.visit_outcome as found
          where found.household_id = visit.household_id and found.sample_id = visit.sample_id))`.execute(tx)
}

/** Whether a territory lies within another; every one lies within the empty code. */
export function within(column: RawBuilder<unknown>, territory: string): RawBuilder<boolean> {
  return sql`(${territory} = '' or ${column} = ${territory} or starts_with(${column}, ${territory} || '.'))`
}

type Drawn = { readonly drawn: number; readonly strata: readonly (Stratum & { drawn: number })[] }

async function drawStrata(tx: Transaction, size: number): Promise<Drawn> {
  const { rows } = await sql<{ risky: number }>`
    select count(*)::int as risky from pg_temp.visit_candidate where part = 'risk'`.execute(tx)
  const { rows: found } = await sql<Stratum>`
    select territory, agent, count(*)::int as households from pg_temp.visit_candidate where part is null
    group by 1, 2`.execute(tx)
  const risky = rows[0]!.risky
  const strata = allocateVisits(found, size - risky)
  await sql`
    update pg_temp.visit_candidate as candidate set part = 'random'
    from (
      select household_id, territory, agent, row_number() over (partition by territory, agent order by place) as number
      from pg_temp.visit_candidate where part is null
    ) as placed
      join jsonb_to_recordset(${jsonb(strata)}) as allowed (territory text, agent text, drawn int) using (territory, agent)
    where placed.number <= allowed.drawn and candidate.household_id = placed.household_id`.execute(tx)
  return { drawn: risky + strata.reduce((sum, each) => sum + each.drawn, 0), strata }
}

async function keepSample(tx: Transaction, { code, upkeep }: Country, asked: SampleAsked, { strata }: Drawn) {
  const { id, territory, seed, size, by } = asked
  const { riskPercent, riskBelow } = upkeep.visits
  await sql`
    insert into households.visit_sample (id, country, territory, seed, size, method, strata, asked_by)
    values (${id}, ${code}, ${territory}, ${seed}, ${size},
      jsonb_build_object('name', ${METHOD}::text, 'riskPercent', ${riskPercent}::int, 'riskBelow', ${riskBelow}::int, 'knownAt', now()),
      ${jsonb(strata)}, ${by})`.execute(tx)
  await sql`
    insert into households.visit (household_id, sample_id, number, declaration_id, part, agent)
    select household_id, ${id}, row_number() over (order by territory, part desc, place), declaration_id, part, agent
    from pg_temp.visit_candidate where part is not null`.execute(tx)
  await appendAuditOfRows(tx, {
    action: 'visit.draw',
    subject: { kind: 'household' },
    territory,
    purpose: 'data_quality: sample of visits',
    detail: { sample: id, seed, method: METHOD, size },
    rows: sql`select concat_ws('|', household_id, number, part) from households.visit where sample_id = ${id} order by number`,
  })
}

import { sql } from 'kysely'
import type { Country } from '#countries'
import type { Transaction } from '#db'
import { type DateText, err, type Id, ok, parseDate, type Result } from '#kernel'
import { appendAudit } from '#security'

export const VISIT_OUTCOMES = ['confirmed', 'differs', 'not_found'] as const
export type VisitOutcome = (typeof VISIT_OUTCOMES)[number]

export type Sample = {
  readonly id: Id<'VisitSample'>
  readonly territory: string
  readonly seed: string
  readonly size: number
  readonly method: {
    readonly name: string
    readonly riskPercent: number
    readonly riskBelow: number
    readonly knownAt: string
  }
  readonly strata: readonly {
    readonly territory: string
    readonly agent: string
    readonly households: number
    readonly drawn: number
  }[]
  readonly askedBy: string
  readonly askedAt: Date
  readonly visits: number
  readonly answered: number
  readonly differing: number
}

/** Samples that the actor sees, the latest first. */
export async function listSamples(
  tx: Transaction,
  country: string,
  id: Id<'VisitSample'> | null = null,
): Promise<readonly Sample[]> {
  const { rows } = await sql<Sample>`
    select sample.id, sample.territory, seed, size, method, strata, asked_by as "askedBy", asked_at as "askedAt",
      counted.visits, counted.answered, counted.differing
    from households.visit_sample as sample cross join lateral (
      select count(*)::int as visits, count(found.outcome)::int as answered,
        count(*) filter (where found.outcome = 'differs')::int as differing
      from households.visit left join lateral (
        select outcome from households.visit_outcome as found
        where found.household_id = visit.household_id and found.sample_id = visit.sample_id
        order by recorded_at desc, id desc limit 1) as found on true
      where visit.sample_id = sample.id) as counted
    where country = ${country} and (${id}::uuid is null or sample.id = ${id}::uuid)
    order by asked_at desc, sample.id desc limit 50`.execute(tx)
  return rows
}

export type Visit = {
  readonly household: Id<'Household'>
  readonly sourceId: string
  readonly territory: string
  readonly number: number
  readonly part: 'random' | 'risk'
  readonly agent: string
  readonly outcome: VisitOutcome | null
  readonly differs: readonly string[]
  readonly says: string
  readonly visitedOn: DateText | null
  readonly recordedBy: string | null
}

/** The visits of a sample in their order, as far as the actor sees the households. */
export async function visitsOf(
  tx: Transaction,
  sample: Id<'VisitSample'>,
  page: { readonly after: number; readonly limit: number },
): Promise<readonly Visit[]> {
  const { rows } = await sql<Visit>`
    select visit.household_id as household, household.source_id as "sourceId", household.territory, number, part, agent,
      found.outcome, coalesce(found.differs, '{}') as differs, coalesce(found.says, '') as says,
      found.visited_on as "visitedOn", found.actor as "recordedBy"
    from households.visit join households.household on household.id = visit.household_id
      left join lateral (
        select * from households.visit_outcome as found
        where found.household_id = visit.household_id and found.sample_id = visit.sample_id
        order by recorded_at desc, id desc limit 1) as found on true
    where visit.sample_id = ${sample} and number > ${page.after}
    order by number limit ${page.limit}`.execute(tx)
  return rows
}

export type OutcomeSaid = {
  readonly id: Id<'VisitOutcome'>
  readonly sample: Id<'VisitSample'>
  readonly household: Id<'Household'>
  readonly outcome: VisitOutcome
  /** household.FACT, or member.FACT|person. */
  readonly differs: readonly string[]
  readonly says: string
  readonly visitedOn: string
  readonly by: string
}

export type OutcomeRefusal =
  | { readonly code: 'visit_unknown' }
  | { readonly code: 'answered_already' }
  | { readonly code: 'day_malformed' }
  | { readonly code: 'day_in_future'; readonly today: DateText }
  | { readonly code: 'differs_in_nothing' }
  | { readonly code: 'fact_unknown'; readonly fact: string }
  | { readonly code: 'says_too_long'; readonly most: number }

const LONGEST = 1000

/**
 * Records what was found at a visit: all as declared, facts that differ (each is then put right by a correction), or nobody
 * there. Whoever was not found may be visited again; what was confirmed or differed stays.
 */
export async function recordVisit(
  tx: Transaction,
  country: Country,
  said: OutcomeSaid,
  today: DateText,
): Promise<Result<undefined, OutcomeRefusal>> {
  // Two who record the same visit at once: the second sees what the first said.
  await sql`select pg_advisory_xact_lock(hashtextextended(${`visit ${said.household} ${said.sample}`}, 0))`.execute(tx)
  const { rows } = await sql<{ territory: string; last: string | null; same: boolean; members: string[] }>`
    select household.territory,
      (select outcome from households.visit_outcome as found where found.household_id = visit.household_id
        and found.sample_id = visit.sample_id order by recorded_at desc, id desc limit 1) as last,
      exists (select from households.visit_outcome where id = ${said.id} and household_id = visit.household_id) as same,
      array(select jsonb_array_elements(members) ->> 'id' from households.declaration
        where household_id = visit.household_id and id = visit.declaration_id) as members
    from households.visit join households.household on household.id = visit.household_id
    where visit.household_id = ${said.household} and visit.sample_id = ${said.sample}`.execute(tx)
  const visit = rows[0]
  if (!visit) return err({ code: 'visit_unknown' })
  if (visit.same) return ok(undefined)
  const day = parseDate(said.visitedOn)
  const refusal = refusalOf(country, said, visit, day, today)
  if (refusal) return err(refusal)
  const differs = said.outcome === 'differs' ? said.differs : []
  await sql`
    insert into households.visit_outcome (household_id, sample_id, id, outcome, differs, says, visited_on, actor)
    values (${said.household}, ${said.sample}, ${said.id}, ${said.outcome}, ${differs}::text[], ${said.says.trim()}, ${day},
      ${said.by})`.execute(tx)
  await appendAudit(tx, {
    action: 'visit.record',
    subject: { kind: 'household', id: said.household },
    territory: visit.territory,
    purpose: 'data_quality: visit',
    detail: { sample: said.sample, outcome: said.outcome, differs },
  })
  return ok(undefined)
}

function refusalOf(
  country: Country,
  said: OutcomeSaid,
  visit: { readonly last: string | null; readonly members: readonly string[] },
  day: DateText | undefined,
  today: DateText,
): OutcomeRefusal | undefined {
  if (visit.last !== null && visit.last !== 'not_found') return { code: 'answered_already' }
  if (!day) return { code: 'day_malformed' }
  if (day > today) return { code: 'day_in_future', today }
  if (said.says.trim().length > LONGEST) return { code: 'says_too_long', most: LONGEST }
  if (said.outcome !== 'differs') return undefined
  if (said.differs.length === 0) return { code: 'differs_in_nothing' }
  const unknown = said.differs.find(fact => !isFact(country, fact, visit.members))
  return unknown === undefined ? undefined : { code: 'fact_unknown', fact: unknown }
}

function isFact({ catalogue }: Country, text: string, members: readonly string[]): boolean {
  const [, of, fact, person] = /^(household|member)\.([a-z0-9_]+)(?:\|(.+))?$/.exec(text) ?? []
  if (of === 'household') return person === undefined && catalogue.household.has(fact!)
  return of === 'member' && catalogue.member.has(fact!) && person !== undefined && members.includes(person)
}

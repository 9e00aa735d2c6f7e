import { type RawBuilder, sql } from 'kysely'
import { jsonb, type Transaction } from '#db'
import { type Id, newId } from '#kernel'
import type { RunRow } from '../run.sql.ts'
import type { NewFinding } from './assess-conditions.ts'
import type { ConditionStep, Finding, Found } from './ladder.ts'

type Household = Id<'Household'>
type Of = Pick<RunRow, 'id' | 'pack' | 'month'>

/** The findings that are new, by what they are. */
export async function saveFindings(
  tx: Transaction,
  run: Of,
  code: string,
  findings: readonly NewFinding[],
): Promise<Finding[]> {
  if (findings.length === 0) return []
  const said = findings.map(({ waiver, ...each }) => ({ ...each, id: newId(), waiver: waiver?.id ?? null }))
  const { rows } = await sql<{ finding: Finding }>`
    insert into programmes.condition_finding (household_id, id, territory, pack, code, month, person_id, finding, waiver_id, run_id)
    select f.household, f.id, f.territory, ${run.pack}, ${code}, ${run.month}, f.person, f.finding, f.waiver, ${run.id}
    from jsonb_to_recordset(${jsonb(said)})
      as f (household uuid, id uuid, territory text, person uuid, finding text, waiver uuid)
    on conflict do nothing returning finding`.execute(tx)
  return rows.map(each => each.finding)
}

/** Months whose warning was taken back: what was found in them was put right. */
export const withdrawn = (row: RawBuilder<unknown>) => sql`exists (select from programmes.condition_withdrawal w
  where w.household_id = ${row}.household_id and w.pack = ${row}.pack and w.code = ${row}.code and w.month = ${row}.month)`

/**
 * What was found of households, in the order of months: before the run's month the last of each member, or all up to it. What was
 * put right since is no finding any more.
 */
export async function foundBefore(
  tx: Transaction,
  run: Of,
  code: string,
  households: readonly Household[],
  all = false,
): Promise<(Found & { readonly household: Household })[]> {
  const { rows } = await sql<Found & { household: Household }>`
    select household_id as household, person_id as of, month, finding from programmes.condition_finding f
    where household_id = any (${households}::uuid[]) and pack = ${run.pack} and code = ${code} and not ${withdrawn(sql`f`)}
      and ${
        all
          ? sql`month <= ${run.month}`
          : sql`month = (select max(month) from programmes.condition_finding l where l.household_id = f.household_id
              and l.pack = f.pack and l.code = f.code and l.person_id is not distinct from f.person_id and l.month < ${run.month} and not ${withdrawn(sql`l`)})`
      }
    order by household_id, month, person_id`.execute(tx)
  return rows
}

/** The step that stands for each household before the run's month. */
export async function stepsBefore(
  tx: Transaction,
  run: Of,
  code: string,
  households: readonly Household[],
): Promise<ReadonlyMap<Household, ConditionStep>> {
  const { rows } = await sql<{ household: Household; step: ConditionStep }>`
    select distinct on (household_id) household_id as household, step from programmes.condition_step s
    where household_id = any (${households}::uuid[]) and pack = ${run.pack} and code = ${code} and month < ${run.month}
      and not ${withdrawn(sql`s`)}
    order by household_id, month desc`.execute(tx)
  return new Map(rows.map(each => [each.household, each.step]))
}

export type NewStep = {
  readonly household: Household
  readonly territory: string
  readonly step: ConditionStep
  readonly breaches: number
}

/** The households of which a step is new. */
export async function saveSteps(
  tx: Transaction,
  run: Of,
  code: string,
  steps: readonly NewStep[],
): Promise<ReadonlySet<Household>> {
  if (steps.length === 0) return new Set()
  const { rows } = await sql<{ household: Household }>`
    insert into programmes.condition_step (household_id, territory, pack, code, month, step, breaches)
    select s.household, s.territory, ${run.pack}, ${code}, ${run.month}, s.step, s.breaches
    from jsonb_to_recordset(${jsonb(steps)}) as s (household uuid, territory text, step text, breaches integer)
    on conflict do nothing returning household_id as household`.execute(tx)
  return new Set(rows.map(each => each.household))
}

/** Takes back the warnings of the run's month; answers those that stood until now. */
export async function withdrawWarnings(
  tx: Transaction,
  run: Of,
  code: string,
  households: readonly Household[],
): Promise<readonly { readonly household: Household; readonly territory: string }[]> {
  const { rows } = await sql<{ household: Household; territory: string }>`
    insert into programmes.condition_withdrawal (household_id, territory, pack, code, month, run_id)
    select household_id, territory, pack, code, month, ${run.id} from programmes.condition_step
    where household_id = any (${households}::uuid[]) and pack = ${run.pack} and code = ${code} and month = ${run.month}
      and step = 'warned'
    on conflict do nothing returning household_id as household, territory`.execute(tx)
  return rows
}

/** Those who are in the programme, suspended or not. */
export async function inProgramme(
  tx: Transaction,
  pack: string,
  households: readonly Household[],
): Promise<ReadonlySet<Household>> {
  const { rows } = await sql<{ household: Household }>`
    select household_id as household from programmes.enrolment
    where household_id = any (${households}::uuid[]) and pack = ${pack} and state in ('enrolled', 'suspended')`.execute(
    tx,
  )
  return new Set(rows.map(each => each.household))
}

/** Who receives for each household today. */
export async function recipientsOfHouseholds(
  tx: Transaction,
  households: readonly Household[],
): Promise<ReadonlyMap<Household, Id<'Person'>>> {
  const { rows } = await sql<{ household: Household; person: Id<'Person'> }>`
    select household_id as household, person_id as person from households.published_recipient
    where household_id = any (${households}::uuid[])`.execute(tx)
  return new Map(rows.map(each => [each.household, each.person]))
}

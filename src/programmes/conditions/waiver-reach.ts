import { sql } from 'kysely'
import type { ConditionTerms, Country } from '#countries'
import type { Transaction } from '#db'
import { casesOfHouseholds } from '#households'
import type { Id, Month } from '#kernel'
import { findRun, inChain, type RunId, type RunRow } from '../run.sql.ts'
import { rawFindings } from './assess-conditions.ts'
import { isOfGroup, type Waiver } from './waivers.ts'

/** Whom a waiver would cover, by what the programme decided last. */
export type WaiverReach = {
  /** Month of the last finished run. */
  readonly month: Month
  /** Households of whom the programme decides one of the conditions, and the members in question; those of the group alone. */
  readonly households: number
  readonly members: number
  /** Members (or households, where the condition is theirs) that did not meet it, or of whom nobody could tell. */
  readonly failing: number
  /** False where only the first were counted: there are at least as many. */
  readonly isWhole: boolean
}

const SLICE = 1000
const MOST_SLICES = 20

type Row = {
  readonly household: Id<'Household'>
  readonly refusals: readonly string[]
  readonly openRefusals: readonly string[]
  readonly missing: readonly string[]
  readonly lines: readonly { readonly member: string; readonly code: string }[]
}

/**
 * How many a waiver would cover now, as far as the actor sees them: a thousand households at a time, twenty thousand at most.
 * Null where the programme was never decided.
 */
export async function waiverReach(
  tx: Transaction,
  country: Country,
  asked: Pick<Waiver, 'pack' | 'code' | 'territory' | 'members'>,
): Promise<WaiverReach | null> {
  const run = await lastRun(tx, country.code, asked.pack)
  if (!run) return null
  const terms = country.conditions.conditions.filter(
    each => each.programme === asked.pack && (asked.code === null || each.code === asked.code),
  )
  const reached = { households: 0, members: 0, failing: 0 }
  let after: string | null = null
  for (let slice = 0; slice < MOST_SLICES; slice++) {
    const rows: readonly Row[] = await decided(tx, country.code, run, asked.territory, after)
    const facts = asked.members === null ? null : await factsOf(tx, run.month, rows)
    for (const row of rows) {
      const { concerned, failing } = inQuestion(row, terms)
      const isOf = (member: string | null) =>
        facts === null ||
        (facts.get(row.household) ?? []).some(
          each => (member === null || each.id === member) && isOfGroup(asked.members ?? {}, each),
        )
      const covered = [...concerned].filter(isOf)
      if (covered.length === 0) continue
      reached.households += 1
      reached.members += covered.filter(member => member !== null).length
      reached.failing += [...failing].filter(isOf).length
    }
    if (rows.length < SLICE) return { month: run.month, ...reached, isWhole: true }
    after = rows.at(-1)!.household
  }
  return { month: run.month, ...reached, isWhole: false }
}

/** Members that a decision says something of for the conditions; null stands for the household itself. */
function inQuestion(row: Row, terms: readonly ConditionTerms[]) {
  const found = terms.flatMap(each => rawFindings(row, each))
  const failing = new Set(found.map(each => each.person))
  const isOfMembers = terms.some(each => each.refusal === null)
  const isOfHousehold = terms.some(each => each.refusal !== null)
  const concerned = new Set<string | null>(failing)
  if (isOfMembers) for (const { member } of row.lines) concerned.add(member)
  if (isOfHousehold && (row.lines.length > 0 || row.refusals.length === 0)) concerned.add(null)
  return { concerned, failing }
}

async function lastRun(tx: Transaction, country: string, pack: string): Promise<RunRow | undefined> {
  const { rows } = await sql<{ id: RunId }>`
    select id from programmes.determination_run
    where country = ${country} and pack = ${pack} and not trial and finished_at is not null and cancelled_at is null
    order by month desc, sequence desc limit 1`.execute(tx)
  return rows[0] && findRun(tx, rows[0].id)
}

async function decided(
  tx: Transaction,
  country: string,
  run: RunRow,
  territory: string,
  after: string | null,
): Promise<Row[]> {
  const { rows } = await sql<Row>`
    select household.id as household, state.refusals, state.open_refusals as "openRefusals", state.missing, state.lines
    from households.published_household as household
      cross join lateral (
        select d.outcome, d.refusals, d.open_refusals, d.missing, d.lines from programmes.determination as d
        where d.household_id = household.id and ${inChain('d', run)}
        order by d.sequence desc limit 1
      ) as state
    where household.country = ${country} and state.outcome in ('eligible', 'undetermined', 'not_eligible')
      and (${territory} = '' or household.territory = ${territory} or household.territory like ${`${territory}.%`})
      and (${after}::uuid is null or household.id > ${after}::uuid)
      and (state.outcome <> 'not_eligible' or cardinality(state.refusals) > 0)
    order by household.id limit ${SLICE}`.execute(tx)
  return rows
}

async function factsOf(tx: Transaction, month: Month, rows: readonly Row[]) {
  const cases = await casesOfHouseholds(tx, { households: rows.map(each => each.household), month })
  return new Map<string, readonly Readonly<Record<string, unknown>>[]>(
    cases.map(each => [each.household, each.case.members]),
  )
}

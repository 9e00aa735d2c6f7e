import { sql } from 'kysely'
import type { Transaction } from '#db'
import { type Id, lastDay, type Month } from '#kernel'
import type { DeclaredFacts } from './incoming.ts'

/** Households whose id lies between two, both included. */
export type HouseholdRange = {
  readonly first: Id<'Household'>
  readonly last: Id<'Household'>
  readonly households: number
}

export type CasesAsked = {
  readonly country: string
  readonly first: Id<'Household'>
  readonly last: Id<'Household'>
  /** Month decided: a declaration counts from the day it takes effect, up to the last day of this month. */
  readonly month: Month
  /** What this register knew at an instant (ISO 8601); all it knows now unless given. */
  readonly knownAt?: string
}

/** One household to decide on, and where its facts come from. */
export type HouseholdCase = {
  readonly household: Id<'Household'>
  readonly declaration: Id<'Declaration'>
  readonly territory: string
  /** How many households it stands for, decimal text. */
  readonly weight: string
  /** As it travels (see `parseCase` of #rules): members by the id of the person. */
  readonly case: {
    readonly id: string
    readonly at: Month
    readonly household: DeclaredFacts
    readonly members: readonly CaseMember[]
  }
}

type CaseMember = { readonly id: string } & DeclaredFacts

/** Cuts a country's households into ranges of about `size`, in order of id: the work of one transaction each. */
export async function householdRanges(tx: Transaction, country: string, size: number): Promise<HouseholdRange[]> {
  const { rows } = await sql<HouseholdRange>`
    select min(id::text collate "C") as first, max(id::text collate "C") as last, count(*)::int as households
    from (
      select id, (row_number() over (order by id) - 1) / ${size}::bigint as number
      from households.household where country = ${country}
    ) as numbered
    group by number order by number`.execute(tx)
  return rows
}

type Row = {
  household: Id<'Household'>
  declaration: Id<'Declaration'>
  territory: string
  weight: string
  facts: DeclaredFacts
  members: { id: string; facts: DeclaredFacts }[]
}

const PIECE = 1000

/**
 * The households of a range as cases, in order of id, read piece by piece: memory does not grow with the range.
 * A household that had declared nothing by the month, or had ended by then, is not among them.
 */
export async function* casesOf(tx: Transaction, asked: CasesAsked): AsyncIterable<HouseholdCase> {
  // A cursor cannot be prepared with parameters twice under one name, so each reading has its own.
  const cursor = sql.id(`cases_${asked.first.replaceAll('-', '')}`)
  await sql`declare ${cursor} no scroll cursor for
    select household.id as household, declaration.id as declaration, household.territory, household.weight,
      declaration.facts,
      households.members_known(declaration.members, ${asked.month}, ${lastDay(asked.month)}::date,
        ${asked.knownAt ?? 'infinity'}::timestamptz) as members
    from households.household
      cross join lateral (
        select id, facts, members from households.declaration
        where household_id = household.id and effective_on <= ${lastDay(asked.month)}::date
          and recorded_at <= ${asked.knownAt ?? 'infinity'}::timestamptz
        order by effective_on desc, recorded_at desc, id desc limit 1
      ) as declaration
    where household.country = ${asked.country} and household.id between ${asked.first} and ${asked.last}
      and (household.closed_on is null or household.closed_on > ${lastDay(asked.month)}::date
        or household.closed_at > ${asked.knownAt ?? 'infinity'}::timestamptz)
    order by household.id`.execute(tx)
  for (;;) {
    const { rows } = await sql<Row>`fetch ${sql.lit(PIECE)} from ${cursor}`.execute(tx)
    for (const row of rows) yield caseOf(row, asked.month)
    if (rows.length < PIECE) break
  }
  await sql`close ${cursor}`.execute(tx)
}

function caseOf({ household, declaration, territory, weight, facts, members }: Row, at: Month): HouseholdCase {
  return {
    household,
    declaration,
    territory,
    weight,
    case: { id: household, at, household: facts, members: members.map(member => ({ ...member.facts, id: member.id })) },
  }
}

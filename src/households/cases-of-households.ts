import { sql } from 'kysely'
import type { Transaction } from '#db'
import { type Id, lastDay, type Month } from '#kernel'
import type { HouseholdCase } from './cases.ts'
import type { DeclaredFacts } from './incoming.ts'

/** The same as `casesOf` for households named one by one: what counts in the month, as known now. Who has ended is not there. */
export async function casesOfHouseholds(
  tx: Transaction,
  asked: { readonly households: readonly Id<'Household'>[]; readonly month: Month },
): Promise<readonly HouseholdCase[]> {
  const { rows } = await sql<
    Omit<HouseholdCase, 'case'> & { facts: DeclaredFacts; members: { id: string; facts: DeclaredFacts }[] }
  >`
    select household.id as household, declaration.id as declaration, household.territory, household.weight,
      declaration.facts,
      households.members_known(declaration.members, ${asked.month}, ${lastDay(asked.month)}::date, 'infinity') as members
    from households.household
      cross join lateral (
        select id, facts, members from households.declaration
        where household_id = household.id and effective_on <= ${lastDay(asked.month)}::date
        order by effective_on desc, recorded_at desc, id desc limit 1
      ) as declaration
    where household.id = any (${asked.households}::uuid[])
      and (household.closed_on is null or household.closed_on > ${lastDay(asked.month)}::date)
    order by household.id`.execute(tx)
  return rows.map(({ facts, members, ...rest }) => ({
    ...rest,
    case: {
      id: rest.household,
      at: asked.month,
      household: facts,
      members: members.map(member => ({ ...member.facts, id: member.id })),
    },
  }))
}

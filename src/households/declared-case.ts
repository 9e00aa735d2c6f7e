import { sql } from 'kysely'
import type { Transaction } from '#db'
import type { DateText, Id, Month } from '#kernel'
import type { HouseholdCase } from './cases.ts'
import type { DeclaredFacts } from './incoming.ts'

/** A declaration as the case it makes for a month, and where its facts come from. */
export type DeclaredCase = HouseholdCase & {
  readonly channel: string
  /** Day from which what was said is true. */
  readonly effectiveOn: DateText
}

/** One declaration of a household that the actor may see, as the rules read it; undefined where there is none. */
export async function declaredCase(
  tx: Transaction,
  of: { readonly household: Id<'Household'>; readonly declaration: Id<'Declaration'>; readonly month: Month },
): Promise<DeclaredCase | undefined> {
  const { rows } = await sql<{
    territory: string
    weight: string
    channel: string
    effectiveOn: DateText
    facts: DeclaredFacts
    members: { id: string; facts: DeclaredFacts }[]
  }>`
    select household.territory, household.weight, declaration.channel, declaration.effective_on as "effectiveOn",
      declaration.facts, declaration.members
    from households.household
      join households.declaration on declaration.household_id = household.id
    where household.id = ${of.household} and declaration.id = ${of.declaration}`.execute(tx)
  const row = rows[0]
  if (!row) return undefined
  const { facts, members, ...rest } = row
  return {
    ...rest,
    household: of.household,
    declaration: of.declaration,
    case: {
      id: of.household,
      at: of.month,
      household: facts,
      members: members.map(member => ({ ...member.facts, id: member.id })),
    },
  }
}

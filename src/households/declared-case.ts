import { sql } from 'kysely'
import type { Transaction } from '#db'
import { type DateText, type Id, lastDay, type Month, monthOf } from '#kernel'
import type { HouseholdCase } from './cases.ts'
import type { DeclaredFacts } from './incoming.ts'

/** A declaration as the case it makes for a month, and where its facts come from. */
export type DeclaredCase = HouseholdCase & {
  readonly channel: string
  /** Day from which what was said is true. */
  readonly effectiveOn: DateText
  /** What other registers told of a member, in the place of what was declared: by `member id`, then fact. */
  readonly told: ReadonlyMap<string, ReadonlyMap<string, { readonly source: string; readonly on: DateText }>>
}

/**
 * One declaration of a household that the actor may see, as the rules read it, with what other registers told by then of its
 * members; undefined where there is none.
 */
export async function declaredCase(
  tx: Transaction,
  of: {
    readonly household: Id<'Household'>
    readonly declaration: Id<'Declaration'>
    readonly month: Month
    /** The day and the instant of the snapshot that was decided on; unless given, the month's last day and now. */
    readonly asOf?: { readonly on: DateText; readonly knownAt: string }
  },
): Promise<DeclaredCase | undefined> {
  const { on, knownAt } = of.asOf ?? { on: lastDay(of.month), knownAt: 'infinity' }
  const month = monthOf(on)
  const { rows } = await sql<{
    territory: string
    weight: string
    channel: string
    effectiveOn: DateText
    facts: DeclaredFacts
    members: { id: string; facts: DeclaredFacts }[]
    told: { person: string; fact: string; source: string; on: DateText }[]
  }>`
    select household.territory, household.weight, declaration.channel, declaration.effective_on as "effectiveOn",
      declaration.facts,
      households.members_known(declaration.members, ${month}, ${on}::date, ${knownAt}::timestamptz) as members,
      (select coalesce(jsonb_agg(jsonb_build_object('person', member ->> 'id', 'fact', told.fact, 'source', told.source,
          'on', told.effective_on)), '[]')
        from jsonb_array_elements(declaration.members) as member
          cross join lateral households.told((member ->> 'id')::uuid, ${month}, ${on}::date,
            ${knownAt}::timestamptz) as told) as told
    from households.household
      join households.declaration on declaration.household_id = household.id
    where household.id = ${of.household} and declaration.id = ${of.declaration}`.execute(tx)
  const row = rows[0]
  if (!row) return undefined
  const { facts, members, told, ...rest } = row
  const byMember = Map.groupBy(told, each => each.person)
  return {
    ...rest,
    told: new Map([...byMember].map(([person, of]) => [person, new Map(of.map(each => [each.fact, each]))])),
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

import { sql } from 'kysely'
import type { Transaction } from '#db'
import type { DateText, Id } from '#kernel'
import type { Said } from './state.ts'

/** A household on a day, as the register knew it at an instant. */
export type HouseholdAt = {
  readonly members: readonly { readonly person: Id<'Person'>; readonly relation: string | null }[]
  /** The declaration in effect; null where nothing was said yet, or nobody belongs any more. */
  readonly said: Said | null
}

/** How a household stood on a day (`on`), as far as was known at an instant (ISO 8601; all that is known now unless given). */
export async function householdAt(
  tx: Transaction,
  household: Id<'Household'>,
  { on, knownAt = 'infinity' }: { readonly on: DateText; readonly knownAt?: string },
): Promise<HouseholdAt> {
  const { rows: members } = await sql<HouseholdAt['members'][number]>`
    select person_id as person, relation from households.membership
    where household_id = ${household} and recorded_at <= ${knownAt}::timestamptz and valid_from <= ${on}
      and (ended_at is null or ended_at > ${knownAt}::timestamptz or valid_to > ${on})
    order by person_id`.execute(tx)
  const { rows } = await sql<{ said: Said }>`
    select jsonb_build_object('facts', facts, 'members', members) as said from households.declaration
    where household_id = ${household} and effective_on <= ${on} and recorded_at <= ${knownAt}::timestamptz
      and not exists (select from households.household where id = ${household} and closed_on <= ${on}
        and closed_at <= ${knownAt}::timestamptz)
    order by effective_on desc, recorded_at desc, id desc limit 1`.execute(tx)
  return { members, said: rows[0]?.said ?? null }
}

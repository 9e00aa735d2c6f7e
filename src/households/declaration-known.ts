import { sql } from 'kysely'
import type { Transaction } from '#db'
import type { DateText, Id } from '#kernel'

/** The declaration of a household in effect on a day as the register knew it at an instant (ISO 8601); what a snapshot holds. */
export async function declarationKnown(
  tx: Transaction,
  of: { readonly household: Id<'Household'>; readonly effectiveOn: DateText; readonly knownAt: string },
): Promise<Id<'Declaration'> | undefined> {
  const { rows } = await sql<{ id: Id<'Declaration'> }>`
    select id from households.declaration
    where household_id = ${of.household} and effective_on <= ${of.effectiveOn}::date
      and recorded_at <= ${of.knownAt}::timestamptz
    order by effective_on desc, recorded_at desc, id desc limit 1`.execute(tx)
  return rows[0]?.id
}

import { sql } from 'kysely'
import type { Transaction } from '#db'
import type { Id, Month } from '#kernel'

/** What a score pack gave a household for a month. */
export type Score = {
  readonly household: Id<'Household'>
  readonly declaration: Id<'Declaration'>
  /** Decimal text, exact to its seven decimals. */
  readonly value: string
}

/**
 * Adds scores to the history, in one statement. A score that says what the latest one of the same household, pack and
 * month says (value, declaration and version) is not written again. Answers how many were.
 */
export async function recordScores(
  tx: Transaction,
  by: { readonly pack: string; readonly version: string; readonly month: Month },
  scores: readonly Score[],
): Promise<number> {
  const { numAffectedRows } = await sql`
    insert into households.score (household_id, pack, month, declaration_id, pack_version, value)
    select given.household_id, ${by.pack}, ${by.month}, given.declaration_id, ${by.version}, given.value
    from unnest(${scores.map(score => score.household)}::uuid[], ${scores.map(score => score.declaration)}::uuid[],
        ${scores.map(score => score.value)}::numeric[]) as given (household_id, declaration_id, value)
      left join lateral (
        select declaration_id, pack_version, value from households.score
        where household_id = given.household_id and pack = ${by.pack} and month = ${by.month}
        order by recorded_at desc limit 1
      ) as known on true
    where (known.declaration_id, known.pack_version, known.value)
      is distinct from (given.declaration_id, ${by.version}, given.value)
    order by given.household_id`.execute(tx)
  return Number(numAffectedRows ?? 0n)
}

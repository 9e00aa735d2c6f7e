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

/** The last score of each of these households by a pack, for a month no later than `month`: decimal text, by household. */
export async function lastScores(
  tx: Transaction,
  asked: { readonly households: readonly Id<'Household'>[]; readonly pack: string; readonly month: Month },
): Promise<ReadonlyMap<string, string>> {
  const { rows } = await sql<{ household: string; value: string }>`
    select asked.id as household, last.value::text as value
    from unnest(${asked.households}::uuid[]) as asked (id)
      cross join lateral (
        select value from households.score where household_id = asked.id and pack = ${asked.pack} and month <= ${asked.month}
        order by month desc, recorded_at desc limit 1
      ) as last`.execute(tx)
  return new Map(rows.map(({ household, value }) => [household, value]))
}

/** A score in the history of a household. */
export type PastScore = {
  readonly pack: string
  readonly month: Month
  readonly value: string
  readonly recordedAt: Date
}

/** Every score of a household, the latest first. */
export async function scoresOf(tx: Transaction, household: Id<'Household'>): Promise<readonly PastScore[]> {
  const { rows } = await sql<PastScore>`
    select pack, month, value::text as value, recorded_at as "recordedAt" from households.score
    where household_id = ${household} order by recorded_at desc, pack, month desc`.execute(tx)
  return rows
}

import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import type { Transaction } from '#db'
import type { Id } from '#kernel'
import { decisionsOnPair, documentsOf, lockPair, numbersOf, standingFor, statesOf } from '#population'
import { changedMeanwhile, lockHouseholds } from '../changed-meanwhile.ts'

/** A household to which one of two persons belongs today. */
export type MergeHousehold = {
  readonly id: Id<'Household'>
  readonly sourceId: string
  readonly territory: string
  readonly person: string
  readonly relation: string | null
  /** True where this person receives what the household is paid. */
  readonly receives: boolean
  readonly members: number
}

/** What a merge of two persons would touch, as it stands. */
export type MergeSituation = {
  readonly households: readonly MergeHousehold[]
  /** True where two households, or two who are or were paid, are touched, wherever that is: two members of staff settle it. */
  readonly takesTwo: boolean
  /** SHA-256 of all that somebody who decides is shown: it changes when any of it does. */
  readonly seen: string
}

/** The households of persons today, as far as the actor sees them. */
export async function belongingsOf(tx: Transaction, persons: readonly string[]): Promise<MergeHousehold[]> {
  const { rows } = await sql<MergeHousehold>`
    select household.id, household.source_id as "sourceId", household.territory, membership.person_id as person,
      membership.relation, recipient.person_id is not distinct from membership.person_id as receives,
      (select count(*)::int from households.membership as each
        where each.household_id = household.id and each.ended_at is null) as members
    from households.membership
      join households.household on household.id = membership.household_id
      left join households.published_recipient as recipient on recipient.household_id = household.id
    where membership.person_id = any (${persons}::uuid[]) and membership.ended_at is null
    order by household.id, membership.person_id`.execute(tx)
  return rows
}

/** What a merge of two persons would touch; undefined where the actor does not see both. */
export async function mergeSituation(tx: Transaction, one: string, other: string): Promise<MergeSituation | undefined> {
  const ids = [one, other].sort() as Id<'Person'>[]
  const states = await Promise.all(ids.map(async id => (await statesOf(tx, id))[0]))
  if (states.some(state => !state || state.supersededAt !== null)) return undefined
  const households = await belongingsOf(tx, [one, other])
  const { rows } = await sql<{ takesTwo: boolean }>`
    select households.merge_takes_two(${one}, ${other}) as "takesTwo"`.execute(tx)
  const { takesTwo } = rows[0]!
  const shown = [
    states.map(state => [state!.id, state!.recordedAt]),
    await Promise.all(ids.map(async id => (await documentsOf(tx, id)).map(({ id, endedAt }) => [id, endedAt]))),
    [...(await numbersOf(tx, ids))].sort((a, b) => (a.number < b.number ? -1 : 1)),
    [...(await standingFor(tx, ids))],
    (await decisionsOnPair(tx, one, other)).map(({ decision, at }) => [decision, at]),
    households,
    takesTwo,
  ]
  return { households, takesTwo, seen: createHash('sha256').update(JSON.stringify(shown)).digest('hex') }
}

/**
 * Locks two persons and their households against events, in the order in which events lock: what is read after it stands
 * until the transaction ends.
 */
export async function lockForMerge(tx: Transaction, one: string, other: string): Promise<void> {
  const wanted = (await belongingsOf(tx, [one, other])).map(({ id }) => id)
  await lockHouseholds(tx, [...new Set(wanted)])
  await sql`
    select pg_advisory_xact_lock(hashtextextended('households.person ' || id, 0))
    from (select id from unnest(${[one, other]}::text[]) as named (id) order by id) as ordered`.execute(tx)
  await lockPair(tx, one, other)
  const again = await belongingsOf(tx, [one, other])
  if (again.some(({ id }) => !wanted.includes(id))) throw changedMeanwhile()
}

import { sql } from 'kysely'
import type { Transaction } from '#db'
import type { Id } from '#kernel'

/** What became of somebody, and since which day or instant. */
export type PersonStatus =
  | { readonly is: 'active' }
  | { readonly is: 'absent'; readonly since: string }
  | { readonly is: 'deceased'; readonly since: string }
  | { readonly is: 'merged'; readonly since: string; readonly into: Id<'Person'> }

/** What is recorded beside the states of a person. `mergedAt` is an instant, ISO 8601. */
export type BesideStates = {
  readonly diedOn: string | null
  readonly mergedAt: string | null
  readonly mergedInto: Id<'Person'> | null
}

/** Whoever is merged is looked for under another; death outweighs absence: who was lost and then known to be dead is dead. */
export function statusOf(absentSince: string | null, { diedOn, mergedAt, mergedInto }: BesideStates): PersonStatus {
  if (mergedAt !== null && mergedInto !== null) return { is: 'merged', since: mergedAt, into: mergedInto }
  if (diedOn !== null) return { is: 'deceased', since: diedOn }
  return absentSince === null ? { is: 'active' } : { is: 'absent', since: absentSince }
}

/** Death and merging as the register knew of them at an instant: the last decision on each pair counts. */
export async function besideStates(tx: Transaction, person: Id<'Person'>, at: Date): Promise<BesideStates> {
  const { rows } = await sql<{ diedOn: string | null; mergedAt: Date | null; mergedInto: Id<'Person'> | null }>`
    with decided as (
      select distinct on (one, other) decision, kept, decided_at from population.match_decision
      where (one = ${person} or other = ${person}) and decision <> 'later' and date_trunc('milliseconds', decided_at) <= ${at}
      order by one, other, decided_at desc, id desc
    ), merged as (
      select kept, decided_at from decided where decision = 'same' and kept <> ${person} order by decided_at desc limit 1
    )
    select
      (select died_on from population.death
        where person_id = ${person} and date_trunc('milliseconds', recorded_at) <= ${at}) as "diedOn",
      (select decided_at from merged) as "mergedAt", (select kept from merged) as "mergedInto"`.execute(tx)
  const [row] = rows
  return {
    diedOn: row?.diedOn ?? null,
    mergedAt: row?.mergedAt?.toISOString() ?? null,
    mergedInto: row?.mergedInto ?? null,
  }
}

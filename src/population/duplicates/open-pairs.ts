import { sql } from 'kysely'
import type { Transaction } from '#db'
import { type PairPerson, pairPerson } from './pair-person.sql.ts'
import type { Zone } from './save-pairs.sql.ts'

/** A pair that somebody should look at. */
export type OpenPair = {
  readonly one: string
  readonly other: string
  readonly persons: readonly [PairPerson, PairPerson]
  readonly territory: string
  /** From 0 to 1. */
  readonly probability: number
  readonly zone: Zone
  /** Since when it waits. */
  readonly since: Date
  /** True where it was put off. */
  readonly postponed: boolean
  /** True where they were found to be two persons, and something has changed since. */
  readonly changed: boolean
}

/** Which of the pairs that wait; all where nothing is said. */
export type OpenPairsAsked = {
  readonly limit: number
  readonly offset?: number
  readonly zone?: Zone | undefined
  readonly postponed?: boolean | undefined
}

/**
 * Pairs that wait for a decision, the likeliest first. A pair seen as two persons does not come back as long as nothing that
 * was compared has changed; neither does one of which somebody stands for another. Both persons are shown to the actor.
 */
export async function listOpenPairs(tx: Transaction, country: string, asked: OpenPairsAsked): Promise<OpenPair[]> {
  const { limit, offset = 0 } = asked
  const { rows } = await sql<Omit<OpenPair, 'probability'> & { ppm: number }>`
    select p.one, p.other, jsonb_build_array(${pairPerson('a')}, ${pairPerson('b')}) as persons, p.territory,
      p.score_ppm as ppm, p.zone, p.since, coalesce(d.decision = 'later', false) as postponed,
      coalesce(d.decision = 'different', false) as changed
    ${openPairs(country, asked)}
    order by p.score_ppm desc, p.one, p.other limit ${limit} offset ${offset}`.execute(tx)
  return rows.map(({ ppm, ...pair }) => ({ ...pair, probability: ppm / 1e6 }))
}

const MOST_COUNTED = 10_000

/** How many pairs wait, counted up to ten thousand. */
export async function countOpenPairs(
  tx: Transaction,
  country: string,
  asked: Omit<OpenPairsAsked, 'limit'>,
): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*)::int as n from (select ${openPairs(country, asked)} limit ${MOST_COUNTED}) as waiting`.execute(tx)
  return rows[0]!.n
}

function openPairs(country: string, { zone = undefined, postponed = undefined }: Omit<OpenPairsAsked, 'limit'>) {
  return sql`
    from population.match_pair p
      join population.person a on a.id = p.one
      join population.person b on b.id = p.other
      left join lateral (
        select decision, digest from population.match_decision d
        where d.one = p.one and d.other = p.other order by decided_at desc, id desc limit 1) d on true
    where p.country = ${country}
      and (d.decision is null or d.decision in ('undo', 'later') or (d.decision = 'different' and d.digest <> p.digest))
      and (${zone ?? null}::text is null or p.zone = ${zone ?? null})
      and (${postponed ?? null}::boolean is null or coalesce(d.decision = 'later', false) = ${postponed ?? null})
      and not exists (select from population.person_merge m where m.merged in (p.one, p.other))`
}

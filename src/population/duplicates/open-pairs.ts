import { sql } from 'kysely'
import type { Transaction } from '#db'

/** A pair that somebody should look at. */
export type OpenPair = {
  readonly one: string
  readonly other: string
  /** From 0 to 1. */
  readonly probability: number
  readonly zone: 'same' | 'to_settle'
  /** True where it was put off. */
  readonly postponed: boolean
  /** True where they were found to be two persons, and something has changed since. */
  readonly changed: boolean
}

/**
 * Pairs that wait for a decision, the likeliest first. A pair seen as two persons does not come back as long as nothing that
 * was compared has changed; neither does one of which somebody stands for another.
 */
export async function listOpenPairs(tx: Transaction, country: string, limit: number, offset = 0): Promise<OpenPair[]> {
  const { rows } = await sql<Omit<OpenPair, 'probability'> & { ppm: number }>`
    select p.one, p.other, p.score_ppm as ppm, p.zone, coalesce(d.decision = 'later', false) as postponed,
      coalesce(d.decision = 'different', false) as changed
    from population.match_pair p
      left join lateral (
        select decision, digest from population.match_decision d
        where d.one = p.one and d.other = p.other order by decided_at desc, id desc limit 1) d on true
    where p.country = ${country}
      and (d.decision is null or d.decision in ('undo', 'later') or (d.decision = 'different' and d.digest <> p.digest))
      and not exists (select from population.person_merge m where m.merged in (p.one, p.other))
    order by p.score_ppm desc, p.one, p.other limit ${limit} offset ${offset}`.execute(tx)
  return rows.map(({ ppm, ...pair }) => ({ ...pair, probability: ppm / 1e6 }))
}

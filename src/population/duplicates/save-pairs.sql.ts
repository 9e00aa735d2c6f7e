import { sql } from 'kysely'
import type { Transaction } from '#db'

/** Pairs at least so probable are proposed as the same; below, and down to `LEAST_SETTLED`, somebody looks. */
const SAME = 0.99
export const LEAST_SETTLED = 0.1

export type Zone = 'same' | 'to_settle'
export const ZONES = ['same', 'to_settle'] as const satisfies Zone[]

export const zoneOf = (probability: number): Zone => (probability >= SAME ? 'same' : 'to_settle')

/** A pair found alike, `one` before `other`; `digest` in hexadecimal digits. */
export type PairFound = {
  readonly one: string
  readonly other: string
  readonly territory: string
  readonly score_ppm: number
  readonly centibits: number
  readonly zone: Zone
  readonly digest: string
}

/**
 * Judges again the pairs found since a moment, by the evidence they have and another chance to begin with: what is not probable
 * enough any more is no pair.
 */
export async function judgePairsAgain(
  tx: Transaction,
  { country, model, since, priorBits }: { country: string; model: string; since: string; priorBits: number },
): Promise<void> {
  await sql`
    with judged as (
      select one, other, floor(1e6 / (1 + power(2::float8, -(centibits / 100.0 + ${priorBits}::float8))))::int as ppm
      from population.match_pair where country = ${country} and model = ${model} and found_at >= ${since}::timestamptz
    ), improbable as (
      delete from population.match_pair as pair using judged
      where pair.one = judged.one and pair.other = judged.other and judged.ppm < ${LEAST_SETTLED * 1e6}
    )
    update population.match_pair as pair
    set score_ppm = judged.ppm, zone = case when judged.ppm >= ${SAME * 1e6} then 'same' else 'to_settle' end
    from judged
    where pair.one = judged.one and pair.other = judged.other and judged.ppm >= ${LEAST_SETTLED * 1e6}`.execute(tx)
}

/** Writes pairs, or finds them again: what is compared unchanged, they wait since they were first found. A person erased meanwhile has no pair. */
export async function savePairs(
  tx: Transaction,
  country: string,
  model: string,
  pairs: readonly PairFound[],
): Promise<void> {
  await sql`
    insert into population.match_pair as known (one, other, country, territory, score_ppm, centibits, zone, digest, model)
    select r.one, r.other, ${country}, r.territory, r.score_ppm, r.centibits, r.zone, decode(r.digest, 'hex'), ${model}
    from jsonb_to_recordset(${JSON.stringify(pairs)}::jsonb)
      as r (one uuid, other uuid, territory text, score_ppm integer, centibits integer, zone text, digest text)
      join population.person a on a.id = r.one join population.person b on b.id = r.other
    on conflict (one, other) do update set territory = excluded.territory, score_ppm = excluded.score_ppm,
      centibits = excluded.centibits, zone = excluded.zone, digest = excluded.digest, model = excluded.model,
      found_at = excluded.found_at, since = case when known.digest = excluded.digest then known.since else excluded.found_at end`.execute(
    tx,
  )
}

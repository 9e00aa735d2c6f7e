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

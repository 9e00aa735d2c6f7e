import { type RawBuilder, sql } from 'kysely'
import type { QualityTerms } from '#countries'

/** {@link qualityToday} of quality.ts in SQL: points left today, of a declaration that was true from `since`. */
export function qualityNow(
  value: RawBuilder<unknown>,
  since: RawBuilder<unknown>,
  { yearOld, oldest }: QualityTerms,
): RawBuilder<number> {
  return sql<number>`greatest(0, ${value} - least(${oldest}::int, ${yearOld}::int * ${monthsSince(since)} / 12))::int`
}

/** Whole months since a day. */
function monthsSince(since: RawBuilder<unknown>): RawBuilder<number> {
  return sql<number>`greatest(0, extract(year from age(now(), ${since})) * 12 + extract(month from age(now(), ${since})))::int`
}

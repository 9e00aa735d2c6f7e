import { type RawBuilder, sql } from 'kysely'
import { KEYS } from './match-keys.ts'

/** The places of keys in `population.match_key.keys`, from 1. */
export const keyPlaces: readonly number[] = Array.from({ length: KEYS }, (_, at) => at + 1)

/** Rows (person, country) that share a key with a row of `population.match_key`, itself among them; once for each key shared. */
export const sharingKeyOf = (mine: RawBuilder<unknown>): RawBuilder<unknown> =>
  sql.join(
    keyPlaces.map(place => {
      const at = sql.lit(place)
      return sql`select same.person, same.country from population.match_key as same where same.keys[${at}] = ${mine}.keys[${at}]`
    }),
    sql` union all `,
  )

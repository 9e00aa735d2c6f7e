// How PostgreSQL's values arrive in JavaScript. One decision for the whole program, made per connection (not for the
// process), so that no value ever passes through a float or through the machine's time zone.
import pg from 'pg'

const { INT8, DATE, NUMERIC, INTERVAL } = { ...pg.types.builtins }
const TEXT_ARRAY = 1009
const INT8_ARRAY = 1016
const DATE_ARRAY = 1182
const NUMERIC_ARRAY = 1231

const asText = (text: string) => text
const listOf = <Value>(one: (text: string) => Value) => {
  const parse: (text: string) => (string | null)[] = pg.types.getTypeParser(TEXT_ARRAY as never)
  return (text: string) => parse(text).map(item => (item === null ? null : one(item)))
}

const PARSERS = new Map<number, (text: string) => unknown>([
  [INT8, BigInt],
  [INT8_ARRAY, listOf(BigInt)],
  [DATE, asText],
  [DATE_ARRAY, listOf(asText)],
  [NUMERIC, asText],
  [NUMERIC_ARRAY, listOf(asText)],
  [INTERVAL, asText],
])

/**
 * bigint → bigint (money, and `count(*)`: cast a count to int4 to have a number); date → 'YYYY-MM-DD'; numeric → text, exact;
 * timestamptz → Date; json and jsonb → parsed; everything else as `pg` has it.
 */
export const columnTypes = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    const own = format === 'binary' ? undefined : PARSERS.get(oid)
    return own ?? pg.types.getTypeParser(oid, format)
  },
} as pg.CustomTypesConfig

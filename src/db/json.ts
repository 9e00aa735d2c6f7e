import { type RawBuilder, sql } from 'kysely'

/**
 * A value for a jsonb column. Needed for arrays above all: the driver would send a JavaScript array as a PostgreSQL array.
 * bigint is written as text, since JSON has no exact numbers.
 */
export function jsonb<Value>(value: Value): RawBuilder<Value> {
  return sql<Value>`${jsonText(value)}::jsonb`
}

/** The text of such a value, for a statement that is not Kysely's. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value, (_, item) => (typeof item === 'bigint' ? item.toString() : item))
}

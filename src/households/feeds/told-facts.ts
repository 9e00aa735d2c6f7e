import { sql } from 'kysely'
import type { Transaction } from '#db'
import type { DateText, Id, Month } from '#kernel'

/** What another register told of a member last: a fact of the catalogue with who told it, and for when. */
export type ToldFact = {
  readonly person: Id<'Person'>
  readonly fact: string
  readonly value: string | number | boolean | null
  readonly source: string
  /** Month that it is about; null for what holds from a day on. */
  readonly period: Month | null
  readonly on: DateText
}

/** The last that any register told of each fact of these persons, as far as the actor sees them. */
export async function toldFacts(tx: Transaction, persons: readonly Id<'Person'>[]): Promise<readonly ToldFact[]> {
  const { rows } = await sql<ToldFact>`
    select distinct on (received.person_id, told.fact) received.person_id as person, told.fact, told.value, received.source,
      received.period, received.effective_on as "on"
    from households.received cross join lateral jsonb_each(received.facts) as told (fact, value)
    where received.person_id = any (${persons}::uuid[])
    order by received.person_id, told.fact, coalesce(received.period, received.effective_on::text) desc,
      received.recorded_at desc, received.id desc`.execute(tx)
  return rows
}

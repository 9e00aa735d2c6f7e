import { sql } from 'kysely'
import { appendEvent, jsonb, type Transaction } from '#db'
import type { Id } from '#kernel'
import { correctPerson, type PersonCorrection, type Shown } from '#population'
import { lockHouseholds } from './changed-meanwhile.ts'

/** Facts put right, by the names of the catalogue; null says that it is not known. */
export type CorrectedFacts = Readonly<Record<string, string | number | boolean | null>>

export type Correction = {
  readonly household: Id<'Household'>
  /** Of the declaration that is appended; made by the caller. */
  readonly declaration: Id<'Declaration'>
  /** Who records it. */
  readonly actor: string
  /** Through which the correction was asked for. */
  readonly channel?: 'desk' | 'web'
  /** What is written of it in the states of persons. */
  readonly shown?: Shown
  readonly facts: CorrectedFacts
  /** By person. */
  readonly members: Readonly<Record<string, CorrectedFacts>>
  readonly persons: readonly PersonCorrection[]
}

/**
 * Appends a declaration that says what the last one said, put right, true from the same day: nothing is edited, and from now
 * on it counts. Persons take another state. Programmes hear that the household's facts changed. The actor must see it.
 */
export async function correctHousehold(tx: Transaction, correction: Correction): Promise<void> {
  const { household, declaration, actor, channel = 'desk', shown, facts, members, persons } = correction
  await lockHouseholds(tx, [household])
  const { rows } = await sql<{ country: string; source: string }>`
    select country, source from households.household where id = ${household}`.execute(tx)
  const known = rows[0]
  if (!known) throw new Error(`there is no household ${household} here`)
  if (Object.keys(facts).length + Object.keys(members).length > 0) {
    await sql`
      insert into households.declaration (household_id, id, effective_on, declared_at, channel, actor, facts, members)
      select household_id, ${declaration}, effective_on, now(), ${channel}, ${actor}, jsonb_strip_nulls(facts || ${jsonb(facts)}),
        (select coalesce(jsonb_agg(
            jsonb_set(member, '{facts}', jsonb_strip_nulls(
              (member -> 'facts') || coalesce(${jsonb(members)}::jsonb -> (member ->> 'id'), '{}'))) order by place), '[]')
          from jsonb_array_elements(members) with ordinality as said (member, place))
      from households.declaration where household_id = ${household}
      order by effective_on desc, recorded_at desc, id desc limit 1`.execute(tx)
  }
  for (const person of persons) await correctPerson(tx, person, actor, shown)
  await appendEvent(tx, {
    type: 'households_declared',
    key: known.country,
    payload: { country: known.country, source: known.source, import: null, registered: 0, changed: [household] },
  })
}

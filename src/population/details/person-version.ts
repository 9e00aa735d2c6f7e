import { sql } from 'kysely'
import type { Transaction } from '#db'
import type { Id } from '#kernel'
import { changedFields } from './changed-fields.ts'
import { statesOf } from './person-as-of.ts'
import type { DetailField } from './person-details.ts'

/** Which state of a person somebody looked at, as a text for a form. */
export async function versionOf(tx: Transaction, person: Id<'Person'>): Promise<string | undefined> {
  const { rows } = await sql<{ version: string }>`
    select recorded_at::text as version from population.person where id = ${person}`.execute(tx)
  return rows[0]?.version
}

/** What another recorded since, and who: somebody who changes the person now would not know of it. */
export type ChangedMeanwhile = { readonly fields: readonly DetailField[]; readonly by: string }

/**
 * Locks a person for a change, and tells what changed since the state that was looked at; undefined where nothing did. Who
 * waited for another sees what the other recorded.
 */
export async function changedSince(
  tx: Transaction,
  person: Id<'Person'>,
  version: string,
): Promise<ChangedMeanwhile | undefined> {
  await sql`select from population.person where id = ${person} for no key update`.execute(tx)
  if ((await versionOf(tx, person)) === version) return undefined
  const states = await statesOf(tx, person)
  const seen = new Date(version).getTime()
  // Of states within one millisecond the earliest: rather one change too many than one too few.
  const before = states.findLast(state => state.recordedAt.getTime() === seen)
  const [now] = states
  return now && { fields: changedFields(now, before), by: now.recordedBy }
}

import { sql } from 'kysely'
import { jsonb, type RepeatedTask, type Transaction, transaction, workerActor } from '#db'
import { nameUnits } from './name-units.ts'

/** What stands of a part in `population.name_part`. */
type Part = { readonly folded: string; readonly said: string; readonly letters: string; readonly sound: string }

/** Notes the parts of these names that no name had before, so that search knows what is spelt like them. */
export async function learnNames(tx: Transaction, names: readonly (string | null | undefined)[]): Promise<void> {
  const parts = partsOf(names)
  if (parts.length === 0) return
  await sql`select population.learn_name_parts(${jsonb(parts)})`.execute(tx)
}

function partsOf(names: readonly (string | null | undefined)[]): Part[] {
  const parts = new Map<string, Part>()
  for (const text of new Set(names)) {
    if (!text) continue
    const { joined, single } = nameUnits(text)
    for (const { folded, said, name } of [...joined, ...single]) {
      if (parts.has(folded)) continue
      parts.set(folded, { folded, said, letters: name.letters, sound: name.sound.consonants })
    }
  }
  return [...parts.values()]
}

/** Notes the parts of the names in `pg_temp.incoming_person`. */
export async function learnIncomingNames(tx: Transaction): Promise<void> {
  const { rows } = await sql<{ name: string }>`
    select given_name as name from pg_temp.incoming_person union select family_name from pg_temp.incoming_person
    union select given_name_ar from pg_temp.incoming_person union select family_name_ar from pg_temp.incoming_person`.execute(
    tx,
  )
  await learnNames(
    tx,
    rows.map(({ name }) => name),
  )
}

const BATCH = 5000
const actor = workerActor('names of the register')

/**
 * For the worker: names of persons who were registered before parts of names were noted wait to be read, once; batch by batch,
 * each in one transaction.
 */
export const readingNames: RepeatedTask = {
  pauseMs: 60_000,
  async run(worker, stopping) {
    let read = 0
    while (!stopping?.aborted) {
      const batch = await transaction(worker, actor, readWaiting)
      read += batch
      if (batch < BATCH) break
    }
    return read
  },
}

async function readWaiting(tx: Transaction): Promise<number> {
  const { rows } = await sql<{ said: string }>`
    delete from population.name_part where id in (
      select id from population.name_part where folded is null order by id limit ${BATCH})
    returning said`.execute(tx)
  await learnNames(
    tx,
    rows.map(({ said }) => said),
  )
  return rows.length
}

/** Removes parts of names that nobody in the register bears any more. As worker. */
export async function forgetNames(tx: Transaction): Promise<number> {
  const { rows } = await sql<{ forgotten: number }>`select population.forget_name_parts() as forgotten`.execute(tx)
  return rows[0]!.forgotten
}

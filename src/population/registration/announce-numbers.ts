import { sql } from 'kysely'
import { appendEvents, type Database, type RepeatedTask, transaction, workerActor } from '#db'
import type { Id, Language } from '#kernel'

/** Told upwards when somebody who was registered one by one has a number. */
export const NUMBER_GIVEN = 'number_given'

export type NumberGiven = { readonly person: Id<'Person'>; readonly territory: string; readonly language: Language }

const BATCH = 1000

/** Announces each number once, in the transaction that remembers it. Answers how many. As worker. */
export async function announceNumbers(worker: Database): Promise<number> {
  return transaction(worker, workerActor('unique numbers'), async tx => {
    const { rows } = await sql<NumberGiven>`
      update population.registration as r set announced_at = clock_timestamp()
      from population.person p
      where p.id = r.person_id and r.person_id in (
        select w.person_id from population.registration w
        where w.announced_at is null and exists (
          select from population.unique_number n where n.person_id = w.person_id and n.withdrawn_at is null)
        order by w.registered_at limit ${BATCH} for update skip locked)
      returning p.id as person, p.territory, r.language`.execute(tx)
    await appendEvents(
      tx,
      rows.map(row => ({ type: NUMBER_GIVEN, key: row.person, payload: row })),
    )
    return rows.length
  })
}

/** For the worker, beside the numbering. */
export const announcingNumbers: RepeatedTask = { pauseMs: 5_000, run: worker => announceNumbers(worker) }

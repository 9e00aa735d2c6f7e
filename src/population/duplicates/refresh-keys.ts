import { sql } from 'kysely'
import { type Database, type Transaction, transaction, workerActor } from '#db'
import { matchKeys } from './match-keys.ts'
import { type PersonWithoutKeys, personsWithoutKeys } from './persons.sql.ts'
import { digestOf } from './registered-person.ts'

const BATCH = 20_000

/**
 * Makes the keys of every person whose state has changed since, batch by batch, each in one transaction: stopped anywhere, it
 * goes on where it was. Answers how many. As worker.
 */
export async function refreshMatchKeys(worker: Database, signal?: AbortSignal): Promise<number> {
  let done = 0
  for (;;) {
    signal?.throwIfAborted()
    const batch = await transaction(worker, workerActor('match keys'), refreshBatch)
    done += batch
    if (batch < BATCH) return done
  }
}

async function refreshBatch(tx: Transaction): Promise<number> {
  const persons = await personsWithoutKeys(tx, BATCH)
  await writeMatchKeys(tx, persons)
  return persons.length
}

/** Writes the keys of persons as they stand. */
export async function writeMatchKeys(tx: Transaction, persons: readonly PersonWithoutKeys[]): Promise<void> {
  if (persons.length === 0) return
  const rows = persons.map(person => ({
    person: person.id,
    country: person.country,
    territory: person.territory,
    keys: matchKeys(person),
    digest: digestOf(person).toString('hex'),
    recorded_at: person.recordedAt,
  }))
  await sql`
    insert into population.match_key as known (person, country, territory, keys, digest, recorded_at)
    select r.person, r.country, r.territory, r.keys, decode(r.digest, 'hex'), r.recorded_at
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      as r (person uuid, country text, territory text, keys integer[], digest text, recorded_at timestamptz)
    on conflict (person) do update set country = excluded.country, territory = excluded.territory, keys = excluded.keys,
      digest = excluded.digest, recorded_at = excluded.recorded_at`.execute(tx)
}

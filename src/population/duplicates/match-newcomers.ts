import { sql } from 'kysely'
import {
  type Database,
  defineJob,
  type JobDefinition,
  type RepeatedTask,
  type Transaction,
  transaction,
  workerActor,
} from '#db'
import { judgeBy } from '../matching/evidence.ts'
import { openRecords } from '../matching/open-records.ts'
import { newcomersPriorBits } from './built-in-model.ts'
import { latestModel } from './latest-model.sql.ts'
import { matchRegister } from './match-register.ts'
import { personsWithoutKeys, registeredPersons } from './persons.sql.ts'
import { refreshMatchKeys, writeMatchKeys } from './refresh-keys.ts'
import { cellsOf, digestOf, digestOfPair, REGISTER_COLUMNS, sharedTerritory } from './registered-person.ts'
import { LEAST_SETTLED, type PairFound, savePairs, zoneOf } from './save-pairs.sql.ts'
import { sharingKeyOf } from './sharing-key.sql.ts'

const actor = workerActor('match newcomers')
/** Compared in one transaction. */
const BATCH = 250
/** More than so many at once come from an import: their keys are made, and the search of the whole register compares them. */
const MOST = 5000
/** More than so many who share a key are no help: the first are compared. */
const MOST_COMPARED = 400

/**
 * Compares persons who are new, or of whom something that is compared has changed, with those who share a key, by the model
 * last learnt: what it finds waits beside the pairs of the last whole search. Without a model only the keys are made. Answers
 * how many were looked at. As worker; one at a time.
 */
export async function matchNewcomers(worker: Database, country: string, signal?: AbortSignal): Promise<number> {
  let done = 0
  while (!signal?.aborted) {
    const looked = await transaction(worker, actor, tx => lookAtSome(tx, country))
    if (looked === 'too_many') return done + (await refreshMatchKeys(worker, signal))
    done += looked
    if (looked < BATCH) break
  }
  return done
}

async function lookAtSome(tx: Transaction, country: string): Promise<number | 'too_many'> {
  const { rows } = await sql<{ got: boolean }>`
    select pg_try_advisory_xact_lock(hashtextextended('population.match_newcomers', 0)) as got`.execute(tx)
  if (!rows[0]!.got) return 0
  const waiting = await personsWithoutKeys(tx, MOST + 1)
  if (waiting.length > MOST) return 'too_many'
  const batch = waiting.slice(0, BATCH)
  await writeMatchKeys(tx, batch)
  const model = (await latestModel(tx, country))?.model
  const changed = batch.filter(each => each.country === country && digestOf(each).toString('hex') !== each.before)
  if (!model || changed.length === 0) return batch.length
  const ids = changed.map(({ id }) => id)
  const shared = await sharingKeys(tx, ids)
  const persons = await registeredPersons(tx, [...new Set([...ids, ...shared.map(({ other }) => other)])])
  const open = openRecords(REGISTER_COLUMNS)
  for (const person of persons) open.add(cellsOf(person))
  const judge = judgeBy(model, open.close(), await newcomersPriorBits(tx, model))
  const places = new Map(persons.map(({ id }, at) => [id, at]))
  const found = new Map<string, PairFound>()
  for (const { person, other: second } of shared) {
    const [one, other] = [person, second].sort() as [string, string]
    const [a, b] = [places.get(one), places.get(other)]
    if (a === undefined || b === undefined) continue
    const probability = judge.probability(a, b)
    if (probability < LEAST_SETTLED) continue
    const bits = judge.evidence(a, b).reduce((sum, each) => sum + each.bits, 0)
    found.set(`${one} ${other}`, {
      one,
      other,
      territory: sharedTerritory(persons[a]!.territory, persons[b]!.territory),
      score_ppm: Math.floor(probability * 1e6),
      centibits: Math.round(bits * 100),
      zone: zoneOf(probability),
      digest: digestOfPair(digestOf(persons[a]!), digestOf(persons[b]!)).toString('hex'),
    })
  }
  await savePairs(tx, country, model.version, [...found.values()])
  await sql`
    delete from population.match_pair
    where (one = any (${ids}::uuid[]) or other = any (${ids}::uuid[])) and found_at < now()`.execute(tx)
  return batch.length
}

async function sharingKeys(tx: Transaction, ids: readonly string[]): Promise<{ person: string; other: string }[]> {
  const { rows } = await sql<{ person: string; other: string }>`
    select distinct mine.person, near.person as other
    from population.match_key mine
      cross join lateral (
        select person from (${sharingKeyOf(sql`mine`)}) as k
        where k.country = mine.country and k.person <> mine.person limit ${MOST_COMPARED}) as near
    where mine.person = any (${ids}::uuid[])`.execute(tx)
  return rows
}

const PAUSE_MS = 20_000

/** Looks at newcomers again and again, in every worker process. */
export function matchingNewcomers(country: string): RepeatedTask {
  return { pauseMs: PAUSE_MS, run: (worker, stopping) => matchNewcomers(worker, country, stopping) }
}

/** Every Sunday, in the small hours: the whole register against itself. */
export function matchRegisterJob(country: string): JobDefinition<Record<string, never>> {
  return defineJob({
    name: 'match_register',
    every: { cron: '15 1 * * 0', payload: {} },
    minutes: 360,
    run: async (_payload, { worker, signal }) => {
      await matchRegister(worker, country, { signal })
    },
  })
}

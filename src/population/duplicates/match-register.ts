import { Worker } from 'node:worker_threads'
import { sql } from 'kysely'
import { type Database, jsonb, type Transaction, transaction, workerActor } from '#db'
import type { Model } from '../matching/model.ts'
import type { Settled } from '../matching/settle.ts'
import type { MatchThreadAnswer, MatchThreadAsked } from './match-thread.ts'
import { personsAfter } from './persons.sql.ts'
import { refreshMatchKeys } from './refresh-keys.ts'
import { cellsOf, digestOf, digestOfPair, sharedTerritory } from './registered-person.ts'
import { LEAST_SETTLED, type PairFound, savePairs, zoneOf } from './save-pairs.sql.ts'

export type RegisterMatched = {
  readonly persons: number
  readonly pairs: number
  readonly same: number
  readonly model: string
}

export type RegisterWatch = {
  /** Told how far the work is. */
  readonly watch?: (stage: string, done: number, total: number) => void
  /** Aborted, the work ends at once and the pairs found before stay. */
  readonly signal?: AbortSignal
}

const actor = workerActor('match register')
const PAGE = 5_000
const CHUNK = 5000
const FIRST = '00000000-0000-0000-0000-000000000000'

/**
 * Holds a country's whole register against itself, in a thread of its own: learns a model from it, keeps the model, and
 * replaces the pairs found before. What was decided of a pair stays. The persons are read as they stand at one moment, and
 * held in memory. As worker.
 */
export async function matchRegister(
  worker: Database,
  country: string,
  { watch = () => {}, signal }: RegisterWatch = {},
): Promise<RegisterMatched> {
  await refreshMatchKeys(worker, signal)
  const { register, matched } = await matchInThread(worker, country, watch, signal)
  const found = pairsFound(matched.pairs, register)
  await transaction(worker, actor, async tx => {
    await sql`
      insert into population.match_model (version, country, model, persons)
      values (${matched.model.version}, ${country}, ${jsonb(matched.model)}, ${register.ids.length})
      on conflict (version) do nothing`.execute(tx)
    for (let at = 0; at < found.length; at += CHUNK) {
      await savePairs(tx, country, matched.model.version, found.slice(at, at + CHUNK))
    }
    // Every pair found again bears the moment of this transaction.
    await sql`delete from population.match_pair where country = ${country} and found_at < now()`.execute(tx)
  })
  return {
    persons: register.ids.length,
    pairs: found.length,
    same: found.filter(({ zone }) => zone === 'same').length,
    model: matched.model.version,
  }
}

type Matched = { readonly model: Model; readonly pairs: Settled }

async function matchInThread(
  worker: Database,
  country: string,
  watch: NonNullable<RegisterWatch['watch']>,
  signal: AbortSignal | undefined,
) {
  const thread = new Worker(new URL('./match-thread.ts', import.meta.url))
  const ended = new Promise<Matched>((resolve, reject) => {
    thread.on('error', reject)
    thread.on('exit', code => reject(new Error(`the thread that compares stopped with code ${code}`)))
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true })
    thread.on('message', (answer: MatchThreadAnswer) => {
      if ('model' in answer) resolve(answer)
      else watch(answer.stage, answer.done, answer.total)
    })
  })
  // It may fail while the register is still read; it is awaited below.
  ended.catch(() => {})
  try {
    const tell = (rows: MatchThreadAsked) => thread.postMessage(rows)
    const register = await transaction(worker, actor, tx => readRegister(tx, country, tell, signal), {
      isolation: 'repeatable read',
      readOnly: true,
    })
    tell(null)
    return { register, matched: await ended }
  } finally {
    await thread.terminate()
  }
}

async function readRegister(
  tx: Transaction,
  country: string,
  tell: (rows: MatchThreadAsked) => void,
  signal: AbortSignal | undefined,
) {
  const ids: string[] = []
  const territories: string[] = []
  const digests: Buffer[] = []
  for (let after = FIRST; ; after = ids.at(-1)!) {
    signal?.throwIfAborted()
    const page = await personsAfter(tx, country, after, PAGE)
    tell(page.map(cellsOf))
    for (const person of page) {
      ids.push(person.id)
      territories.push(person.territory)
      digests.push(digestOf(person))
    }
    if (page.length < PAGE) return { ids, territories, digests }
  }
}

type Register = Awaited<ReturnType<typeof readRegister>>

function pairsFound(pairs: Settled, { ids, territories, digests }: Register): PairFound[] {
  return Array.from({ length: pairs.size }, (_, at) => at)
    .filter(at => pairs.probability[at]! >= LEAST_SETTLED)
    .map(at => {
      const [a, b] = [pairs.one[at]!, pairs.other[at]!]
      const [one, other] = [ids[a]!, ids[b]!].sort() as [string, string]
      return {
        one,
        other,
        territory: sharedTerritory(territories[a]!, territories[b]!),
        score_ppm: Math.floor(pairs.probability[at]! * 1e6),
        centibits: Math.round(pairs.bits[at]! * 100),
        zone: zoneOf(pairs.probability[at]!),
        digest: digestOfPair(digests[a]!, digests[b]!).toString('hex'),
      }
    })
}

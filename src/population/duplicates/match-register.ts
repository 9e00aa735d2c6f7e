import { sql } from 'kysely'
import { type Database, jsonb, type Transaction, transaction, workerActor } from '#db'
import { type Matching, type MatchOptions, matchRecords } from '../matching/match-records.ts'
import { openRecords } from '../matching/open-records.ts'
import { personsAfter } from './persons.sql.ts'
import { refreshMatchKeys } from './refresh-keys.ts'
import { cellsOf, digestOf, digestOfPair, REGISTER_COLUMNS, sharedTerritory } from './registered-person.ts'

export type RegisterMatched = {
  readonly persons: number
  readonly pairs: number
  readonly same: number
  readonly model: string
}

const actor = workerActor('match register')
const PAGE = 20_000
const CHUNK = 5000
/** Pairs at least so probable are proposed as the same; below, and down to `LEAST_SETTLED`, somebody looks. */
const SAME = 0.99
const LEAST_SETTLED = 0.1
const FIRST = '00000000-0000-0000-0000-000000000000'

/**
 * Holds a country's whole register against itself: learns a model from it, keeps the model, and replaces the pairs found
 * before. What was decided of a pair stays. The persons are read as they stand at one moment, and held in memory. As worker.
 */
export async function matchRegister(
  worker: Database,
  country: string,
  watch: NonNullable<MatchOptions['watch']> = () => {},
): Promise<RegisterMatched> {
  await refreshMatchKeys(worker)
  const register = await transaction(worker, actor, tx => readRegister(tx, country), {
    isolation: 'repeatable read',
    readOnly: true,
  })
  const matching = await matchRecords(register.records, { watch })
  const found = pairsFound(matching, register)
  await transaction(worker, actor, async tx => {
    await sql`
      insert into population.match_model (version, country, model, persons)
      values (${matching.model.version}, ${country}, ${jsonb(matching.model)}, ${register.ids.length})
      on conflict (version) do nothing`.execute(tx)
    await sql`delete from population.match_pair where country = ${country}`.execute(tx)
    for (let at = 0; at < found.length; at += CHUNK) {
      await savePairs(tx, country, matching.model.version, found.slice(at, at + CHUNK))
    }
  })
  return {
    persons: register.ids.length,
    pairs: found.length,
    same: found.filter(({ zone }) => zone === 'same').length,
    model: matching.model.version,
  }
}

async function readRegister(tx: Transaction, country: string) {
  const open = openRecords(REGISTER_COLUMNS)
  const ids: string[] = []
  const territories: string[] = []
  const digests: Buffer[] = []
  for (let after = FIRST; ; after = ids.at(-1)!) {
    const page = await personsAfter(tx, country, after, PAGE)
    for (const person of page) {
      open.add(cellsOf(person))
      ids.push(person.id)
      territories.push(person.territory)
      digests.push(digestOf(person))
    }
    if (page.length < PAGE) return { records: open.close(), ids, territories, digests }
  }
}

type Register = Awaited<ReturnType<typeof readRegister>>

function pairsFound({ pairs }: Matching, { ids, territories, digests }: Register) {
  return Array.from({ length: pairs.size }, (_, at) => at)
    .filter(at => pairs.probability[at]! >= LEAST_SETTLED)
    .map(at => {
      const [a, b] = [pairs.one[at]!, pairs.other[at]!]
      const [one, other] = [ids[a]!, ids[b]!].sort()
      return {
        one,
        other,
        territory: sharedTerritory(territories[a]!, territories[b]!),
        score_ppm: Math.floor(pairs.probability[at]! * 1e6),
        centibits: Math.round(pairs.bits[at]! * 100),
        zone: pairs.probability[at]! >= SAME ? ('same' as const) : ('to_settle' as const),
        digest: digestOfPair(digests[a]!, digests[b]!).toString('hex'),
      }
    })
}

type PairFound = ReturnType<typeof pairsFound>[number]

/** A person erased meanwhile has no pair. */
async function savePairs(tx: Transaction, country: string, model: string, pairs: readonly PairFound[]): Promise<void> {
  await sql`
    insert into population.match_pair (one, other, country, territory, score_ppm, centibits, zone, digest, model)
    select r.one, r.other, ${country}, r.territory, r.score_ppm, r.centibits, r.zone, decode(r.digest, 'hex'), ${model}
    from jsonb_to_recordset(${JSON.stringify(pairs)}::jsonb)
      as r (one uuid, other uuid, territory text, score_ppm integer, centibits integer, zone text, digest text)
      join population.person a on a.id = r.one join population.person b on b.id = r.other`.execute(tx)
}

import { setImmediate } from 'node:timers/promises'
import { sql } from 'kysely'
import { type Database, type Transaction, transaction, workerActor } from '#db'
import { judgeBy } from '../matching/evidence.ts'
import type { Model } from '../matching/model.ts'
import { openRecords } from '../matching/open-records.ts'
import { probability } from '../matching/score.ts'
import { modelOrBuiltIn, personsKeyed } from './built-in-model.ts'
import { type KnownShare, mostPriorBits, openKnownShare } from './known-share.ts'
import { matchKeys } from './match-keys.ts'
import { registeredPersons } from './persons.sql.ts'
import {
  cellsOf,
  digestOf,
  digestOfPair,
  REGISTER_COLUMNS,
  type RegisteredPerson,
  sharedTerritory,
} from './registered-person.ts'
import { judgePairsAgain, LEAST_SETTLED, type PairFound, savePairs, zoneOf } from './save-pairs.sql.ts'
import { keyPlaces, sharingKeyOf } from './sharing-key.sql.ts'

/** What the persons recorded since a moment are to those who share a key with them, each other included. */
export type SinceMatched = {
  /** Pairs that were looked at. */
  readonly compared: number
  /** Persons of those recorded since who are proposed as the same as somebody. */
  readonly same: number
  /** Persons of whom somebody has to look whether they are the same as another. */
  readonly toSettle: number
}

const actor = workerActor('match since')
/** Halves of the work, side by side: as many as the smallest server has processors. */
const LANES = 2
const PAGE = 5000
/** A key that more persons share than this tells too little: another of their keys leads to who is the same. */
const LARGEST_BLOCK = 40
/** So many among those of one key are looked at, where few persons are new. */
const MOST_COMPARED = 100
/** Of more than one in so many, the keys of the whole register are brought together rather than looked up. */
const MANY = 4

/**
 * Holds the persons recorded since a moment, who have their keys (`savePersons` with keys), against the register and against
 * one another, by the model last learnt or the one that comes with the product. What is found waits beside the other pairs;
 * done again, it finds them again. In two lanes, each in one view of the register, page by page: constant memory. As worker.
 */
export async function matchSince(
  worker: Database,
  country: string,
  since: string,
  signal: AbortSignal,
): Promise<SinceMatched> {
  const { model, began, newcomers, persons } = await transaction(worker, actor, async tx => {
    await sql`select population.settle_match_keys()`.execute(tx)
    return { model: await modelOrBuiltIn(tx, country), ...(await newcomersAmong(tx, country, since)) }
  })
  const many = newcomers * MANY >= persons
  const keep = pairKeeper(worker, country, model)
  const found: Found = { model, many, keep, known: openKnownShare(), priorBits: mostPriorBits(persons) }
  const lanes = Array.from({ length: LANES }, (_, lane) =>
    transaction(
      worker,
      actor,
      async tx => {
        // The limit would have the planner hope that the first rows of the table share a key.
        await sql`set local enable_seqscan = ${sql.lit(many ? 'on' : 'off')}`.execute(tx)
        await sql`
          declare candidates no scroll cursor for
          ${many ? sharingAmongAll(country, since, lane) : sharingWithEach(country, since, lane)}`.execute(tx)
        return compareCandidates(tx, found, signal)
      },
      { isolation: 'repeatable read', readOnly: true },
    ),
  )
  const compared = (await Promise.all(lanes)).reduce((sum, count) => sum + count, 0)
  await keep.end()
  const priorBits = found.known.priorBits(newcomers, persons)
  const again = { country, model: model.version, since: began, priorBits }
  await transaction(worker, actor, tx => judgePairsAgain(tx, again))
  return { compared, ...(await transaction(worker, actor, tx => countFound(tx, country, since))) }
}

/** How many persons were recorded since, among how many, and when it is. */
async function newcomersAmong(tx: Transaction, country: string, since: string) {
  const { rows } = await sql<{ newcomers: number; began: string }>`
    select count(*)::int as newcomers, now()::text as began
    from population.match_key where country = ${country} and recorded_at >= ${since}::timestamptz`.execute(tx)
  return { ...rows[0]!, persons: Math.max(rows[0]!.newcomers, await personsKeyed(tx)) }
}

/** Pairs that share a key and of which one is new, key by key: for a register of which much is new. */
const sharingAmongAll = (country: string, since: string, lane: number) => {
  const places = sql.join(placesOf(lane).map(place => sql`keys[${sql.lit(place)}]`))
  const keys = sql`
    select unnest(array[${places}]) as key, person, recorded_at >= ${since}::timestamptz as is_new
    from population.match_key where country = ${country}`
  // Nearly every key is one person's alone: those are left out first, by number, before persons are brought together.
  return sql`
    with shared as materialized (
      select key from (${keys}) as every where key is not null
      group by key having count(*) between 2 and ${sql.lit(LARGEST_BLOCK)} and bool_or(is_new)
    ), each as materialized (
      select key, person, is_new from (${keys}) as every join shared using (key)
    )
    select distinct a.person as one, b.person as other
    from each as a join each as b using (key)
    where a.person < b.person and (a.is_new or b.is_new)`
}

/** The same, looked up for each person who is new: for a few who come to a large register. */
const sharingWithEach = (country: string, since: string, lane: number) => sql`
  select distinct least(mine.person, near.person) as one, greatest(mine.person, near.person) as other
  from population.match_key as mine
    cross join lateral (
      select person from (${sharingKeyOf(sql`mine`)}) as k where k.person <> mine.person limit ${sql.lit(MOST_COMPARED)}
    ) as near
  where mine.country = ${country} and mine.recorded_at >= ${since}::timestamptz
    and get_byte(uuid_send(mine.person), 15) & 1 = ${sql.lit(lane)}`

type Keeper = { readonly add: (pairs: readonly PairFound[]) => Promise<void>; readonly end: () => Promise<void> }

/** Writes pairs from both lanes in one order, a few thousands at a time, each lot in a transaction of its own. */
function pairKeeper(worker: Database, country: string, model: Model): Keeper {
  let waiting = new Map<string, PairFound>()
  let writing: Promise<void> = Promise.resolve()
  const write = () => {
    const lot = [...waiting.values()]
    waiting = new Map()
    writing = writing.then(async () => {
      if (lot.length > 0) await transaction(worker, actor, tx => savePairs(tx, country, model.version, lot))
    })
    return writing
  }
  return {
    async add(pairs) {
      for (const pair of pairs) waiting.set(`${pair.one} ${pair.other}`, pair)
      if (waiting.size >= PAGE) await write()
    },
    end: write,
  }
}

/** A pair less probable counts for nothing, however often it is seen. */
const SELDOM = 1e-4

/** The places of the keys that a lane looks at, where it looks at all of the register: every second one. */
const placesOf = (lane: number) => keyPlaces.filter(place => place % LANES === lane)

/** How many lanes see a pair that shares these keys. */
function lanesOf(one: RegisteredPerson, other: RegisteredPerson): number {
  const [keys, others] = [matchKeys(one), matchKeys(other)]
  const shared = keyPlaces.filter(place => keys[place - 1] !== null && keys[place - 1] === others[place - 1])
  return Math.max(1, new Set(shared.map(place => place % LANES)).size)
}

type Found = {
  readonly model: Model
  readonly many: boolean
  readonly keep: Keeper
  readonly known: KnownShare
  /** With this chance to begin with, a pair is kept until all were seen. */
  readonly priorBits: number
}

/** Pairs who share a key, and the persons that they are of. */
type Page = {
  readonly pairs: readonly { readonly one: string; readonly other: string }[]
  readonly persons: readonly RegisteredPerson[]
}

/** While one page is judged here, the database brings together the next. */
async function compareCandidates(tx: Transaction, found: Found, signal: AbortSignal): Promise<number> {
  let compared = 0
  let page = await nextPage(tx)
  while (page.pairs.length > 0) {
    signal.throwIfAborted()
    const next = nextPage(tx)
    next.catch(() => {})
    // The question is sent before this process is busy.
    await setImmediate()
    compared += page.pairs.length
    await found.keep.add(alikeAmong(found, page))
    page = await next
  }
  return compared
}

async function nextPage(tx: Transaction): Promise<Page> {
  const { rows: pairs } = await sql<Page['pairs'][number]>`fetch ${sql.lit(PAGE)} from candidates`.execute(tx)
  const ids = [...new Set(pairs.flatMap(({ one, other }) => [one, other]))]
  return { pairs, persons: ids.length === 0 ? [] : await registeredPersons(tx, ids) }
}

function alikeAmong({ model, known, many, priorBits }: Found, { pairs, persons }: Page): PairFound[] {
  const places = new Map(persons.map(({ id }, at) => [id, at]))
  const open = openRecords(REGISTER_COLUMNS)
  for (const person of persons) open.add(cellsOf(person))
  const judge = judgeBy(model, open.close())
  return pairs.flatMap(({ one, other }) => {
    const [a, b] = [places.get(one), places.get(other)]
    if (a === undefined || b === undefined) return []
    const { bits } = judge.weigh(a, b)
    const chance = probability(bits, priorBits)
    known.add(bits, many && chance > SELDOM ? 1 / lanesOf(persons[a]!, persons[b]!) : 1)
    if (chance < LEAST_SETTLED) return []
    return {
      one,
      other,
      territory: sharedTerritory(persons[a]!.territory, persons[b]!.territory),
      score_ppm: Math.floor(chance * 1e6),
      centibits: Math.round(bits * 100),
      zone: zoneOf(chance),
      digest: digestOfPair(digestOf(persons[a]!), digestOf(persons[b]!)).toString('hex'),
    }
  })
}

async function countFound(
  tx: Transaction,
  country: string,
  since: string,
): Promise<{ readonly same: number; readonly toSettle: number }> {
  const { rows } = await sql<{ same: number; toSettle: number }>`
    select count(*) filter (where same)::int as same, count(*) filter (where not same)::int as "toSettle"
    from (
      select bool_or(pair.zone = 'same') as same
      from population.match_pair as pair cross join lateral (values (pair.one), (pair.other)) as each (person)
        join population.match_key as k on k.person = each.person and k.recorded_at >= ${since}::timestamptz
      where pair.country = ${country} and pair.found_at >= ${since}::timestamptz
      group by each.person
    ) as found`.execute(tx)
  return rows[0]!
}

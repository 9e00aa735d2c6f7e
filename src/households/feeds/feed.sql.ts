import { sql } from 'kysely'
import type { FeedKind } from '#countries'
import { jsonb, type Transaction } from '#db'
import { type Id, type Month, newId } from '#kernel'
import { sharedTerritory } from '#population'
import type { FeedId, FeedReject, FeedReport, FeedRow } from './feed.ts'

const FEED = sql`id, country, kind, source, label, channel, month, asked_by as "askedBy", started_at as "startedAt",
  finished_at as "finishedAt", position, recorded, unchanged, doubtful, rejected`

export type FeedOpening = {
  readonly country: string
  readonly kind: FeedKind
  readonly source: string
  readonly content: string
  readonly channel: 'file' | 'api'
  readonly label: string
  readonly askedBy: string
  /** Of rows that say none. */
  readonly month?: Month
}

/** The feed of this very content, or a new one. */
export async function openFeed(tx: Transaction, asked: FeedOpening): Promise<FeedReport> {
  await sql`
    insert into households.feed (id, country, kind, source, content_hash, channel, label, asked_by, month)
    values (${newId<'Feed'>()}, ${asked.country}, ${asked.kind}, ${asked.source}, ${asked.content}, ${asked.channel},
      ${asked.label}, ${asked.askedBy}, ${asked.month ?? null})
    on conflict (country, kind, source, content_hash) do nothing`.execute(tx)
  const { rows } = await sql<FeedReport>`
    select ${FEED} from households.feed where country = ${asked.country} and kind = ${asked.kind}
      and source = ${asked.source} and content_hash = ${asked.content}`.execute(tx)
  return rows[0]!
}

/** The feed as it stands, held against other processes until the transaction ends. */
export async function lockFeed(tx: Transaction, id: FeedId): Promise<FeedReport> {
  const { rows } = await sql<FeedReport>`select ${FEED} from households.feed where id = ${id} for update`.execute(tx)
  return rows[0]!
}

type Counts = Pick<FeedReport, 'position' | 'recorded' | 'unchanged' | 'doubtful' | 'rejected'>

export async function advanceFeed(tx: Transaction, id: FeedId, told: Counts): Promise<void> {
  await sql`
    update households.feed set position = ${told.position}, recorded = recorded + ${told.recorded},
      unchanged = unchanged + ${told.unchanged}, doubtful = doubtful + ${told.doubtful}, rejected = rejected + ${told.rejected}
    where id = ${id}`.execute(tx)
}

export async function finishFeed(tx: Transaction, id: FeedId): Promise<FeedReport> {
  const { rows } = await sql<FeedReport>`
    update households.feed set finished_at = coalesce(finished_at, clock_timestamp()) where id = ${id}
    returning ${FEED}`.execute(tx)
  return rows[0]!
}

/** Feeds of a country, the latest first. */
export async function listFeeds(tx: Transaction, country: string, limit: number, skip = 0): Promise<FeedReport[]> {
  const { rows } = await sql<FeedReport>`
    select ${FEED} from households.feed where country = ${country}
    order by started_at desc, id desc limit ${limit} offset ${skip}`.execute(tx)
  return rows
}

export async function findFeed(tx: Transaction, country: string, id: FeedId): Promise<FeedReport | undefined> {
  const { rows } = await sql<FeedReport>`
    select ${FEED} from households.feed where country = ${country} and id = ${id}`.execute(tx)
  return rows[0]
}

/** Rejects of a feed that have a reason and a column in common. */
export type FeedRejectFigures = Pick<FeedReject, 'code' | 'column'> & { readonly rows: number }

/** How many rows of a feed did not go in, by why and by the column at fault, most frequent first. */
export async function rejectFigures(tx: Transaction, id: FeedId): Promise<FeedRejectFigures[]> {
  const { rows } = await sql<FeedRejectFigures>`
    select code, "column", count(*)::int as rows from households.feed_reject where feed_id = ${id}
    group by code, "column" order by rows desc, code, "column"`.execute(tx)
  return rows
}

/** The rejects of a feed in the order of their rows, from one on. */
export async function rejectsOf(tx: Transaction, id: FeedId, after = 0, limit = 1000): Promise<FeedReject[]> {
  const { rows } = await sql<FeedReject>`
    select row, code, "column", accepted from households.feed_reject
    where feed_id = ${id} and row > ${after} order by row limit ${limit}`.execute(tx)
  return rows
}

/** Whom the source meant by its own identifiers before. */
export async function linkedPersons(
  tx: Transaction,
  country: string,
  source: string,
  asked: readonly FeedRow[],
): Promise<ReadonlyMap<string, Id<'Person'>>> {
  const own = asked.flatMap(row => row.sourcePerson ?? [])
  if (own.length === 0) return new Map()
  const { rows } = await sql<{ own: string; person: Id<'Person'> }>`
    select source_person as own, person_id as person from households.feed_identity
    where country = ${country} and source = ${source} and source_person = any (${own}::text[])`.execute(tx)
  return new Map(rows.map(each => [each.own, each.person]))
}

export type NewDoubt = {
  readonly row: number
  readonly why: string
  readonly candidates: readonly string[]
  readonly places: readonly string[]
  readonly said: Readonly<Record<string, string>>
}

export async function saveDoubts(tx: Transaction, id: FeedId, doubts: readonly NewDoubt[]): Promise<void> {
  if (doubts.length === 0) return
  const rows = doubts.map(({ row, why, candidates, places, said }) => ({
    row,
    why,
    candidates,
    said,
    territory: places.reduce(sharedTerritory),
  }))
  await sql`
    insert into households.feed_doubt (feed_id, row, territory, why, said, candidates)
    select ${id}, d.row, d.territory, d.why, d.said, d.candidates
    from jsonb_to_recordset(${jsonb(rows)}) as d (row integer, territory text, why text, said jsonb, candidates uuid[])`.execute(
    tx,
  )
}

export async function saveRejects(tx: Transaction, id: FeedId, rejects: readonly FeedReject[]): Promise<void> {
  if (rejects.length === 0) return
  await sql`
    insert into households.feed_reject (feed_id, row, code, "column", accepted)
    select ${id}, r.row, r.code, r."column", r.accepted
    from jsonb_to_recordset(${jsonb(rejects)}) as r (row integer, code text, "column" text, accepted text)`.execute(tx)
}

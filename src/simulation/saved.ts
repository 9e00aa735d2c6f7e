// Studies that were shown, kept with what later ones are held against.
import { sql } from 'kysely'
import { jsonb, jsonText, type Transaction } from '#db'
import { err, type Id, type Month, ok, type Result } from '#kernel'
import type { Published } from './figures.ts'
import type { StudyResult } from './simulate.ts'

export type StudyId = Id<'Study'>

export type SavedRow = {
  readonly id: StudyId
  readonly name: string
  readonly pack: string
  readonly month: Month
  readonly snapshotHash: string
  readonly savedAt: Date
  readonly savedName: string
}

export type SavedStudy = SavedRow & {
  /** As YAML: asked again on the same snapshot, it is the same study. */
  readonly study: string
  /** As it was shown; what it would tell of a few households is not kept here. */
  readonly result: StudyResult
}

/** What was shown of a programme on a snapshot, and how many studies that was. */
export type PublishedBefore = { readonly studies: number; readonly published: readonly Published[] }

type OnSnapshot = { readonly snapshotHash: string; readonly pack: string }

/** Counts of all studies of a programme on a snapshot. Only the worker's role may read them. */
export async function publishedBefore(tx: Transaction, { snapshotHash, pack }: OnSnapshot): Promise<PublishedBefore> {
  const { rows } = await sql<{ published: Published[] }>`
    select published from simulation.study where snapshot_hash = ${snapshotHash} and pack = ${pack}`.execute(tx)
  return { studies: rows.length, published: rows.flatMap(({ published }) => published) }
}

/**
 * Saves what is about to be shown. Refused where other studies of the programme were saved on the snapshot since the
 * result was held against `studies` of them: it must be tried again, against theirs as well.
 */
export async function saveStudy(
  tx: Transaction,
  saved: Pick<SavedStudy, 'id' | 'name' | 'study' | 'result'>,
  studies: number,
): Promise<Result<null, { readonly code: 'others_saved' }>> {
  const { id, name, study, result } = saved
  const { country, pack, month, snapshot, scenarios } = result
  await sql`select pg_advisory_xact_lock(hashtextextended(${`${snapshot.hash} ${pack}`}, 0))`.execute(tx)
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from simulation.study where snapshot_hash = ${snapshot.hash} and pack = ${pack}`.execute(
    tx,
  )
  if (rows[0]?.count !== studies) return err({ code: 'others_saved' })
  const published = scenarios.flatMap(each => each.published)
  const shown = { ...result, scenarios: scenarios.map(each => ({ ...each, published: [] })) }
  await sql`
    insert into simulation.study (id, country, name, pack, month, snapshot_hash, study, result, published)
    values (${id}, ${country}, ${name}, ${pack}, ${month}, ${snapshot.hash}, ${study}, ${jsonb(shown)}, ${jsonb(published)})`.execute(
    tx,
  )
  return ok(null)
}

const row = sql.raw(
  `id, name, pack, month, snapshot_hash as "snapshotHash", saved_at as "savedAt", saved_name as "savedName"`,
)

/** Studies of a country, the latest first. */
export async function listStudies(
  tx: Transaction,
  { country, limit }: { readonly country: string; readonly limit: number },
): Promise<SavedRow[]> {
  const { rows } = await sql<SavedRow>`
    select ${row} from simulation.study where country = ${country} order by saved_at desc, id desc limit ${limit}`.execute(
    tx,
  )
  return rows
}

export async function findStudy(tx: Transaction, country: string, id: StudyId): Promise<SavedStudy | undefined> {
  const { rows } = await sql<SavedRow & { study: string; result: unknown }>`
    select ${row}, study, result from simulation.study where country = ${country} and id = ${id}`.execute(tx)
  const [found] = rows
  return found && { ...found, result: resultIn(found.result) }
}

/** Fields of a result that are amounts in minor units; those of the same name that count households are numbers. */
const AMOUNTS = new Set(['amountBefore', 'amount', 'gained', 'lost', 'before', 'now', 'cost'])

function resultIn(json: unknown): StudyResult {
  return JSON.parse(jsonText(json), (key, value) =>
    AMOUNTS.has(key) && typeof value === 'string' ? BigInt(value) : value,
  ) as StudyResult
}

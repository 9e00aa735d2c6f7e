import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Country } from '#countries'
import {
  type Database,
  type Databases,
  defineJob,
  enqueue,
  type JobContext,
  type JobDefinition,
  type Transaction,
  transaction,
  workerActor,
} from '#db'
import type { DateText } from '#kernel'
import { actorFor, findStaffAccess, type StaffAccess, scopeOf } from '#security'
import { openTable, type Table } from '../import/table.ts'
import { findFeed, openFeed } from './feed.sql.ts'
import type { FeedId, FeedRecord, FeedReport } from './feed.ts'
import { endGivenFeed, findGivenFeed, type GivenFeed, givenFeedBytes, keepGivenFeed } from './given-feed.sql.ts'
import { contentOf, type FeedAsked, takeFeed } from './take-feed.ts'

type FeedJob = { readonly feed: FeedId }
const FEED_JOB: Pick<JobDefinition<FeedJob>, 'name'> = { name: 'take_feed' }
const TELL = 'feed.write'

const actor = workerActor('feeds')

/**
 * Leaves a file of another register to the workers, in the caller's transaction (the worker's role): its bytes wait sealed in the database.
 * Given again while it waits, it is left to them once more; given after its end, nothing waits.
 * @param bytes gives them from the first; asked again where the transaction is tried again
 */
export async function leaveFeed(
  tx: Transaction,
  asked: FeedAsked,
  given: { readonly staff: GivenFeed['staff']; readonly size: number; readonly bytes: () => AsyncIterable<Uint8Array> },
): Promise<FeedReport> {
  const feed = await openFeed(tx, { ...asked, country: asked.country.code, content: contentOf(asked) })
  if (feed.finishedAt !== null) return feed
  const { staff, size, bytes } = given
  await keepGivenFeed(tx, { feed: feed.id, content: asked.content, size, staff }, bytes())
  await enqueue(tx, FEED_JOB, { feed: feed.id })
  return feed
}

export type FeedJobParts = {
  readonly databases: Pick<Databases, 'app'>
  readonly country: Country
  readonly today: () => DateText
}

/**
 * Takes a file that was left, by {@link takeFeed} as the page and the command do, in the name of who gave it and with the grants of this
 * moment. A worker that is killed leaves whole batches; the next goes on from there.
 */
export function feedJob({ databases: { app }, country, today }: FeedJobParts): JobDefinition<FeedJob> {
  return defineJob<FeedJob>({
    ...FEED_JOB,
    minutes: 240,
    async run({ feed: id }, { worker, signal }) {
      const [given, feed] = await transaction(worker, actor, async tx => [
        await findGivenFeed(tx, id),
        await findFeed(tx, country.code, id),
      ])
      if (!given || !feed) return
      const end = (refusal: 'not_granted' | null) => transaction(worker, actor, tx => endGivenFeed(tx, id, refusal))
      const access = await findStaffAccess(app, given.staff)
      if (!access || scopeOf(access.grants, TELL, access.at).length === 0) {
        await end('not_granted')
        return
      }
      try {
        await take({ app, worker, country, signal, given, feed, access, today: today() })
      } catch (error) {
        // Another worker took it meanwhile, and its bytes went.
        if (await transaction(worker, actor, tx => findGivenFeed(tx, id))) throw error
      }
      await end(null)
    },
  })
}

type Taking = Pick<JobContext, 'worker' | 'signal'> & {
  readonly app: Database
  readonly country: Country
  readonly given: GivenFeed
  readonly feed: FeedReport
  readonly access: StaffAccess
  readonly today: DateText
}

async function take({ app, worker, country, signal, given, feed, access, today }: Taking): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'socle-feed-'))
  try {
    const path = join(folder, 'given.csv')
    await writeGiven(worker, given, path)
    const table = await openTable(path)
    const asked = { ...tableTerms(table), ...feed, country, content: given.content, today }
    const { month, ...rest } = asked
    const terms: FeedAsked = { ...rest, ...(month && { month }) }
    const taken = await takeFeed(app, actorFor(access, TELL), terms, () => recordsOf(table), { signal })
    // What the page read through and found good is refused here where the country's terms changed since.
    if (!taken.ok) throw new Error(`feed ${feed.id} is refused: ${taken.refusal.code}`)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function writeGiven(worker: Database, { feed, size }: GivenFeed, path: string): Promise<void> {
  const file = await open(path, 'wx', 0o600)
  try {
    let written = 0
    await transaction(worker, actor, async tx => {
      for await (const piece of givenFeedBytes(tx, feed)) {
        await file.writeFile(piece)
        written += piece.length
      }
    })
    if (written !== size) throw new Error(`feed ${feed} has ${written} bytes of ${size}`)
  } finally {
    await file.close()
  }
}

/** How a table says its header and its numbers. */
export const tableTerms = ({ header, format }: Table): Pick<FeedAsked, 'header' | 'decimalComma'> => ({
  header,
  decimalComma: format !== 'xlsx' && format.separator !== ',',
})

/** The rows of a table by the names of its columns. */
export async function* recordsOf(table: Table): AsyncIterable<readonly FeedRecord[]> {
  const names = table.header.map(name => name.trim())
  for await (const rows of table.rows()) {
    yield rows.map(({ number, cells }) => ({
      row: number,
      cells: Object.fromEntries(names.map((name, at) => [name, cells[at] ?? ''])),
    }))
  }
}

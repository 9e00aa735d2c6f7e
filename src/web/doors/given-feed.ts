import { createReadStream } from 'node:fs'
import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { type Country, FEED_KINDS } from '#countries'
import { type Database, transaction, workerActor } from '#db'
import {
  type FeedAsked,
  feedRefused,
  leaveFeed,
  openTable,
  recordsOf,
  type Table,
  TableError,
  tableTerms,
  takeFeed,
} from '#households'
import { err, ok, parseMonth, type Result } from '#kernel'
import { actorFor, type StaffAccess, scopeOf } from '#security'
import type { FeedDoor, FeedGiven, GivenRefusal } from '../feed-door.ts'
import { BrokenForm } from '../multipart.ts'
import { todayIn } from './today.ts'

/** The form around the file is measured where it comes in (turned-away.ts). */
const LARGEST = 128 * 1024 * 1024
/** What is larger is left to the workers: some ten thousand rows are taken while a browser waits. */
const AT_ONCE = 10 * 1024 * 1024

/**
 * Takes a file that a page sent: piece by piece into a folder of its own, which goes whatever happens; read through once before
 * anything is written, so that what is no table leaves nothing behind; then as `socle feed` takes it. The same file again goes on
 * where it stopped, and changes nothing once it is done. A large one is left to the workers once it was read through.
 */
export async function takeGivenFeed(
  { app, worker }: { readonly app: Database; readonly worker: Database },
  country: Country,
  access: StaffAccess,
  given: FeedGiven,
): ReturnType<FeedDoor['giveFeed']> {
  const kind = FEED_KINDS.find(each => each === given.kind && country.conditions.feeds[each] !== undefined)
  if (!kind) return err({ code: 'kind_unknown' })
  const month = given.month === '' ? undefined : parseMonth(given.month)
  if (given.month !== '' && month === undefined) return err({ code: 'month_malformed' })
  const folder = await mkdtemp(join(tmpdir(), 'socle-feed-'))
  try {
    const path = join(folder, 'given.csv')
    const written = await writtenTo(path, given.bytes)
    if (!written.ok) return written
    const read = await readThrough(path)
    if (!read.ok) return read
    const table = read.value
    const actor = actorFor(access, 'feed.write')
    const asked: FeedAsked = {
      country,
      kind,
      source: given.source.trim(),
      ...tableTerms(table),
      ...(month && { month }),
      content: contentOf(table.survey.sha256, access),
      channel: 'file',
      label: labelOf(given.name),
      askedBy: access.name,
      today: await transaction(app, actor, tx => todayIn(tx, country)),
    }
    if (table.survey.bytes > AT_ONCE)
      return await leftToWorkers(worker, access, asked, { path, size: table.survey.bytes })
    const taken = await takeFeed(app, actor, asked, () => recordsOf(table))
    return taken.ok ? ok({ id: taken.value.id, came: taken.value.isAgain ? 'again' : 'taken' }) : taken
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function leftToWorkers(
  worker: Database,
  access: StaffAccess,
  asked: FeedAsked,
  { path, size }: { readonly path: string; readonly size: number },
): ReturnType<FeedDoor['giveFeed']> {
  const refused = feedRefused(asked)
  if (refused) return err(refused)
  const given = { staff: access.staffId, size, bytes: () => createReadStream(path, { highWaterMark: 2 ** 20 }) }
  const feed = await transaction(worker, workerActor('feeds'), tx => leaveFeed(tx, asked, given))
  return ok({ id: feed.id, came: feed.finishedAt === null ? 'left' : 'again' })
}

/** Of who sees a part of the country alone, the same bytes are a feed of that part: others find persons that this one does not. */
function contentOf(sha256: string, { grants, at }: StaffAccess): string {
  const places = scopeOf(grants, 'feed.write', at).map(each => each.territory)
  return places.includes('') ? sha256 : [sha256, ...[...new Set(places)].toSorted()].join(' ')
}

/** The name of the file alone, as far as it is one. */
const labelOf = (name: string) =>
  basename(name.replaceAll('\\', '/'))
    .replaceAll(/\p{Cc}/gu, '')
    .slice(0, 200) || 'csv'

async function writtenTo(path: string, bytes: AsyncIterable<Uint8Array>): Promise<Result<undefined, GivenRefusal>> {
  const file = await open(path, 'wx', 0o600)
  let length = 0
  let first = Buffer.alloc(0)
  try {
    for await (const piece of bytes) {
      length += piece.length
      if (length > LARGEST) return err({ code: 'file_too_large' })
      if (first.length < 4) first = Buffer.concat([first, piece]).subarray(0, 4)
      await file.write(piece)
    }
  } catch (error) {
    if (error instanceof BrokenForm) return err({ code: 'form_malformed' })
    throw error
  } finally {
    await file.close()
  }
  if (length === 0) return err({ code: 'file_missing' })
  // Workbooks are archives, and begin so.
  return first.toString('latin1').startsWith('PK') ? err({ code: 'file_is_workbook' }) : ok(undefined)
}

/** The table, once every row of it could be read. */
async function readThrough(path: string): Promise<Result<Table, GivenRefusal>> {
  let last = 0
  try {
    const table = await openTable(path)
    if (table.survey.bytes === 0) return err({ code: 'file_empty' })
    for await (const rows of table.rows()) last = rows.at(-1)?.number ?? last
    return last === 0 ? err({ code: 'file_empty' }) : ok(table)
  } catch (error) {
    if (!(error instanceof TableError)) throw error
    const row = Number(/after row (\d+)/.exec(error.message)?.[1] ?? last)
    if (row > 0) return err({ code: 'file_broken', row })
    return err({ code: /no header|is empty/.test(error.message) ? 'file_empty' : 'file_damaged' })
  }
}

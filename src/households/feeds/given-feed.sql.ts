// Large files of other registers that a page gave: their bytes wait here until a worker has taken them.
import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import { sql } from 'kysely'
import type { Transaction } from '#db'
import type { StaffId } from '#security'
import type { FeedId } from './feed.ts'

const packed = promisify(gzip)
const unpacked = promisify(gunzip)
/** Bytes of the file in a row. */
const PIECE = 2 * 2 ** 20

export type GivenFeed = {
  readonly feed: FeedId
  readonly content: string
  /** In bytes. */
  readonly size: number
  readonly staff: StaffId
}

/** Keeps a file for the workers; one that waits already keeps its bytes and is left to them in the name of who gives it now. */
export async function keepGivenFeed(
  tx: Transaction,
  { feed, content, size, staff }: GivenFeed,
  bytes: AsyncIterable<Uint8Array>,
): Promise<void> {
  const { rows } = await sql<{ waits: boolean }>`
    select ended_at is null as waits from households.given_feed where feed_id = ${feed} for update`.execute(tx)
  await sql`
    insert into households.given_feed (feed_id, content, size, staff_id) values (${feed}, ${content}, ${size}, ${staff})
    on conflict (feed_id) do update set staff_id = excluded.staff_id, given_at = clock_timestamp(), ended_at = null, refusal = null`.execute(
    tx,
  )
  if (rows[0]?.waits) return
  let number = 0
  for await (const piece of stretches(bytes)) {
    await sql`
      insert into households.given_feed_piece (feed_id, number, bytes)
      values (${feed}, ${number++}, ${await packed(piece, { level: 1 })}) on conflict do nothing`.execute(tx)
  }
}

/** A file that waits for a worker; undefined where it has ended, or was never left to one. */
export async function findGivenFeed(tx: Transaction, feed: FeedId): Promise<GivenFeed | undefined> {
  const { rows } = await sql<GivenFeed>`
    select feed_id as feed, content, size::float8 as size, staff_id as staff from households.given_feed
    where feed_id = ${feed} and ended_at is null`.execute(tx)
  return rows[0]
}

/** A piece of the file, from number 0 on; undefined after the last. */
export async function givenPiece(tx: Transaction, feed: FeedId, number: number): Promise<Buffer | undefined> {
  const { rows } = await sql<{ bytes: Buffer }>`
    select bytes from households.given_feed_piece where feed_id = ${feed} and number = ${number}`.execute(tx)
  return rows[0] && unpacked(rows[0].bytes)
}

/** The file has been taken, or is not: its bytes go. */
export async function endGivenFeed(tx: Transaction, feed: FeedId, refusal: 'not_granted' | null): Promise<void> {
  await sql`delete from households.given_feed_piece where feed_id = ${feed}`.execute(tx)
  await sql`
    update households.given_feed set ended_at = clock_timestamp(), refusal = ${refusal}
    where feed_id = ${feed} and ended_at is null`.execute(tx)
}

async function* stretches(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let held: Uint8Array[] = []
  let length = 0
  for await (const piece of bytes) {
    held.push(piece)
    length += piece.length
    if (length < PIECE) continue
    yield Buffer.concat(held)
    held = []
    length = 0
  }
  if (length > 0) yield Buffer.concat(held)
}

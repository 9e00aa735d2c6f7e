// Large files of other registers that a page gave: their bytes wait here until a worker has taken them.
import { sql } from 'kysely'
import type { Transaction } from '#db'
import {
  type ColumnRef,
  eraseWaiting,
  keepWaiting,
  newSeal,
  openColumn,
  type StaffId,
  sealColumn,
  type WaitingIn,
  waitingBytes,
} from '#security'
import type { FeedId } from './feed.ts'

const PIECES: WaitingIn = { table: 'households.given_feed_piece', of: 'feed_id' }
const KEY: ColumnRef = { table: 'households.given_feed', column: 'key' }

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
  const { numAffectedRows: waits } = await sql`
    update households.given_feed set staff_id = ${staff}, given_at = clock_timestamp()
    where feed_id = ${feed} and ended_at is null`.execute(tx)
  if (waits) return
  const sealing = await newSeal()
  const [key] = await sealColumn(tx, KEY, [{ row: feed, text: sealing.fileKey.toString('hex') }])
  // The row first: two who give the same at once meet there.
  const { numAffectedRows } = await sql`
    insert into households.given_feed as known (feed_id, content, size, staff_id, key_sealed)
    values (${feed}, ${content}, ${size}, ${staff}, ${key})
    on conflict (feed_id) do update set staff_id = excluded.staff_id, key_sealed = excluded.key_sealed,
      given_at = clock_timestamp(), ended_at = null, refusal = null
    where known.ended_at is not null`.execute(tx)
  if (numAffectedRows) await keepWaiting(tx, PIECES, feed, sealing, bytes)
}

/** A file that waits for a worker; undefined where it has ended, or was never left to one. */
export async function findGivenFeed(tx: Transaction, feed: FeedId): Promise<GivenFeed | undefined> {
  const { rows } = await sql<GivenFeed>`
    select feed_id as feed, content, size::float8 as size, staff_id as staff from households.given_feed
    where feed_id = ${feed} and ended_at is null`.execute(tx)
  return rows[0]
}

/** The bytes of a file that waits, from the first; none where it has ended. */
export async function* givenFeedBytes(tx: Transaction, feed: FeedId): AsyncGenerator<Buffer> {
  const { rows } = await sql<{ sealed: Buffer | null }>`
    select key_sealed as sealed from households.given_feed where feed_id = ${feed}`.execute(tx)
  const sealed = rows[0]?.sealed
  if (!sealed) return
  const [key] = await openColumn(tx, KEY, [{ row: feed, sealed }])
  yield* waitingBytes(tx, PIECES, feed, Buffer.from(key!, 'hex'))
}

/** The file has been taken, or is not: its bytes go. */
export async function endGivenFeed(tx: Transaction, feed: FeedId, refusal: 'not_granted' | null): Promise<void> {
  await eraseWaiting(tx, PIECES, feed)
  await sql`
    update households.given_feed set ended_at = clock_timestamp(), key_sealed = null, refusal = ${refusal}
    where feed_id = ${feed} and ended_at is null`.execute(tx)
}

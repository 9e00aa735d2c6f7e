// Brings events to their subscribers.
import { sql } from 'kysely'
import { workerActor } from './actor.ts'
import type { Database } from './database.ts'
import type { Event } from './event.ts'
import { type Transaction, transaction } from './transaction.ts'

/**
 * One subscriber's interest in one type of event. `handle` runs in the transaction that ends the delivery: what it writes
 * there happens once. What it does elsewhere may happen again and must be idempotent by `event.id`.
 */
export type Subscription = {
  /** Stable name of the listener, unique per type: 'insurance'. */
  readonly subscriber: string
  readonly type: string
  readonly handle: (tx: Transaction, event: Event) => Promise<void>
}

/** A delivery that failed too often: it waits for somebody, and the later ones of its key wait behind it. */
export type DeadDelivery = {
  readonly subscriber: string
  readonly type: string
  readonly key: string
  readonly position: bigint
  readonly attempts: number
  readonly lastError: string
  readonly deadAt: Date
}

const BATCH = 50
const ATTEMPTS = 10
const actor = workerActor('delivery')

/** Makes the subscriptions known, so that events appended from now on are kept for them. */
export async function registerSubscriptions(worker: Database, subscriptions: readonly Subscription[]): Promise<void> {
  const names = subscriptions.map(one => `${one.subscriber} ${one.type}`)
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice) throw new Error(`Two subscriptions of one name and type: ${twice}`)
  await transaction(worker, actor, tx =>
    sql`insert into db.subscription (subscriber, type)
      select * from unnest(${subscriptions.map(one => one.subscriber)}::text[], ${subscriptions.map(one => one.type)}::text[])
      on conflict do nothing`.execute(tx),
  )
}

/** Delivers what is due, until nothing is. Any number of workers may do so at once. Answers how many were delivered. */
export async function deliverEvents(
  worker: Database,
  subscriptions: readonly Subscription[],
  stopping?: AbortSignal,
): Promise<number> {
  let delivered = 0
  while (!stopping?.aborted) {
    const batch = await transaction(worker, actor, tx => deliverBatch(tx, subscriptions))
    delivered += batch.delivered
    if (batch.claimed === 0) break
  }
  return delivered
}

export async function deadDeliveries(tx: Transaction): Promise<DeadDelivery[]> {
  const { rows } = await sql<DeadDelivery>`
    select subscriber, type, key, position, attempts, last_error as "lastError", dead_at as "deadAt"
    from db.delivery where dead_at is not null order by position`.execute(tx)
  return rows
}

/** Gives dead deliveries another round of attempts, once their cause is mended. Answers how many. */
export async function reviveDeliveries(tx: Transaction, subscriber: string): Promise<number> {
  const { numAffectedRows } = await sql`
    update db.delivery set dead_at = null, attempts = 0, due_at = now()
    where subscriber = ${subscriber} and dead_at is not null`.execute(tx)
  return Number(numAffectedRows)
}

type Claimed = Event & { subscriber: string; position: bigint; attempts: number }

async function deliverBatch(tx: Transaction, subscriptions: readonly Subscription[]) {
  const claimed = await claim(tx, subscriptions)
  let delivered = 0
  for (const one of claimed) {
    const subscription = subscriptions.find(it => it.subscriber === one.subscriber && it.type === one.type)!
    await sql`savepoint delivery`.execute(tx)
    try {
      await subscription.handle(tx, one)
      await sql`delete from db.delivery where subscriber = ${one.subscriber} and position = ${one.position}`.execute(tx)
      await sql`release savepoint delivery`.execute(tx)
      delivered += 1
    } catch (error) {
      await sql`rollback to savepoint delivery`.execute(tx)
      await fail(tx, one, error)
    }
  }
  return { claimed: claimed.length, delivered }
}

// Only the first of each key is taken: those behind it wait until it is gone, whichever worker has it.
async function claim(tx: Transaction, subscriptions: readonly Subscription[]): Promise<Claimed[]> {
  const { rows } = await sql<Claimed>`
    select d.subscriber, d.position, d.attempts, e.id, e.type, e.key, e.payload, e.recorded_at as "recordedAt"
    from unnest(${subscriptions.map(one => one.subscriber)}::text[], ${subscriptions.map(one => one.type)}::text[]) as mine (subscriber, type)
    join db.delivery d using (subscriber, type)
    join db.event e on e.position = d.position
    where d.dead_at is null and d.due_at <= now()
      and not exists (select from db.delivery earlier
        where earlier.subscriber = d.subscriber and earlier.key = d.key and earlier.position < d.position)
    order by d.position limit ${BATCH}
    for update of d skip locked`.execute(tx)
  return rows
}

// Waits 1, 2, 4 … seconds, an hour at most.
async function fail(tx: Transaction, one: Claimed, error: unknown): Promise<void> {
  const attempts = one.attempts + 1
  const text = error instanceof Error ? error.message : String(error)
  await sql`
    update db.delivery set attempts = ${attempts}, last_error = ${text},
      due_at = clock_timestamp() + least(interval '1 hour', interval '1 second' * ${2 ** (attempts - 1)}::int),
      dead_at = case when ${attempts}::int >= ${ATTEMPTS}::int then clock_timestamp() end
    where subscriber = ${one.subscriber} and position = ${one.position}`.execute(tx)
}

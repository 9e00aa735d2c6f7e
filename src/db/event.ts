// The outbox: what happened is told upwards without the lower module knowing whom.

import { sql } from 'kysely'
import { newId } from '#kernel'
import { jsonb } from './json.ts'
import type { Transaction } from './transaction.ts'

export type NewEvent = {
  /** What happened, in small letters: 'payment_settled'. */
  readonly type: string
  /** What it happened to; events of one key are delivered in order. */
  readonly key: string
  /** Plain JSON; ids rather than personal data. */
  readonly payload: unknown
}

export type Event = {
  readonly id: string
  readonly type: string
  readonly key: string
  readonly payload: unknown
  readonly recordedAt: Date
}

/** Appends events in the caller's transaction: they exist if and only if it commits. Answers their ids. */
export async function appendEvents(tx: Transaction, events: readonly NewEvent[]): Promise<string[]> {
  if (events.length === 0) return []
  const ids = events.map(() => newId<'event'>())
  const rows = events.map((event, index) => ({
    id: ids[index],
    type: event.type,
    key: event.key,
    payload: event.payload,
  }))
  await sql`
    insert into db.event (id, type, key, payload)
    select (e->>'id')::uuid, e->>'type', e->>'key', e->'payload'
    from jsonb_array_elements(${jsonb(rows)}) with ordinality as list (e, n) order by n`.execute(tx)
  return ids
}

export async function appendEvent(tx: Transaction, event: NewEvent): Promise<string> {
  const [id] = await appendEvents(tx, [event])
  return id!
}

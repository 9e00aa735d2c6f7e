import { sql } from 'kysely'
import { anonymous, type Database, type RepeatedTask, type Transaction, transaction, workerActor } from '#db'
import type { Id } from '#kernel'
import { openColumn, sealColumn } from '#security'
import type { Carrier } from './carrier.ts'
import { type Attempt, decideOutcome } from './decide-outcome.ts'
import { MESSAGE_TEXT, MESSAGE_TO } from './message-columns.ts'
import { type Notice, notify } from './notify.ts'

export type Sending = {
  readonly carrier: Carrier
  /** Telephones (E.164) of persons, from the register; who has none that a message can reach is not in the answer. */
  readonly phonesOf: (tx: Transaction, persons: readonly Id<'Person'>[]) => Promise<ReadonlyMap<string, string>>
}

const actor = workerActor('messages')
const BATCH = 50
/** A worker that took a message and was killed left it for as long; the carrier knows the second try by its id. */
const LEASE_SECONDS = 120

type Claimed = {
  readonly id: Id<'Message'>
  readonly attempts: number
  readonly to: string | undefined
  readonly text: string
}

/**
 * Sends what is due, until nothing is. Any number of workers may do so at once. Without a carrier nothing leaves, and what
 * is no longer worth sending is given up all the same. Answers how many left.
 */
export async function sendMessages(
  worker: Database,
  sending: Sending | undefined,
  stopping?: AbortSignal,
): Promise<number> {
  let sent = 0
  await transaction(worker, actor, giveUpExpired)
  while (sending && !stopping?.aborted) {
    const batch = await transaction(worker, actor, tx => claim(tx, sending))
    if (batch.length === 0) break
    const attempts = await Promise.all(batch.map(message => attempt(sending.carrier, message)))
    sent += await transaction(worker, actor, tx => settle(tx, sending.carrier, batch, attempts))
  }
  return sent
}

/**
 * Somebody waits for it, such as a code: queued on its own and sent now; what fails at once is tried again by the worker.
 * Messages that tell of something recorded are queued with it, by {@link notify}.
 */
export async function tellAtOnce(
  { app, worker }: { readonly app: Database; readonly worker: Database },
  sending: Sending,
  notices: readonly Notice[],
): Promise<void> {
  await transaction(app, anonymous, tx => notify(tx, notices))
  await sendMessages(worker, sending)
}

/** For the worker: every second. */
export function sendingMessages(sending: Sending | undefined): RepeatedTask {
  return { pauseMs: 1000, run: (worker, stopping) => sendMessages(worker, sending, stopping) }
}

/** Messages to telephones that were nobody's of the register leave after thirty days: looked for once an hour. */
export const forgettingMessages: RepeatedTask = {
  pauseMs: 3600 * 1000,
  run: worker => transaction(worker, actor, tx => sql`select messaging.forget_passing()`.execute(tx)),
}

async function giveUpExpired(tx: Transaction): Promise<void> {
  await sql`
    with over as (
      update messaging.message
      set failed_at = clock_timestamp(), failure = 'expired', text_sealed = case when secret then null else text_sealed end
      where sent_at is null and failed_at is null and due_at <= clock_timestamp() and expires_at <= clock_timestamp()
      returning id, kind, person_id, territory
    )
    select ${audited('message.fail')} from over`.execute(tx)
}

/** The record of each message of a query with `id`, `kind`, `person_id` and `territory`. */
function audited(action: string) {
  return sql`security.append_audit(${action}, case when person_id is null then 'message' else 'person' end,
    coalesce(person_id, id)::text, territory, 'administration: messages', jsonb_build_object('message', id, 'kind', kind))`
}

async function claim(tx: Transaction, { phonesOf }: Sending): Promise<Claimed[]> {
  const { rows } = await sql<{
    id: Id<'Message'>
    person: Id<'Person'> | null
    phone: Buffer | null
    text: Buffer
    attempts: number
  }>`
    update messaging.message
    set attempts = attempts + 1, due_at = clock_timestamp() + make_interval(secs => ${LEASE_SECONDS})
    where id in (
      select id from messaging.message
      where sent_at is null and failed_at is null and due_at <= clock_timestamp() and expires_at > clock_timestamp()
      order by due_at limit ${BATCH} for update skip locked)
    returning id, person_id as person, to_sealed as phone, text_sealed as text, attempts`.execute(tx)
  const texts = await openColumn(
    tx,
    MESSAGE_TEXT,
    rows.map(({ id, text }) => ({ row: id, sealed: text })),
  )
  const given = rows.flatMap(({ id, phone }) => (phone ? [{ row: id, sealed: phone }] : []))
  const opened = await openColumn(tx, MESSAGE_TO, given)
  const phones = new Map<string, string>(given.map(({ row }, at) => [row, opened[at]!]))
  const known = await phonesOf(tx, [...new Set(rows.flatMap(({ person, phone }) => (person && !phone ? person : [])))])
  return rows.map(({ id, person, attempts }, at) => ({
    id,
    attempts,
    to: phones.get(id) ?? (person ? known.get(person) : undefined),
    text: texts[at]!,
  }))
}

async function attempt(carrier: Carrier, { id, to, text }: Claimed): Promise<Attempt> {
  if (to === undefined) return 'no_phone'
  try {
    return await carrier.carry({ id, to, text })
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) }
  }
}

async function settle(
  tx: Transaction,
  carrier: Carrier,
  batch: readonly Claimed[],
  attempts: readonly Attempt[],
): Promise<number> {
  const outcomes = batch.map((message, at) => ({ ...message, outcome: decideOutcome(message.attempts, attempts[at]!) }))
  const sent = outcomes.flatMap(({ id, to, outcome }) => (outcome.state === 'sent' ? [{ id, to: to!, outcome }] : []))
  const failed = outcomes.flatMap(({ id, outcome }) => (outcome.state === 'failed' ? [{ id, outcome }] : []))
  const waiting = outcomes.flatMap(({ id, outcome }) => (outcome.state === 'queued' ? [{ id, outcome }] : []))
  const phones = await sealColumn(
    tx,
    MESSAGE_TO,
    sent.map(({ id, to }) => ({ row: id, text: to })),
  )
  await sql`
    with done as (
      update messaging.message m
      set sent_at = clock_timestamp(), carrier = ${carrier.name}, receipt = o.receipt, to_sealed = o.phone, last_error = null,
        text_sealed = case when m.secret then null else m.text_sealed end
      from unnest(${sent.map(({ id }) => id)}::uuid[], ${sent.map(({ outcome }) => outcome.receipt)}::text[], ${phones}::bytea[])
        as o (id, receipt, phone)
      where m.id = o.id and m.sent_at is null and m.failed_at is null
      returning m.id, m.kind, m.person_id, m.territory
    )
    select ${audited('message.send')} from done`.execute(tx)
  await sql`
    with over as (
      update messaging.message m
      set failed_at = clock_timestamp(), failure = o.failure, last_error = o.error,
        text_sealed = case when m.secret then null else m.text_sealed end
      from unnest(${failed.map(({ id }) => id)}::uuid[], ${failed.map(({ outcome }) => outcome.failure)}::text[],
        ${failed.map(({ outcome }) => outcome.error)}::text[]) as o (id, failure, error)
      where m.id = o.id and m.sent_at is null and m.failed_at is null
      returning m.id, m.kind, m.person_id, m.territory
    )
    select ${audited('message.fail')} from over`.execute(tx)
  await sql`
    update messaging.message m set due_at = clock_timestamp() + make_interval(secs => o.seconds), last_error = o.error
    from unnest(${waiting.map(({ id }) => id)}::uuid[], ${waiting.map(({ outcome }) => outcome.seconds)}::int[],
      ${waiting.map(({ outcome }) => outcome.error)}::text[]) as o (id, seconds, error)
    where m.id = o.id and m.sent_at is null and m.failed_at is null`.execute(tx)
  return sent.length
}

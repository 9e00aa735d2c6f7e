import { sql } from 'kysely'
import type { Transaction } from '#db'
import { type Id, type Language, newId } from '#kernel'
import { sealColumn } from '#security'
import { type MessageKind, type MessageValues, messageKinds } from './kinds.ts'
import { MESSAGE_TEXT, MESSAGE_TO } from './message-columns.ts'
import { messageText } from './message-text.ts'

/**
 * Whom a message is for: a person of the register, whose telephone is looked up when it leaves, or a telephone (E.164) of
 * somebody who is not in the register yet.
 */
export type MessageTo =
  | { readonly person: Id<'Person'>; readonly territory: string }
  | { readonly phone: string }
  /** A telephone that the person has just proved or is asked to prove: the message goes there and to no other. */
  | { readonly person: Id<'Person'>; readonly territory: string; readonly phone: string }

type NoticeOf<Of extends MessageKind> = {
  /** What it is about: `renewal_due <declaration>`. Asked for again under the same key, it is the same message. */
  readonly key: string
  readonly to: MessageTo
  readonly kind: Of
  readonly values: MessageValues<Of>
  readonly language: Language
}

export type Notice = { readonly [Of in MessageKind]: NoticeOf<Of> }[MessageKind]

/**
 * Queues messages in the caller's transaction: they leave if and only if it commits, each once whatever is retried. Any
 * number at a time. Answers how many are new; those whose key was there already are not said again.
 */
export async function notify(tx: Transaction, notices: readonly Notice[]): Promise<number> {
  if (notices.length === 0) return 0
  const rows = notices.map(notice => ({ ...notice, id: newId<'Message'>() }))
  const texts = await sealColumn(
    tx,
    MESSAGE_TEXT,
    rows.map(({ id, kind, language, values }) => ({ row: id, text: messageText(kind, language, values) })),
  )
  const given = rows.flatMap(({ id, to }) => ('phone' in to ? [{ row: id, text: to.phone }] : []))
  const sealed = await sealColumn(tx, MESSAGE_TO, given)
  const phones = new Map(given.map(({ row }, at) => [row, sealed[at]!]))
  const terms = rows.map(({ kind }) => ({ secret: 'secret' in messageKinds[kind], hours: messageKinds[kind].hours }))
  const answer = await sql<{ queued: number }>`
    select messaging.queue(${rows.map(row => row.id)}::uuid[], ${rows.map(row => row.key)}::text[],
      ${rows.map(row => row.kind)}::text[], ${rows.map(row => row.language)}::text[],
      ${rows.map(({ to }) => ('person' in to ? to.person : null))}::uuid[],
      ${rows.map(({ to }) => ('person' in to ? to.territory : ''))}::text[],
      ${terms.map(each => each.secret)}::boolean[], ${rows.map(({ id }) => phones.get(id) ?? null)}::bytea[],
      ${texts}::bytea[], ${terms.map(each => Math.round(each.hours * 3600))}::int[]) as queued`.execute(tx)
  return answer.rows[0]!.queued
}

import { sql } from 'kysely'
import type { Transaction } from '#db'
import type { Id, Language } from '#kernel'
import { openColumn } from '#security'
import type { MessageKind } from './kinds.ts'
import { MESSAGE_TEXT } from './message-columns.ts'

export type MessageState = 'queued' | 'sent' | 'failed'

/** A message as a file shows it. */
export type ToldMessage = {
  readonly id: Id<'Message'>
  readonly kind: MessageKind
  readonly language: Language
  readonly state: MessageState
  readonly failure: 'no_phone' | 'refused' | 'expired' | 'too_often' | null
  readonly queuedAt: Date
  readonly sentAt: Date | null
  /** As it was said; undefined for a code, which nobody reads again. */
  readonly text: string | undefined
}

/** What persons were told or are about to be, the latest first, as far as the actor sees them. */
export async function messagesOf(
  tx: Transaction,
  persons: readonly Id<'Person'>[],
  limit: number,
): Promise<ToldMessage[]> {
  const { rows } = await sql<Omit<ToldMessage, 'text'> & { sealed: Buffer | null }>`
    select id, kind, language, failure, queued_at as "queuedAt", sent_at as "sentAt",
      case when sent_at is not null then 'sent' when failed_at is not null then 'failed' else 'queued' end as state,
      case when secret then null else text_sealed end as sealed
    from messaging.message where person_id = any (${persons}::uuid[])
    order by queued_at desc, id limit ${limit}`.execute(tx)
  const cells = rows.flatMap(({ id, sealed }) => (sealed ? [{ row: id as string, sealed }] : []))
  const opened = await openColumn(tx, MESSAGE_TEXT, cells)
  const texts = new Map(cells.map(({ row }, at) => [row, opened[at]!]))
  return rows.map(({ sealed: _bytes, ...row }) => ({ ...row, text: texts.get(row.id) }))
}

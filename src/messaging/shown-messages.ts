import { sql } from 'kysely'
import { type Database, transaction, workerActor } from '#db'
import { type ColumnRef, openColumn, sealColumn } from '#security'
import type { Carrier } from './carrier.ts'

export type ShownMessage = { readonly at: string; readonly to: string; readonly text: string }

const TO: ColumnRef = { table: 'messaging.shown_message', column: 'to' }
const TEXT: ColumnRef = { table: 'messaging.shown_message', column: 'text' }
const KEPT = 50
const actor = workerActor('demonstration')

/** The carrier of a demonstration: messages are shown on a page instead of being sent to anybody; the last fifty stay. */
export function shownCarrier(worker: Database): Carrier {
  return {
    name: 'demonstration',
    carry: ({ id, to, text }) =>
      transaction(worker, actor, async tx => {
        const [phone] = await sealColumn(tx, TO, [{ row: id, text: to }])
        const [said] = await sealColumn(tx, TEXT, [{ row: id, text }])
        await sql`
          insert into messaging.shown_message (id, to_sealed, text_sealed) values (${id}, ${phone}, ${said})
          on conflict do nothing`.execute(tx)
        await sql`
          delete from messaging.shown_message where id in (
            select id from messaging.shown_message order by shown_at desc, id desc offset ${KEPT})`.execute(tx)
        return { taken: true } as const
      }),
  }
}

/** What telephones would have received, the latest first. */
export function shownMessages(worker: Database): Promise<ShownMessage[]> {
  return transaction(worker, actor, async tx => {
    const { rows } = await sql<{ id: string; at: Date; phone: Buffer; text: Buffer }>`
      select id, shown_at as at, to_sealed as phone, text_sealed as text from messaging.shown_message
      order by shown_at desc, id desc limit ${KEPT}`.execute(tx)
    const phones = await openColumn(
      tx,
      TO,
      rows.map(({ id, phone }) => ({ row: id, sealed: phone })),
    )
    const texts = await openColumn(
      tx,
      TEXT,
      rows.map(({ id, text }) => ({ row: id, sealed: text })),
    )
    return rows.map(({ at }, index) => ({ at: at.toISOString(), to: phones[index]!, text: texts[index]! }))
  })
}

import { sql } from 'kysely'
import { type AuditedSetSource, compareLines } from '#security'

/** What other registers told, read again from the facts and from the lines of those that left with their person. */
export const receivedSets: readonly AuditedSetSource[] = [
  {
    action: 'feed.take',
    async compare(tx, record) {
      const { feed, first, last } = record.detail as { feed?: string; first?: string; last?: string }
      if (feed === undefined) return undefined
      return compareLines(
        tx,
        record,
        sql`select households.received_line_of(r) from households.received r
            where r.feed_id = ${feed}::uuid and r.id between ${first}::uuid and ${last}::uuid
              and not exists (select from households.received_line as line where line.feed_id = r.feed_id and line.id = r.id)
          union all
          select line from households.received_line where feed_id = ${feed}::uuid and id between ${first}::uuid and ${last}::uuid`,
      )
    },
  },
]

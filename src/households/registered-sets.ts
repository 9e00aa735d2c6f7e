import { sql } from 'kysely'
import { type AuditedSetSource, compareLines } from '#security'

/** A declaration as a line of the audit: all that it says, its facts and members as a hash. */
export const declarationLine =
  sql.raw(`concat_ws('|', said.household_id, said.id, to_char(said.effective_on, 'YYYY-MM-DD'),
  to_char(said.declared_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), said.channel, said.actor, said.import_id,
  encode(sha256(convert_to(said.facts::text || said.members::text, 'UTF8')), 'hex'))`)

/** What the record of a batch says of its declarations: they share the moment, and their ids lie in one stretch. */
export type RegisteredSet = { readonly recordedAt: string; readonly first: string; readonly last: string }

/** Registrations, read again from what was declared. */
export const registeredSets: readonly AuditedSetSource[] = [
  {
    action: 'household.register',
    async compare(tx, record) {
      const { recordedAt, first, last } = record.detail as Partial<RegisteredSet>
      if (recordedAt === undefined) return undefined
      return compareLines(
        tx,
        record,
        // Of a declaration that was anonymised, or lost a part, the line as it was stands in its place.
        sql`select ${declarationLine} from households.declaration as said
          where said.recorded_at = ${recordedAt}::timestamptz and said.id between ${first}::uuid and ${last}::uuid
            and not exists (select from households.registered_line as line where line.household_id = said.household_id and line.id = said.id)
          union all
          select line from households.registered_line
          where recorded_at = ${recordedAt}::timestamptz and id between ${first}::uuid and ${last}::uuid`,
      )
    },
  },
]

import { sql } from 'kysely'
import type { Transaction } from '#db'
import type { DateText } from '#kernel'

/** What an auditor looks for; empty texts and absent days look for everything. */
export type AuditSearch = {
  /** Part of the name of a member of staff, or an actor as the audit names it: 'worker:determine'. */
  readonly by: string
  /** An action, or its beginning up to a dot: 'household.read', 'household'. */
  readonly action: string
  /** Id of a subject. */
  readonly subject: string
  readonly from: DateText | undefined
  readonly to: DateText | undefined
}

export type AuditPage = { readonly limit: number; readonly before?: bigint }

export type AuditLine = {
  readonly position: bigint
  readonly at: Date
  readonly actor: string
  readonly by: string
  readonly action: string
  readonly subjectKind: string
  readonly subjectId: string | null
  readonly rows: bigint | null
  readonly territory: string
  readonly purpose: string
}

/** Records that the actor may see, the latest first. `before` is the position of the last one of the page before. */
export async function searchAudit(
  tx: Transaction,
  search: AuditSearch,
  page: AuditPage & { readonly timeZone: string },
): Promise<AuditLine[]> {
  const { by, action, subject, from, to } = search
  const actors = by === '' ? null : await actorsNamed(tx, by)
  const { rows } = await sql<AuditLine>`
    select position, recorded_at as at, actor, actor_name as by, action, subject_kind as "subjectKind",
      subject_id as "subjectId", row_count as rows, territory, purpose
    from security.audit_record
    where position < ${page.before ?? 2n ** 62n}
      and (${actors}::text[] is null or actor = any (${actors}::text[]))
      and (${action} = '' or action = ${action} or starts_with(action, ${`${action}.`}))
      and (${subject} = '' or subject_id = ${subject})
      and (${from ?? null}::date is null or recorded_at >= ${from ?? null}::date::timestamp at time zone ${page.timeZone})
      and (${to ?? null}::date is null or recorded_at < (${to ?? null}::date + 1)::timestamp at time zone ${page.timeZone})
    order by position desc limit ${page.limit}`.execute(tx)
  return rows
}

async function actorsNamed(tx: Transaction, by: string): Promise<string[]> {
  const { rows } = await sql<{ actor: string }>`
    select 'staff:' || id as actor from security.staff where position(lower(${by}) in lower(name)) > 0 limit 1000`.execute(
    tx,
  )
  return [by, ...rows.map(({ actor }) => actor)]
}

import { type RawBuilder, sql } from 'kysely'
import { clientOf, jsonb, jsonText, type Transaction } from '#db'
import type { PurposeText } from './purpose.ts'

/** What was done. Who did it is the transaction's actor, and when is the database's clock: neither is the caller's to say. */
export type AuditedAct = {
  /** A verb on a thing: 'household.read', 'payment_run.approve'. */
  readonly action: string
  readonly subject: { readonly kind: string; readonly id: string }
  /** Where the subject is: whoever may see that territory may read the record. Left out: national auditors only. */
  readonly territory?: string
  /** Why, of the register of purposes, with the screen or command: 'examination: household page'. */
  readonly purpose: PurposeText
  /** What else an auditor needs, as plain JSON; ids rather than personal data. */
  readonly detail?: Readonly<Record<string, unknown>>
}

export type AuditedSet = Omit<AuditedAct, 'subject'> & {
  readonly subject: { readonly kind: string }
  /**
   * A query of one text column, one line per row touched. Its count and the SHA-256 of its lines in byte order stand in
   * the record, so that whoever verifies runs it again and compares.
   */
  readonly rows: RawBuilder<unknown>
}

/** Writes the record of an act, in the act's own transaction: one exists if and only if the other does. */
export async function appendAudit(tx: Transaction, act: AuditedAct): Promise<void> {
  const { action, subject, territory = '', purpose, detail = {} } = act
  // By name: parsed once per connection.
  await clientOf(tx).query({
    name: 'append audit',
    text: 'select security.append_audit($1, $2, $3, $4, $5, $6::jsonb)',
    values: [action, subject.kind, subject.id, territory, purpose, jsonText(detail)],
  })
}

/** Writes one record for an act on many rows. */
export async function appendAuditOfRows(tx: Transaction, act: AuditedSet): Promise<void> {
  await sql`
    insert into security.audit_record
      (actor, actor_name, digest, action, subject_kind, territory, purpose, detail, row_count, row_digest)
    select '', '', '', ${act.action}, ${act.subject.kind}, ${act.territory ?? ''}, ${act.purpose}, ${jsonb(act.detail ?? {})},
      count(*), sha256(convert_to(coalesce(string_agg(line, E'\n' order by line collate "C"), ''), 'UTF8'))
    from (${act.rows}) as touched (line)`.execute(tx)
}

/**
 * The same where the caller has counted and hashed the rows it wrote: a database that hashed millions again would do
 * nothing else. `digest`: SHA-256 in hexadecimal; whoever verifies needs a source that hashes the same way.
 */
export async function appendAuditOfSet(
  tx: Transaction,
  act: Omit<AuditedSet, 'rows'> & { readonly set: { readonly count: number; readonly digest: string } },
): Promise<void> {
  await sql`
    insert into security.audit_record
      (actor, actor_name, digest, action, subject_kind, territory, purpose, detail, row_count, row_digest)
    values ('', '', '', ${act.action}, ${act.subject.kind}, ${act.territory ?? ''}, ${act.purpose}, ${jsonb(act.detail ?? {})},
      ${act.set.count}, decode(${act.set.digest}, 'hex'))`.execute(tx)
}

/** One record about a subject, as a journey shows it. */
export type AuditedAccess = {
  readonly at: Date
  readonly by: string
  readonly action: string
  readonly purpose: string
}

/** Who did what with a subject, the latest first, as far as the actor may read the audit of its territory. */
export async function auditOf(
  tx: Transaction,
  subject: { readonly kind: string; readonly id: string },
  limit: number,
): Promise<AuditedAccess[]> {
  const { rows } = await sql<AuditedAccess>`
    select recorded_at as at, actor_name as by, action, purpose from security.audit_record
    where subject_kind = ${subject.kind} and subject_id = ${subject.id}
    order by position desc limit ${limit}`.execute(tx)
  return rows
}

import { sql } from 'kysely'
import type { Transaction } from '#db'
import { type Currency, err, ok, type Result } from '#kernel'
import { appendAudit } from '#security'
import { actorOf } from '../run.sql.ts'

/** A line of an answer that somebody must look at. */
export type AnswerException = {
  readonly file: string
  readonly line: number
  readonly class: 'unknown' | 'duplicate' | 'wrong_amount' | 'reversed' | 'late' | 'ambiguous'
  readonly provider: string
  readonly endToEndId: string
  readonly status: string
  readonly reason: string
  /** Minor units, as answered; and what was asked. */
  readonly amount: bigint | null
  readonly currency: Currency | null
  readonly asked: bigint | null
  readonly day: string | null
  /** Who closed it and why; null while open. */
  readonly closedBy: string | null
  readonly closedBecause: string | null
}

/** The work list: open exceptions, or all, the oldest file first. */
export async function answerExceptions(
  tx: Transaction,
  { all = false, most = 1_000 }: { readonly all?: boolean; readonly most?: number } = {},
): Promise<readonly AnswerException[]> {
  const { rows } = await sql<AnswerException>`
    select a.file_id as file, a.line, a.exception as class, f.provider, a.end_to_end_id as "endToEndId", a.status, a.reason,
      a.amount, a.currency, i.amount as asked, a.day::text as day, c.recorded_by as "closedBy", c.reason as "closedBecause"
    from payments.answer_line a
      join payments.answer_file f on f.id = a.file_id
      left join payments.instruction i on (i.run_id, i.position) = (a.run_id, a.position)
      left join payments.exception_closing c on (c.file_id, c.line) = (a.file_id, a.line)
    where a.exception is not null and (${all} or c.file_id is null)
    order by f.recorded_at, a.file_id, a.line limit ${most}`.execute(tx)
  return rows
}

export type ClosingRefusal =
  | { readonly code: 'exception_unknown'; readonly file: string; readonly line: number }
  | { readonly code: 'closer_not_staff'; readonly by: string }
  | { readonly code: 'reason_missing' }
  | { readonly code: 'closed_already'; readonly by: string; readonly reason: string }

/** Closes an exception, for a reason, by a person: the transaction's actor. */
export async function closeException(
  tx: Transaction,
  { file, line, reason }: { readonly file: string; readonly line: number; readonly reason: string },
): Promise<Result<'closed', ClosingRefusal>> {
  const { rows } = await sql<{ by: string | null; why: string | null }>`
    select c.recorded_by as by, c.reason as why
    from payments.answer_line a left join payments.exception_closing c on (c.file_id, c.line) = (a.file_id, a.line)
    where a.file_id::text = ${file} and a.line = ${line} and a.exception is not null`.execute(tx)
  const [found] = rows
  if (!found) return err({ code: 'exception_unknown', file, line })
  const by = (await actorOf(tx)) ?? 'nobody'
  if (!by.startsWith('staff:')) return err({ code: 'closer_not_staff', by })
  if (reason.trim() === '') return err({ code: 'reason_missing' })
  if (found.by !== null) return err({ code: 'closed_already', by: found.by, reason: found.why! })
  await sql`insert into payments.exception_closing (file_id, line, reason) values (${file}, ${line}, ${reason})`.execute(
    tx,
  )
  await appendAudit(tx, {
    action: 'payment_exception.close',
    subject: { kind: 'payment_answers', id: file },
    purpose: 'payment: what providers answer',
    detail: { line, reason },
  })
  return ok('closed')
}

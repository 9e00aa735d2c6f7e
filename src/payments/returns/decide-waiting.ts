import { sql } from 'kysely'
import type { Transaction } from '#db'
import { err, ok, type Result } from '#kernel'
import { appendAudit } from '#security'
import type { LeftOutReason } from '../prepare.ts'
import { actorOf } from '../run.sql.ts'

/** What a person may decide about an entitlement that waits. */
export type WaitingDecision = {
  readonly entitlement: string
  readonly decision: 'pay' | 'stop'
  readonly reason: string
}

export type WaitingDecisionRefusal =
  | { readonly code: 'not_waiting'; readonly entitlement: string }
  | { readonly code: 'decider_not_staff'; readonly by: string }
  | { readonly code: 'reason_missing' }
  /** Nobody's decision makes it payable: what is missing must come first. */
  | { readonly code: 'not_for_a_decision'; readonly reason: LeftOutReason }
  | { readonly code: 'decided_already'; readonly decision: 'pay' | 'stop' }

/** Reasons that a person may answer for. The others say what is missing: a recipient, an account, a name, an amount. */
const ANSWERED_FOR: ReadonlySet<LeftOutReason> = new Set<LeftOutReason>([
  'sanctions',
  'account_shared',
  'account_just_changed',
  'amount_unusual',
  'decided_stop',
  'returned_doubt',
  'returned_fix',
  'returned_look',
  'returned_retries',
  'returned_stop',
])

/** Whether a person's yes makes payable what waits for this reason; otherwise something is missing first. */
export function answeredFor(reason: LeftOutReason): boolean {
  return ANSWERED_FOR.has(reason)
}

/**
 * Decides about an entitlement that waits, by a person, for a reason: it joins the next run, or stays out. It holds for the last
 * attempt alone: should the payment come back again, somebody decides again.
 */
export async function decideWaiting(
  tx: Transaction,
  { entitlement, decision, reason }: WaitingDecision,
): Promise<Result<'decided', WaitingDecisionRefusal>> {
  const by = (await actorOf(tx)) ?? 'nobody'
  const { rows } = await sql<{ reason: LeftOutReason; attempt: number }>`
    select w.reason, coalesce((select max(l.attempt) from payments.run_line l where l.entitlement_id = w.entitlement_id), 0)::int as attempt
    from payments.left_out w
    where w.entitlement_id::text = ${entitlement} order by w.run_id desc limit 1`.execute(tx)
  const [waiting] = rows
  if (!waiting) return err({ code: 'not_waiting', entitlement })
  if (!by.startsWith('staff:')) return err({ code: 'decider_not_staff', by })
  if (reason.trim() === '') return err({ code: 'reason_missing' })
  if (decision === 'pay' && !ANSWERED_FOR.has(waiting.reason)) {
    return err({ code: 'not_for_a_decision', reason: waiting.reason })
  }
  const { numAffectedRows } = await sql`
    insert into payments.entitlement_decision (entitlement_id, attempt, decision, reason)
    values (${entitlement}, ${waiting.attempt}, ${decision}, ${reason}) on conflict do nothing`.execute(tx)
  if (numAffectedRows === 0n) return err({ code: 'decided_already', decision })
  await appendAudit(tx, {
    action: `entitlement.${decision}`,
    subject: { kind: 'entitlement', id: entitlement },
    purpose: 'payment: what waits is decided by a person',
    detail: { attempt: waiting.attempt, waits: waiting.reason, reason },
  })
  return ok('decided')
}

import { sql } from 'kysely'
import type { Transaction } from '#db'
import { ok, type Result } from '#kernel'
import { appendAudit } from '../audit.ts'
import type { StaffAccess, StaffId } from '../staff.ts'
import {
  decideEmergency,
  decideReview,
  type EmergencyId,
  type EmergencyRefusal,
  type ReviewRefusal,
} from './emergency.ts'

export type EmergencyAsked = {
  /** Made by the caller and kept for retries. */
  readonly id: EmergencyId
  /** Undefined where no household answers to what was asked. */
  readonly found:
    | { readonly household: string; readonly territory: string; readonly files: readonly string[] }
    | undefined
  readonly reason: string
}

/** Opens one file for an hour to the actor, a member of staff in a transaction for `emergency.open`. A refusal is recorded as well. */
export async function openEmergency(
  tx: Transaction,
  by: StaffAccess,
  { id, found, reason }: EmergencyAsked,
): Promise<Result<undefined, EmergencyRefusal>> {
  const decision = decideEmergency(by, found, reason)
  if (!decision.ok || !found) {
    const code = decision.ok ? '' : decision.refusal.code
    await recorded(tx, 'emergency.refused', found, { code, reason: reason.slice(0, 1000) })
    return decision
  }
  const { numAffectedRows } = await sql`
    insert into security.emergency (id, staff_id, household_id, files, territory, reason)
    values (${id}, ${by.staffId}, ${found.household}, ${found.files}::uuid[], ${found.territory}, ${reason.trim()})
    on conflict (id) do nothing`.execute(tx)
  if (numAffectedRows === 1n) await recorded(tx, 'emergency.open', found, { emergency: id, reason: reason.trim() })
  return decision
}

function recorded(
  tx: Transaction,
  action: string,
  found: EmergencyAsked['found'],
  detail: Readonly<Record<string, unknown>>,
): Promise<void> {
  return appendAudit(tx, {
    action,
    subject: { kind: 'household', id: found?.household ?? '' },
    territory: found?.territory ?? '',
    purpose: 'emergency: emergency page',
    detail,
  })
}

/** From how long after the opening an emergency that nobody judged is overdue. */
export const REVIEW_HOURS = 72

export type EmergencyView = {
  readonly id: EmergencyId
  readonly staff: StaffId
  readonly by: string
  readonly household: string
  readonly files: readonly string[]
  readonly territory: string
  readonly reason: string
  readonly at: Date
  readonly until: Date
  readonly overdue: boolean
  readonly review: {
    readonly outcome: 'justified' | 'not_justified'
    readonly note: string
    readonly at: string
    readonly byName: string
  } | null
}

/** Emergencies of the actor's territories, and the actor's own: those that wait for a review first. */
export async function listEmergencies(tx: Transaction, limit: number): Promise<EmergencyView[]> {
  return selected(tx, sql`true`, limit)
}

async function selected(tx: Transaction, where: ReturnType<typeof sql>, limit: number): Promise<EmergencyView[]> {
  const { rows } = await sql<EmergencyView>`
    select e.id, e.staff_id as staff, e.opened_name as by, e.household_id as household, e.files, e.territory, e.reason,
      e.opened_at as at, e.opened_until as until,
      r.emergency_id is null and e.opened_at < clock_timestamp() - make_interval(hours => ${REVIEW_HOURS}) as overdue,
      case when r.emergency_id is not null then jsonb_build_object('outcome', r.outcome, 'note', r.note,
        'at', to_char(r.reviewed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), 'byName', r.reviewed_name) end as review
    from security.emergency e left join security.emergency_review r on r.emergency_id = e.id
    where ${where} order by r.emergency_id is not null, e.opened_at desc, e.id limit ${limit}`.execute(tx)
  return rows
}

/** What somebody else says of an emergency, with its record. */
export async function reviewEmergency(
  tx: Transaction,
  by: StaffAccess,
  answer: { readonly emergency: EmergencyId; readonly outcome: 'justified' | 'not_justified'; readonly note: string },
): Promise<Result<undefined, ReviewRefusal>> {
  const [found] = await selected(tx, sql`e.id = ${answer.emergency}`, 1)
  const decision = decideReview(found && { ...found, reviewed: found.review !== null }, by, answer.note)
  if (!decision.ok || !found) return decision
  await sql`
    insert into security.emergency_review (emergency_id, outcome, note)
    values (${answer.emergency}, ${answer.outcome}, ${answer.note.trim()})`.execute(tx)
  await appendAudit(tx, {
    action: 'emergency.review',
    subject: { kind: 'household', id: found.household },
    territory: found.territory,
    purpose: 'oversight: emergencies page',
    detail: { emergency: answer.emergency, outcome: answer.outcome, of: `staff:${found.staff}` },
  })
  return ok(undefined)
}

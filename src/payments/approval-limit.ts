import { sql } from 'kysely'
import type { Transaction } from '#db'
import { type Currency, type DateText, err, type Id, money, moneyText, ok, type Result } from '#kernel'
import { appendAudit, type Role, rolesThatPermit } from '#security'
import type { RunId } from './run.ts'

export type LimitId = Id<'approval-limit'>

/** Up to which amount (minor units) a role approves runs of a currency, from a day on. */
export type ApprovalLimit = {
  readonly id: LimitId
  readonly role: Role
  readonly currency: Currency
  readonly amount: bigint
  readonly from: DateText
}

export type LimitRefusal =
  /** The role approves no run at all; `roles` do. */
  | { readonly code: 'role_approves_nothing'; readonly role: string; readonly roles: readonly Role[] }
  | { readonly code: 'limit_unknown'; readonly limit: string }
  /** Who said the limit does not agree to it. */
  | { readonly code: 'limit_is_own'; readonly limit: string }
  | { readonly code: 'actor_not_staff' }

const PURPOSE = 'payment: what is owed is paid'

/** Says a limit. It holds once somebody else agreed ({@link agreeToLimit}); the same id again changes nothing. */
export async function sayLimit(tx: Transaction, limit: ApprovalLimit): Promise<Result<undefined, LimitRefusal>> {
  const roles = rolesThatPermit('payment_run.approve')
  if (!roles.includes(limit.role)) return err({ code: 'role_approves_nothing', role: limit.role, roles })
  if (!(await byStaff(tx))) return err({ code: 'actor_not_staff' })
  const { id, role, currency, amount, from } = limit
  const { numAffectedRows } = await sql`
    insert into payments.approval_limit (id, role, currency, amount, valid_from)
    values (${id}, ${role}, ${currency}, ${amount}, ${from}) on conflict (id) do nothing`.execute(tx)
  if (numAffectedRows === 1n) {
    const detail = { role, currency, amount: moneyText(money(amount, currency)), from }
    await appendAudit(tx, {
      action: 'approval_limit.say',
      subject: { kind: 'approval_limit', id },
      purpose: PURPOSE,
      detail,
    })
  }
  return ok(undefined)
}

/** The second person's yes: from now on, and not before its day, the limit holds. Agreeing again changes nothing. */
export async function agreeToLimit(tx: Transaction, id: LimitId): Promise<Result<undefined, LimitRefusal>> {
  if (!(await byStaff(tx))) return err({ code: 'actor_not_staff' })
  const { rows } = await sql<{ own: boolean }>`
    select recorded_by = payments.actor() as own from payments.approval_limit where id = ${id}`.execute(tx)
  if (!rows[0]) return err({ code: 'limit_unknown', limit: id })
  if (rows[0].own) return err({ code: 'limit_is_own', limit: id })
  const { numAffectedRows } = await sql`
    insert into payments.approval_limit_agreed (limit_id) values (${id}) on conflict (limit_id) do nothing`.execute(tx)
  if (numAffectedRows === 1n) {
    await appendAudit(tx, {
      action: 'approval_limit.agree',
      subject: { kind: 'approval_limit', id },
      purpose: PURPOSE,
      detail: {},
    })
  }
  return ok(undefined)
}

/** `own`: the transaction's actor said it. */
export type SaidLimit = ApprovalLimit & { readonly agreed: boolean; readonly own: boolean }

/** Every limit that was said, by role, the latest first. */
export async function listLimits(tx: Transaction): Promise<readonly SaidLimit[]> {
  const { rows } = await sql<SaidLimit>`
    select l.id, l.role, l.currency, l.amount, l.valid_from as "from", a.limit_id is not null as agreed,
      l.recorded_by = payments.actor() as own
    from payments.approval_limit l left join payments.approval_limit_agreed a on a.limit_id = l.id
    order by l.role, l.currency, l.valid_from desc, l.recorded_at desc`.execute(tx)
  return rows
}

/** How far somebody's roles let them approve a run (undefined: no limit was set), and the roles that approve all of it. */
export type LimitOnApproval = { readonly amount: bigint | undefined; readonly roles: readonly Role[] }

export async function limitOnApproval(
  tx: Transaction,
  run: { readonly id: RunId; readonly currency: Currency; readonly totals: { readonly amount: bigint } },
  by: string,
): Promise<LimitOnApproval> {
  const { rows } = await sql<{ amount: bigint | null; below: Role[] }>`
    select payments.approval_limit_of(${run.id}, ${by}) as amount, array(
      select f.role from payments.approval_limit_in_force f
      where f.currency = ${run.currency} and f.amount < ${run.totals.amount}) as below`.execute(tx)
  const { amount, below } = rows[0]!
  return {
    amount: amount ?? undefined,
    roles: rolesThatPermit('payment_run.approve').filter(role => !below.includes(role)),
  }
}

async function byStaff(tx: Transaction): Promise<boolean> {
  const { rows } = await sql<{ staff: boolean }>`
    select coalesce(payments.actor() like 'staff:%', false) as staff`.execute(tx)
  return rows[0]!.staff
}

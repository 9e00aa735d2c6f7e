import { sql } from 'kysely'
import type { Transaction } from '#db'
import { type DateText, err, ok, type Result } from '#kernel'
import { appendAudit } from '#security'
import type { PayeeAccountKind } from './account-number.ts'
import type { PayeeAccountId } from './payee-account.ts'

/** By what somebody saw that an account is the payee's. */
export const verificationMeans = ['holder_paper', 'provider_answer', 'payee_call'] as const
export type VerificationMeans = (typeof verificationMeans)[number]

/** An account as pages show it: its number by its last four characters alone. */
export type AccountLine = {
  readonly id: PayeeAccountId
  readonly kind: PayeeAccountKind
  /** Name of who carries the money there; null when closed. */
  readonly provider: string | null
  readonly numberEnd: string | null
  readonly validFrom: DateText
  readonly recordedAt: Date
  /** True for what the transaction's actor recorded. */
  readonly own: boolean
  readonly inForce: boolean
  readonly verified: { readonly means: VerificationMeans; readonly at: Date; readonly byName: string } | null
  /** First day on which a run uses it: it replaced the account last paid; null where nothing holds it back. */
  readonly coolsUntil: DateText | null
}

/** The accounts of a payee, the latest first, as they stand on a day. */
export async function accountHistory(
  tx: Transaction,
  payee: string,
  { day, coolingDays }: { readonly day: DateText; readonly coolingDays: number },
): Promise<AccountLine[]> {
  const { rows } = await sql<
    Omit<AccountLine, 'verified'> & { means: VerificationMeans | null; verifiedAt: Date; verifiedBy: string }
  >`
    with paid_at as (
      select a.kind, a.provider, coalesce(encode(a.number_index, 'hex'), a.number) as number
      from payments.instruction i join payments.payee_account a on a.id = i.account_id
        join payments.run_event e on e.run_id = i.run_id and e.state = 'sent'
      where i.payee_id = ${payee} order by i.run_id desc limit 1
    ), line as (
      select a.*, greatest(a.valid_from, a.recorded_at::date) + ${coolingDays}::integer as cooled,
        a.valid_from <= ${day}::date and row_number() over (
          partition by a.valid_from <= ${day}::date order by a.valid_from desc, a.recorded_at desc, a.id desc) = 1 as in_force
      from payments.payee_account a where a.payee_id = ${payee}
    )
    select a.id, a.kind, p.name as provider, coalesce(a.number_end, right(a.number, 4)) as "numberEnd",
      a.valid_from as "validFrom", a.recorded_at as "recordedAt", a.recorded_by = payments.actor() as own,
      a.in_force as "inForce", v.means, v.recorded_at as "verifiedAt", v.recorded_name as "verifiedBy",
      case when a.kind <> 'closed' and a.cooled > ${day}::date and (a.in_force or a.valid_from > ${day}::date)
        and paid_at.kind is not null
        and (paid_at.kind, paid_at.provider, paid_at.number)
          is distinct from (a.kind, a.provider, coalesce(encode(a.number_index, 'hex'), a.number))
        then a.cooled::text end as "coolsUntil"
    from line a
      left join payments.provider p on p.code = a.provider
      left join payments.payee_account_verified v on v.account_id = a.id
      left join paid_at on true
    order by a.valid_from desc, a.recorded_at desc, a.id desc`.execute(tx)
  return rows.map(({ means, verifiedAt: at, verifiedBy: byName, ...row }) => ({
    ...row,
    verified: means === null ? null : { means, at, byName },
  }))
}

export type VerifyingRefusal =
  | { readonly code: 'account_unknown'; readonly account: string }
  /** Cash and a closing have no number that could be somebody else's. */
  | { readonly code: 'nothing_to_verify'; readonly kind: PayeeAccountKind }
  /** Who recorded an account does not verify it. */
  | { readonly code: 'account_is_own' }
  | { readonly code: 'verifier_not_staff' }

/** Says that an account was seen to be its payee's, by a second person: the transaction's actor. Again, it changes nothing. */
export async function verifyAccount(
  tx: Transaction,
  { account, means }: { readonly account: string; readonly means: VerificationMeans },
): Promise<Result<'take' | 'already', VerifyingRefusal>> {
  const { rows } = await sql<{
    kind: PayeeAccountKind
    payee: string
    territory: string
    own: boolean
    staff: boolean
  }>`
    select kind, payee_id as payee, territory, recorded_by = payments.actor() as own,
      coalesce(payments.actor() like 'staff:%', false) as staff
    from payments.payee_account where id::text = ${account}`.execute(tx)
  const [found] = rows
  if (!found) return err({ code: 'account_unknown', account })
  if (found.kind === 'cash' || found.kind === 'closed') return err({ code: 'nothing_to_verify', kind: found.kind })
  if (!found.staff) return err({ code: 'verifier_not_staff' })
  if (found.own) return err({ code: 'account_is_own' })
  const { numAffectedRows } = await sql`
    insert into payments.payee_account_verified (account_id, payee_id, territory, means)
    values (${account}, ${found.payee}, ${found.territory}, ${means}) on conflict (account_id) do nothing`.execute(tx)
  if (numAffectedRows === 0n) return ok('already')
  await appendAudit(tx, {
    action: 'payee_account.verify',
    subject: { kind: 'person', id: found.payee },
    territory: found.territory,
    purpose: 'payment: payees say where they are paid',
    detail: { account, means },
  })
  return ok('take')
}

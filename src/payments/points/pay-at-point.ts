import { sql } from 'kysely'
import type { Transaction } from '#db'
import { type Currency, type DateText, err, type Id, ok, type Result } from '#kernel'
import { appendAudit } from '#security'
import type { RunId } from '../run.ts'

export type CashPaymentId = Id<'cash-payment'>

/** Why money may not be handed over, in order of precedence. */
export type CashFault =
  | 'not_the_instruction'
  | 'paid_already'
  /** What the run orders of the network was handed over to it: it pays by its own till. */
  | 'paid_by_network'
  | 'no_window'
  | 'window_closed'
  | 'window_not_open'
  | 'run_not_sent'
  | 'answered_already'
  | 'point_of_another_network'
  | 'point_closed'

/** What waits for a payee at a point of a network. */
export type CashDue = {
  readonly run: RunId
  readonly position: number
  readonly endToEndId: string
  readonly payee: string
  readonly payeeName: string
  readonly territory: string
  readonly amount: bigint
  readonly currency: Currency
  readonly label: string
  readonly periods: readonly string[]
  readonly closesOn: DateText
  /** Another point where the payee is expected; null where it is this one, or none. */
  readonly expectedAt: string | null
  readonly fault: CashFault | null
  /** What was handed over already: where, when. */
  readonly paid: { readonly payment: CashPaymentId; readonly at: Date; readonly point: string } | null
}

/** What payees could collect at a point on a day, or have collected of the windows of that day; as far as the actor sees. */
export async function cashDue(
  tx: Transaction,
  point: string,
  payees: readonly string[],
  today: DateText,
): Promise<readonly CashDue[]> {
  const { rows } = await sql<CashDue>`
    select i.run_id as run, i.position, payments.end_to_end_id(r.reference, i.position) as "endToEndId", i.payee_id as payee,
      i.payee_name as "payeeName", i.territory, i.amount, b.currency, r.label, w.closes_on as "closesOn", case when e.id <> p.id then e.name end as "expectedAt",
      array(select distinct l.period from payments.run_line l where l.run_id = i.run_id and l.position = i.position order by 1) as periods,
      payments.cash_fault(i.run_id, i.position, p.id, ${today}::date) as fault,
      case when c.id is not null then jsonb_build_object('payment', c.id, 'at', c.recorded_at, 'point', o.name) end as paid
    from payments.point_now p
      join payments.cash_window w on w.provider = p.provider and ${today}::date between w.opens_on and w.closes_on
      join payments.instruction i on i.run_id = w.run_id and i.provider = w.provider
      join payments.run r on r.id = w.run_id
      join payments.budget_line b on b.code = r.budget_line
      left join lateral (
        select a.point from payments.point_assignment a where a.payee_id = i.payee_id order by a.id desc limit 1) a on true
      left join payments.point_now e on e.id = a.point
      left join payments.cash_payment c on c.run_id = i.run_id and c.position = i.position
      left join payments.point_now o on o.id = c.point
    where p.id::text = ${point} and i.payee_id = any (${payees}::uuid[])
    order by i.run_id, i.position`.execute(tx)
  return rows.map(({ paid, ...row }) => ({ ...row, paid: paid && { ...paid, at: new Date(paid.at) } }))
}

/** The payee of an end-to-end id, as far as the actor sees. */
export async function payeeOfPayment(tx: Transaction, endToEnd: string): Promise<string | undefined> {
  const read = /^([0-9A-Z]{10})-?(\d{1,8})$/.exec(endToEnd.trim().toUpperCase())
  if (!read) return undefined
  const { rows } = await sql<{ payee: string }>`
    select i.payee_id as payee from payments.run r join payments.instruction i on i.run_id = r.id
    where r.reference = ${read[1]!} and i.position = ${Number(read[2])}::integer`.execute(tx)
  return rows[0]?.payee
}

/** Kinds of document by which a payee is known; the number is not kept. */
export const cashProofs = ['national_id', 'passport', 'residence_card', 'family_book', 'other'] as const
export type CashProof = (typeof cashProofs)[number]

export type CashPaymentRequest = {
  /** Made by the page and kept for retries: the same press twice is one payment. */
  readonly id: CashPaymentId
  readonly point: string
  readonly run: RunId
  readonly position: number
  readonly today: DateText
  /** The document that the agent saw; null where none was. */
  readonly proof: CashProof | null
}

export type CashPaymentRefusal =
  | { readonly code: 'proof_missing' }
  | { readonly code: Exclude<CashFault, 'paid_already'> }
  | { readonly code: 'paid_already'; readonly payment: CashPaymentId; readonly at: Date; readonly point: string }

/**
 * Records that the money of an instruction was handed over, by the member of staff who acts. Pressed twice, it is the same payment
 * (`already`); pressed at two points at once, the second learns of the first. Whoever closes the window waits for it, or it for them.
 */
export async function payAtPoint(
  tx: Transaction,
  request: CashPaymentRequest,
): Promise<Result<'paid' | 'already', CashPaymentRefusal>> {
  const { id, point, run, position, today } = request
  const { proof } = request
  if (proof === null) return err({ code: 'proof_missing' })
  // Before anything is asked: who closes the window, or pays the same at another point, is waited for and then seen.
  await sql`
    select pg_advisory_xact_lock_shared(hashtextextended('payments.run ' || ${run}::uuid, 0)),
      pg_advisory_xact_lock(hashtextextended('payments.cash ' || ${run}::uuid || ' ' || ${position}::integer, 0))`.execute(
    tx,
  )
  const { rows } = await sql<{ fault: CashFault | null; payment: CashPaymentId | null; at: Date; at_point: string }>`
    select case when exists (
        select from payments.instruction i where (i.run_id, i.position) = (${run}::uuid, ${position}::integer))
      then payments.cash_fault(${run}::uuid, ${position}::integer, ${point}::uuid, ${today}::date)
      else 'not_the_instruction' end as fault,
      c.id as payment, c.recorded_at as at, o.name as at_point
    from (select 1) as one
      left join payments.cash_payment c on (c.run_id, c.position) = (${run}::uuid, ${position}::integer)
      left join payments.point_now o on o.id = c.point`.execute(tx)
  const found = rows[0]!
  if (found.payment === id) return ok('already')
  if (found.fault === 'paid_already') {
    return err({ code: 'paid_already', payment: found.payment!, at: found.at, point: found.at_point })
  }
  if (found.fault !== null) return err({ code: found.fault })
  const { rows: paid } = await sql<{ payee: string; territory: string; amount: bigint }>`
    insert into payments.cash_payment (run_id, position, id, point, payee_id, territory, amount, paid_on, proof)
    select i.run_id, i.position, ${id}::uuid, ${point}::uuid, i.payee_id, i.territory, i.amount, ${today}::date, ${proof}
    from payments.instruction i where (i.run_id, i.position) = (${run}::uuid, ${position}::integer)
    returning payee_id as payee, territory, amount`.execute(tx)
  const { payee, territory, amount } = paid[0]!
  await appendAudit(tx, {
    action: 'cash_payment.record',
    subject: { kind: 'person', id: payee },
    territory,
    purpose: 'payment: cash is collected at payment points',
    detail: { payment: id, run, position, point, amount: String(amount), paidOn: today },
  })
  return ok('paid')
}

/** A payment at a point, as its receipt says it. */
export type CashPaymentView = {
  readonly payment: CashPaymentId
  readonly endToEndId: string
  readonly payee: string
  readonly payeeName: string
  readonly territory: string
  readonly amount: bigint
  readonly currency: Currency
  readonly paidOn: DateText
  readonly at: Date
  readonly label: string
  readonly periods: readonly string[]
  readonly purposes: readonly string[]
  readonly point: string
  readonly pointTerritory: string
  readonly agent: string
  readonly proof: CashProof
}

/** One payment of a point, as far as the actor sees. */
export async function cashPaymentOf(
  tx: Transaction,
  point: string,
  payment: string,
): Promise<CashPaymentView | undefined> {
  const { rows } = await sql<CashPaymentView>`
    select c.id as payment, payments.end_to_end_id(r.reference, c.position) as "endToEndId", c.payee_id as payee,
      i.payee_name as "payeeName", c.territory, c.amount, b.currency, c.paid_on as "paidOn", c.recorded_at as at, r.label,
      array(select distinct l.period from payments.run_line l where l.run_id = c.run_id and l.position = c.position order by 1) as periods,
      array(select distinct l.purpose from payments.run_line l where l.run_id = c.run_id and l.position = c.position order by 1) as purposes,
      p.name as point, p.territory as "pointTerritory", c.recorded_name as agent, c.proof
    from payments.cash_payment c
      join payments.instruction i on i.run_id = c.run_id and i.position = c.position
      join payments.run r on r.id = c.run_id
      join payments.budget_line b on b.code = r.budget_line
      join payments.point_now p on p.id = c.point
    where c.point::text = ${point} and c.id::text = ${payment}`.execute(tx)
  return rows[0]
}

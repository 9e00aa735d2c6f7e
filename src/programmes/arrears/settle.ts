import { sql } from 'kysely'
import type { Country } from '#countries'
import { enqueue, type Transaction } from '#db'
import { type Currency, type DateText, err, type Id, type Month, newId, ok, type Result } from '#kernel'
import { paymentsOfEntitlements } from '#payments'
import {
  answerProposal,
  appendAuditOfRows,
  carryOut,
  type DecisionAsked,
  findProposal,
  MOST_SAID,
  type ProposalId,
  type ProposalRefusal,
  propose,
  type StaffId,
} from '#security'
import { SETTLE_JOB } from './post-overpaid.ts'
import { recoveryLines } from './recover.ts'

/** What is asked of an overpayment besides keeping it back: a family gave some of it back, or it is given up. */
export type SettleAsked = {
  readonly id: ProposalId
  readonly household: Id<'Household'>
  readonly pack: string
  /** Month that was overpaid. */
  readonly month: Month
  readonly settled: 'refunded' | 'written_off'
  readonly amountMinor: bigint
  /** Of what was given back: the day, and the number of the receipt that the family has. */
  readonly receivedOn: DateText | null
  readonly receipt: string | null
  /** How it was given back, or why it is given up. */
  readonly says: string
}

/** What a household was paid for a month without a right to it, as it stands. */
export type Overpayment = {
  readonly pack: string
  readonly month: Month
  readonly territory: string
  readonly currency: Currency
  /** What is neither kept back, nor given back, nor given up; minor units. */
  readonly outstandingMinor: bigint
  /** How much of that reached the family, as far as is known: the rest is paid less by itself. */
  readonly heldMinor: bigint
}

/** Why one is not settled so, in order of precedence. */
export type SettleRefusal =
  | { readonly code: 'nothing_overpaid'; readonly month: Month }
  | { readonly code: 'amount_missing' }
  | { readonly code: 'more_than_held'; readonly limit: bigint; readonly currency: Currency }
  | { readonly code: 'day_missing' }
  | { readonly code: 'in_future'; readonly today: DateText }
  | { readonly code: 'receipt_missing' }
  | { readonly code: 'receipt_too_long'; readonly most: number }
  | { readonly code: 'motive_missing' }
  | { readonly code: 'motive_too_long'; readonly most: number }

const LONGEST_RECEIPT = 80

/** May this be proposed, and may it still be approved? */
export function decideSettlement(
  asked: SettleAsked,
  overpaid: Overpayment | undefined,
  today: DateText,
): Result<undefined, SettleRefusal> {
  const { amountMinor, receivedOn, receipt, says } = asked
  if (!overpaid || overpaid.heldMinor <= 0n) return err({ code: 'nothing_overpaid', month: asked.month })
  if (amountMinor <= 0n) return err({ code: 'amount_missing' })
  if (amountMinor > overpaid.heldMinor)
    return err({ code: 'more_than_held', limit: overpaid.heldMinor, currency: overpaid.currency })
  if (asked.settled === 'refunded') {
    if (receivedOn === null) return err({ code: 'day_missing' })
    if (receivedOn > today) return err({ code: 'in_future', today })
    if (receipt === null || receipt.trim() === '') return err({ code: 'receipt_missing' })
    if (receipt.trim().length > LONGEST_RECEIPT) return err({ code: 'receipt_too_long', most: LONGEST_RECEIPT })
  }
  if (says.trim() === '') return err({ code: 'motive_missing' })
  return says.length > MOST_SAID ? err({ code: 'motive_too_long', most: MOST_SAID }) : ok(undefined)
}

/** What a household holds without a right to it, month by month, the oldest first, as far as the actor sees. */
export async function overpaymentsOf(tx: Transaction, household: Id<'Household'>): Promise<readonly Overpayment[]> {
  const { rows } = await sql<Omit<Overpayment, 'heldMinor'> & { lines: readonly string[] }>`
    select pack, month, territory, currency, outstanding_minor as "outstandingMinor",
      array(select id::text from programmes.owed_line as line
        where line.household_id = over.household_id and line.pack = over.pack and line.month = over.month) as lines
    from programmes.overpayment as over
    where household_id = ${household} and outstanding_minor > 0 order by month, pack`.execute(tx)
  const paid = (
    await paymentsOfEntitlements(
      tx,
      rows.flatMap(row => row.lines),
    )
  ).filter(each => each.state === 'paid')
  return rows.map(({ lines, ...over }) => {
    const received = paid.filter(each => lines.includes(each.entitlement)).reduce((sum, each) => sum + each.amount, 0n)
    if (received < over.outstandingMinor) return { ...over, heldMinor: received }
    return { ...over, heldMinor: over.outstandingMinor }
  })
}

/** Writes it down for somebody else to approve; until then it stands open. In a transaction for enrolment.decide. */
export async function proposeSettlement(
  tx: Transaction,
  asked: SettleAsked,
  today: DateText,
): Promise<Result<undefined, SettleRefusal>> {
  const overpaid = await overpaidIn(tx, asked)
  const decided = decideSettlement(asked, overpaid, today)
  if (!decided.ok) return decided
  await propose(tx, {
    id: asked.id,
    kind: 'overpaid_settled',
    territory: overpaid!.territory,
    programme: asked.pack,
    households: 1,
    amount: asked.amountMinor,
    currency: overpaid!.currency,
    files: [asked.household],
    says: asked.says,
    content: contentOf(asked, overpaid!.currency),
  })
  return ok(undefined)
}

async function overpaidIn(tx: Transaction, { household, pack, month }: SettleAsked): Promise<Overpayment | undefined> {
  return (await overpaymentsOf(tx, household)).find(each => each.pack === pack && each.month === month)
}

export type AnswerSettleRefusal = ProposalRefusal | SettleRefusal | { readonly code: 'run_being_prepared' }

/** Another person's yes or no. A yes records it in the same transaction; the workers bring the ledger to it. */
export async function answerSettlement(
  tx: Transaction,
  country: Country,
  by: StaffId,
  id: ProposalId,
  asked: DecisionAsked & { readonly secondFactorAt: Date | null; readonly today: DateText },
): Promise<Result<undefined, AnswerSettleRefusal>> {
  const proposal = await findProposal(tx, id)
  if (proposal?.kind !== 'overpaid_settled') return err({ code: 'proposal_unknown' })
  const said = askedIn(id, proposal.content, proposal.says)
  if (asked.step === 'refused') {
    const refused = await answerProposal(tx, by, id, asked)
    return refused.ok ? ok(undefined) : refused
  }
  // A run that is being drafted looks at what may be kept back: it is not settled twice.
  const { rows } = await sql<{ free: boolean }>`
    select pg_try_advisory_xact_lock(hashtextextended('payments.prepare', 0)) as free`.execute(tx)
  if (!rows[0]!.free) return err({ code: 'run_being_prepared' })
  const overpaid = await overpaidIn(tx, said)
  const answered = await answerProposal(tx, by, id, asked, () => decideSettlement(said, overpaid, asked.today))
  if (!answered.ok) return answered
  const content = contentOf(said, overpaid!.currency)
  const done = await carryOut(tx, id, { kind: 'overpaid_settled', content }, () => record(tx, said, overpaid!))
  if (!done.ok) throw new Error(`an approved settlement was refused: ${done.refusal.code}`)
  await enqueue(tx, SETTLE_JOB, { country: country.code, pack: said.pack })
  return ok(undefined)
}

async function record(tx: Transaction, asked: SettleAsked, overpaid: Overpayment): Promise<void> {
  const { id, household, pack, month, settled, amountMinor, receivedOn, receipt, says } = asked
  await sql`
    insert into programmes.recovery (id, plan, household_id, pack, month, kind, territory, amount_minor, currency, reason,
      received_on, receipt, proposal_id)
    values (${newId()}, ${id}, ${household}, ${pack}, ${month}, ${settled}, ${overpaid.territory}, ${amountMinor},
      ${overpaid.currency}, ${says.trim()}, ${receivedOn}, ${receipt}, ${id})`.execute(tx)
  await appendAuditOfRows(tx, {
    action: 'recovery.record',
    subject: { kind: 'entitlement' },
    purpose: 'payment: what was overpaid is settled by two persons',
    detail: { plan: id, pack, month },
    rows: recoveryLines(id),
  })
}

function contentOf(asked: SettleAsked, currency: Currency) {
  const { household, pack, month, settled, amountMinor, receivedOn, receipt } = asked
  const given = settled === 'refunded'
  return {
    household,
    pack,
    month,
    settled,
    amount: amountMinor.toString(),
    currency,
    receivedOn: given ? receivedOn : null,
    receipt: given ? (receipt?.trim() ?? null) : null,
  }
}

/** What was proposed, from what was hashed of it. */
function askedIn(id: ProposalId, content: string, says: string): SettleAsked {
  const { amount, currency: _, ...rest } = JSON.parse(content) as ReturnType<typeof contentOf>
  return { id, ...rest, amountMinor: BigInt(amount), says }
}

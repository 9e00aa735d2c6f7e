import { sql } from 'kysely'
import type { Country } from '#countries'
import type { Transaction } from '#db'
import { type DateText, err, type Id, newId, ok, type Result } from '#kernel'
import { notify } from '#messaging'
import {
  answerProposal,
  appendAudit,
  carryOut,
  type DecisionAsked,
  findProposal,
  type ProposalId,
  type ProposalRefusal,
  propose,
  type StaffId,
} from '#security'
import { lockHouseholds } from '../changed-meanwhile.ts'
import { decideTransfer, RECEIVING_AGE, type TransferAsked, type TransferRefusal } from './transfer.ts'
import { type GivenPaper, saveTransferPaper } from './transfer-papers.sql.ts'
import { adultsConcerned, type LoadedTransfer, loadTransferFacts, transfersOf } from './transfers.sql.ts'

/** Whether it may be proposed, asked before a file that comes with it is taken in. */
export async function mayProposeTransfer(
  tx: Transaction,
  country: Country,
  asked: TransferAsked,
  today: DateText,
): Promise<Result<undefined, TransferRefusal>> {
  const facts = await loadTransferFacts(tx, country, asked)
  return decideTransfer(asked, facts && { ...facts, paperKnown: true }, today)
}

/**
 * Writes down who is to receive, with the paper that was given for it, for somebody else to approve; until then nothing changes.
 * Proposed before under this id, nothing is written: then the file of the paper is not named by anything. In a transaction for
 * enrolment.write.
 */
export async function proposeTransfer(
  tx: Transaction,
  country: Country,
  said: TransferAsked,
  today: DateText,
  given: GivenPaper | null = null,
): Promise<Result<'proposed' | 'proposed_before', TransferRefusal>> {
  const asked = given ? { ...said, paper: given.id } : said
  const facts = await loadTransferFacts(tx, country, asked)
  const decided = decideTransfer(asked, facts && given ? { ...facts, paperKnown: true } : facts, today)
  if (!decided.ok) return decided
  const says = asked.says.trim()
  const { numAffectedRows } = await sql`
    insert into households.recipient_transfer (household_id, id, person_id, capacity, proof, proof_number, evidence_id, reason,
      says, effective_on, until_on)
    values (${asked.household}, ${asked.id}, ${asked.person}, ${asked.capacity}, ${asked.proof?.kind ?? null},
      ${asked.proof?.number.trim() ?? null}, ${asked.paper}, ${asked.reason}, ${says}, ${asked.from}, ${asked.until})
    on conflict do nothing`.execute(tx)
  if (numAffectedRows !== 1n) return ok('proposed_before')
  const { territory } = facts!
  if (given) await saveTransferPaper(tx, { household: asked.household, transfer: asked.id, territory }, given)
  await propose(tx, {
    id: asked.id,
    kind: 'recipient_transfer',
    territory,
    households: 1,
    files: [asked.household, asked.person],
    says,
    content: contentOf(asked),
  })
  return ok('proposed')
}

export type AnswerTransferRefusal = ProposalRefusal | TransferRefusal

/**
 * Another person's yes or no, in a transaction for recipient.approve. A yes names the recipient in the same transaction, if that may still be, and tells the adults
 * concerned; what was approved before, of payments, stays as it is.
 */
export async function answerTransfer(
  tx: Transaction,
  country: Country,
  by: StaffId,
  id: ProposalId,
  asked: DecisionAsked & { readonly secondFactorAt: Date | null; readonly today: DateText },
): Promise<Result<undefined, AnswerTransferRefusal>> {
  const proposal = await findProposal(tx, id)
  const [transfer] = await transfersOf(tx, { id })
  if (proposal?.kind !== 'recipient_transfer') return err({ code: 'proposal_unknown' })
  if (!transfer || asked.step === 'refused') {
    // Who proposed sees the own proposal without what it is about: the refusal says why it is not theirs to answer.
    const seen = transfer ? ok(undefined) : err({ code: 'proposal_unknown' as const })
    const refused = await answerProposal(tx, by, id, asked, () => seen)
    return refused.ok ? ok(undefined) : refused
  }
  await lockHouseholds(tx, [transfer.household])
  const facts = await loadTransferFacts(tx, country, transfer)
  const answered = await answerProposal(tx, by, id, asked, () => decideTransfer(transfer, facts, asked.today))
  if (!answered.ok) return answered
  const done = await carryOut(tx, id, { kind: 'recipient_transfer', content: contentOf(transfer) }, () =>
    nameRecipient(tx, country, transfer, facts!),
  )
  if (!done.ok) throw new Error(`an approved transfer of the recipient was refused: ${done.refusal.code}`)
  return ok(undefined)
}

/** What is hashed, approved and carried out. The proof stands beside it: numbers of documents leave with the household. */
function contentOf({ id, household, person, capacity, proof, paper, reason, from, until }: TransferAsked) {
  return { transfer: id, household, person, capacity, proof: proof?.kind ?? null, paper, reason, from, until }
}

async function nameRecipient(
  tx: Transaction,
  country: Country,
  transfer: TransferAsked,
  facts: LoadedTransfer,
): Promise<void> {
  const { household, person, capacity, from, until, id } = transfer
  await sql`
    insert into households.recipient (household_id, id, person_id, effective_on, actor, transfer_id, capacity, until_on)
    values (${household}, ${newId()}, ${person}, ${from}, security.actor(), ${id}, ${capacity}, ${until})`.execute(tx)
  await appendAudit(tx, {
    action: 'household.recipient',
    subject: { kind: 'household', id: household },
    territory: facts.territory,
    purpose: 'registration: recipient',
    detail: { transfer: id, person, capacity, from, until, before: facts.current?.person ?? null },
  })
  await tellAdults(tx, country, transfer, facts)
}

async function tellAdults(
  tx: Transaction,
  country: Country,
  { id, household, person, from }: TransferAsked,
  { current, territory }: LoadedTransfer,
): Promise<void> {
  const bornBy = Temporal.PlainDate.from(from).subtract({ years: RECEIVING_AGE }).toString() as DateText
  const persons: Id<'Person'>[] = current ? [person, current.person] : [person]
  const adults = await adultsConcerned(tx, { household, persons, bornBy })
  const { rows } = await sql<{ reference: string }>`
    select source_id as reference from households.household where id = ${household}`.execute(tx)
  await notify(
    tx,
    adults.map(adult => ({
      key: `recipient_changed ${id} ${adult}`,
      to: { person: adult, territory },
      kind: 'recipient_changed',
      values: { reference: rows[0]!.reference, day: from },
      language: country.languages[0]!,
    })),
  )
}

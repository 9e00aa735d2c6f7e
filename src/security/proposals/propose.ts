import { sql } from 'kysely'
import type { Transaction } from '#db'
import { err, ok, type Result } from '#kernel'
import { appendAudit } from '../audit.ts'
import type { Permission } from '../permissions/permission.ts'
import { accesses, type StaffAccess, type StaffId } from '../staff.ts'
import {
  type CarryOutRefusal,
  canonical,
  type DecisionAsked,
  decideCarryingOut,
  decideProposal,
  hashOf,
  type Proposal,
  type ProposalId,
  type ProposalKind,
  type ProposalRefusal,
  proposalKinds,
} from './proposal.ts'

export type NewProposal = Pick<Proposal, 'id' | 'kind' | 'territory' | 'says'> &
  Partial<Pick<Proposal, 'programme' | 'households' | 'amount' | 'currency' | 'files'>> & {
    /** What is proposed, as plain values: it is written as canonical JSON. */
    readonly content: Readonly<Record<string, unknown>>
  }

/** Writes a proposal down for somebody else to decide; the same id again changes nothing. Who may propose is the caller's to ask. */
export async function propose(tx: Transaction, proposal: NewProposal): Promise<{ readonly contentHash: string }> {
  const { id, kind, territory, says, programme = null, households = null, amount = null, currency = null } = proposal
  const content = canonical(proposal.content)
  const contentHash = hashOf(content)
  const { numAffectedRows } = await sql`
    insert into security.proposal (id, kind, content, content_hash, territory, programme, households, amount, currency, files, says)
    values (${id}, ${kind}, ${content}, ${contentHash}, ${territory}, ${programme}, ${households}, ${amount}, ${currency},
      ${proposal.files ?? []}::uuid[], ${says.trim()})
    on conflict (id) do nothing`.execute(tx)
  if (numAffectedRows === 1n) await recorded(tx, 'proposal.propose', { id, kind, territory, contentHash }, says)
  return { contentHash }
}

/**
 * Another person's yes or no. The actor of the transaction is who decides, in a transaction for the kind's permission;
 * `furthermore` is what the kind asks of who decides, besides.
 */
export async function answerProposal<Refusal = never>(
  tx: Transaction,
  by: StaffId,
  id: ProposalId,
  asked: DecisionAsked & { readonly secondFactorAt: Date | null },
  furthermore?: (proposal: Proposal, by: StaffAccess) => Result<unknown, Refusal>,
): Promise<Result<Proposal, ProposalRefusal | Refusal>> {
  await lock(tx, id)
  const proposal = await findProposal(tx, id)
  const [access] = await accesses(tx, [by])
  const { secondFactorAt, step, reason, contentHash } = asked
  const decider = access
    ? { actor: `staff:${by}`, grants: access.grants, closed: access.closed, secondFactorAt, at: access.at }
    : { actor: 'nobody', grants: [], closed: [], secondFactorAt, at: new Date(0) }
  const decision = decideProposal(proposal, decider, asked)
  if (!decision.ok) return decision
  if (!proposal || !access) return err({ code: 'proposal_unknown' })
  const more = furthermore?.(proposal, access)
  if (more && !more.ok) return more
  await sql`
    insert into security.proposal_step (proposal_id, step, content_hash, reason, second_factor_at)
    values (${id}, ${step}, ${contentHash}, ${reason.trim()}, ${secondFactorAt})`.execute(tx)
  await recorded(tx, step === 'approved' ? 'proposal.approve' : 'proposal.refuse', proposal, reason.trim())
  return ok(proposal)
}

/**
 * Does the work of an approved proposal in the same transaction as its record: once, and exactly as it was approved. What is
 * done is `content`, made again by who does it.
 */
export async function carryOut<Value>(
  tx: Transaction,
  id: ProposalId,
  asked: { readonly kind: ProposalKind; readonly content: Readonly<Record<string, unknown>> },
  work: () => Promise<Value>,
): Promise<Result<Value, CarryOutRefusal>> {
  await lock(tx, id)
  const proposal = await findProposal(tx, id)
  const { rows } = await sql<{ at: Date }>`select clock_timestamp() as at`.execute(tx)
  const content = canonical(asked.content)
  const decision = decideCarryingOut(proposal, { kind: asked.kind, content }, rows[0]!.at)
  if (!decision.ok) return decision
  if (!proposal) return err({ code: 'proposal_unknown' })
  await sql`
    insert into security.proposal_step (proposal_id, step, content_hash)
    values (${id}, 'carried_out', ${proposal.contentHash})`.execute(tx)
  await recorded(tx, 'proposal.carry_out', proposal, '')
  return ok(await work())
}

/** One proposal, as far as the actor may see it. */
export async function findProposal(tx: Transaction, id: ProposalId): Promise<Proposal | undefined> {
  return (await selected(tx, sql`p.id = ${id}`, 1))[0]
}

/** Proposals that the actor made, and those of the kinds that the permission of this transaction decides; the latest first. */
export async function listProposals(tx: Transaction, permission: Permission, limit: number): Promise<Proposal[]> {
  const kinds = Object.entries(proposalKinds).flatMap(([kind, terms]) =>
    terms.permission === permission ? [kind] : [],
  )
  return selected(tx, sql`(p.kind = any (${kinds}::text[]) or p.proposed_by = security.actor())`, limit)
}

async function selected(tx: Transaction, where: ReturnType<typeof sql>, limit: number): Promise<Proposal[]> {
  const { rows } = await sql<
    Omit<Proposal, 'steps'> & { steps: readonly (Proposal['steps'][number] & { at: string })[] }
  >`
    select p.id, p.kind, p.content, p.content_hash as "contentHash", p.territory, p.programme, p.households::int as households,
      p.amount, p.currency, p.files, p.says, p.proposed_at as at, p.proposed_by as by, p.proposed_name as "byName",
      p.expires_at as "expiresAt",
      coalesce((
        select jsonb_agg(jsonb_build_object('step', s.step, 'reason', s.reason, 'at', s.recorded_at, 'by', s.recorded_by,
          'byName', s.recorded_name) order by s.recorded_at)
        from security.proposal_step s where s.proposal_id = p.id), '[]') as steps
    from security.proposal p where p.kind = any (${Object.keys(proposalKinds)}::text[]) and ${where}
    order by p.proposed_at desc, p.id desc limit ${limit}`.execute(tx)
  return rows.map(row => ({ ...row, steps: row.steps.map(step => ({ ...step, at: new Date(step.at) })) }))
}

const lock = (tx: Transaction, id: ProposalId) =>
  sql`select pg_advisory_xact_lock(hashtextextended('security.proposal ' || ${id}::text, 0))`.execute(tx)

function recorded(
  tx: Transaction,
  action: string,
  { id, kind, territory, contentHash }: Pick<Proposal, 'id' | 'kind' | 'territory' | 'contentHash'>,
  says: string,
): Promise<void> {
  return appendAudit(tx, {
    action,
    subject: { kind: 'proposal', id },
    territory,
    purpose: 'administration: proposals',
    detail: { kind, contentHash, ...(says !== '' && { says }) },
  })
}

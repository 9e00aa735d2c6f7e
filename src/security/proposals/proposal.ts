import { createHash } from 'node:crypto'
import { err, type Id, ok, type Result } from '#kernel'
import { type AccessRefusal, type AccessTo, decideAccess, type Grant } from '../permissions/access.ts'
import type { Permission } from '../permissions/permission.ts'

export type ProposalId = Id<'Proposal'>

/**
 * What takes two persons, outside of payments, whose runs have steps of their own. Who approves holds the permission of the kind
 * over its scope; who proposes holds it as well, or the one that the kind's own module asks. Where it moves money, or keeps rules
 * of a programme from counting, who approves has shown a second factor.
 */
export const proposalKinds = {
  /** A role that approves money, or that gives every role. */
  role_grant: { permission: 'staff.grant', secondFactor: true },
  /** A file for research with many rows. */
  pseudonymised_export: { permission: 'pseudonymised.export', secondFactor: false },
  /** Two persons of the register found to be one, where two households or two who are paid are touched (ADR 0053). */
  person_merge: { permission: 'duplicate.settle', secondFactor: false },
  /** A condition that does not count, somewhere and for a time. */
  condition_waiver: { permission: 'programme.change', secondFactor: true },
  /** Everybody whom one programme covers is moved into another, or moved back. */
  programme_switch: { permission: 'programme.change', secondFactor: true },
  /** A shock: more is paid, and to more families, for a time. */
  shock: { permission: 'programme.change', secondFactor: true },
  /** An amount that is owed, or not owed, to a household besides the law (ADR 0066). */
  exceptional_decision: { permission: 'enrolment.decide', secondFactor: true },
  /** Somebody else receives a household's money; proposed with `enrolment.write` (ADR 0074, 0083). */
  recipient_transfer: { permission: 'recipient.approve', secondFactor: true },
  /** What a family gave back of what it was paid without a right, or what is given up of it (ADR 0074). */
  overpaid_settled: { permission: 'enrolment.decide', secondFactor: true },
} as const satisfies Readonly<Record<string, { permission: Permission; secondFactor: boolean }>>

export type ProposalKind = keyof typeof proposalKinds
export const proposalKindNames = Object.keys(proposalKinds) as readonly ProposalKind[]

export type Proposal = {
  readonly id: ProposalId
  readonly kind: ProposalKind
  /** Canonical JSON ({@link canonical}). */
  readonly content: string
  readonly contentHash: string
  readonly territory: string
  readonly programme: string | null
  /** How many households or persons it touches; null where that is not known. */
  readonly households: number | null
  /** Minor units; null where no money moves. */
  readonly amount: bigint | null
  readonly currency: string | null
  /** Households and persons that it is about, where they are few. */
  readonly files: readonly string[]
  readonly says: string
  readonly at: Date
  readonly by: string
  readonly byName: string
  readonly expiresAt: Date
  readonly steps: readonly ProposalStep[]
}

export type ProposalStep = {
  readonly step: 'approved' | 'refused' | 'withdrawn' | 'carried_out'
  readonly reason: string
  readonly at: Date
  readonly by: string
  readonly byName: string
}

export type ProposalState = 'waiting' | 'expired' | ProposalStep['step']

/** The state of a proposal at an instant: the furthest that its steps brought it. */
export function proposalState({ steps, expiresAt }: Pick<Proposal, 'steps' | 'expiresAt'>, at: Date): ProposalState {
  const reached = (['carried_out', 'refused', 'withdrawn'] as const).find(step => steps.some(one => one.step === step))
  if (reached) return reached
  if (expiresAt <= at) return 'expired'
  return steps.some(one => one.step === 'approved') ? 'approved' : 'waiting'
}

/** Somebody who decides, with the grants of the moment and what the session showed. */
export type Decider = {
  /** As the audit names actors. */
  readonly actor: string
  readonly grants: readonly Grant[]
  readonly closed: readonly string[]
  readonly secondFactorAt: Date | null
  readonly at: Date
}

export type DecisionAsked = {
  readonly step: 'approved' | 'refused'
  /** What the decider saw. */
  readonly contentHash: string
  readonly reason: string
}

/** Why a decision is not taken, in order of precedence. */
export type ProposalRefusal =
  | { readonly code: 'proposal_unknown' }
  | { readonly code: 'not_waiting'; readonly state: ProposalState }
  | { readonly code: 'decider_not_staff' }
  /** Nobody decides on what they propose. */
  | { readonly code: 'own_proposal' }
  | { readonly code: 'not_granted'; readonly why: AccessRefusal }
  /** It is about own household or kin of who decides. */
  | { readonly code: 'too_close' }
  | { readonly code: 'content_changed' }
  | { readonly code: 'second_factor_missing' }
  | { readonly code: 'reason_missing' }
  | { readonly code: 'reason_too_long'; readonly most: number }

export const MOST_SAID = 1000

/** May somebody approve or refuse a proposal, now? */
export function decideProposal(
  proposal: Proposal | undefined,
  by: Decider,
  asked: DecisionAsked,
): Result<undefined, ProposalRefusal> {
  if (!proposal) return err({ code: 'proposal_unknown' })
  const state = proposalState(proposal, by.at)
  if (state !== 'waiting') return err({ code: 'not_waiting', state })
  if (!by.actor.startsWith('staff:')) return err({ code: 'decider_not_staff' })
  if (by.actor === proposal.by) return err({ code: 'own_proposal' })
  const { permission, secondFactor } = proposalKinds[proposal.kind]
  const allowed = decideAccess(by.grants, permission, scopeOfProposal(proposal), by.at)
  if (!allowed.ok) return err({ code: 'not_granted', why: allowed.refusal })
  if (proposal.files.some(file => by.closed.includes(file))) return err({ code: 'too_close' })
  if (asked.contentHash !== proposal.contentHash || hashOf(proposal.content) !== proposal.contentHash) {
    return err({ code: 'content_changed' })
  }
  if (secondFactor && asked.step === 'approved' && by.secondFactorAt === null) {
    return err({ code: 'second_factor_missing' })
  }
  if (asked.step === 'refused' && asked.reason.trim() === '') return err({ code: 'reason_missing' })
  if (asked.reason.length > MOST_SAID) return err({ code: 'reason_too_long', most: MOST_SAID })
  return ok(undefined)
}

export type CarryOutRefusal =
  | { readonly code: 'proposal_unknown' }
  /** It waits for somebody, or was refused, or was carried out before. */
  | { readonly code: 'not_approved'; readonly state: ProposalState }
  | { readonly code: 'content_changed' }

/** May this work be done by an approved proposal? It is the very same content, once. */
export function decideCarryingOut(
  proposal: Proposal | undefined,
  work: { readonly kind: ProposalKind; readonly content: string },
  at: Date,
): Result<undefined, CarryOutRefusal> {
  if (!proposal) return err({ code: 'proposal_unknown' })
  const state = proposalState(proposal, at)
  if (state !== 'approved') return err({ code: 'not_approved', state })
  if (proposal.kind !== work.kind || hashOf(work.content) !== proposal.contentHash) {
    return err({ code: 'content_changed' })
  }
  return ok(undefined)
}

const scopeOfProposal = ({ territory, programme }: Proposal): AccessTo => ({
  territory,
  programme,
  sensitivity: 'ordinary',
})

export const hashOf = (content: string): string => createHash('sha256').update(content).digest('hex')

/** One text for one value: keys in the order of their letters, nothing undefined, big integers and dates as text. */
export function canonical(value: unknown): string {
  if (typeof value === 'bigint') return JSON.stringify(value.toString())
  if (value instanceof Date) return JSON.stringify(value.toISOString())
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value === 'object' && value !== null) {
    const said = Object.entries(value).filter(([, inner]) => inner !== undefined)
    const sorted = said.sort(([one], [other]) => (one < other ? -1 : 1))
    return `{${sorted.map(([key, inner]) => `${JSON.stringify(key)}:${canonical(inner)}`).join(',')}}`
  }
  return JSON.stringify(value ?? null)
}

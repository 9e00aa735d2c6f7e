import type { Transaction } from '#db'
import { err, ok, type Result } from '#kernel'
import { type GiveRefusal, giveRecorded, grantOf } from '../give-role.ts'
import { decideGrant } from '../permissions/grant.ts'
import { isRole } from '../permissions/role.ts'
import { accesses, type NewGrant, type StaffId } from '../staff.ts'
import {
  type CarryOutRefusal,
  type DecisionAsked,
  MOST_SAID,
  type ProposalId,
  type ProposalRefusal,
} from './proposal.ts'
import { answerProposal, carryOut, propose } from './propose.ts'

export type ProposeRoleRefusal =
  | GiveRefusal
  | { readonly code: 'reason_missing' }
  | { readonly code: 'reason_too_long'; readonly most: number }

/** Proposes a role that takes two persons, if who proposes may give it; {@link answerRole} gives it. */
export async function proposeRole(
  tx: Transaction,
  by: StaffId,
  to: StaffId,
  asked: NewGrant,
  proposal: { readonly id: ProposalId; readonly says: string },
): Promise<Result<undefined, ProposeRoleRefusal>> {
  const staff = await accesses(tx, [by, to])
  const [giver, receiver] = [by, to].map(id => staff.find(one => one.staffId === id))
  if (!giver || !receiver) return err({ code: 'staff_unknown', staff: giver ? to : by })
  const grant = grantOf(asked, giver.at)
  const decision = decideGrant(giver, to, grant, giver.at)
  if (!decision.ok) return decision
  if (proposal.says.trim() === '') return err({ code: 'reason_missing' })
  if (proposal.says.length > MOST_SAID) return err({ code: 'reason_too_long', most: MOST_SAID })
  const { id, ...terms } = { ...grant, id: asked.id }
  await propose(tx, {
    ...proposal,
    kind: 'role_grant',
    territory: grant.territory,
    programme: grant.programme,
    content: { grant: id, staff: to, name: receiver.name, ...terms },
  })
  return ok(undefined)
}

export type AnswerRoleRefusal = ProposalRefusal | GiveRefusal | CarryOutRefusal

/** Somebody else's answer to a proposed role; an approval gives it in the same transaction, as far as who approves could give it. */
export async function answerRole(
  tx: Transaction,
  by: StaffId,
  id: ProposalId,
  asked: DecisionAsked & { readonly secondFactorAt: Date | null },
): Promise<Result<undefined, AnswerRoleRefusal>> {
  const answered = await answerProposal(tx, by, id, asked, ({ content }, approver) => {
    const { to, grant } = readContent(content)
    // Who could not give the role refuses it at most.
    if (asked.step === 'refused') return ok(undefined)
    return decideGrant(approver, to, grantOf(grant, approver.at), approver.at)
  })
  if (!answered.ok) return answered
  if (asked.step === 'refused') return ok(undefined)
  const { to, grant } = readContent(answered.value.content)
  const content = JSON.parse(answered.value.content) as Record<string, unknown>
  const done = await carryOut(tx, id, { kind: 'role_grant', content }, () => giveRecorded(tx, to, grant))
  return done.ok ? ok(undefined) : done
}

function readContent(content: string): { readonly to: StaffId; readonly grant: NewGrant } {
  const { grant: id, staff, role, territory, programme, sensitivity, from, until } = JSON.parse(content)
  if (!isRole(role)) throw new Error(`a proposal names a role that is none: ${role}`)
  const grant = { id, role, territory, programme, sensitivity, from: new Date(from) }
  return { to: staff, grant: { ...grant, until: until === null ? null : new Date(until) } }
}

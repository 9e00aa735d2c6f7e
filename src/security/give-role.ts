import type { Transaction } from '#db'
import { err, ok, type Result, territoryCode } from '#kernel'
import { appendAudit } from './audit.ts'
import type { Grant } from './permissions/access.ts'
import { decideGrant, decideRevocation, type GrantRefusal } from './permissions/grant.ts'
import { ROLES_OF_TWO, type Role } from './permissions/role.ts'
import {
  accesses,
  type NewGrant,
  recordGrant,
  recordRevocation,
  type StaffAccess,
  type StaffId,
  type StandingGrant,
} from './staff.ts'

export type GiveRefusal =
  | GrantRefusal
  | { readonly code: 'staff_unknown'; readonly staff: StaffId }
  /** It approves money, or gives every role: one proposes it (`proposeRole`), another approves. */
  | { readonly code: 'needs_second_person'; readonly role: Role }

/** Who gives: a member of staff, or the program itself at the hands of whoever runs commands on this machine. */
export type GivenBy = StaffId | 'operator'

/** Gives a member of staff a role, if the giver may ({@link decideGrant}), with its record in the audit. The transaction's actor is the giver. */
export async function giveRole(
  tx: Transaction,
  by: GivenBy,
  to: StaffId,
  asked: NewGrant,
): Promise<Result<Grant, GiveRefusal>> {
  const staff = await accesses(tx, by === 'operator' ? [to] : [to, by])
  const receiver = staff.find(one => one.staffId === to)
  if (!receiver) return err({ code: 'staff_unknown', staff: to })
  const grant = grantOf(asked, receiver.at)
  const decision = decideBy(by, staff, (granter, at) => decideGrant(granter, to, grant, at), grant)
  if (!decision.ok) return decision
  if (by !== 'operator' && ROLES_OF_TWO.includes(grant.role)) {
    return err({ code: 'needs_second_person', role: grant.role })
  }
  await giveRecorded(tx, to, { ...asked, from: grant.from })
  return decision
}

/** What is asked, in full: what is left out is the whole country, every programme, nothing sensitive, from this moment without end. */
export function grantOf(asked: NewGrant, at: Date): Grant {
  const { role, territory = '', programme = null, sensitivity = 'ordinary', from = at, until = null } = asked
  return { role, territory: territoryCode(territory), programme, sensitivity, from, until }
}

/** Writes a role that was decided, with its record. */
export async function giveRecorded(
  tx: Transaction,
  to: StaffId,
  grant: NewGrant & { readonly from?: Date },
): Promise<void> {
  await recordGrant(tx, to, grant)
  await recorded(tx, 'staff.grant', to, { ...grantOf(grant, grant.from ?? new Date(0)), id: grant.id })
}

/** Takes a role back now, if the giver may; a role that no longer stands is left as it is. */
export async function takeRoleBack(
  tx: Transaction,
  by: GivenBy,
  from: StaffId,
  grant: StandingGrant,
): Promise<Result<Grant, GiveRefusal>> {
  const staff = await accesses(tx, by === 'operator' ? [from] : [from, by])
  const decision = decideBy(by, staff, (granter, at) => decideRevocation(granter, from, grant, at), grant)
  if (!decision.ok) return decision
  if (await recordRevocation(tx, grant.id)) await recorded(tx, 'staff.revoke', from, grant)
  return decision
}

/** Whoever runs commands on the machine could write the table by hand: what they give is not decided, but recorded. */
function decideBy(
  by: GivenBy,
  staff: readonly StaffAccess[],
  decide: (granter: StaffAccess, at: Date) => Result<Grant, GrantRefusal>,
  grant: Grant,
): Result<Grant, GiveRefusal> {
  const { from, until } = grant
  if (by === 'operator') {
    return until !== null && until <= from ? err({ code: 'ends_before_it_begins', from, until }) : ok(grant)
  }
  const granter = staff.find(one => one.staffId === by)
  return granter ? decide(granter, granter.at) : err({ code: 'staff_unknown', staff: by })
}

function recorded(tx: Transaction, action: string, staff: StaffId, { id, ...grant }: StandingGrant): Promise<void> {
  return appendAudit(tx, {
    action,
    subject: { kind: 'staff', id: staff },
    territory: grant.territory,
    purpose: 'administration: roles of staff',
    detail: { grant: id, ...grant },
  })
}

import { err, isWithin, ok, type Result } from '#kernel'
import { type Permission, permissions, type Sensitivity } from './permission.ts'
import { permits, type Role, rolesThatPermit } from './role.ts'

/** A role given to a member of staff: where, for what, how deep, from when until when. */
export type Grant = {
  readonly role: Role
  /** Code of a territory and all below it; '' is the whole country. */
  readonly territory: string
  /** A pack, such as 'ma/asd'; null for every programme and for what belongs to none. */
  readonly programme: string | null
  /** The most that it shows. */
  readonly sensitivity: Sensitivity
  readonly from: Date
  /** The first instant at which it no longer holds: its planned end, or its revocation. */
  readonly until: Date | null
}

/** To what a permission is asked. */
export type AccessTo = {
  /** '' where the whole country is touched. */
  readonly territory: string
  /** null for what belongs to no programme, or to all of them. */
  readonly programme: string | null
  readonly sensitivity: Sensitivity
}

/** What is missing, in order of precedence: the first dimension on which no grant is left. */
export type AccessRefusal =
  | { readonly code: 'permission_not_granted'; readonly permission: Permission; readonly roles: readonly Role[] }
  | { readonly code: 'grant_expired'; readonly permission: Permission; readonly until: Date }
  | { readonly code: 'grant_not_begun'; readonly permission: Permission; readonly from: Date }
  | {
      readonly code: 'territory_not_granted'
      readonly permission: Permission
      readonly territory: string
      readonly granted: readonly string[]
    }
  | {
      readonly code: 'programme_not_granted'
      readonly permission: Permission
      readonly programme: string | null
      readonly granted: readonly string[]
    }
  | { readonly code: 'sensitivity_not_granted'; readonly permission: Permission }

/** May somebody with these grants do this, there, at that instant? The answer names a grant that allows it. */
export function decideAccess(
  grants: readonly Grant[],
  permission: Permission,
  to: AccessTo,
  at: Date,
): Result<Grant, AccessRefusal> {
  const holding = grants.filter(grant => permits(grant.role, permission))
  if (holding.length === 0) {
    return err({ code: 'permission_not_granted', permission, roles: rolesThatPermit(permission) })
  }
  const current = holding.filter(grant => inForce(grant, at))
  if (current.length === 0) return err(outOfTime(holding, permission, at))
  const there = current.filter(grant => covers(grant.territory, to.territory))
  if (there.length === 0) {
    const granted = [...new Set(current.map(grant => grant.territory))].sort()
    return err({ code: 'territory_not_granted', permission, territory: to.territory, granted })
  }
  const forIt = there.filter(grant => grant.programme === null || grant.programme === programmeOf(permission, to))
  if (forIt.length === 0) {
    const granted = [...new Set(there.flatMap(grant => grant.programme ?? []))].sort()
    return err({ code: 'programme_not_granted', permission, programme: to.programme, granted })
  }
  const deep = forIt.find(grant => showsEnough(grant, permission, to.sensitivity))
  return deep ? ok(deep) : err({ code: 'sensitivity_not_granted', permission })
}

/** Where a permission holds at an instant: every pair of a territory and a programme (null for all) that is granted. */
export type Scope = readonly { readonly territory: string; readonly programme: string | null }[]

/** Exactly the places for which {@link decideAccess} would say yes, at the least sensitivity that the permission shows. */
export function scopeOf(grants: readonly Grant[], permission: Permission, at: Date): Scope {
  const { within, shows } = permissions[permission]
  return grants
    .filter(grant => permits(grant.role, permission) && inForce(grant, at) && showsEnough(grant, permission, shows))
    .filter(grant => within === 'programme' || grant.programme === null)
    .map(({ territory, programme }) => ({ territory, programme }))
}

export function inForce(grant: Pick<Grant, 'from' | 'until'>, at: Date): boolean {
  return grant.from <= at && (grant.until === null || at < grant.until)
}

/** True where `outer` is `inner`, or above it, or the whole country. */
export function covers(outer: string, inner: string): boolean {
  return outer === '' || isWithin(inner, outer)
}

function programmeOf(permission: Permission, { programme }: AccessTo): string | null {
  return permissions[permission].within === 'programme' ? programme : null
}

function showsEnough(grant: Grant, permission: Permission, asked: Sensitivity): boolean {
  return grant.sensitivity === 'sensitive' || (asked === 'ordinary' && permissions[permission].shows === 'ordinary')
}

/** Ended before now where one ever held, and otherwise still to begin. */
function outOfTime(holding: readonly Grant[], permission: Permission, at: Date): AccessRefusal {
  const ended = holding.flatMap(({ until }) => (until !== null && until <= at ? [until] : []))
  const last = ended.sort((a, b) => b.getTime() - a.getTime())[0]
  if (last) return { code: 'grant_expired', permission, until: last }
  const first = holding.map(grant => grant.from).sort((a, b) => a.getTime() - b.getTime())[0]
  return { code: 'grant_not_begun', permission, from: first ?? at }
}

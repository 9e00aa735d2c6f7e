import type { Database } from '#db'
import {
  decideAccess,
  decideGrant,
  inForce,
  listStaffAccess,
  type Permission,
  permissionNames,
  rolesThatPermit,
  type StaffAccess,
  scopeOf,
  withinEmergency,
} from '#security'
import type { StaffMember } from '../context.ts'
import type { Access, Forbidden } from '../two-persons.ts'
import { accessOf } from './reader.ts'

const ASKED_AT_MOST = 5

/** What the reader may do somewhere, at this moment. */
export async function readAccess(app: Database, reader: StaffMember): Promise<Access> {
  const access = await accessOf(app, reader)
  const { grants, at } = access
  return {
    permissions: permissionNames.filter(permission => scopeOf(grants, permission, at).length > 0),
    emergencies: access.emergencies
      .filter(one => withinEmergency(access, one.household))
      .map(({ household, until }) => ({ household, until: until.toISOString() })),
  }
}

/** Why a permission is missing, and which colleagues may give a role that holds it, where the reader works. */
export async function readForbidden(app: Database, reader: StaffMember, permission: Permission): Promise<Forbidden> {
  const own = await accessOf(app, reader)
  const decision = decideAccess(own.grants, permission, ANYWHERE, own.at)
  const ended = !decision.ok && decision.refusal.code === 'grant_expired' ? decision.refusal.until : undefined
  const roles = rolesThatPermit(permission)
  const ask = (await listStaffAccess(app)).filter(colleague => mayGiveOneOf(roles, colleague, own))
  return {
    forbidden: permission,
    roles,
    ended: ended?.toISOString().slice(0, 10),
    ask: ask.slice(0, ASKED_AT_MOST).map(colleague => colleague.name),
  }
}

const ANYWHERE = { territory: '', programme: null, sensitivity: 'ordinary' } as const

function mayGiveOneOf(roles: Forbidden['roles'], colleague: StaffAccess, reader: StaffAccess): boolean {
  const places = reader.grants.filter(grant => inForce(grant, reader.at)).map(grant => grant.territory)
  return roles.some(role =>
    (places.length > 0 ? places : ['']).some(territory => {
      const until = new Date(reader.at.getTime() + 1)
      const grant = { role, territory, programme: null, sensitivity: 'ordinary', from: reader.at, until } as const
      return decideGrant(colleague, reader.staffId, grant, reader.at).ok
    }),
  )
}

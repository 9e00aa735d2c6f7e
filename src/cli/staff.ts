import { type Database, type StaffActor, type WorkerActor, workerActor } from '#db'
import { parseId } from '#kernel'
import {
  type AccessRefusal,
  actorFor,
  decideAccess,
  listStaffAccess,
  type Permission,
  type StaffAccess,
} from '#security'
import { UsageError } from './command.ts'

/** The member of staff named in a call by id or by name (case and accents do not matter), with the grants of this moment. */
export async function staffNamed(app: Database, idOrName: string): Promise<StaffAccess> {
  const staff = await listStaffAccess(app)
  const id = parseId<'staff'>(idOrName)
  const same = new Intl.Collator('fr', { sensitivity: 'base' })
  const found = staff.filter(one => one.staffId === id || same.compare(one.name, idOrName) === 0)
  const [only, other] = found
  if (!only) {
    const known = staff.slice(0, 20).map(one => one.name)
    throw new UsageError(`there is no member of staff ${idOrName}; there are: ${known.join(', ') || 'none'}`)
  }
  if (other)
    throw new UsageError(
      `several members of staff are called ${idOrName}; give an id: ${found.map(one => one.staffId).join(', ')}`,
    )
  return only
}

/**
 * Who carries out a command: as an actor for a permission over the whole country, on each of these programmes; or, where
 * what is done decides by itself how far it reaches, for a permission held somewhere. Without it the call is refused in a
 * sentence.
 */
export type Acting = (permission: Permission, programmes?: readonly string[] | 'somewhere') => StaffActor | WorkerActor

/** The member of staff named by `--as`; or the command itself, which whoever may run commands on this machine may. */
export async function actingAs(app: Database, as: string | undefined, command: string): Promise<Acting> {
  if (as === undefined) return () => workerActor(command)
  const access = await staffNamed(app, as)
  return (permission, programmes) => {
    const actor = actorFor(access, permission)
    if (programmes === 'somewhere' && actor.territories.length > 0) return actor
    for (const programme of programmes === 'somewhere' ? [null] : (programmes ?? [null])) {
      const to = { territory: '', programme, sensitivity: 'ordinary' } as const
      const allowed = decideAccess(access.grants, permission, to, access.at)
      if (!allowed.ok) throw new UsageError(`${access.name} may not: ${refusalText(allowed.refusal)}`)
    }
    return actor
  }
}

const day = (at: Date) => at.toISOString().slice(0, 10)
const placesText = (codes: readonly string[]) => codes.map(code => code || 'the whole country').join(', ')

/** What is missing, as the end of a sentence. */
function refusalText(refusal: AccessRefusal): string {
  const { permission } = refusal
  switch (refusal.code) {
    case 'permission_not_granted':
      return `${permission} is granted by the roles ${refusal.roles.join(', ')}; see socle help staff`
    case 'grant_expired':
      return `the grant of ${permission} ended on ${day(refusal.until)}`
    case 'grant_not_begun':
      return `the grant of ${permission} begins on ${day(refusal.from)}`
    case 'territory_not_granted': {
      const asked = refusal.territory === '' ? 'over the whole country' : `in ${refusal.territory}`
      return `${permission} is needed ${asked} and granted in ${placesText(refusal.granted)}`
    }
    case 'programme_not_granted': {
      const asked = refusal.programme === null ? 'every programme' : refusal.programme
      return `${permission} is needed for ${asked} and granted for ${refusal.granted.join(', ')}`
    }
    case 'sensitivity_not_granted':
      return `${permission} is granted without what is sensitive`
  }
}

import { err, ok, type Result } from '#kernel'
import { covers, type Grant, inForce } from './access.ts'
import { mayGive, permits, type Role } from './role.ts'

/** Somebody who gives or takes back, with the grants of the moment. */
export type Granter = { readonly staffId: string; readonly grants: readonly Grant[] }

export type GrantRefusal =
  /** Nobody widens or renews what they hold themselves. */
  | { readonly code: 'own_grant' }
  | { readonly code: 'ends_before_it_begins'; readonly from: Date; readonly until: Date }
  /** No role of the granter, in force, may give this one. */
  | { readonly code: 'role_not_given_by_you'; readonly role: Role }
  /** The role may be given, but not so wide, so deep or so long as asked. */
  | {
      readonly code: 'wider_than_own'
      readonly dimensions: readonly ('territory' | 'programme' | 'sensitivity' | 'time')[]
    }

/** May the granter give this, now? It never reaches further than one grant that the granter holds. */
export function decideGrant(granter: Granter, to: string, grant: Grant, at: Date): Result<Grant, GrantRefusal> {
  if (granter.staffId === to) return err({ code: 'own_grant' })
  if (grant.until !== null && grant.until <= grant.from) {
    return err({ code: 'ends_before_it_begins', from: grant.from, until: grant.until })
  }
  const giving = granter.grants.filter(
    own => inForce(own, at) && permits(own.role, 'staff.grant') && mayGive(own.role, grant.role),
  )
  if (giving.length === 0) return err({ code: 'role_not_given_by_you', role: grant.role })
  const missing = giving.map(own => missingOf(own, grant)).sort((a, b) => a.length - b.length)[0]!
  return missing.length === 0 ? ok(grant) : err({ code: 'wider_than_own', dimensions: missing })
}

/** May the granter take this back? Whoever could have given it for a moment may. */
export function decideRevocation(granter: Granter, from: string, grant: Grant, at: Date): Result<Grant, GrantRefusal> {
  return decideGrant(granter, from, { ...grant, from: at, until: new Date(at.getTime() + 1) }, at)
}

type Dimension = Extract<GrantRefusal, { code: 'wider_than_own' }>['dimensions'][number]

function missingOf(own: Grant, asked: Grant): Dimension[] {
  const missing: Dimension[] = []
  if (!covers(own.territory, asked.territory)) missing.push('territory')
  if (own.programme !== null && own.programme !== asked.programme) missing.push('programme')
  if (own.sensitivity === 'ordinary' && asked.sensitivity === 'sensitive') missing.push('sensitivity')
  if (own.until !== null && (asked.until === null || asked.until > own.until)) missing.push('time')
  return missing
}

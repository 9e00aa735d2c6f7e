import { err, type Id, ok, type Result } from '#kernel'
import { covers, type Grant, inForce } from '../permissions/access.ts'
import { permits } from '../permissions/role.ts'

/** What a household is to a member of staff, or what its person is. */
export const RELATIONS = ['own', 'spouse', 'parent', 'child', 'sibling', 'in_law', 'other'] as const
export type Relation = (typeof RELATIONS)[number]

export const isRelation = (text: string): text is Relation => (RELATIONS as readonly string[]).includes(text)

/** Somebody with the grants of the moment. */
export type Declarer = { readonly staffId: string; readonly grants: readonly Grant[] }

export type DeclareRefusal =
  /** Of others, only who gives them roles where they work may declare a conflict. */
  { readonly code: 'not_answering_for'; readonly staff: string }

export type EndRefusal =
  | DeclareRefusal
  | { readonly code: 'conflict_unknown' }
  /** Nobody opens to oneself a file that was closed for being too close. */
  | { readonly code: 'own_conflict' }
  | { readonly code: 'already_ended' }
  | { readonly code: 'reason_missing' }
  | { readonly code: 'reason_too_long'; readonly most: number }

const MOST_REASON = 1000

/** May somebody declare that a member of staff is close to a household? Of oneself always; of others who answers for them. */
export function decideDeclaration(by: Declarer, of: Declarer, at: Date): Result<undefined, DeclareRefusal> {
  return by.staffId === of.staffId || answersFor(by, of, at)
    ? ok(undefined)
    : err({ code: 'not_answering_for', staff: of.staffId })
}

/** May somebody say that a conflict no longer holds? */
export function decideEnd(
  by: Declarer,
  conflict: { readonly of: Declarer; readonly ended: boolean } | undefined,
  reason: string,
  at: Date,
): Result<undefined, EndRefusal> {
  if (!conflict) return err({ code: 'conflict_unknown' })
  if (conflict.of.staffId === by.staffId) return err({ code: 'own_conflict' })
  if (!answersFor(by, conflict.of, at)) return err({ code: 'not_answering_for', staff: conflict.of.staffId })
  if (conflict.ended) return err({ code: 'already_ended' })
  if (reason.trim() === '') return err({ code: 'reason_missing' })
  if (reason.length > MOST_REASON) return err({ code: 'reason_too_long', most: MOST_REASON })
  return ok(undefined)
}

/** True for who may give roles somewhere that the other works, or worked: the same that `security.answers_for` shows. */
function answersFor(by: Declarer, of: Declarer, at: Date): boolean {
  const giving = by.grants.filter(own => inForce(own, at) && permits(own.role, 'staff.grant'))
  return giving.some(own => of.grants.some(grant => covers(own.territory, grant.territory)))
}

export type ConflictId = Id<'Conflict'>

import { err, type Id, ok, type Result } from '#kernel'
import { type Grant, scopeOf } from '../permissions/access.ts'

export type EmergencyId = Id<'Emergency'>

/** An emergency that lasts: one household, open for an hour to who opened it. */
export type Emergency = {
  readonly id: EmergencyId
  readonly household: string
  /** The household and those who belong to it: all that is open. */
  readonly files: readonly string[]
  readonly territory: string
  /** The first instant at which it is closed again. */
  readonly until: Date
}

export type EmergencyRefusal =
  | { readonly code: 'not_granted' }
  | { readonly code: 'household_unknown' }
  /** Own household or kin: a colleague opens it. */
  | { readonly code: 'too_close' }
  | { readonly code: 'reason_too_short'; readonly least: number }
  | { readonly code: 'reason_too_long'; readonly most: number }

export const LEAST_REASON = 20
const MOST = 1000

type Opener = { readonly grants: readonly Grant[]; readonly closed: readonly string[]; readonly at: Date }

/** May somebody open this household's file in an emergency? */
export function decideEmergency(
  by: Opener,
  found: { readonly files: readonly string[] } | undefined,
  reason: string,
): Result<undefined, EmergencyRefusal> {
  if (!mayOpen(by)) return err({ code: 'not_granted' })
  if (reason.trim().length < LEAST_REASON) return err({ code: 'reason_too_short', least: LEAST_REASON })
  if (reason.length > MOST) return err({ code: 'reason_too_long', most: MOST })
  if (!found) return err({ code: 'household_unknown' })
  if (found.files.some(file => by.closed.includes(file))) return err({ code: 'too_close' })
  return ok(undefined)
}

/** True while some role of the moment lets emergencies be opened: one that was taken back closes what it opened. */
export const mayOpen = ({ grants, at }: Pick<Opener, 'grants' | 'at'>): boolean =>
  scopeOf(grants, 'emergency.open', at).length > 0

export type ReviewRefusal =
  | { readonly code: 'emergency_unknown' }
  /** Nobody judges own acts. */
  | { readonly code: 'own_acts' }
  | { readonly code: 'too_close' }
  | { readonly code: 'reviewed_before' }
  | { readonly code: 'note_missing' }
  | { readonly code: 'note_too_long'; readonly most: number }

/** May somebody judge this emergency? Who may see it is the database's to say. */
export function decideReview(
  found: { readonly staff: string; readonly files: readonly string[]; readonly reviewed: boolean } | undefined,
  by: { readonly staffId: string; readonly closed: readonly string[] },
  note: string,
): Result<undefined, ReviewRefusal> {
  if (!found) return err({ code: 'emergency_unknown' })
  if (found.staff === by.staffId) return err({ code: 'own_acts' })
  if (found.files.some(file => by.closed.includes(file))) return err({ code: 'too_close' })
  if (found.reviewed) return err({ code: 'reviewed_before' })
  if (note.trim() === '') return err({ code: 'note_missing' })
  if (note.length > MOST) return err({ code: 'note_too_long', most: MOST })
  return ok(undefined)
}

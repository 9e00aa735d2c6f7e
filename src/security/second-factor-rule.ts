import { err, ok, type Result } from '#kernel'
import type { Permission } from './permissions/permission.ts'

export type SecondFactorRefusal =
  /** `enrolled` tells what to do: sign in again and show it, or set one up first. */
  { readonly code: 'second_factor_required'; readonly enrolled: boolean }

/** What a session says of the second factor of its holder. */
export type SecondFactorShown = { readonly secondFactor: boolean; readonly secondFactorAt: string | undefined }

/** Verbs that let money move, or give somebody the right to move it: a password alone, stolen or guessed, is not enough. */
const MOVES_MONEY: ReadonlySet<Permission> = new Set<Permission>([
  'budget.write',
  'payment_run.approve',
  'payment_run.send',
  'staff.grant',
])

export function needsSecondFactor(permission: Permission): boolean {
  return MOVES_MONEY.has(permission)
}

/** Whether this session may use a permission, as far as the second factor goes. */
export function requireSecondFactor(
  session: SecondFactorShown,
  permission: Permission,
): Result<{ readonly shownAt: string | undefined }, SecondFactorRefusal> {
  if (needsSecondFactor(permission) && session.secondFactorAt === undefined)
    return err({ code: 'second_factor_required', enrolled: session.secondFactor })
  return ok({ shownAt: session.secondFactorAt })
}

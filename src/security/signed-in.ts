import type { StaffActor } from '#db'
import type { Id } from '#kernel'
import type { SecondFactorShown } from './second-factor-rule.ts'
import type { StaffId } from './staff.ts'

/** Whose session a request holds, and what its holder has shown. `secondFactor`: whether one is enrolled. */
export type SignedIn = SecondFactorShown & {
  readonly id: StaffId
  readonly name: string
  readonly email: string
  readonly session: Id<'session'>
}

export type TooManyAttempts = { readonly code: 'too_many_attempts'; readonly seconds: number }

/** Attempts at codes are counted apart from attempts at passwords: a right password does not forgive a wrong code. */
export function codeOf(staffId: StaffId): string {
  return `code of ${staffId}`
}

/** Somebody acting on the own account, where no territory is needed. */
export function actorOf({ id, name }: { readonly id: string; readonly name: string }): StaffActor {
  return { kind: 'staff', staffId: id, name, territories: [] }
}

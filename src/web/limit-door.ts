import type { DateText, Id, Result } from '#kernel'
import type { LimitId, LimitRefusal } from '#payments'
import type { AccessRefusal, Role, SignedIn } from '#security'
import type { Amount, StaffMember } from './context.ts'

type Refused =
  | { readonly code: 'not_granted'; readonly why: AccessRefusal }
  | { readonly code: 'second_factor_required' }

/** Up to which sum each role approves runs: said by one who gives roles, agreed to by another. */
export type LimitDoor = {
  readonly limits: (reader: StaffMember) => Promise<LimitsPage | undefined>
  readonly sayLimit: (
    reader: SignedIn,
    said: {
      readonly id: Id<'approval-limit'>
      readonly role: string
      /** As typed. */
      readonly amount: string
      readonly from: string
    },
  ) => Promise<
    Result<
      undefined,
      | LimitRefusal
      | Refused
      | { readonly code: 'amount_malformed' }
      | { readonly code: 'day_malformed' }
      | { readonly code: 'day_past' }
    >
  >
  readonly agreeToLimit: (reader: SignedIn, limit: string) => Promise<Result<undefined, LimitRefusal | Refused>>
}

export type LimitState = 'waiting' | 'to_come' | 'in_force' | 'past'

export type LimitRow = {
  readonly id: LimitId
  readonly role: Role
  readonly amount: Amount
  readonly from: DateText
  readonly state: LimitState
  /** True for what the reader said: somebody else agrees. */
  readonly own: boolean
}

export type LimitsPage = {
  readonly rows: readonly LimitRow[]
  /** Roles that approve runs, each with or without a limit today. */
  readonly roles: readonly Role[]
  readonly currency: string
  readonly today: DateText
  readonly maySay: boolean
}

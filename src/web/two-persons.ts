import type { AnswerMergeRefusal, AnswerTransferRefusal } from '#households'
import type { Currency, Id, Result, Words } from '#kernel'
import type { ApprovalRefusal, StepRefusal } from '#payments'
import type {
  AnswerExceptionalRefusal,
  AnswerSettleRefusal,
  AnswerShockRefusal,
  AnswerSwitchRefusal,
} from '#programmes'
import type {
  AccessRefusal,
  AnswerRoleRefusal,
  ConflictId,
  DeclareRefusal,
  EmergencyId,
  EmergencyRefusal,
  EndRefusal,
  Permission,
  ProposalId,
  ProposalKind,
  ProposalState,
  Relation,
  ReviewRefusal,
  Role,
  SignedIn,
  StaffId,
  StaffUnknown,
} from '#security'
import type { WaiverProposed } from './condition-door.ts'
import type { TransferRow } from './receiving-door.ts'
import type { ShockProposed } from './shock-door.ts'
import type { SwitchProposed } from './switch-door.ts'

/** What a reader may do somewhere: which pages open, what menus show. Where, each door decides. */
export type Access = {
  readonly permissions: readonly Permission[]
  /** Files that the reader opened in an emergency, until when: every page says so. */
  readonly emergencies: readonly { readonly household: string; readonly until: string }[]
}

/** Why a page does not open: what is missing, who would have it, and whom to ask. */
export type Forbidden = {
  readonly forbidden: Permission
  readonly roles: readonly Role[]
  /** The day on which it ended, where it was granted once. */
  readonly ended: string | undefined
  /** Colleagues who may give one of the roles where the reader works. */
  readonly ask: readonly string[]
}

/** A file that does not open to its reader, who declared to be too close, with colleagues who open it. */
export type TooClose = { readonly tooClose: true; readonly ask: readonly string[] }

/** What takes two persons, or opens and closes single files. Each answer is the reader's. */
export type TwoPersonDoor = {
  /** Of a household, or of a person where it is said. */
  readonly tooClose: (
    reader: SignedIn,
    file: Id<'Household'> | Id<'Person'>,
    kind?: 'person',
  ) => Promise<TooClose | undefined>
  readonly answerRun: (reader: SignedIn, reference: string, answer: RunAnswer) => Promise<Result<undefined, RunRefusal>>
  readonly conflicts: (reader: SignedIn) => Promise<readonly ConflictRow[]>
  readonly declareConflict: (
    reader: SignedIn,
    said: { readonly id: ConflictId; readonly number: string; readonly relation: Relation; readonly staff: StaffId },
  ) => Promise<Result<undefined, DeclareRefusal | StaffUnknown | { readonly code: 'household_unknown' }>>
  readonly endConflict: (
    reader: SignedIn,
    id: ConflictId,
    reason: string,
  ) => Promise<Result<undefined, EndRefusal | StaffUnknown>>
  readonly openEmergency: (
    reader: SignedIn,
    asked: { readonly id: EmergencyId; readonly number: string; readonly reason: string },
  ) => Promise<Result<Id<'Household'>, EmergencyRefusal>>
  readonly emergencies: (reader: SignedIn) => Promise<readonly EmergencyRow[]>
  readonly reviewEmergency: (
    reader: SignedIn,
    answer: { readonly emergency: EmergencyId; readonly outcome: 'justified' | 'not_justified'; readonly note: string },
  ) => Promise<Result<undefined, ReviewRefusal>>
  readonly proposals: (reader: SignedIn) => Promise<readonly ProposalRow[]>
  readonly answerProposal: (
    reader: SignedIn,
    id: ProposalId,
    answer: { readonly step: 'approved' | 'refused'; readonly contentHash: string; readonly reason: string },
  ) => Promise<
    Result<
      undefined,
      | AnswerRoleRefusal
      | AnswerMergeRefusal
      | AnswerSwitchRefusal
      | AnswerShockRefusal
      | AnswerExceptionalRefusal
      | AnswerTransferRefusal
      | AnswerSettleRefusal
    >
  >
}

export type RunAnswer = { readonly step: 'approve' | 'refuse'; readonly contentHash: string; readonly reason: string }
export type RunRefusal =
  | ApprovalRefusal
  | StepRefusal
  | { readonly code: 'not_granted'; readonly why: AccessRefusal }
  | { readonly code: 'second_factor_required' }
  | { readonly code: 'content_changed' }
  | { readonly code: 'reason_missing' }

export type ConflictRow = {
  readonly id: ConflictId
  readonly staffName: string
  readonly own: boolean
  readonly relation: Relation
  readonly from: string
  readonly byName: string
  readonly ended: string | undefined
}

export type EmergencyRow = {
  readonly id: EmergencyId
  readonly by: string
  readonly own: boolean
  readonly household: string
  readonly territory: readonly Words[]
  readonly reason: string
  readonly at: string
  readonly until: string
  readonly overdue: boolean
  readonly review:
    | {
        readonly outcome: 'justified' | 'not_justified'
        readonly note: string
        readonly at: string
        readonly byName: string
      }
    | undefined
}

export type ProposalRow = {
  readonly id: ProposalId
  readonly kind: ProposalKind
  readonly state: ProposalState
  readonly own: boolean
  /** What is proposed, name by name, as it was hashed. */
  readonly content: readonly { readonly name: string; readonly value: string }[]
  readonly contentHash: string
  /** The household that a proposal is about, with the page of it that says more. */
  readonly household:
    | { readonly id: Id<'Household'>; readonly page: 'programmes' | 'recipient' | 'overpaid' }
    | undefined
  /** Who is to receive, where that is proposed. */
  readonly transfer: TransferRow | undefined
  /** What a shock would be, with whom it would reach. */
  readonly shock: ShockProposed | undefined
  /** What a move of everybody from one programme into another would be. */
  readonly move: SwitchProposed | undefined
  /** Where a condition would not count, or no longer. */
  readonly waiver: WaiverProposed | undefined
  /** The two persons whom a merge is about. */
  readonly pair: readonly [string, string] | undefined
  readonly territory: readonly Words[]
  readonly says: string
  readonly at: string
  readonly byName: string
  readonly expiresAt: string
  readonly steps: readonly {
    readonly step: 'approved' | 'refused' | 'withdrawn' | 'carried_out'
    readonly reason: string
    readonly at: string
    readonly byName: string
  }[]
}

/** A refusal as a page carries it: its code, and the one figure that goes with it. */
export type Code = {
  readonly code: string
  readonly least?: number
  readonly most?: number
  readonly payees?: number
  /** Of a run beyond what the reader's roles approve: in minor units, with the roles that approve it. */
  readonly currency?: Currency
  readonly limit?: bigint
  readonly asked?: bigint
  readonly roles?: readonly Role[]
}

import type {
  Capacity,
  KeepRefusal,
  PaperTold,
  TransferAsked,
  TransferProof,
  TransferReason,
  TransferRefusal,
} from '#households'
import type { DateText, Id, Result, Words } from '#kernel'
import type { ProposalId } from '#security'
import type { PersonName, StaffMember } from './context.ts'

/** Who receives a household's money today. */
export type CurrentRecipient = {
  readonly person: Id<'Person'>
  readonly name: PersonName
  readonly since: DateText
  /** Null where nobody said: the register named the recipient by itself. */
  readonly capacity: Capacity | null
  readonly until: DateText | null
  /** The day of the death: payments wait. */
  readonly diedOn: DateText | null
}

export type TransferRow = {
  readonly id: ProposalId
  readonly name: PersonName
  readonly capacity: Capacity
  readonly proof: { readonly kind: TransferProof; readonly number: string } | null
  readonly paper: Id<'Evidence'> | null
  readonly paperTold: PaperTold | null
  readonly reason: TransferReason
  readonly says: string
  readonly from: DateText
  readonly until: DateText | null
  readonly askedAt: string
  readonly askedBy: string
  readonly decidedAt: string | null
  readonly decidedBy: string | null
}

export type RecipientPage = {
  readonly household: Id<'Household'>
  readonly sourceId: string
  readonly today: DateText
  readonly current: CurrentRecipient | null
  readonly members: readonly {
    readonly id: Id<'Person'>
    readonly name: PersonName
    readonly relation: Words | undefined
  }[]
  readonly papers: readonly { readonly id: Id<'Evidence'>; readonly name: string }[]
  /** Whether a paper may come with the form. */
  readonly takesPapers: boolean
  /** Where the recipient died and one adult is left. */
  readonly suggested: { readonly person: Id<'Person'>; readonly capacity: Capacity } | null
  readonly transfers: readonly TransferRow[]
}

/** A household whose payments wait for somebody to be named. */
export type WaitingRow = {
  readonly household: Id<'Household'>
  readonly sourceId: string
  readonly place: readonly Words[]
  readonly name: PersonName
  readonly diedOn: DateText
  readonly proposed: boolean
}

/** The person is a member, by id, or somebody of the register by the unique number. */
export type TransferSaid = Omit<TransferAsked, 'person'> & {
  readonly person: Id<'Person'> | { readonly number: string }
}

/** A file on its way in, to be read to its end once; the paper's id stands in what is said. */
export type GivenFile = { readonly name: string; readonly bytes: AsyncIterable<Uint8Array> }

/**
 * Who receives for a household: another is proposed by one person (enrolment.write), with the paper that proves it, and approved by
 * another (recipient.approve).
 */
export type ReceivingDoor = {
  readonly recipientPage: (reader: StaffMember, household: Id<'Household'>) => Promise<RecipientPage | undefined>
  readonly proposeTransfer: (
    reader: StaffMember,
    said: TransferSaid,
    file: GivenFile | null,
  ) => Promise<
    Result<
      undefined,
      TransferRefusal | KeepRefusal | { readonly code: 'number_unknown' } | { readonly code: 'no_folder' }
    >
  >
  readonly waitingForRecipient: (reader: StaffMember) => Promise<readonly WaitingRow[]>
}

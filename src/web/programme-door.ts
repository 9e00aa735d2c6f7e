import type { EntryChannel, Given } from '#countries'
import type { DateText, Id, Month, Result, Words } from '#kernel'
import type {
  ApplicationRefusal,
  CampaignRefusal,
  ChangeRefusal,
  EnrolmentChange,
  EnrolmentState,
  EnrolmentsRefusal,
  ExceptionalRefusal,
} from '#programmes'
import type { Amount, StaffMember } from './context.ts'

/** A programme with terms of enrolment, in the list. */
export type ProgrammeLine = {
  readonly pack: string
  readonly name: Words
  readonly says: Words
  readonly by: 'automatic' | 'application'
  readonly from: Month | null
  readonly to: Month | null
  readonly counts: Readonly<Partial<Record<EnrolmentState, number>>>
}

/** What gives a term, as words: texts of the sources, none where it was chosen. */
export type TermGiven = { readonly sources: readonly string[]; readonly confidence: Given['confidence'] }

export type CampaignRow = {
  readonly code: string
  readonly names: Words
  readonly from: DateText | null
  readonly to: DateText | null
  readonly place: readonly Words[]
  readonly given: TermGiven | null
}

export type ProgrammePage = ProgrammeLine & {
  readonly entry: TermGiven
  readonly opening: (TermGiven & { readonly from: Month }) | null
  readonly channels: (TermGiven & { readonly open: readonly EntryChannel[] }) | null
  readonly byCampaign: boolean
  readonly campaigns: readonly CampaignRow[]
  readonly quotas: readonly (TermGiven & {
    readonly place: readonly Words[]
    readonly from: Month
    readonly households: number | null
  })[]
  readonly order: (TermGiven & { readonly terms: readonly Words[]; readonly ties: 'earliest' | 'drawn' }) | null
  readonly notWith: readonly (TermGiven & { readonly name: Words; readonly yields: 'this' | 'other' })[]
  readonly recertification: (TermGiven & { readonly months: number }) | null
  readonly duration: (TermGiven & { readonly months: number }) | null
  readonly remarks: readonly Words[]
  /** Conditions that are followed month by month. */
  readonly conditions: readonly Words[]
  readonly places: readonly { readonly place: readonly Words[]; readonly counts: ProgrammeLine['counts'] }[]
  /** Applications as far as the reader sees them, by the state that followed. */
  readonly applications: readonly { readonly state: EnrolmentState; readonly count: number }[]
  readonly mayOpenCampaign: boolean
}

/** One change as a page shows it: what, since when, and why in words where the law has some. */
export type EnrolmentRow = {
  readonly at: string
  readonly name: Words
  readonly change: EnrolmentChange
  readonly state: EnrolmentState
  readonly reason: string
  readonly why: Words | null
  /** The other programme, where one excludes it. */
  readonly other: Words | null
  readonly rank: number | null
  readonly says: string | null
  readonly month: Month
  /** The member of staff who changed it; null where a run of the programme or the family did. */
  readonly by: string | null
}

export type HouseholdProgramme = {
  readonly pack: string
  readonly name: Words
  readonly state: EnrolmentState | null
  readonly steps: readonly EnrolmentRow[]
  readonly applications: readonly {
    readonly on: DateText
    readonly channel: string
    readonly outcome: 'eligible' | 'not_eligible' | 'undetermined'
    readonly amount: Amount | undefined
    readonly refusals: readonly Words[]
    readonly missing: readonly string[]
  }[]
  readonly exceptions: readonly {
    readonly effect: 'owed' | 'not_owed'
    readonly amount: Amount | undefined
    readonly from: Month
    readonly to: Month
    readonly motive: string
  }[]
  /** What followed from the programme's conditions, the last of each. */
  readonly conditions: readonly {
    readonly code: string
    readonly label: Words
    readonly month: Month
    readonly step: 'warned' | 'suspended' | 'restored' | 'withdrawn'
  }[]
  /** Null where an application may be made at the desk today. */
  readonly refusal: ApplicationRefusal | null
  readonly pays: boolean
}

export type HouseholdProgrammes = {
  readonly household: Id<'Household'>
  readonly sourceId: string
  readonly month: Month
  readonly programmes: readonly HouseholdProgramme[]
  readonly mayApply: boolean
  readonly mayDecide: boolean
}

/** Why an enrolment is changed by hand. */
export const HAND_REASONS = ['family_asks', 'moved_away', 'under_check', 'check_ended', 'made_in_error'] as const
export type HandReason = (typeof HAND_REASONS)[number]

export type NotGranted = { readonly code: 'not_granted' }

export type HandChange = {
  readonly id: Id<'EnrolmentAct'>
  readonly household: Id<'Household'>
  readonly pack: string
  readonly change: 'suspend' | 'restore' | 'exit'
  readonly month: Month
  readonly reason: HandReason
  readonly says: string
}

export type ExceptionAsked = {
  readonly id: Id<'Proposal'>
  readonly household: Id<'Household'>
  readonly pack: string
  readonly effect: 'owed' | 'not_owed'
  /** As typed; `amount_malformed` where it is no amount. */
  readonly amount: string
  readonly from: Month
  readonly to: Month
  readonly motive: string
}

/** Programmes, their terms, and who is in them. The database holds what is seen; each act asks its own permission. */
export type ProgrammeDoor = {
  readonly enrolmentProgrammes: (reader: StaffMember) => Promise<readonly ProgrammeLine[]>
  readonly enrolmentProgramme: (reader: StaffMember, pack: string) => Promise<ProgrammePage | undefined>
  readonly openCampaign: (
    reader: StaffMember,
    asked: {
      readonly id: Id<'Campaign'>
      readonly pack: string
      readonly territory: string
      readonly names: Words
      readonly opensOn: DateText
      readonly closesOn: DateText
    },
  ) => Promise<Result<undefined, CampaignRefusal | NotGranted>>
  readonly householdProgrammes: (
    reader: StaffMember,
    household: Id<'Household'>,
  ) => Promise<HouseholdProgrammes | undefined>
  readonly applyForProgramme: (
    reader: StaffMember,
    asked: { readonly id: Id<'Application'>; readonly household: Id<'Household'>; readonly pack: string },
  ) => Promise<Result<{ readonly state: EnrolmentState }, ApplicationRefusal | NotGranted>>
  readonly changeEnrolment: (
    reader: StaffMember,
    asked: HandChange,
  ) => Promise<Result<undefined, EnrolmentsRefusal | ChangeRefusal | NotGranted | { readonly code: 'says_missing' }>>
  readonly proposeException: (
    reader: StaffMember,
    asked: ExceptionAsked,
  ) => Promise<Result<undefined, ExceptionalRefusal | NotGranted | { readonly code: 'amount_malformed' }>>
}

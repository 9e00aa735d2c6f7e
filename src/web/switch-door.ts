import type { DateText, Id, Language, Month, Result, Words } from '#kernel'
import type { ResumeRefusal, ReverseRefusal, StopRefusal, SwitchId, SwitchRefusal } from '#programmes'
import type { StaffMember } from './context.ts'

/** Approved and not begun; under way; stopped between its parts; done; taken back by another move, which may still be under way. */
export type SwitchState = 'approved' | 'under_way' | 'stopped' | 'done' | 'taken_back'

export type SwitchRowShown = {
  readonly id: SwitchId
  /** Programme, or fact, whose households move. */
  readonly from: Words
  readonly to: Words
  readonly month: Month
  readonly state: SwitchState
  readonly isReversal: boolean
  readonly households: number
  readonly approvedAt: string
}

/** A move that was proposed and waits for a second person. */
export type SwitchWaiting = {
  readonly id: Id<'Proposal'>
  readonly says: string
  readonly byName: string
  readonly at: string
}

export type SwitchesPage = { readonly rows: readonly SwitchRowShown[]; readonly waiting: readonly SwitchWaiting[] }

/** What a family reads, in one language. */
export type NoticeText = { readonly language: Language; readonly text: string }

export type SwitchPage = SwitchRowShown & {
  readonly heldOn: DateText | null
  readonly says: string
  readonly proposedBy: string | null
  readonly approvedBy: string | null
  readonly finishedAt: string | null
  readonly stopped: { readonly at: string; readonly by: string; readonly says: string } | null
  readonly tells: boolean
  readonly notice: NoticeText
  readonly told: number
  readonly rangesDone: number
  readonly ranges: number
  /** Households by what became of them: a state, `already`, `not_from_here`. */
  readonly counts: Readonly<Record<string, number>>
  readonly reverses: SwitchId | null
  readonly reversedBy: SwitchId | null
  readonly windowUntil: DateText
  readonly isWindowOpen: boolean
  /** It was proposed to take it back, and nobody has decided yet. */
  readonly reversalWaits: Id<'Proposal'> | null
}

export type SwitchForm = {
  readonly programmes: readonly { readonly pack: string; readonly name: Words }[]
  /** Facts of the household that say until when it is covered. */
  readonly facts: readonly { readonly fact: string; readonly name: Words }[]
  readonly month: Month
  readonly today: DateText
}

/** As typed; `from` is `pack:ma/tayssir` or `fact:ramed_card_until`. */
export type SwitchSaid = {
  readonly id: Id<'Proposal'>
  readonly from: string
  readonly on: string
  readonly to: string
  readonly month: string
  readonly until: string
  readonly tells: boolean
  readonly says: string
}

export type SwitchReach = {
  readonly covered: number
  readonly movable: number
  readonly cannot: readonly {
    readonly reason: 'already_in' | 'not_cumulable' | 'no_place'
    readonly households: number
  }[]
  readonly regions: readonly { readonly name: Words; readonly households: number }[]
  readonly notice: readonly NoticeText[]
}

/** What a proposal of a move says. */
export type SwitchProposed = {
  readonly from: Words
  readonly heldOn: DateText | null
  readonly to: Words
  readonly month: Month
  readonly windowUntil: DateText
  readonly households: number
  readonly tells: boolean
  readonly notice: NoticeText
  readonly reverses: SwitchId | null
}

type NotGranted = { readonly code: 'not_granted' }
export type SwitchSaidRefusal =
  | SwitchRefusal
  | NotGranted
  | { readonly code: 'from_unknown' | 'month_malformed' | 'day_malformed' }

/** Moves of everybody from one programme into another. Their figures are the whole country's: others get undefined, or are refused. */
export type SwitchDoor = {
  readonly switches: (reader: StaffMember) => Promise<SwitchesPage | undefined>
  readonly switchOf: (reader: StaffMember, id: SwitchId) => Promise<SwitchPage | undefined>
  readonly switchForm: (reader: StaffMember) => Promise<SwitchForm | undefined>
  /** What would happen, also where there is nobody to move. */
  readonly previewSwitch: (
    reader: StaffMember,
    said: SwitchSaid,
  ) => Promise<Result<SwitchReach, Exclude<SwitchSaidRefusal, { code: 'nobody_to_move' }>>>
  readonly proposeSwitch: (reader: StaffMember, said: SwitchSaid) => Promise<Result<undefined, SwitchSaidRefusal>>
  readonly proposeSwitchBack: (
    reader: StaffMember,
    asked: { readonly id: Id<'Proposal'>; readonly reverses: SwitchId; readonly says: string },
  ) => Promise<Result<undefined, ReverseRefusal | NotGranted>>
  /** Stops it between its parts, once those at work are done. */
  readonly stopSwitch: (
    reader: StaffMember,
    asked: { readonly id: SwitchId; readonly says: string },
  ) => Promise<Result<undefined, StopRefusal | NotGranted>>
  /** Leaves it to the workers once more. */
  readonly resumeSwitch: (reader: StaffMember, id: SwitchId) => Promise<Result<undefined, ResumeRefusal | NotGranted>>
}

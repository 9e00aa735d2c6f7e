import type { FeedKind } from '#countries'
import type { Id, Month, Result, Words } from '#kernel'
import type { WaiverEndRefusal, WaiverId, WaiverReach, WaiverRefusal } from '#programmes'
import type { PersonName, StaffMember } from './context.ts'

export const STEPS_SHOWN = ['warned', 'suspended', 'restored'] as const
export type StepShown = (typeof STEPS_SHOWN)[number]

/** A condition of a programme, in the words of the country. */
export type ConditionShown = {
  readonly code: string
  readonly label: Words
  readonly feed: FeedKind
  /** Names of the facts that say whether it is met. */
  readonly facts: readonly Words[]
  /** Months in a row after which the programme suspends; null where no source says. */
  readonly suspendAfter: number | null
  readonly source: string | null
  readonly without: Words | null
  /** True where it is about each member; false where about the household. */
  readonly ofMembers: boolean
}

/** Households of a place; `met` null where the month was decided and cannot be counted for the reader. */
export type ConditionRow = {
  readonly place: readonly Words[]
  readonly met: number
  readonly unmet: number
  readonly unknown: number
  readonly waived: number
  readonly warned: number
  readonly suspended: number
  readonly restored: number
}

export type ConditionMembers = { readonly unmet: number; readonly unknown: number; readonly waived: number }

export type ConditionMonth = {
  readonly condition: ConditionShown
  readonly total: ConditionRow
  readonly members: ConditionMembers
  readonly rows: readonly ConditionRow[]
}

/** What followed for a household, and of whom what was found. */
export type StepRow = {
  readonly household: Id<'Household'>
  readonly sourceId: string
  readonly name: PersonName
  readonly place: readonly Words[]
  readonly condition: Words
  readonly step: StepShown
  /** The warning was taken back. */
  readonly takenBack: boolean
  readonly breaches: number
  readonly at: string
  readonly found: readonly {
    readonly finding: 'met' | 'unmet' | 'unknown' | 'waived'
    /** Null where it is the household's. */
    readonly name: PersonName | null
  }[]
}

export type SuspensionShown = Pick<StepRow, 'household' | 'sourceId' | 'name' | 'place' | 'at'> & {
  readonly change: 'suspend' | 'restore'
  readonly reason: string
  readonly says: string | null
}

export type ConditionsPage = {
  readonly pack: string
  readonly name: Words
  /** Months that were decided, the latest first. */
  readonly months: readonly Month[]
  /** Null before the first. */
  readonly month: Month | null
  readonly conditions: readonly ConditionMonth[]
  readonly step: StepShown | null
  readonly steps: readonly StepRow[]
  /** Suspensions and returns that count from the month on, by a condition or by hand; the first of them. */
  readonly suspensions: readonly SuspensionShown[]
  readonly moreSuspensions: boolean
  readonly page: number
  readonly more: boolean
}

/** As asked in the address; what is no month, step or page is passed over. */
export type ConditionsAsked = {
  readonly pack: string
  readonly month: string
  readonly step: string
  readonly page: number
}

export type WaiverState = 'announced' | 'under_way' | 'over' | 'withdrawn'

/** A group of members in words: facts with the values that belong. */
export type GroupShown = readonly { readonly fact: Words; readonly values: readonly Words[] }[]

export type WaiverRow = {
  readonly id: WaiverId
  readonly programme: Words
  readonly pack: string
  /** Null: every condition of the programme. */
  readonly condition: Words | null
  readonly place: readonly Words[]
  readonly from: Month
  readonly until: Month
  /** Earlier than `until` where it was ended. */
  readonly untilNow: Month
  readonly group: GroupShown
  readonly says: string
  readonly state: WaiverState
  readonly approvedAt: string
  readonly shock: Id<'Shock'> | null
}

export type WaiverPage = WaiverRow & {
  readonly ends: readonly { readonly until: Month; readonly says: string; readonly at: string }[]
  readonly mayEnd: boolean
  /** The month it is, and the earliest last month that may be asked. */
  readonly first: Month
}

/** What a proposal about waivers says. */
export type WaiverProposed = Pick<WaiverRow, 'programme' | 'condition' | 'place'> &
  (
    | {
        readonly act: 'waive'
        readonly from: Month
        readonly until: Month
        readonly group: GroupShown
        readonly reach: WaiverReach | null
      }
    | { readonly act: 'end'; readonly was: Month; readonly until: Month }
  )

export type WaiverForm = {
  readonly month: Month
  readonly programmes: readonly {
    readonly pack: string
    readonly name: Words
    readonly conditions: readonly { readonly code: string; readonly label: Words }[]
  }[]
  readonly places: readonly { readonly code: string; readonly names: readonly Words[] }[]
  /** Facts of members with a closed list, by which a group is said. */
  readonly facts: readonly {
    readonly name: string
    readonly label: Words
    readonly codes: readonly { readonly code: string; readonly label: Words }[]
  }[]
}

/** As typed. */
export type WaiverSaid = {
  readonly id: Id<'Proposal'>
  /** Programme and condition, such as `ma/tayssir attendance`; a programme alone is every condition of it. */
  readonly condition: string
  readonly territory: string
  readonly from: string
  readonly until: string
  /** Each `fact code`: any of the codes of a fact, and each fact that is named. */
  readonly group: readonly string[]
  readonly says: string
}

export type WaiverSaidRefusal = WaiverRefusal | { readonly code: 'not_granted' | 'month_malformed' }

/** Conditions of programmes, month by month, and where they do not count. */
export type ConditionDoor = {
  /** Undefined where the country follows no condition of such a programme. */
  readonly conditions: (reader: StaffMember, asked: ConditionsAsked) => Promise<ConditionsPage | undefined>
  readonly waivers: (
    reader: StaffMember,
    page: number,
  ) => Promise<{ readonly rows: readonly WaiverRow[]; readonly more: boolean }>
  readonly waiver: (reader: StaffMember, id: WaiverId) => Promise<WaiverPage | undefined>
  /** Undefined for who may waive nothing anywhere. */
  readonly waiverForm: (reader: StaffMember) => Promise<WaiverForm | undefined>
  /** Whom it would cover now; null where the programme was never decided. */
  readonly previewWaiver: (
    reader: StaffMember,
    said: WaiverSaid,
  ) => Promise<Result<WaiverReach | null, WaiverSaidRefusal>>
  readonly proposeWaiver: (reader: StaffMember, said: WaiverSaid) => Promise<Result<undefined, WaiverSaidRefusal>>
  readonly proposeWaiverEnd: (
    reader: StaffMember,
    asked: { readonly id: Id<'Proposal'>; readonly waiver: WaiverId; readonly until: string; readonly says: string },
  ) => Promise<Result<undefined, WaiverEndRefusal | { readonly code: 'not_granted' | 'month_malformed' }>>
}

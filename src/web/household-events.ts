import type { EventKind, EventRefusal, HouseholdEvent } from '#households'
import type { Id, Month, Result, Words } from '#kernel'
import type { PersonName, StaffMember } from './context.ts'
import type { CorrectionEvent, PersonalDataDoor } from './personal-data.ts'
import type { EnrolmentRow, HouseholdProgramme } from './programme-door.ts'
import type { TransferRow } from './receiving-door.ts'

/** What the page of a new event shows before anything is said. */
export type EventPage = {
  readonly household: Id<'Household'>
  readonly sourceId: string
  readonly head: PersonName
  /** Events for which the country's catalogue has the words. */
  readonly kinds: readonly EventKind[]
  readonly members: readonly EventMember[]
  /** Another household, found by its number; null where nobody asked, or none is seen. */
  readonly from: {
    readonly household: Id<'Household'>
    readonly sourceId: string
    readonly members: readonly EventMember[]
  } | null
  readonly relations: readonly { readonly code: string; readonly words: Words }[]
  readonly territory: string
  readonly territories: readonly { readonly code: string; readonly path: readonly Words[] }[]
  readonly dwelling: readonly DwellingInput[]
}

export type EventMember = {
  readonly id: Id<'Person'>
  readonly name: PersonName
  readonly relation: Words | undefined
  readonly isHead: boolean
}

export type DwellingInput = {
  readonly name: string
  readonly label: Words
  readonly input: 'yes_no' | 'number' | 'code'
  readonly codes: readonly { readonly code: string; readonly words: Words }[]
}

/** What an event would change, one entry for each household that it touches. */
export type EventPreview = readonly {
  readonly household: Id<'Household'>
  readonly is: 'own' | 'new' | 'other'
  readonly closes: boolean
  readonly leaves: readonly string[]
  readonly joins: readonly { readonly person: string; readonly relation: string }[]
  /** Members who stay, by another relation. */
  readonly relations: readonly { readonly person: string; readonly relation: string }[]
  /** Other facts that change. */
  readonly facts: readonly Words[]
  readonly recipient: string | null
  /** Who received has died: the payments wait. */
  readonly waits: boolean
}[]

/** Events of a household (household.write). The database holds what is seen; every opening is recorded. */
export type EventsDoor = {
  readonly eventPage: (
    reader: StaffMember,
    household: Id<'Household'>,
    from: string | undefined,
  ) => Promise<EventPage | undefined>
  readonly previewEvent: (reader: StaffMember, event: HouseholdEvent) => Promise<Result<EventPreview, EventRefusal>>
  readonly recordEvent: (reader: StaffMember, event: HouseholdEvent) => Promise<Result<undefined, EventRefusal>>
}

/** An event as the household's journey shows it. */
type HappenedEvent = {
  readonly kind: 'event'
  readonly at: string
  readonly happened: EventKind
  readonly on: string
  readonly says: string
  /** Names of whom it concerns, as far as the reader sees them. */
  readonly persons: readonly PersonName[]
  readonly by: string
}

/** What two persons decided besides the law. */
type ExceptionHappened = {
  readonly kind: 'exception'
  readonly at: string
  readonly name: Words
  readonly decided: HouseholdProgramme['exceptions'][number]
  readonly by: string
}

/** What happens to a household's file at the desk: events, and data put right. */
export type FileDoor = EventsDoor & PersonalDataDoor
/** A change in a programme, as the journey shows it. */
type EnrolmentHappened = { readonly kind: 'enrolment'; readonly at: string; readonly row: EnrolmentRow }
/** What followed from a condition of a programme. */
type ConditionHappened = {
  readonly kind: 'condition'
  readonly at: string
  readonly name: Words
  readonly condition: Words
  readonly month: Month
  readonly step: 'warned' | 'suspended' | 'restored' | 'withdrawn'
}

/** Somebody else receives the household's money, as two persons decided. */
type RecipientHappened = { readonly kind: 'recipient'; readonly at: string; readonly transfer: TransferRow }

export type FiledEvent =
  | RecipientHappened
  | CorrectionEvent
  | HappenedEvent
  | EnrolmentHappened
  | ExceptionHappened
  | ConditionHappened

import type { AnswerEventRefusal, EventAnswer, FeedId, HowKnown } from '#households'
import type { DateText, Id, Result, Words } from '#kernel'
import type { PersonName, StaffMember } from './context.ts'

/** Somebody of the household, as the file has them now. */
export type FiledMember = {
  readonly person: Id<'Person'>
  readonly name: PersonName
  readonly birthDate: DateText | null
}

/** A birth or a death that the civil register told: what it says, and what the file says now. */
export type ProposedRow = {
  readonly feed: FeedId
  readonly row: number
  readonly household: Id<'Household'>
  readonly sourceId: string
  readonly place: readonly Words[]
  readonly person: Id<'Person'>
  readonly name: PersonName
  readonly kind: 'birth' | 'death'
  readonly on: DateText
  readonly child: { readonly name: PersonName; readonly sex: 'female' | 'male' } | null
  readonly source: string
  readonly label: string
  readonly matched: HowKnown | null
  readonly at: string
  readonly file: {
    readonly birthDate: DateText | null
    readonly diedOn: DateText | null
    readonly relation: Words | null
    /** Where the person belongs by now, where that is another household than when it was told. */
    readonly movedTo: Id<'Household'> | null
    /** Belongs to no household that the reader sees. */
    readonly isElsewhere: boolean
    readonly closedOn: DateText | null
    readonly bornThen: readonly FiledMember[]
  }
  /** Who may become head: where the head has died and others stay, otherwise nobody. */
  readonly successors: readonly FiledMember[]
  readonly answered: {
    readonly answer: EventAnswer
    readonly at: string
    readonly by: string
    readonly says: string | null
  } | null
}

export type ProposedPage = {
  readonly rows: readonly ProposedRow[]
  readonly more: boolean
  /** How many wait. */
  readonly total: number
}

export type ProposedAsked = {
  readonly page: number
  readonly household?: Id<'Household'>
  readonly answered: boolean
}

export type ProposedAnswer = {
  readonly feed: FeedId
  readonly row: number
  readonly household: Id<'Household'>
  readonly answer: EventAnswer
  readonly says: string
  readonly successor: Id<'Person'> | null
  readonly another: boolean
}

/** Births and deaths that the civil register told (household.write): recorded by somebody, or set aside. */
export type ProposedEventDoor = {
  readonly proposedEvents: (reader: StaffMember, asked: ProposedAsked) => Promise<ProposedPage>
  readonly answerProposedEvent: (
    reader: StaffMember,
    answer: ProposedAnswer,
  ) => Promise<Result<null, AnswerEventRefusal>>
}

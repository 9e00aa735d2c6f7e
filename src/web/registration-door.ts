import type { Id, Language, Result, Words } from '#kernel'
import type { BirthPrecision, DetailField, PreRegistrationId } from '#population'
import type { PersonName, StaffMember } from './context.ts'
import type { EvidenceLine } from './duplicate-door.ts'
import type { AnswerFault, DocumentAnswers, PersonAnswers } from './person-answers.ts'
import type { DetailValue } from './person-file.ts'

/** Registration at a desk (person.register). Each takes the reader; the database holds what is seen. */
export type RegistrationDoor = {
  /** Pre-registrations that wait in the reader's territories; or the one with a reference. */
  readonly registrations: (reader: StaffMember, reference: string) => Promise<RegistrationList>
  /** What the form begins with; undefined for a pre-registration that is closed, or not the reader's to see. */
  readonly registrationForm: (
    reader: StaffMember,
    from: PreRegistrationId | undefined,
  ) => Promise<RegistrationForm | undefined>
  /** Who of the register it may be; nothing is recorded. */
  readonly checkRegistration: (
    reader: StaffMember,
    asked: RegistrationAsked,
  ) => Promise<Result<RegistrationChecked, readonly AnswerFault[]>>
  /** Registers, with a decision on each who was found alike: `others` are somebody else, says the reader. */
  readonly recordRegistration: (
    reader: StaffMember,
    asked: RegistrationAsked & { readonly others: readonly string[] },
  ) => Promise<Result<Id<'Person'>, RegistrationRefusal>>
  /** Ends a pre-registration without registering: somebody whom the register knows, or refused with a reason. */
  readonly closeRegistration: (
    reader: StaffMember,
    id: PreRegistrationId,
    end: { readonly known: Id<'Person'> } | { readonly refused: string },
  ) => Promise<boolean>
}

export type RegistrationRefusal =
  | { readonly code: 'faulty'; readonly faults: readonly AnswerFault[] }
  /** Somebody was found alike of whom nothing was said. */
  | { readonly code: 'unanswered' }
  /** Another agent was quicker. */
  | { readonly code: 'closed_meanwhile' }

export type RegistrationList = {
  readonly total: number
  readonly rows: readonly RegistrationRow[]
}

export type RegistrationRow = {
  readonly id: PreRegistrationId
  readonly reference: string
  readonly name: PersonName
  readonly birth: { readonly date: string; readonly precision: BirthPrecision } | undefined
  readonly territory: readonly Words[]
  readonly saidAt: string
  readonly outcome: 'registered' | 'known' | 'refused' | undefined
  readonly person: Id<'Person'> | undefined
}

export type PlaceOption = { readonly code: string; readonly path: readonly Words[] }

export type RegistrationForm = {
  readonly from: { readonly id: PreRegistrationId; readonly reference: string } | undefined
  readonly answers: PersonAnswers
  readonly language: Language
  readonly places: readonly PlaceOption[]
}

export type RegistrationAsked = {
  readonly person: Id<'Person'>
  readonly from: PreRegistrationId | undefined
  readonly answers: PersonAnswers
  readonly documents: readonly DocumentAnswers[]
  readonly evidence: string
  readonly language: Language
}

export type RegistrationChecked = {
  readonly name: PersonName
  readonly candidates: readonly CandidateFile[]
  /** False where nothing was learnt from the register yet: alike names are not looked for. */
  readonly isSearched: boolean
}

/** Somebody of the register beside whoever is at the desk. */
export type CandidateFile = {
  readonly person: Id<'Person'>
  readonly name: PersonName
  readonly number: string | undefined
  readonly percent: number
  /** What is said and what is known, line by line. */
  readonly rows: readonly {
    readonly field: DetailField
    readonly said: DetailValue | undefined
    readonly known: DetailValue | undefined
  }[]
  readonly evidence: readonly EvidenceLine[]
}

import type { Id, Result } from '#kernel'
import type { DetailField } from '#population'
import type { PersonName, StaffMember } from './context.ts'
import type { AnswerFault, DocumentAnswers, PersonAnswers } from './person-answers.ts'
import type { DocumentLine } from './person-file.ts'
import type { PlaceOption } from './registration-door.ts'

/** Changes of what is recorded of a person (person.correct). The database holds what is seen; each is audited. */
export type PersonChangeDoor = {
  readonly personForm: (reader: StaffMember, id: Id<'Person'>) => Promise<PersonForm | undefined>
  /** Undefined where the reader does not see the person. */
  readonly changePerson: (
    reader: StaffMember,
    id: Id<'Person'>,
    change: PersonChange,
  ) => Promise<Result<undefined, PersonChangeRefusal> | undefined>
}

export type PersonForm = {
  readonly id: Id<'Person'>
  readonly name: PersonName
  /** The state that is shown: a change made from it says so. */
  readonly version: string
  readonly answers: PersonAnswers
  readonly absentSince: string
  readonly isDead: boolean
  readonly places: readonly PlaceOption[]
  readonly documents: readonly DocumentLine[]
  readonly aliases: readonly { readonly alias: string; readonly until: string | undefined }[]
  readonly households: readonly { readonly id: Id<'Household'>; readonly sourceId: string }[]
}

export type PersonChange = { readonly evidence: string; readonly channel: 'desk' | 'field' } & (
  | { readonly change: 'details'; readonly version: string; readonly answers: PersonAnswers }
  /** Empty: found again. */
  | { readonly change: 'absence'; readonly version: string; readonly since: string }
  | { readonly change: 'death'; readonly on: string }
  | { readonly change: 'document'; readonly document: DocumentAnswers }
  | { readonly change: 'withdraw'; readonly document: string }
  /** Empty: until it is revoked. */
  | { readonly change: 'alias'; readonly until: string }
  | { readonly change: 'revoke'; readonly alias: string }
)

export type PersonChangeRefusal =
  | { readonly code: 'faulty'; readonly faults: readonly AnswerFault[] }
  | {
      readonly code: 'changed_meanwhile'
      readonly fields: readonly DetailField[]
      readonly by: string
      readonly version: string
    }
  | { readonly code: 'evidence_missing' }
  | { readonly code: 'nothing_changes' }
  | { readonly code: 'date_malformed' }
  /** It is said as an event of the household. */
  | { readonly code: 'in_household' }
  | { readonly code: 'too_many_aliases' }

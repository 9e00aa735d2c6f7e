import type { DataCategory, Processing } from '#countries'
import type { DateText, Id, Month, Result, Words } from '#kernel'
import type { AccessWords, RectificationAsked, RectificationId, RectificationRefusal } from '#privacy'
import type { DownloadFile, FactValue, PersonName, StaffMember } from './context.ts'

/** The register of processing as the page shows it. */
export type ProcessingsPage = {
  readonly law: { readonly name: Words; readonly source: string; readonly confidence: string }
  readonly rows: readonly ProcessingRow[]
}

export type ProcessingRow = {
  readonly category: DataCategory
  readonly sensitive: boolean
  readonly purpose: Words
  readonly basis: { readonly source: string; readonly article: string | null; readonly confidence: string }
  readonly recipients: readonly Words[]
  readonly retention: Processing['retention']
  readonly facts: readonly Words[]
  readonly columns: readonly { readonly table: string; readonly columns: readonly string[] }[]
}

/** What a household's page of own data asks of the floors below. Each takes who asks; the database holds what is seen. */
export type PersonalDataDoor = {
  /** Requests to put right, and what can be asked; `chosen` as an option's value names it. */
  readonly corrections: (
    reader: StaffMember,
    household: Id<'Household'>,
    chosen: string | undefined,
  ) => Promise<CorrectionsPage | undefined>
  readonly askCorrection: (
    reader: StaffMember,
    request: { readonly id: RectificationId; readonly household: Id<'Household'> } & RectificationAsked,
  ) => Promise<Result<unknown, { readonly code: RectificationRefusal['code'] | 'household_unknown' }> | undefined>
  readonly answerCorrection: (
    reader: StaffMember,
    answer: {
      readonly household: Id<'Household'>
      readonly id: RectificationId
      readonly outcome: 'accepted' | 'refused'
      readonly motive: string
      /** What was shown for it. */
      readonly shown: string
    },
  ) => Promise<Result<unknown, { readonly code: string }> | undefined>
  /** Requests that wait for an answer, the oldest first, a page at a time. */
  readonly waitingCorrections: (reader: StaffMember, page: number) => Promise<WaitingCorrections>
  /** A paper of a request, as a file; undefined where the reader does not see it. */
  readonly correctionPaper: (
    reader: StaffMember,
    id: Id<'Evidence'>,
  ) => Promise<
    | {
        readonly name: string
        readonly type: string
        readonly size: number
        readonly bytes: AsyncIterable<Buffer>
      }
    | undefined
  >
  /** The file for the right of access; undefined where the reader may not see the household. */
  readonly personalFile: (
    reader: StaffMember,
    household: Id<'Household'>,
    as: 'json' | { readonly words: AccessWords },
  ) => Promise<DownloadFile | undefined>
}

/** A field by the words of the catalogue, or by the name of what tells who a person is. */
export type FieldName = { readonly label: Words } | { readonly person: string }

/** A value of a request as it is shown. `kept`: the register holds it, and does not show it here. */
export type CorrectionValue =
  | FactValue
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'document'; readonly type: string; readonly number: string }
  | { readonly kind: 'kept' }

export type WaitingCorrections = {
  readonly rows: readonly (Omit<CorrectionRow, 'papers'> & {
    readonly household: Id<'Household'>
    readonly sourceId: string
    readonly place: readonly Words[]
    readonly papers: number
  })[]
  readonly more: boolean
}

export type CorrectionsPage = {
  readonly household: Id<'Household'>
  readonly sourceId: string
  readonly head: PersonName
  readonly groups: readonly {
    /** `household`, or the member's id. */
    readonly of: string
    /** Undefined for the household itself. */
    readonly member: PersonName | undefined
    readonly options: readonly { readonly value: string; readonly field: FieldName }[]
  }[]
  readonly chosen:
    | {
        readonly value: string
        readonly field: FieldName
        readonly member: PersonName | undefined
        readonly input: 'text' | 'date' | 'number' | 'yes_no' | 'code' | 'phone' | 'document'
        readonly codes: readonly { readonly code: string; readonly words: Words }[]
        /** What is held, as it travels; empty when unknown: where the input begins. */
        readonly wire: string
        readonly now: CorrectionValue
        /** What another register told of it last. */
        readonly told: ToldValue | undefined
      }
    | undefined
  readonly requests: readonly (CorrectionRow & { readonly told: ToldValue | undefined })[]
}

/** A value that another register told: its name as that register is known here, and the month that it is about. */
export type ToldValue = {
  readonly value: CorrectionValue
  readonly source: string
  readonly month: Month | null
  readonly on: DateText
}

/** A step of a request on the journey of its household. */
export type CorrectionEvent = {
  readonly kind: 'correction'
  readonly at: string
  readonly state: 'asked' | 'accepted' | 'refused'
  readonly field: FieldName
  readonly by: string
  readonly motive: string | null
}

export type CorrectionRow = {
  readonly id: RectificationId
  readonly field: FieldName
  readonly member: PersonName | undefined
  readonly before: CorrectionValue
  readonly asked: CorrectionValue
  readonly says: string
  /** web: the citizen asked, on the own page. */
  readonly channel: 'desk' | 'web'
  /** Accepted on proof alone. */
  readonly proved: boolean
  /** What was shown for it. */
  readonly shown: string | null
  readonly papers: readonly {
    readonly id: Id<'Evidence'>
    readonly name: string
    readonly size: number
    readonly scanned: boolean
  }[]
  readonly askedAt: string
  readonly askedName: string
  /** True for the reader's own: somebody else answers. */
  readonly own: boolean
  readonly decided: 'accepted' | 'refused' | null
  readonly motive: string | null
  readonly decidedAt: string | undefined
  readonly decidedName: string | null
}

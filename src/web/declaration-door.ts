import type { AttachRefusal, BeginRefusal, DraftChange, DraftRefusal, KeepRefusal, SubmitRefusal } from '#households'
import type { DateText, Id, Result, Words } from '#kernel'
import type { FactRow, PersonName, StaffMember } from './context.ts'

export type DraftId = Id<'Draft'>

/** Where declarations begin, and those under way that the reader may take up. */
export type DraftsPage = {
  readonly places: readonly Place[]
  readonly drafts: readonly DraftSummary[]
  /** The draft of the number that was typed; null where there is none here, undefined where none was asked. */
  readonly found: DraftId | null | undefined
}

export type Place = { readonly code: string; readonly path: readonly Words[] }

export type DraftSummary = {
  readonly id: DraftId
  readonly number: string
  readonly place: readonly Words[]
  readonly household: Id<'Household'> | null
  readonly waits: boolean
  readonly savedAt: string
  readonly savedBy: string
}

/** A declaration as each of its pages shows it. */
export type DeclarationHead = {
  readonly draft: DraftId
  readonly number: string
  readonly version: number
  readonly household: Id<'Household'> | null
  readonly place: readonly Words[]
  readonly waits: boolean
  readonly savedAt: string
  readonly savedBy: string
  /** Parts with something to ask, in order. */
  readonly steps: readonly {
    readonly name: string
    readonly label: Words
    readonly open: number
    readonly faults: number
  }[]
}

export type FaultRow = {
  readonly key: string
  readonly code: string
  readonly severity: 'error' | 'warning'
  readonly words: Words | null
  /** Whom it is about; null for the household. */
  readonly member: PersonName | null
  /** Labels of the facts, and the part that asks the first. */
  readonly about: readonly Words[]
  readonly step: string
  readonly explained: string
}

export type QuestionRow = {
  readonly name: string
  readonly question: Words
  readonly help: Words | null
  readonly input: 'yes_no' | 'code' | 'number' | 'money' | 'date' | 'place'
  readonly codes: readonly { readonly code: string; readonly words: Words }[]
  /** As the field holds it: empty where nothing was said, `unknown` where the family does not know. */
  readonly value: string
  readonly required: boolean
  readonly faults: readonly FaultRow[]
}

export type MemberCard = {
  readonly key: string
  readonly name: PersonName
  readonly names: { readonly [field in NameField]: string }
  /** The unique number, where the register knows the person. */
  readonly number: string
  /** In the register: names are put right elsewhere. */
  readonly known: boolean
  readonly age: number | null
  readonly candidates: readonly CandidateRow[]
}

export type NameField = 'givenName' | 'familyName' | 'givenNameAr' | 'familyNameAr' | 'phone'

/** Somebody of the register who may be this person. */
export type CandidateRow = {
  readonly person: string
  readonly name: PersonName
  readonly birthDate: DateText | null
  readonly place: readonly Words[]
  readonly percent: number
  /** Belongs to a household: an event moves people. */
  readonly elsewhere: boolean
}

export type UnitRow = {
  /** Null for the household. */
  readonly member: MemberCard | null
  readonly questions: readonly QuestionRow[]
  readonly faults: readonly FaultRow[]
}

export type SectionPage = {
  readonly head: DeclarationHead
  readonly step: string
  readonly label: Words
  readonly says: Words | null
  /** True for the part that names the members. */
  readonly names: boolean
  readonly units: readonly UnitRow[]
  /** The questions of somebody new, for the part that names the members. */
  readonly blank: readonly QuestionRow[]
  readonly places: readonly Place[]
}

export type SummaryPage = {
  readonly head: DeclarationHead
  readonly parts: readonly {
    readonly step: string
    readonly label: Words
    readonly units: readonly { readonly member: PersonName | null; readonly facts: readonly FactRow[] }[]
  }[]
  /** Kinds of papers that may be attached; none where no folder takes them. */
  readonly papers: readonly { readonly code: string; readonly words: Words }[]
  readonly attached: readonly PaperRow[]
  readonly errors: readonly FaultRow[]
  readonly warnings: readonly FaultRow[]
}

/** A paper attached to a declaration. */
export type PaperRow = {
  readonly id: PaperId
  readonly kind: Words
  readonly name: string
  /** In bytes. */
  readonly size: number
  readonly scanned: boolean
  readonly at: string
  readonly by: string
}
export type PaperId = Id<'Evidence'>

export type PaperAsked = {
  readonly id: PaperId
  readonly draft: DraftId
  readonly kind: string
  readonly name: string
  readonly bytes: AsyncIterable<Uint8Array>
}

export type PaperFile = {
  readonly name: string
  readonly type: string
  readonly size: number
  readonly bytes: AsyncIterable<Uint8Array>
}

export type SaveAsked = {
  readonly draft: DraftId
  readonly version: number
  readonly changes: readonly DraftChange[]
  /** Numbers typed, by member: who bears one is that person. */
  readonly numbers: Readonly<Record<string, string>>
}

export type SaveRefusal = DraftRefusal | { readonly code: 'number_unknown'; readonly members: readonly string[] }

/** Declarations at the desk (household.write). What is seen is held by the database; every opening is recorded. */
export type DeclarationDoor = {
  readonly drafts: (reader: StaffMember, number: string | undefined) => Promise<DraftsPage>
  readonly beginDeclaration: (
    reader: StaffMember,
    asked: { readonly id: DraftId; readonly territory: string },
  ) => Promise<Result<DraftId, BeginRefusal>>
  readonly beginAgain: (
    reader: StaffMember,
    asked: { readonly id: DraftId; readonly household: Id<'Household'> },
  ) => Promise<Result<DraftId, BeginRefusal>>
  /** Undefined where there is no such draft, or no such part of it. */
  readonly declarationSection: (reader: StaffMember, draft: DraftId, step: string) => Promise<SectionPage | undefined>
  readonly declarationSummary: (reader: StaffMember, draft: DraftId) => Promise<SummaryPage | undefined>
  readonly saveDeclaration: (reader: StaffMember, asked: SaveAsked) => Promise<Result<number, SaveRefusal>>
  readonly submitDeclaration: (
    reader: StaffMember,
    asked: { readonly draft: DraftId; readonly version: number },
  ) => Promise<Result<Id<'Household'>, SubmitRefusal>>
  readonly updateDeclaration: (
    reader: StaffMember,
    asked: { readonly draft: DraftId; readonly version: number },
  ) => Promise<Result<undefined, DraftRefusal>>
  /** Takes a paper in, piece by piece. Attached twice with one id, or the same file again, it is there once. */
  readonly attachPaper: (
    reader: StaffMember,
    asked: PaperAsked,
  ) => Promise<Result<undefined, AttachRefusal | KeepRefusal | { readonly code: 'no_folder' }>>
  /** Opens a paper of a declaration, under way or sent; every opening is recorded. */
  readonly paper: (reader: StaffMember, id: PaperId) => Promise<PaperFile | undefined>
  readonly papersOfHousehold: (reader: StaffMember, household: Id<'Household'>) => Promise<readonly PaperRow[]>
  readonly dropDeclaration: (
    reader: StaffMember,
    asked: { readonly draft: DraftId; readonly version: number },
  ) => Promise<Result<undefined, DraftRefusal>>
}

export type { DraftChange }

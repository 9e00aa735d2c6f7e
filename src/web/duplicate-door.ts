import type { SettleDuplicateRefusal } from '#households'
import type { Id, Result, Words } from '#kernel'
import type { DetailField, DocumentType, Settling, Zone } from '#population'
import type { Amount, DecisionRow, PersonName, StaffMember } from './context.ts'
import type { DetailValue, DocumentLine, PersonFile } from './person-file.ts'

/** What the pages of duplicates ask of the floors below. Each takes the reader; the database holds what is seen. */
export type DuplicateDoor = {
  /** Pairs that wait for somebody, the most certain first. */
  readonly duplicates: (reader: StaffMember, asked: PairsAsked) => Promise<PairList>
  /** Pairs found to be the same or two persons, the latest first. */
  readonly settledDuplicates: (reader: StaffMember, page: number) => Promise<readonly SettledRow[]>
  /** What stands of the decisions on a person. */
  readonly settledOf: (reader: StaffMember, person: Id<'Person'>) => Promise<readonly SettledRow[]>
  /** Two files side by side; undefined where the reader may not settle them. */
  readonly duplicate: (
    reader: StaffMember,
    one: Id<'Person'>,
    other: Id<'Person'>,
  ) => Promise<DuplicateFile | undefined>
  readonly settleDuplicate: (
    reader: StaffMember,
    said: PairAnswer,
  ) => Promise<Result<'settled' | 'exists' | 'proposed', SettleDuplicateRefusal>>
}

export type PairsAsked = { readonly zone: Zone | undefined; readonly later: boolean; readonly page: number }

/** `total` counts up to ten thousand. */
export type PairList = { readonly rows: readonly PairRow[]; readonly total: number; readonly perPage: number }

export type PairRow = {
  readonly one: string
  readonly other: string
  readonly names: readonly [PersonName, PersonName]
  readonly territory: readonly Words[]
  /** In parts of a thousand, rounded down. */
  readonly permille: number
  readonly zone: Zone
  readonly since: string
  readonly changed: boolean
}

export type SettledRow = {
  readonly one: string
  readonly other: string
  readonly names: readonly [PersonName, PersonName]
  readonly decision: Settling
  readonly kept: PersonName | undefined
  readonly reason: string
  readonly by: string
  readonly at: string
  /** True where both still belong to households: an event of the household settles it. */
  readonly unsettledHouseholds: boolean
}

export type PairAnswer = {
  readonly id: Id<'MatchDecision'>
  readonly one: Id<'Person'>
  readonly other: Id<'Person'>
  readonly decision: Settling
  readonly kept: string
  readonly reason: string
  readonly seen: string
}

export type DuplicateFile = {
  readonly sides: readonly [DuplicateSide, DuplicateSide]
  readonly rows: readonly ComparedRow[]
  /** In parts of a thousand; undefined where the last search of the register did not bring the two together. */
  readonly permille: number | undefined
  readonly evidence: readonly EvidenceLine[]
  readonly notes: readonly PairNote[]
  /** Two members of staff settle it. */
  readonly takesTwo: boolean
  readonly seen: string
  /** Who stands for both, where they were found to be one. */
  readonly kept: string | undefined
  /** What was decided last; undefined where nothing stands. */
  readonly standing: Exclude<Settling, 'undo'> | undefined
  readonly history: readonly {
    readonly decision: Settling
    readonly reason: string
    readonly by: string
    readonly at: string
  }[]
  /** A merge that waits for a second person. */
  readonly proposed: { readonly id: string; readonly by: string; readonly own: boolean } | undefined
}

export type DuplicateSide = {
  readonly id: Id<'Person'>
  readonly name: PersonName
  readonly number: string | undefined
  readonly modelled: boolean
  readonly territory: readonly Words[]
  readonly status: PersonFile['status']['is']
  readonly documents: readonly DocumentLine[]
  readonly households: readonly PairHousehold[]
  /** Undefined where the reader's roles do not show them. */
  readonly decisions: readonly DecisionRow[] | undefined
  readonly payments: readonly PairPayment[] | undefined
  /** When the file was first recorded, and how often since. */
  readonly recordedAt: string
  readonly states: number
}

export type PairHousehold = {
  readonly id: Id<'Household'>
  readonly sourceId: string
  readonly relation: Words | undefined
  readonly receives: boolean
  readonly members: number
}

export type PairPayment = { readonly at: string; readonly reference: string; readonly amount: Amount }

export type ComparedRow = {
  readonly field: DetailField
  readonly values: readonly [DetailValue | undefined, DetailValue | undefined]
  /** `near` where the model finds the two alike, though they are not written the same. */
  readonly mark: 'same' | 'near' | 'differs' | 'one_side'
}

/** One thing that speaks for one person or for two, and how strongly. */
export type EvidenceLine =
  | { readonly kind: 'column'; readonly column: string; readonly level: string; readonly weight: Weight }
  | { readonly kind: 'document'; readonly type: DocumentType; readonly same: boolean; readonly weight: Weight }

export type Weight = 'strong_for' | 'for' | 'little' | 'against' | 'strong_against'

/** What a person who settles should know besides. */
export type PairNote =
  | { readonly note: 'twins' }
  | { readonly note: 'family_phone'; readonly others: number }
  | { readonly note: 'uncertain_birth' }
  | { readonly note: 'same_household' }

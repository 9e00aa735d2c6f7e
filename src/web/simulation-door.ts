import type { Id, Month, Result, Words } from '#kernel'
import type { Citation, Confidence, Diagnostic } from '#rules'
import type { SavedRow, StudyResult } from '#simulation'
import type { StaffMember } from './context.ts'

export type StudyId = Id<'Study'>

/** A snapshot as it is chosen: by its hash. */
export type SnapshotChoice = {
  readonly hash: string
  readonly effectiveOn: string
  readonly households: number
  readonly members: number
  readonly modelled: boolean
}

export type PackChoice = { readonly id: string; readonly name: Words }

export type SimulationHome = {
  readonly snapshots: readonly SnapshotChoice[]
  readonly packs: readonly PackChoice[]
  readonly studies: readonly SavedStudyRow[]
}

export type SavedStudyRow = Omit<SavedRow, 'savedAt'> & { readonly savedAt: string; readonly packName: Words }

/** A value of the law in force in the month, and where it is from; `key` names an entry of a list or a bracket. */
export type TriedParameter = {
  readonly pack: PackChoice
  readonly name: string
  readonly label: Words
  readonly kind: 'single' | 'list' | 'scale'
  readonly from: string | null
  readonly sources: readonly Citation[]
  readonly confidence: Confidence
  readonly values: readonly { readonly key: string; readonly field: string; readonly value: string }[]
}

/** A fact that can be assumed: numbers are multiplied, codes are given to a share. */
export type FactChoice = {
  readonly fact: string
  readonly label: Words
  readonly codes: readonly { readonly code: string; readonly words: Words }[]
}

export type SimulationForm = {
  readonly snapshot: SnapshotChoice
  readonly pack: PackChoice
  readonly month: Month
  readonly parameters: readonly TriedParameter[]
  readonly numbers: readonly FactChoice[]
  readonly shares: readonly FactChoice[]
  readonly groups: readonly FactChoice[]
  readonly scores: readonly PackChoice[]
  readonly beside: readonly PackChoice[]
  /** Texts of the law that may be changed: of the programme and of those that it uses. */
  readonly laws: readonly { readonly pack: PackChoice; readonly paths: readonly string[] }[]
  /** The study from which one starts, as YAML. */
  readonly study: string | undefined
}

export type FormRefusal =
  | { readonly code: 'snapshot_unknown' | 'pack_unknown' | 'month_refused' | 'name_missing' | 'nothing_tried' }
  /** A text of the law as changed is none: where, and what is wrong. */
  | { readonly code: 'law_refused'; readonly scenario: string; readonly problems: readonly Diagnostic[] }
  /** In the words of the checker. */
  | { readonly code: 'study_refused'; readonly problems: readonly string[] }
  /** What the simulation itself says before it begins, with its facts as text. */
  | { readonly code: 'cannot_begin'; readonly refusal: string; readonly says: string }

/** Why nothing was shown in the end. */
export type StudyEnd =
  | { readonly code: 'cancelled' | 'took_too_long' | 'failed' }
  /** A refusal of the simulation, with its facts as text. */
  | { readonly code: 'refused'; readonly refusal: string; readonly says: string }

/** A region on the map: columns from the west, rows from the north. */
export type RegionTile = { readonly code: string; readonly column: number; readonly row: number; readonly words: Words }

export type SimulationPage =
  | {
      readonly state: 'waiting'
      readonly name: string
      readonly ahead: number
      readonly done: number
      readonly of: number
      readonly own: boolean
    }
  | { readonly state: 'ended'; readonly name: string; readonly end: StudyEnd }
  | {
      readonly state: 'saved'
      readonly row: SavedStudyRow
      readonly study: string
      readonly result: StudyResult
      /** Names of the programmes that moves speak of. */
      readonly packs: Readonly<Record<string, Words>>
      /** Where regions stand on the map; null where the country has none. */
      readonly tiles: readonly RegionTile[] | null
    }

export type FormEntry = readonly [field: string, value: string]

/** What the simulation's pages ask. Each answers undefined to who is not granted the whole country. */
export type SimulationDoor = {
  readonly simulationHome: (reader: StaffMember) => Promise<SimulationHome | undefined>
  readonly simulationForm: (
    reader: StaffMember,
    asked: { readonly snapshot: string; readonly pack: string; readonly month: string; readonly from: string },
  ) => Promise<Result<SimulationForm, FormRefusal> | undefined>
  /** A text of the law, to be changed; undefined where the programme has none of that name. */
  readonly lawText: (
    reader: StaffMember,
    asked: { readonly pack: string; readonly path: string },
  ) => Promise<string | undefined>
  readonly startSimulation: (
    reader: StaffMember,
    entries: readonly FormEntry[],
  ) => Promise<Result<StudyId, FormRefusal> | undefined>
  /** `exported` where it leaves as a file: the audit says so. */
  readonly simulation: (
    reader: StaffMember,
    id: StudyId,
    exported?: 'csv' | 'xlsx' | 'svg' | 'pdf' | 'draft' | 'study',
  ) => Promise<SimulationPage | undefined>
  /** Gives up a study of the reader's own. */
  readonly cancelSimulation: (reader: StaffMember, id: StudyId) => Promise<boolean | undefined>
}

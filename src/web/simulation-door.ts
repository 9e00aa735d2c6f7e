import type { Id, Month, Result, Words } from '#kernel'
import type { Citation, Confidence } from '#rules'
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
  /** The study from which one starts, as YAML. */
  readonly study: string | undefined
}

export type FormRefusal =
  | { readonly code: 'snapshot_unknown' | 'pack_unknown' | 'month_refused' | 'name_missing' | 'nothing_tried' }
  /** In the words of the checker. */
  | { readonly code: 'study_refused'; readonly problems: readonly string[] }

/** Why nothing was shown in the end. */
export type StudyEnd =
  | { readonly code: 'cancelled' | 'took_too_long' | 'failed' }
  /** A refusal of the simulation, with its facts as text. */
  | { readonly code: 'refused'; readonly refusal: string; readonly says: string }

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
    }

export type FormEntry = readonly [field: string, value: string]

/** What the simulation's pages ask. Each answers undefined to who is not granted the whole country. */
export type SimulationDoor = {
  readonly simulationHome: (reader: StaffMember) => Promise<SimulationHome | undefined>
  readonly simulationForm: (
    reader: StaffMember,
    asked: { readonly snapshot: string; readonly pack: string; readonly month: string; readonly from: string },
  ) => Promise<Result<SimulationForm, FormRefusal> | undefined>
  readonly startSimulation: (
    reader: StaffMember,
    entries: readonly FormEntry[],
  ) => Promise<Result<StudyId, FormRefusal> | undefined>
  /** `exported` where it leaves as a file: the audit says so. */
  readonly simulation: (
    reader: StaffMember,
    id: StudyId,
    exported?: 'csv' | 'xlsx' | 'svg' | 'draft' | 'study',
  ) => Promise<SimulationPage | undefined>
  /** Gives up a study of the reader's own. */
  readonly cancelSimulation: (reader: StaffMember, id: StudyId) => Promise<boolean | undefined>
}

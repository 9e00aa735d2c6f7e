import type { DateText, Id, Month, Result, Words } from '#kernel'
import type { DecidedOutcome, Difference, RequestRefusal, RunId, RunState, Sampled } from '#programmes'
import type { Amount, RegionRow, StaffMember } from './context.ts'
import type { ShockArea } from './shock-door.ts'

/** Determination runs: asked for, followed, given up; figures, and the households for whom something is new. */
export type RunDoor = {
  /** Undefined where the reader may not know of it. No household is shown. */
  readonly run: (reader: StaffMember, id: RunId) => Promise<RunPage | undefined>
  /** One that was asked for and of which no run came so far. */
  readonly runRequest: (reader: StaffMember, id: RunId) => Promise<RunRequestPage | undefined>
  readonly cancelRun: (reader: StaffMember, id: RunId) => Promise<Result<null, { readonly code: 'not_allowed' }>>
  /** Some households of each kind, of those that the reader may see; none before the run is finished. */
  readonly runSample: (reader: StaffMember, id: RunId) => Promise<readonly RunSampleRow[]>
  /** A page of the households for whom a finished run says something new, to be taken away as a file. */
  readonly runDifferences: (
    reader: StaffMember,
    id: RunId,
    page: RunDifferencesAsked,
  ) => Promise<readonly RunDifferenceRow[]>
  /** What may be asked for; undefined where the reader may ask for nothing. */
  readonly runForm: (reader: StaffMember) => Promise<RunForm | undefined>
  readonly askRun: (reader: StaffMember, asked: RunFormAnswers) => Promise<Result<RunId, RequestRefusal>>
}

export type RunPage = {
  readonly id: RunId
  readonly name: Words
  readonly month: Month
  readonly state: RunState
  readonly isScore: boolean
  /** It decided households that are not of this register: nobody is owed anything. */
  readonly trial: boolean
  /** Where a run of a shock's pack is about; null where it is about everybody. */
  readonly shock: ShockArea | null
  readonly askedAt: string
  readonly finishedAt: string | null
  readonly cancelledAt: string | null
  readonly cancelledBy: string | null
  readonly households: number
  readonly done: number
  /** Households a second in the last minute; null where nothing was decided in it. */
  readonly perSecond: number | null
  /** Whether the reader may give it up. */
  readonly mayCancel: boolean
  readonly figures: {
    readonly households: number
    readonly eligible: number
    readonly undetermined: number
    readonly amount: Amount | undefined
  }
  readonly regions: readonly (Omit<RegionRow, 'amount'> & { readonly amount: Amount | undefined })[]
  readonly differences: readonly {
    readonly difference: Difference
    readonly households: number
    readonly more: Amount | undefined
  }[]
  /** Why households left, and what had kept out those who entered. */
  readonly left: readonly RunReason[]
  readonly entered: readonly RunReason[]
  readonly refusals: readonly { readonly code: string; readonly label: Words; readonly households: number }[]
  readonly snapshot: { readonly name: string; readonly day: DateText; readonly at: string } | null
  readonly packVersion: string
  readonly resultHash: string | null
}

/** A refusal with its words; where none held, the code of an outcome: `outcome:gone`. */
export type RunReason = { readonly code: string; readonly label: Words | undefined; readonly households: number }

export type RunRequestPage = {
  readonly name: Words
  readonly month: Month
  readonly askedAt: string
  /** Why there will be no run; null while it waits. */
  readonly refusal: RequestRefusal | null
}

export type RunDifferencesAsked = {
  readonly difference: Difference | undefined
  readonly after: Id<'Household'> | undefined
  readonly limit: number
}

export type RunDifferenceRow = {
  readonly household: Id<'Household'>
  /** Its number where it was registered; undefined where it has moved out of the reader's sight. */
  readonly sourceId: string | undefined
  readonly territory: readonly Words[]
  readonly difference: Difference
  readonly now: DecidedState
  readonly before: DecidedState | undefined
}

/** What was decided: with the refusals that hold, or the facts that are missing. */
export type DecidedState = {
  readonly outcome: DecidedOutcome
  readonly amount: Amount | undefined
  readonly reasons: readonly Words[]
  readonly missing: readonly Words[]
}

export type RunSampleRow = RunDifferenceRow & { readonly kind: Sampled }

export type RunForm = {
  readonly programmes: readonly {
    readonly id: string
    readonly name: Words
    readonly from: Month | null
    readonly to: Month | null
  }[]
  /** That may be decided, the last first; `month` is the one it is now. */
  readonly months: readonly Month[]
  readonly month: Month
  readonly snapshots: readonly {
    readonly name: string
    readonly day: DateText
    readonly at: string
    readonly households: number
    readonly modelled: boolean
  }[]
}

/** As typed; an empty snapshot is the register as it stands. */
export type RunFormAnswers = { readonly programme: string; readonly month: string; readonly snapshot: string }

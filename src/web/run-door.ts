import type { DateText, Month, Result, Words } from '#kernel'
import type { Difference, RunId, RunState } from '#programmes'
import type { Amount, RegionRow, StaffMember } from './context.ts'

/** Determination runs: how far one is, what it found, what is new. No household is shown. */
export type RunDoor = {
  /** Undefined where the reader may not know of it. */
  readonly run: (reader: StaffMember, id: RunId) => Promise<RunPage | undefined>
  readonly cancelRun: (reader: StaffMember, id: RunId) => Promise<Result<null, { readonly code: 'not_allowed' }>>
}

export type RunPage = {
  readonly id: RunId
  readonly name: Words
  readonly month: Month
  readonly state: RunState
  readonly isScore: boolean
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
  readonly regions: readonly RegionRow[]
  readonly differences: readonly {
    readonly difference: Difference
    readonly households: number
    readonly more: Amount | undefined
  }[]
  readonly refusals: readonly { readonly code: string; readonly label: Words; readonly households: number }[]
  readonly snapshot: { readonly name: string; readonly day: DateText; readonly at: string } | null
  readonly packVersion: string
  readonly resultHash: string | null
}

import type { DateText, Words } from '#kernel'
import type { RunId as PaymentRunId, RunPart, RunState } from '#payments'
import type { Amount, DownloadFile, ListPage, StaffMember } from './context.ts'
import type { ShockArea } from './shock-door.ts'

/** Payment runs, as the console reads them. */
export type PaymentDoor = {
  readonly paymentRuns: (reader: StaffMember) => Promise<readonly PaymentRunRow[]>
  readonly paymentRun: (reader: StaffMember, reference: string) => Promise<PaymentRunFile | undefined>
  /** The instructions of a run in order, `after` the position of the last one seen. */
  readonly instructions: (reader: StaffMember, run: PaymentRunId, page: ListPage) => Promise<readonly InstructionRow[]>
  /** The payment file of a run that has one, as it was first written. */
  readonly paymentFile: (reader: StaffMember, reference: string) => Promise<DownloadFile | undefined>
}

export type PaymentRunRow = {
  readonly id: PaymentRunId
  readonly reference: string
  /** The programme's name where the run is called as the programme; otherwise what was typed, the same in each language. */
  readonly label: Words
  readonly period: string
  readonly state: RunState
  readonly instructions: number
  readonly amount: Amount
  readonly draftedAt: string
  readonly draftedBy: string
}

export type PaymentRunFile = PaymentRunRow & {
  readonly budgetLine: string
  readonly contentHash: string
  readonly history: readonly {
    readonly state: RunState
    readonly at: string
    readonly byName: string
    readonly reason: string | undefined
  }[]
  /** The day that it is in the country: the first on which a provider may be asked to pay. */
  readonly today: DateText
  /** Where it pays because of shocks, purpose by purpose; none for what is paid everywhere. */
  readonly shocks: readonly ShockArea[]
  readonly groups: readonly {
    readonly provider: string
    /** How its orders leave, once the file settled it: in the run's file, in one of its own, over its interface. */
    readonly leavesBy: RunPart['leavesBy'] | undefined
    readonly providerName: string
    readonly purpose: string
    readonly purposeName: Words | undefined
    readonly lines: number
    readonly amount: Amount
  }[]
  readonly waiting: readonly { readonly reason: string; readonly lines: number; readonly amount: Amount }[]
  /** The budget line in the ledger: budget ≥ committed ≥ sent ≥ confirmed. */
  readonly ledger:
    | { readonly budget: Amount; readonly committed: Amount; readonly sent: Amount; readonly confirmed: Amount }
    | undefined
  readonly file:
    | { readonly format: string; readonly sha256: string; readonly executionDate: string; readonly bytes: number }
    | undefined
}

export type InstructionRow = {
  readonly position: number
  readonly endToEndId: string
  readonly payeeName: string
  readonly territory: readonly Words[]
  readonly provider: string
  readonly accountEnd: string | undefined
  readonly amount: Amount
}

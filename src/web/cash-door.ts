import type { DateText, Id, Result, Words } from '#kernel'
import type {
  AssignedPayees,
  AssignmentRefusal,
  CashFault,
  CashPaymentId,
  CashPaymentRefusal,
  CashProof,
  CashWindowId,
  CashWindowRefusal,
  CashWindowState,
  PointListRefusal,
  PointReject,
  PointsRefusal,
  RecordedPoints,
  RunId,
} from '#payments'
import type { AccessRefusal } from '#security'
import type { Amount, StaffMember } from './context.ts'
import type { ReceiptPage, StatementPage } from './statement.ts'

type NotGranted = { readonly code: 'not_granted'; readonly why: AccessRefusal }

/** Cash at payment points, for the console. */
export type CashDoor = {
  readonly points: (reader: StaffMember) => Promise<PointsPage>
  readonly recordPoints: (
    reader: StaffMember,
    said: { readonly provider: string; readonly list: string },
  ) => Promise<
    Result<RecordedPoints & { readonly rejects: readonly PointReject[] }, NotGranted | PointListRefusal | PointsRefusal>
  >
  readonly assignPoints: (
    reader: StaffMember,
    said: { readonly provider: string; readonly days: number; readonly again: boolean },
  ) => Promise<Result<AssignedPayees, NotGranted | AssignmentRefusal | { readonly code: 'days_out_of_range' }>>
  readonly openWindow: (
    reader: StaffMember,
    said: {
      readonly id: CashWindowId
      readonly reference: string
      readonly provider: string
      readonly opensOn: string
      readonly closesOn: string
    },
  ) => Promise<Result<undefined, NotGranted | CashWindowRefusal | { readonly code: 'day_malformed' }>>
  /** Open points where the reader may pay. */
  readonly counters: (reader: StaffMember) => Promise<readonly Pick<PointRow, 'id' | 'name' | 'territory'>[]>
  /** What waits at a point for whoever is named by a number, once the year of birth agrees. Undefined where there is no such point. */
  readonly counter: (
    reader: StaffMember,
    point: string,
    asked: { readonly who: string; readonly year: string } | undefined,
  ) => Promise<CounterPage | undefined>
  readonly payCash: (
    reader: StaffMember,
    said: {
      readonly id: string
      readonly point: string
      readonly run: string
      readonly position: string
      readonly proof: string
    },
  ) => Promise<Result<CashPaymentId, NotGranted | CounterRefusal>>
  /** The year of a household, and the receipt of one of its payments, for whoever reads what it is paid. */
  readonly statement: (
    reader: StaffMember,
    household: Id<'Household'>,
    year: string,
  ) => Promise<StatementPage | undefined>
  readonly receipt: (
    reader: StaffMember,
    household: Id<'Household'>,
    payment: string,
  ) => Promise<ReceiptPage | undefined>
  readonly cashReceipt: (reader: StaffMember, point: string, payment: string) => Promise<CashReceipt | undefined>
}

export type CounterRefusal = CashPaymentRefusal | { readonly code: 'payment_malformed' }

export type PointsPage = {
  readonly points: readonly PointRow[]
  readonly windows: readonly WindowRow[]
  /** Networks of cash: a list is of one of them. */
  readonly providers: readonly { readonly code: string; readonly name: string }[]
  /** Regions of the country's map of tiles; empty where it has none. */
  readonly tiles: readonly {
    readonly code: string
    readonly column: number
    readonly row: number
    readonly words: Words
    readonly points: number
    readonly payees: number
    readonly perDay: number
  }[]
  /** Runs whose cash may still be given a window. */
  readonly runs: readonly { readonly reference: string; readonly label: string; readonly period: string }[]
  readonly today: DateText
  readonly mayManage: boolean
}

export type PointRow = {
  readonly id: string
  readonly provider: string
  readonly code: string
  readonly name: string
  readonly territory: readonly Words[]
  readonly opening: string
  readonly agents: number
  readonly perDay: number
  readonly payees: number
  readonly placed: boolean
  readonly closed: boolean
}

export type WindowRow = {
  readonly id: CashWindowId
  readonly reference: string
  readonly label: string
  readonly period: string
  readonly providerName: string
  readonly opensOn: DateText
  readonly closesOn: DateText
  readonly state: CashWindowState
  readonly instructions: number
  readonly amount: Amount
  readonly paid: number
  readonly paidAmount: Amount
  readonly unclaimed: number | null
  readonly unclaimedAmount: Amount | undefined
}

/** The page of an agent who pays: small, since it opens on slow lines. */
export type CounterPage = {
  readonly point: { readonly id: string; readonly name: string; readonly closed: boolean }
  readonly open: readonly { readonly label: string; readonly closesOn: DateText }[]
  /** Undefined where nobody was asked for. */
  readonly found: CounterFound | undefined
}

export type CounterFound =
  /** Nobody by that number, or another year of birth: which of the two is not said. */
  | { readonly is: 'nobody' }
  | { readonly is: 'nothing_due' }
  | { readonly is: 'due'; readonly due: readonly CounterDue[] }

export type CounterDue = {
  readonly run: RunId
  readonly position: number
  readonly endToEndId: string
  readonly payeeName: string
  readonly amount: Amount
  readonly label: string
  readonly periods: readonly string[]
  readonly closesOn: DateText
  /** Another point, where the payee is expected; undefined where it is this one or none. */
  readonly expectedAt: string | undefined
  readonly fault: CashFault | null
  readonly paid: { readonly payment: Id<'cash-payment'>; readonly at: string; readonly point: string } | undefined
}

export type CashReceipt = {
  readonly number: string
  readonly payeeName: string
  readonly amount: Amount
  readonly paidOn: DateText
  readonly at: string
  readonly label: string
  readonly periods: readonly string[]
  readonly programmes: readonly Words[]
  readonly point: string
  readonly place: readonly Words[]
  readonly agent: string
  readonly proof: CashProof
}

import type { DateText, Result, Words } from '#kernel'
import type {
  AnswerException,
  ClosingRefusal,
  LedgerAccountKind,
  LeftOutReason,
  ProviderReport,
  TransferKind,
  WaitingDecisionRefusal,
} from '#payments'
import type { AccessRefusal } from '#security'
import type { Amount, StaffMember } from './context.ts'

type NotGranted = { readonly code: 'not_granted'; readonly why: AccessRefusal }

/** What providers answered, who waits, the books and what each provider did. */
export type BooksDoor = {
  /** Answers that somebody must look at; undefined for who does not see the whole country. */
  readonly exceptions: (reader: StaffMember, closed: boolean) => Promise<ExceptionsPage | undefined>
  readonly closeException: (
    reader: StaffMember,
    said: { readonly file: string; readonly line: string; readonly reason: string },
  ) => Promise<Result<undefined, NotGranted | ClosingRefusal>>
  readonly waiting: (reader: StaffMember) => Promise<readonly WaitingRow[]>
  readonly decideWaiting: (
    reader: StaffMember,
    said: { readonly entitlement: string; readonly decision: 'pay' | 'stop'; readonly reason: string },
  ) => Promise<Result<undefined, NotGranted | WaitingDecisionRefusal>>
  /** The books as they stood; undefined for who does not read the country's budget. */
  readonly ledger: (reader: StaffMember, asked: LedgerAsked) => Promise<LedgerPage | undefined>
  /** The journal page by page, as it leaves in a file. */
  readonly journal: (
    reader: StaffMember,
    asked: Omit<LedgerAsked, 'account'>,
  ) => Promise<AsyncIterable<readonly JournalRow[]> | undefined>
  readonly providerReport: (
    reader: StaffMember,
    span: { readonly from: string; readonly to: string },
  ) => Promise<ProvidersPage | undefined>
}

export type ExceptionRow = Omit<AnswerException, 'amount' | 'asked' | 'currency'> & {
  readonly answered: Amount | undefined
  readonly expected: Amount | undefined
}
export type ExceptionsPage = {
  readonly rows: readonly ExceptionRow[]
  readonly more: boolean
  readonly mayClose: boolean
}

export type WaitingRow = {
  readonly entitlement: string
  readonly reference: string
  readonly payee: string | undefined
  readonly territory: readonly Words[]
  readonly programme: Words
  readonly period: string
  readonly amount: Amount
  readonly reason: LeftOutReason
  readonly code: string | undefined
  readonly since: string
  /** Whether a person's yes makes it payable, or something is missing first. */
  readonly payable: boolean
}

/** An instant as the reader writes it in the country's time (`2026-12-31T18:00`), and a budget line; '' is now, and all. */
export type LedgerAsked = { readonly at: string; readonly line: string; readonly account?: string }

export type LedgerPage = {
  readonly lines: readonly { readonly code: string; readonly label: string }[]
  readonly balances: readonly {
    readonly account: number
    readonly budgetLine: string
    readonly kind: LedgerAccountKind
    readonly purpose: Words | undefined
    readonly provider: string | undefined
    readonly debits: Amount
    readonly credits: Amount
    /** What the account holds, on its own side. */
    readonly balance: Amount
  }[]
  /** By currency: equal, or something is broken. */
  readonly totals: readonly { readonly debits: Amount; readonly credits: Amount }[]
  /** Of the account asked for. */
  readonly movements: readonly JournalRow[] | undefined
}

export type JournalRow = {
  readonly id: string
  readonly at: string
  readonly kind: TransferKind
  readonly budgetLine: string
  readonly debit: LedgerAccountKind
  readonly credit: LedgerAccountKind
  readonly purpose: Words | undefined
  readonly provider: string | undefined
  readonly amount: Amount
  readonly reference: string | undefined
  readonly reason: string | undefined
}

export type ProvidersPage = {
  readonly from: DateText
  readonly to: DateText
  readonly rows: readonly (Pick<
    ProviderReport,
    | 'provider'
    | 'name'
    | 'sent'
    | 'paid'
    | 'returned'
    | 'unanswered'
    | 'delayP50'
    | 'delayP95'
    | 'reasons'
    | 'feesUnknownOf'
  > & {
    readonly sentAmount: Amount
    readonly paidAmount: Amount
    readonly returnedAmount: Amount
    /** As the provider says them of payments, and by its terms for the others. */
    readonly fees: Amount
    /** False where neither it nor any terms say for any payment. */
    readonly feesKnown: boolean
  })[]
}

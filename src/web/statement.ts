import type { DateText, Words } from '#kernel'
import type { PaymentAttempt } from '#payments'
import type { Amount } from './context.ts'

/** A household's year: what was owed, paid, returned, and what is still due. */
export type StatementPage = {
  readonly sourceId: string
  readonly territory: readonly Words[]
  readonly year: string
  /** Years that have something, the latest first. */
  readonly years: readonly string[]
  readonly rows: readonly (StatementSumsShown & {
    readonly key: string
    readonly programme: Words
    readonly month: string
    readonly payments: readonly {
      readonly number: string
      readonly state: PaymentAttempt['state']
      readonly day: DateText
      readonly amount: Amount
    }[]
  })[]
  readonly totals: readonly StatementSumsShown[]
}

export type StatementSumsShown = {
  readonly owed: Amount
  readonly paid: Amount
  readonly returned: Amount
  readonly onItsWay: Amount
  readonly due: Amount
}

/** A payment that arrived, as its receipt says it. */
export type ReceiptPage = {
  readonly number: string
  readonly payeeName: string
  readonly day: DateText
  readonly amount: Amount
  readonly lines: readonly { readonly programme: Words; readonly month: string; readonly amount: Amount }[]
  /** The payment point, or who carried the money. */
  readonly place: string
}

/** One payment as its family is told of it: what it is for, and what became of it. */
export type ToldPayment = {
  readonly number: string
  readonly state: PaymentAttempt['state']
  /** When it came into that state. */
  readonly day: DateText
  readonly amount: Amount
  readonly lines: readonly { readonly programme: Words; readonly month: string }[]
}

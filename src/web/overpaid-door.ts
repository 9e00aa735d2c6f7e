import type { DateText, Id, Month, Result, Words } from '#kernel'
import type { SettleRefusal } from '#programmes'
import type { ProposalId } from '#security'
import type { Amount, StaffMember } from './context.ts'

/** A month for which a household holds money without a right to it. */
export type OverpaidRow = {
  readonly pack: string
  readonly name: Words
  readonly month: Month
  readonly outstanding: Amount
  /** What of it reached the family: the rest is paid less by itself. */
  readonly held: Amount
}

/** What was given back or given up, with the transfers of the ledger that followed. */
export type SettledRow = {
  readonly key: string
  readonly name: Words
  readonly month: Month
  readonly what: 'refunded' | 'written_off'
  readonly amount: Amount
  readonly reason: string
  readonly receivedOn: DateText | null
  readonly receipt: string | null
  readonly at: string
}

export type OverpaidPage = {
  readonly household: Id<'Household'>
  readonly sourceId: string
  readonly today: DateText
  readonly rows: readonly OverpaidRow[]
  readonly settled: readonly SettledRow[]
  /** May propose here. */
  readonly mayDecide: boolean
}

export type SettleSaid = {
  readonly id: ProposalId
  readonly household: Id<'Household'>
  readonly pack: string
  readonly month: Month
  readonly settled: 'refunded' | 'written_off'
  /** As typed; `amount_malformed` where it is no amount. */
  readonly amount: string
  readonly receivedOn: DateText | null
  readonly receipt: string | null
  readonly says: string
}

/** What was overpaid to a household (determination.read), and how it is settled by two persons (enrolment.decide). */
export type OverpaidDoor = {
  readonly overpaidPage: (reader: StaffMember, household: Id<'Household'>) => Promise<OverpaidPage | undefined>
  readonly proposeSettlement: (
    reader: StaffMember,
    said: SettleSaid,
  ) => Promise<Result<undefined, SettleRefusal | { readonly code: 'amount_malformed' | 'not_granted' }>>
}

import type { RawBuilder } from 'kysely'

/** Who may not be paid at all, as a list that somebody keeps: a SELECT with the column `payee_id` of those it names. */
export type SanctionsList = { readonly name: string; readonly named: RawBuilder<unknown> | null }

/** No list: it names nobody, and who prepares a run is told so. */
export const noSanctionsList: SanctionsList = { name: 'none', named: null }

/** What is asked of each line when a run is drafted. What is found waits with its reason; a person may decide that it is paid. */
export type RunChecks = {
  /** How often what came back for want of its carrier is tried again without anybody asking. */
  readonly retriesMost: number
  /** Days for which an account that replaced the one last paid is not used; 0 for none. */
  readonly coolingDays: number
  /** A line of more than so many times the most that its payee was paid for that purpose waits; null to let all through. */
  readonly amountTimes: number | null
  /** Payees at the account of another payee of the run wait. */
  readonly sharedAccounts: boolean
  readonly sanctions: SanctionsList
  /** A SELECT with the column `payee_id` of those who died. */
  readonly dead: RawBuilder<unknown> | null
  /** A SELECT with the columns `payee_id, same_as`: files of one person, the one that stands named in the other. */
  readonly samePersons: RawBuilder<unknown> | null
}

/** Nothing is asked but what a payment needs to be sent; what came back is retried three times. */
export const leastChecks: RunChecks = {
  retriesMost: 3,
  coolingDays: 0,
  amountTimes: null,
  sharedAccounts: false,
  sanctions: noSanctionsList,
  dead: null,
  samePersons: null,
}

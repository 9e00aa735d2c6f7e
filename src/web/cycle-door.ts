import type { DateText, Month, Result, Words } from '#kernel'
import type { BudgetLineRefusal, FileRefusal, RunId, SendingRefusal, TransferId } from '#payments'
import type { AskedRefusal, AskPreparationRefusal, MonthStage } from '#programmes'
import type { AccessRefusal, SignedIn } from '#security'
import type { AnswersDoor } from './answers-door.ts'
import type { Amount, DownloadFile, StaffMember } from './context.ts'
import type { PaymentRunRow } from './payment-door.ts'

type NotGranted = { readonly code: 'not_granted'; readonly why: AccessRefusal }
type NoSecondFactor = { readonly code: 'second_factor_required' }

/**
 * The cycle of payments: an envelope, what a month owes, a run, its file, its answers. Sums and steps are the whole country's:
 * who sees a part of it gets undefined, or is refused.
 */
export type CycleDoor = AnswersDoor & {
  readonly month: (
    reader: StaffMember,
    asked: { readonly programme: string; readonly month: string },
  ) => Promise<MonthPage | undefined>
  /** Leaves the run of a month to the workers; the id that it will have. */
  readonly prepareMonth: (
    reader: StaffMember,
    said: { readonly id: RunId; readonly programme: string; readonly month: string; readonly budgetLine: string },
  ) => Promise<Result<RunId, PrepareRefusal>>
  /** Makes the file of an approved run, or records that it left. */
  readonly stepRun: (
    reader: SignedIn,
    reference: string,
    said: { readonly step: 'file' | 'sent'; readonly on: string },
  ) => Promise<Result<undefined, RunStepRefusal>>
  /** What a run orders of one provider, in that provider's own format. */
  readonly providerFile: (reader: SignedIn, reference: string, provider: string) => Promise<DownloadFile | undefined>
  readonly budgets: (reader: StaffMember) => Promise<BudgetsPage | undefined>
  readonly openBudget: (reader: SignedIn, said: SaidBudget) => Promise<Result<undefined, BudgetRefusal>>
  readonly addToBudget: (
    reader: SignedIn,
    said: Pick<SaidBudget, 'gift' | 'code' | 'amount'> & { readonly why: string },
  ) => Promise<Result<undefined, BudgetRefusal>>
}

/** Why the run of a month is not left to the workers; why none came of it stands in {@link MonthPreparation}. */
export type PrepareRefusal =
  | AskPreparationRefusal
  | NotGranted
  | { readonly code: 'programme_unknown' }
  | { readonly code: 'month_malformed' }

/** The run of a month that was asked of the workers last: waiting, under way, drafted, or refused. */
export type MonthPreparation = {
  readonly id: RunId
  readonly askedAt: string
  readonly budgetLine: string
  readonly stage: MonthStage | null
  /** More than one where a worker was interrupted. */
  readonly attempt: number | null
  readonly begunAt: string | null
  /** Where it is drafted. */
  readonly reference: string | null
  readonly refusal: AskedRefusal | null
}

export type RunStepRefusal =
  | FileRefusal
  | SendingRefusal
  | NotGranted
  | NoSecondFactor
  | { readonly code: 'day_malformed' }
  | { readonly code: 'day_past' }

export type OwedAmount = { readonly lines: number; readonly amount: Amount }

export type MonthPage = {
  readonly programmes: readonly { readonly id: string; readonly name: Words }[]
  readonly programme: string
  readonly name: Words
  readonly month: Month
  readonly owed: {
    readonly rights: OwedAmount
    readonly arrears: OwedAmount
    readonly keptBack: OwedAmount
    readonly inRuns: OwedAmount
    readonly overpaid: OwedAmount
  }
  readonly runs: readonly PaymentRunRow[]
  /** Null where none was asked of the workers. */
  readonly preparation: MonthPreparation | null
  readonly budgetLines: readonly { readonly code: string; readonly label: string; readonly free: Amount }[]
  readonly mayPrepare: boolean
}

export type BudgetRow = {
  readonly code: string
  readonly label: string
  readonly funder: string
  readonly openedOn: DateText
  readonly budget: Amount
  readonly committed: Amount
  readonly sent: Amount
  readonly confirmed: Amount
  readonly returned: Amount
  readonly free: Amount
}
export type BudgetsPage = {
  readonly rows: readonly BudgetRow[]
  readonly currency: string
  readonly mayWrite: boolean
}
export type SaidBudget = {
  /** Made by the page: sent twice, it is given once. */
  readonly gift: TransferId
  readonly code: string
  readonly label: string
  readonly funder: string
  /** As typed. */
  readonly amount: string
}
export type BudgetRefusal =
  | BudgetLineRefusal
  | NotGranted
  | NoSecondFactor
  | { readonly code: 'code_malformed' }
  | { readonly code: 'line_exists' }
  | { readonly code: 'line_unknown' }
  | { readonly code: 'label_missing' }
  | { readonly code: 'funder_missing' }
  | { readonly code: 'amount_malformed' }
  | { readonly code: 'amount_too_large' }

import type { RawBuilder } from 'kysely'
import type { Transaction } from '#db'
import { type Currency, type DateText, err, ok, type Result } from '#kernel'
import { findBudgetLine } from './budget.ts'
import {
  analyzeStaging,
  clearStaging,
  insertRun,
  insertTotals,
  lockPreparation,
  type Sorted,
  savepoint,
  sortStaged,
  stageLines,
  stageSelect,
} from './prepare.sql.ts'
import { recordStep } from './record-step.ts'
import type { RetryRefusal } from './returns/decide-retry.ts'
import { decideReturned } from './returns/returned.sql.ts'
import { contentHash, findRun } from './run.sql.ts'
import { type Run, type RunId, type RunState, runReference } from './run.ts'
import { leastChecks, type RunChecks } from './run-checks.ts'

export type RunRequest = {
  /** Made by the caller and kept for retries. */
  readonly id: RunId
  readonly budgetLine: string
  /** What payees read beside the amount, before the period; at most 100 characters, Latin. */
  readonly label: string
  readonly period: string
  readonly currency: Currency
  /** Accounts in force on this day are used. */
  readonly accountsOn: DateText
}

/** What is owed to a payee for a purpose and a period: an entitlement of the module above. */
export type EntitlementLine = {
  readonly entitlementId: string
  readonly payeeId: string
  readonly payeeName: string
  readonly territory: string
  readonly purpose: string
  readonly period: string
  /** Minor units of the run's currency. */
  readonly amount: bigint
}

/**
 * Lines for a run: a SELECT with the columns `entitlement_id, payee_id, payee_name, territory, purpose, period, amount`
 * (nothing leaves the database), or the lines themselves, streamed. A SELECT answers null for payee and name where nobody is
 * there to receive: the line waits.
 */
export type LineSource =
  | { readonly select: RawBuilder<unknown> }
  | { readonly lines: Iterable<EntitlementLine> | AsyncIterable<EntitlementLine> }

/** Why a line waits, in order of precedence. */
export type LeftOutReason =
  | 'no_recipient'
  | 'amount_not_positive'
  | 'payee_dead'
  | 'same_person'
  | RetryRefusal['code']
  | 'no_account'
  | 'account_closed'
  | 'name_cannot_be_written'
  | 'sanctions'
  | 'account_shared'
  | 'account_just_changed'
  | 'amount_unusual'

export type Preparation = {
  readonly run: Run
  /** False where this id was prepared before: nothing was done. */
  readonly fresh: boolean
  /** Lines that came back before and are tried again. */
  readonly again: number
  /** Lines offered that wait, by reason; each is listed in `payments.left_out`. */
  readonly leftOut: Partial<Record<LeftOutReason, number>>
  /** Lines offered that other runs already pay. */
  readonly inRuns: readonly { readonly reference: string; readonly state: RunState; readonly lines: number }[]
}

export type PreparationRefusal =
  | {
      readonly code: 'run_exists_with_different_terms'
      readonly reference: string
      readonly differs: readonly ('budgetLine' | 'label' | 'period')[]
    }
  | { readonly code: 'budget_line_unknown'; readonly budgetLine: string }
  | {
      readonly code: 'currency_differs'
      readonly budgetLine: string
      readonly currency: Currency
      readonly expected: Currency
    }
  | ({ readonly code: 'nothing_to_pay' } & Pick<Sorted, 'offered' | 'leftOut' | 'inRuns'>)

/** How far a preparation is; what it wrote is there for nobody before it ends. */
export type PreparationStage = 'gathering' | 'checking' | 'writing'

const BATCH = 5000

/**
 * Drafts a payment run, in the worker's role: the maker is the transaction's actor. Each entitlement enters one run only,
 * whoever prepares and however often, and another once it is certain that nothing came of the one before; preparing again with the
 * same id answers the run as it was drafted.
 */
export async function prepareRun(
  tx: Transaction,
  request: RunRequest,
  source: LineSource,
  checks: RunChecks = leastChecks,
  onStage: (stage: PreparationStage) => Promise<void> = async () => {},
): Promise<Result<Preparation, PreparationRefusal>> {
  await lockPreparation(tx)
  const earlier = await findRun(tx, request.id)
  if (earlier) return again(request, earlier)
  const line = await findBudgetLine(tx, request.budgetLine)
  if (!line) return err({ code: 'budget_line_unknown', budgetLine: request.budgetLine })
  if (line.currency !== request.currency) {
    const { budgetLine, currency } = request
    return err({ code: 'currency_differs', budgetLine, currency, expected: line.currency })
  }
  await onStage('gathering')
  await savepoint(tx, 'begin')
  const reference = runReference(request.id)
  await insertRun(tx, { ...request, reference })
  if ('select' in source) await stageSelect(tx, request.id, source.select)
  else await stageAll(tx, request.id, source.lines)
  await analyzeStaging(tx)
  await onStage('checking')
  const verdicts = await decideReturned(tx, request.id, request.accountsOn, checks)
  const sorted = await sortStaged(tx, request.id, request.accountsOn, checks, verdicts)
  if (sorted.instructions === 0) {
    await savepoint(tx, 'undo')
    const { offered, leftOut, inRuns } = sorted
    return err({ code: 'nothing_to_pay', offered, leftOut, inRuns })
  }
  await onStage('writing')
  await clearStaging(tx, request.id)
  await insertTotals(tx, request.id)
  const { instructions, amount } = sorted
  const totals = { instructions, amount, contentHash: await contentHash(tx, request.id) }
  await recordStep(tx, { ...request, reference, totals }, { state: 'drafted', totals })
  await savepoint(tx, 'keep')
  const run = await findRun(tx, request.id)
  return ok({ run: run!, fresh: true, again: sorted.again, leftOut: sorted.leftOut, inRuns: sorted.inRuns })
}

function again(request: RunRequest, earlier: Run): Result<Preparation, PreparationRefusal> {
  const differs = (['budgetLine', 'label', 'period'] as const).filter(term => request[term] !== earlier[term])
  if (differs.length > 0) {
    return err({ code: 'run_exists_with_different_terms', reference: earlier.reference, differs })
  }
  return ok({ run: earlier, fresh: false, again: 0, leftOut: {}, inRuns: [] })
}

async function stageAll(
  tx: Transaction,
  run: RunId,
  lines: Iterable<EntitlementLine> | AsyncIterable<EntitlementLine>,
): Promise<void> {
  let batch: EntitlementLine[] = []
  for await (const line of lines) {
    batch.push(line)
    if (batch.length < BATCH) continue
    await stageLines(tx, run, batch)
    batch = []
  }
  if (batch.length > 0) await stageLines(tx, run, batch)
}

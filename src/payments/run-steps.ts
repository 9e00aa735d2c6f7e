import type { Transaction } from '#db'
import { err, newId, type Result } from '#kernel'
import { limitOnApproval } from './approval-limit.ts'
import type { TransferKind } from './ledger.ts'
import { recordStep } from './record-step.ts'
import {
  actorOf,
  type CameBack,
  cameBack,
  closePayees,
  contentHash,
  findRun,
  insertRestores,
  insertRunPostings,
  lockAvailable,
  lockRun,
  paidAfterAllIn,
  runTotals,
} from './run.sql.ts'
import {
  type ApprovalRefusal,
  decideApproval,
  decideCancelling,
  decideSending,
  type Run,
  type RunId,
  type SendingRefusal,
  type Step,
  type StepRefusal,
} from './run.ts'
import { unwrittenParts } from './run-parts.ts'
import { postTransfers } from './transfer.ts'

/**
 * The checker's yes: commits the run's amount on its budget line. The checker is the transaction's actor. Approving
 * again changes nothing.
 */
export async function approveRun(tx: Transaction, id: RunId): Promise<Result<Step, ApprovalRefusal>> {
  const run = await lockedRun(tx, id)
  if (!run) return err({ code: 'run_unknown', run: id })
  const by = (await actorOf(tx)) ?? 'nobody'
  const close = await closePayees(tx, id)
  const limit = await limitOnApproval(tx, run, by)
  const paidAfterAll = await paidAfterAllIn(tx, id)
  const free = await lockAvailable(tx, run.budgetLine)
  const back = await cameBack(tx, id)
  const available = back.reduce((sum, one) => sum + (one.budgetLine === run.budgetLine ? one.amount : 0n), free)
  const decision = decideApproval(run, by, available, { close, paidAfterAll, limit })
  if (!decision.ok || decision.value === 'already') return decision
  if ((await contentHash(tx, id)) !== run.totals.contentHash) {
    throw new Error(`run ${run.reference}: its content is no longer what was drafted`)
  }
  await putBack(tx, run, back)
  await postForRun(tx, run, 'commit')
  await recordStep(tx, run, { state: 'approved', totals: run.totals })
  return decision
}

/** The files have left for the providers: what was committed is now sent. Saying so again changes nothing. */
export async function markRunSent(tx: Transaction, id: RunId): Promise<Result<Step, SendingRefusal>> {
  const run = await lockedRun(tx, id)
  if (!run) return err({ code: 'run_unknown', run: id })
  const decision = decideSending(run, await unwrittenParts(tx, id))
  if (!decision.ok || decision.value === 'already') return decision
  await postForRun(tx, run, 'send')
  await recordStep(tx, run, { state: 'sent' })
  return decision
}

/** The run will not leave: what it committed is released, and its entitlements may enter another run. */
export async function cancelRun(tx: Transaction, id: RunId, reason: string): Promise<Result<Step, StepRefusal>> {
  const run = await lockedRun(tx, id)
  if (!run) return err({ code: 'run_unknown', run: id })
  const decision = decideCancelling(run)
  if (!decision.ok || decision.value === 'already') return decision
  if (run.facts.some(fact => fact.state === 'approved')) await postForRun(tx, run, 'release')
  await recordStep(tx, run, { state: 'cancelled', reason })
  return decision
}

async function lockedRun(tx: Transaction, id: RunId): Promise<Run | undefined> {
  await lockRun(tx, id)
  return findRun(tx, id)
}

/** What came back and is paid again is free again, on the line that had paid it. */
async function putBack(tx: Transaction, run: Run, back: readonly CameBack[]): Promise<void> {
  const transfers = back.map(one => ({ ...one, id: newId<'transfer'>(), kind: 'restore' as const }))
  const posted = await postTransfers(tx, transfers)
  if (!posted.ok) throw new Error(`run ${run.reference}: restore was refused: ${posted.refusal.code}`)
  await insertRestores(tx, run.id, transfers)
}

/** One transfer per provider and purpose of the run. What the decision allowed cannot be refused: the lock is held. */
async function postForRun(
  tx: Transaction,
  run: Run,
  kind: Extract<TransferKind, 'commit' | 'release' | 'send'>,
): Promise<void> {
  const totals = await runTotals(tx, run.id)
  const transfers = totals.map(({ provider, purpose, amount }) => ({
    provider,
    purpose,
    request: {
      id: newId<'transfer'>(),
      kind,
      budgetLine: run.budgetLine,
      purpose,
      ...(kind === 'send' && { provider }),
      amount,
    },
  }))
  const posted = await postTransfers(
    tx,
    transfers.map(one => one.request),
  )
  if (!posted.ok) throw new Error(`run ${run.reference}: ${kind} was refused: ${posted.refusal.code}`)
  await insertRunPostings(
    tx,
    run.id,
    kind,
    transfers.map(({ provider, purpose, request }) => ({ provider, purpose, transfer: request.id })),
  )
}

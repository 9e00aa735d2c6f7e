import { appendEvent, type Transaction } from '#db'
import { moneyText } from '#kernel'
import { appendAudit } from '#security'
import { insertFact } from './run.sql.ts'
import type { Run, RunState, RunTotals } from './run.ts'

/** The word of the audit for each step, as a verb on a payment run. */
const VERBS: Readonly<Record<RunState, string>> = {
  drafted: 'draft',
  approved: 'approve',
  file_made: 'make_file',
  sent: 'send',
  cancelled: 'cancel',
}

/** Records a step of a run: the fact, its line in the audit, and the news for the modules above. */
export async function recordStep(
  tx: Transaction,
  run: Pick<Run, 'id' | 'reference' | 'budgetLine' | 'currency' | 'totals'>,
  fact: { readonly state: RunState; readonly totals?: RunTotals; readonly reason?: string },
  detail: Readonly<Record<string, string>> = {},
): Promise<void> {
  await insertFact(tx, run.id, fact)
  const facts = {
    reference: run.reference,
    budgetLine: run.budgetLine,
    instructions: run.totals.instructions,
    amount: moneyText({ minor: run.totals.amount, currency: run.currency }),
    currency: run.currency,
    contentHash: run.totals.contentHash,
    ...(fact.reason !== undefined && { reason: fact.reason }),
    ...detail,
  }
  const subject = { kind: 'payment_run', id: run.id }
  await appendAudit(tx, {
    action: `payment_run.${VERBS[fact.state]}`,
    subject,
    purpose: 'payment: what is owed is paid',
    detail: facts,
  })
  await appendEvent(tx, { type: `payment_run_${fact.state}`, key: run.id, payload: { run: run.id, ...facts } })
}

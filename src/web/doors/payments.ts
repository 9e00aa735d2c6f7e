import type { Country } from '#countries'
import type { Transaction } from '#db'
import {
  budgetStates,
  countInstructions,
  type InstructionView,
  instructionsOfRun,
  makeRunFile,
  type RunId,
  type RunSummary,
  showRun,
  stateOf,
} from '#payments'
import type { AuditedAct } from '#security'
import type { DownloadFile, InstructionRow, PaymentRunFile, PaymentRunRow } from '../context.ts'
import { amountOf } from './amount.ts'
import { placeOf } from './words.ts'

export function paymentRunRow(run: RunSummary): PaymentRunRow {
  const { id, reference, label, period, state, instructions, draftedBy } = run
  const amount = amountOf(run.amount, run.currency)
  return {
    id,
    reference,
    label,
    period,
    state,
    instructions,
    amount,
    draftedAt: run.draftedAt.toISOString(),
    draftedBy,
  }
}

export async function readPaymentRun(
  tx: Transaction,
  country: Country,
  reference: string,
): Promise<PaymentRunFile | undefined> {
  const run = await showRun(tx, reference)
  if (!run) return undefined
  const { id, label, period, budgetLine, currency, totals, facts } = run
  const drafted = facts[0]
  if (!drafted) throw new Error(`run ${run.reference} has no history`)
  const [ledger] = await budgetStates(tx, [budgetLine])
  return {
    id,
    reference: run.reference,
    label,
    period,
    budgetLine,
    state: stateOf(facts),
    instructions: totals.instructions,
    amount: amountOf(totals.amount, currency),
    contentHash: totals.contentHash,
    draftedAt: drafted.at.toISOString(),
    draftedBy: drafted.byName,
    history: facts.map(fact => ({
      state: fact.state,
      at: fact.at.toISOString(),
      byName: fact.byName,
      reason: fact.reason ?? undefined,
    })),
    groups: run.groups.map(({ providerName, purpose, lines, amount }) => ({
      providerName,
      purpose,
      purposeName: country.book.packs.get(purpose)?.names,
      lines,
      amount: amountOf(amount, currency),
    })),
    waiting: run.waiting.map(({ reason, lines, amount }) => ({ reason, lines, amount: amountOf(amount, currency) })),
    ledger: ledger && {
      budget: amountOf(ledger.budget, currency),
      committed: amountOf(ledger.committed, currency),
      sent: amountOf(ledger.sent, currency),
      confirmed: amountOf(ledger.confirmed, currency),
    },
    file: run.file && {
      format: run.file.format,
      sha256: run.file.sha256,
      executionDate: run.file.executionDate,
      bytes: Number(run.file.bytes),
    },
  }
}

export async function readInstructions(
  tx: Transaction,
  country: Country,
  run: RunId,
  page: { readonly limit: number; readonly after: number },
): Promise<InstructionRow[]> {
  const rows = await instructionsOfRun(tx, run, page)
  return rows.map(row => instructionRow(country, row))
}

function instructionRow(country: Country, row: InstructionView): InstructionRow {
  return {
    position: row.position,
    endToEndId: row.endToEndId,
    payeeName: row.payeeName,
    territory: placeOf(country, row.territory),
    provider: row.provider,
    accountEnd: row.accountEnd ?? undefined,
    amount: amountOf(row.amount, row.currency),
  }
}

/**
 * The payment file of a run as it was first written: the same bytes, made again from what was approved. Undefined where
 * there is none, or where the reader does not see every payee in it.
 */
export async function readPaymentFile(
  tx: Transaction,
  reference: string,
): Promise<{ readonly value: DownloadFile; readonly act: AuditedAct } | undefined> {
  const run = await showRun(tx, reference)
  if (!run?.file || (await countInstructions(tx, run.id)) !== run.totals.instructions) return undefined
  const { createdAt, executionDate } = run.file
  const pieces: string[] = []
  const made = await makeRunFile(tx, { run: run.id, version: '03', createdAt, executionDate }, async piece => {
    pieces.push(piece)
  })
  if (!made.ok) return undefined
  return {
    value: { name: `${run.reference}.xml`, type: 'application/xml', content: pieces.join('') },
    act: {
      action: 'payment_file.export',
      subject: { kind: 'payment_run', id: run.id },
      purpose: 'payment: payment run page',
      detail: { instructions: run.totals.instructions, sha256: run.file.sha256 },
    },
  }
}

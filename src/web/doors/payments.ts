import type { Country } from '#countries'
import type { Database, Transaction } from '#db'
import { parseMonth } from '#kernel'
import {
  budgetStates,
  type InstructionView,
  instructionsOfRun,
  listRuns,
  type RunId,
  type RunSummary,
  seenOfRuns,
  showRun,
  stateOf,
  writeRunFileAgain,
} from '#payments'
import { scopeOfMonth } from '#programmes'
import { type AuditedAct, type AuditedReading, decideAccess } from '#security'
import type { DownloadFile, ListPage, StaffMember } from '../context.ts'
import type { InstructionRow, PaymentRunFile, PaymentRunRow } from '../payment-door.ts'
import type { ShockArea } from '../shock-door.ts'
import { amountOf } from './amount.ts'
import { accessOf, readWith } from './reader.ts'
import { shockArea } from './shocks.ts'
import { todayIn } from './today.ts'
import { placeOf, titleOf } from './words.ts'

/**
 * Payment runs with the figures of what the reader sees: those of the whole run for somebody who sees the whole country,
 * those of the territories granted for anybody else. A run that touches none of them is not listed.
 */
export async function readPaymentRuns(tx: Transaction, country: Country, limit: number): Promise<PaymentRunRow[]> {
  const runs = await listRuns(tx, { limit })
  const seen = await seenOfRuns(
    tx,
    runs.map(run => run.id),
  )
  return runs.flatMap(run => {
    const part = seen.get(run.id)
    return part ? [paymentRunRow(country, { ...run, ...part })] : []
  })
}

export function paymentRunRow(country: Country, run: RunSummary): PaymentRunRow {
  const { id, reference, label, period, state, instructions, draftedBy } = run
  const amount = amountOf(run.amount, run.currency)
  return {
    id,
    reference,
    label: titleOf(country, label),
    period,
    state,
    instructions,
    amount,
    draftedAt: run.draftedAt.toISOString(),
    draftedBy,
  }
}

/** One run; the books of its budget line are for whoever may read the country's budget. */
export async function readPaymentRun(
  app: Database,
  country: Country,
  reader: StaffMember,
  reference: string,
): Promise<PaymentRunFile | undefined> {
  const access = await accessOf(app, reader)
  const to = { territory: '', programme: null, sensitivity: 'ordinary' } as const
  const books = decideAccess(access.grants, 'budget.read', to, access.at).ok
  return readWith(app, access, 'payment_run.read', tx => readRun(tx, country, reference, books))
}

async function readRun(
  tx: Transaction,
  country: Country,
  reference: string,
  books: boolean,
): Promise<PaymentRunFile | undefined> {
  const run = await showRun(tx, reference)
  const seen = run && (await seenOfRuns(tx, [run.id])).get(run.id)
  if (!seen) return undefined
  const whole = seen.instructions === run.totals.instructions
  const { id, label, period, budgetLine, currency, totals, facts } = run
  const drafted = facts[0]
  if (!drafted) throw new Error(`run ${run.reference} has no history`)
  // The books and the totals by provider are the country's: part of them would be a wrong figure.
  const [ledger] = whole && books ? await budgetStates(tx, [budgetLine]) : []
  return {
    id,
    reference: run.reference,
    label: titleOf(country, label),
    period,
    budgetLine,
    state: stateOf(facts),
    instructions: seen.instructions,
    amount: amountOf(seen.amount, currency),
    contentHash: totals.contentHash,
    draftedAt: drafted.at.toISOString(),
    draftedBy: drafted.byName,
    history: facts.map(fact => ({
      state: fact.state,
      at: fact.at.toISOString(),
      byName: fact.byName,
      reason: fact.reason ?? undefined,
    })),
    today: await todayIn(tx, country),
    shocks: await areasOf(tx, country, { purposes: run.groups.map(({ purpose }) => purpose), period }),
    groups: (whole ? run.groups : []).map(({ provider, providerName, purpose, lines, amount }) => ({
      provider,
      leavesBy: run.parts.find(part => part.provider === provider)?.leavesBy,
      providerName,
      purpose,
      purposeName: country.book.packs.get(purpose)?.names,
      lines,
      amount: amountOf(amount, currency),
    })),
    waiting: (whole ? run.waiting : []).map(({ reason, lines, amount }) => ({
      reason,
      lines,
      amount: amountOf(amount, currency),
    })),
    ledger: ledger && {
      budget: amountOf(ledger.budget, currency),
      committed: amountOf(ledger.committed, currency),
      sent: amountOf(ledger.sent, currency),
      confirmed: amountOf(ledger.confirmed, currency),
    },
    file:
      whole && run.file && run.file.format !== 'none'
        ? {
            format: run.file.format,
            sha256: run.file.sha256,
            executionDate: run.file.executionDate,
            bytes: Number(run.file.bytes),
          }
        : undefined,
  }
}

/** Of the determinations that say what is owed: where they were about places in shock. */
async function areasOf(
  tx: Transaction,
  country: Country,
  { purposes, period }: { readonly purposes: readonly string[]; readonly period: string },
): Promise<ShockArea[]> {
  const month = parseMonth(period)
  const areas: ShockArea[] = []
  if (month === undefined) return areas
  for (const { pack } of country.shocks.filter(each => purposes.includes(each.pack))) {
    const scope = await scopeOfMonth(tx, { pack, month })
    if (scope) areas.push(await shockArea(tx, country, scope))
  }
  return areas
}

export async function readInstructions(
  tx: Transaction,
  country: Country,
  run: RunId,
  page: ListPage,
): Promise<{ readonly value: InstructionRow[]; readonly reading: AuditedReading }> {
  const rows = await instructionsOfRun(tx, run, page)
  return {
    value: rows.map(row => instructionRow(country, row)),
    reading: {
      action: page.exported ? 'payment_instruction.export' : 'payment_instruction.list',
      kind: 'person',
      members: rows.map(row => ({ id: row.payeeId, territory: row.territory })),
      purpose: 'payment: payment run page',
      detail: { run, after: page.after },
    },
  }
}

function instructionRow(country: Country, row: InstructionView): InstructionRow {
  return {
    position: row.position,
    endToEndId: row.endToEndId,
    payeeName: row.payeeName,
    territory: placeOf(country, row.territory),
    provider: row.providerName,
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
  const seen = run && (await seenOfRuns(tx, [run.id])).get(run.id)
  if (!run?.file || run.file.format === 'none' || seen?.instructions !== run.totals.instructions) return undefined
  const pieces: string[] = []
  await writeRunFileAgain(tx, run.id, async piece => void pieces.push(piece))
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

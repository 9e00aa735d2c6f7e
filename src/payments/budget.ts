import { sql } from 'kysely'
import type { Transaction } from '#db'
import { type Currency, err, ok, type Result } from '#kernel'
import { appendAudit } from '#security'
import type { TransferId, TransferRefusal } from './ledger.ts'
import { postTransfers } from './transfer.ts'

/** What a budget line may be called: at most 40 letters, digits, dots, slashes and dashes. */
export const BUDGET_CODE = /^[A-Za-z0-9][A-Za-z0-9./-]{0,39}$/

/** The most that is given at once, in minor units: more than any State's budget, and less than a ledger can add up. */
export const MOST_GIVEN = 10n ** 16n

export type BudgetLine = {
  readonly code: string
  readonly funder: string
  readonly label: string
  readonly currency: Currency
}

export type BudgetLineRefusal =
  | {
      readonly code: 'budget_line_differs'
      readonly budgetLine: string
      readonly differs: readonly ('funder' | 'label' | 'currency')[]
    }
  | TransferRefusal

/**
 * Opens a budget line with its envelope (minor units). Opening the same line again with the same id of the gift changes
 * nothing; with another id it adds to the envelope.
 */
export async function openBudgetLine(
  tx: Transaction,
  line: BudgetLine,
  gift: { readonly id: TransferId; readonly amount: bigint },
): Promise<Result<{ readonly given: boolean }, BudgetLineRefusal>> {
  await sql`
    insert into payments.budget_line (code, funder, label, currency)
    values (${line.code}, ${line.funder}, ${line.label}, ${line.currency}) on conflict do nothing`.execute(tx)
  const found = await findBudgetLine(tx, line.code)
  const differs = (['funder', 'label', 'currency'] as const).filter(term => found?.[term] !== line[term])
  if (differs.length > 0) return err({ code: 'budget_line_differs', budgetLine: line.code, differs })
  return giveToBudgetLine(tx, line.code, gift)
}

/** Adds to the envelope of a line. */
export async function giveToBudgetLine(
  tx: Transaction,
  code: string,
  gift: { readonly id: TransferId; readonly amount: bigint; readonly reason?: string },
): Promise<Result<{ readonly given: boolean }, TransferRefusal>> {
  const posted = await postTransfers(tx, [{ ...gift, kind: 'give', budgetLine: code }])
  if (!posted.ok) return posted
  if (posted.value.posted === 0) return ok({ given: false })
  await appendAudit(tx, {
    action: 'budget_line.give',
    subject: { kind: 'budget_line', id: code },
    purpose: 'payment: an envelope is opened or added to',
    detail: { transfer: gift.id, minor: gift.amount.toString() },
  })
  return ok({ given: true })
}

export async function findBudgetLine(tx: Transaction, code: string): Promise<BudgetLine | undefined> {
  const { rows } = await sql<BudgetLine>`
    select code, funder, label, currency from payments.budget_line where code = ${code}`.execute(tx)
  return rows[0]
}

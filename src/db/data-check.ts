import type { Finding } from '#kernel'
import type { Transaction } from './transaction.ts'

/**
 * One question that a module asks of its own tables, in the worker's role: what should always hold, and is looked at all
 * the same. Answers nothing when it holds.
 */
export type DataCheck = {
  /** kebab-case; the findings carry it. */
  readonly name: string
  /** What is asked, for a list: 'debits equal credits in every book'. */
  readonly asks: string
  readonly run: (tx: Transaction) => Promise<readonly Finding[]>
}

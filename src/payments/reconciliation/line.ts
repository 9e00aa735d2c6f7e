/** One line of a list to reconcile: an instruction or an entry of a ledger on our side, a statement's or an answer's on theirs. */
export type ReconciliationLine = {
  /** By which the line is named in results. */
  readonly id: string
  /** References as written: end-to-end id, number of an invoice, of a cheque. */
  readonly references: readonly string[]
  /** Minor units, at one scale in both lists, negative for money that goes the other way; null where none is said. */
  readonly amount: bigint | null
  /** '' where none is said: it then goes with any. Lines of two currencies never go together. */
  readonly currency: string
  /** Days since 1970-01-01; null where none is said. */
  readonly day: number | null
  readonly name: string
  readonly text: string
}

/**
 * What a line, or a pair of lines, is found to be.
 *
 * - `matched` the two agree
 * - `fee` they agree once a fee is taken off: the difference is one seen on other sure pairs, or small
 * - `grouped` one of theirs is the sum of several of ours; `split` one of ours is the sum of several of theirs
 * - `late` they agree, and theirs came later than is usual
 * - `wrong_amount` the reference or the name says that they are of one payment, and the amounts differ
 * - `reversed` theirs takes back a payment
 * - `duplicate` says again what another line of the same list says
 * - `unknown` theirs alone; `missing` ours alone
 * - `ambiguous` it goes with more than one, or with one and not surely enough
 */
export const lineClasses = [
  'matched',
  'fee',
  'grouped',
  'split',
  'late',
  'wrong_amount',
  'reversed',
  'duplicate',
  'unknown',
  'missing',
  'ambiguous',
] as const
export type LineClass = (typeof lineClasses)[number]

/** A result: places in the two lists, null on one side for what stands alone. Every line of both lists is in one at least. */
export type Finding = {
  readonly left: number | null
  readonly right: number | null
  /** Thousandths: how sure the pair is; 0 for what stands alone. */
  readonly score: number
  readonly class: LineClass
  /** For what stands alone: the line, of either list, that it says again, takes back or may go with. */
  readonly seeLeft?: number
  readonly seeRight?: number
}

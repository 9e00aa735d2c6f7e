import { type Actor, type Database, type Transaction, transaction } from '#db'
import { type Currency, type DateText, type Month, ok, type Result } from '#kernel'
import { type Preparation, type PreparationRefusal, type PreparationStage, prepareRun, type RunId } from '#payments'
import type { Pack } from '#rules'
import { type Recovered, recoverOverpaid } from './arrears/recover.ts'
import { recoveryShare } from './arrears/recovery-share.ts'
import { payableChecks, payableFor } from './payable.ts'

export type MonthToPrepare = {
  /** Made by the caller and kept for retries. */
  readonly id: RunId
  readonly programme: { readonly id: string; readonly label: string; readonly currency: Currency; readonly pack: Pack }
  readonly month: Month
  readonly budgetLine: string
  /** Accounts in force on this day are used. */
  readonly today: DateText
  readonly terms: Parameters<typeof payableChecks>[0]
}

export type PreparedMonth = { readonly recovered: Recovered; readonly prepared: Preparation }

export type MonthStage = 'keeping_back' | PreparationStage

/** Who follows a preparation: told as each stage begins, and given the transaction once the run is drafted in it. */
export type PreparationWatch = {
  readonly onStage?: (stage: MonthStage) => Promise<void>
  readonly within?: (tx: Transaction, prepared: PreparedMonth) => Promise<void>
}

/**
 * Drafts the run of what a programme owes for a month: what was overpaid is kept back first, then the lines are sorted. All
 * or nothing: where the run is refused, or the process dies, nothing was kept back either. In the worker's role; the maker is the
 * actor. What throws in `watch` undoes all of it.
 */
export async function prepareMonth(
  worker: Database,
  by: Actor,
  { id, programme, month, budgetLine, today, terms }: MonthToPrepare,
  { onStage = async () => {}, within = async () => {} }: PreparationWatch = {},
): Promise<Result<PreparedMonth, PreparationRefusal>> {
  const { id: pack, label, currency } = programme
  const share = recoveryShare(programme.pack, month)
  const request = { id, budgetLine, label, period: month, currency, accountsOn: today }
  try {
    return await transaction(worker, by, async tx => {
      await onStage('keeping_back')
      const recovered = await recoverOverpaid(tx, { pack, month, share })
      const source = { select: payableFor(pack, month) }
      const prepared = await prepareRun(tx, request, source, payableChecks(terms), onStage)
      if (!prepared.ok) throw new Undone(prepared)
      const done = { recovered, prepared: prepared.value }
      await within(tx, done)
      return ok(done)
    })
  } catch (error) {
    if (error instanceof Undone) return error.refused
    throw error
  }
}

/** Leaves the transaction, so that it is rolled back. */
class Undone extends Error {
  readonly refused: { readonly ok: false; readonly refusal: PreparationRefusal }
  constructor(refused: Undone['refused']) {
    super(refused.refusal.code)
    this.refused = refused
  }
}

import { sql } from 'kysely'
import type { Country } from '#countries'
import { enqueue, type Transaction } from '#db'
import { err, ok, type Result } from '#kernel'
import { appendAudit, MOST_SAID } from '#security'
import { SWITCH_JOB } from './run-switch.ts'
import { findSwitch, holdMoveAlone, type SwitchRow } from './switch.sql.ts'
import type { SwitchId } from './switch.ts'

/** Why a move is not stopped, in order of precedence. */
export type StopRefusal =
  | { readonly code: 'switch_unknown' }
  | { readonly code: 'finished_already' }
  | { readonly code: 'stopped_already' }
  | { readonly code: 'reason_missing' }
  | { readonly code: 'reason_too_long'; readonly most: number }

/** Why a move is not left to the workers again. */
export type ResumeRefusal = { readonly code: 'switch_unknown' | 'finished_already' | 'reversed_before' }

/**
 * Stops a move between its ranges: it waits for those that are at work, and once this transaction commits nobody is moved any
 * more. Those who were moved stay where they are, until the move goes on or is taken back by two persons. One person stops it:
 * it is the way that touches nobody.
 */
export async function stopSwitch(
  tx: Transaction,
  country: Country,
  { id, says }: { readonly id: SwitchId; readonly says: string },
): Promise<Result<undefined, StopRefusal>> {
  await holdMoveAlone(tx, id)
  const found = await findSwitch(tx, id)
  if (!found || found.country !== country.code) return err({ code: 'switch_unknown' })
  if (found.finishedAt !== null) return err({ code: 'finished_already' })
  if (found.stopped) return err({ code: 'stopped_already' })
  if (says.trim() === '') return err({ code: 'reason_missing' })
  if (says.length > MOST_SAID) return err({ code: 'reason_too_long', most: MOST_SAID })
  await recordStep(tx, found, 'stopped', says.trim())
  return ok(undefined)
}

/** Leaves an approved move to the workers once more: one that was stopped, or that they gave up, goes on where it is. */
export async function resumeSwitch(
  tx: Transaction,
  country: Country,
  id: SwitchId,
): Promise<Result<undefined, ResumeRefusal>> {
  await holdMoveAlone(tx, id)
  const found = await findSwitch(tx, id)
  if (!found || found.country !== country.code) return err({ code: 'switch_unknown' })
  if (found.finishedAt !== null) return err({ code: 'finished_already' })
  if (found.reversedBy !== null) return err({ code: 'reversed_before' })
  await recordStep(tx, found, 'resumed', null)
  await enqueue(tx, SWITCH_JOB, { switch: id, country: country.code })
  return ok(undefined)
}

async function recordStep(
  tx: Transaction,
  { id, stopped, rangesDone, ranges }: SwitchRow,
  step: 'stopped' | 'resumed',
  says: string | null,
): Promise<void> {
  // One that the workers gave up was never stopped: nothing is taken back by letting it go on.
  if (step === 'stopped' || stopped) {
    await sql`
      insert into programmes.switch_stop (switch_id, number, step, says)
      select ${id}, count(*) + 1, ${step}, ${says} from programmes.switch_stop where switch_id = ${id}`.execute(tx)
  }
  await appendAudit(tx, {
    action: step === 'stopped' ? 'programme_switch.stop' : 'programme_switch.resume',
    subject: { kind: 'programme_switch', id },
    purpose: 'determination: programme switch',
    detail: { rangesDone, ranges, ...(says !== null && { says }) },
  })
}

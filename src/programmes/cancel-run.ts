import { sql } from 'kysely'
import type { Transaction } from '#db'
import { err, ok, type Result } from '#kernel'
import { appendAudit } from '#security'
import { findRun, type RunId, type RunRow, stateOf } from './run.sql.ts'

export type CancelRefusal =
  | { readonly code: 'run_unknown'; readonly run: string }
  | { readonly code: 'run_finished'; readonly run: RunRow }

/**
 * Gives a run up: what it wrote counts for nothing, and another run of its pack may begin. A range that is being written
 * at this moment may still be; it counts for nothing too. Cancelled twice is cancelled once.
 */
export async function cancelRun(tx: Transaction, id: RunId, by: string): Promise<Result<RunRow, CancelRefusal>> {
  await sql`select id from programmes.determination_run where id = ${id} for update`.execute(tx)
  const run = await findRun(tx, id)
  if (!run) return err({ code: 'run_unknown', run: id })
  const state = stateOf(run)
  if (state === 'finished') return err({ code: 'run_finished', run })
  if (state === 'cancelled') return ok(run)
  await sql`
    update programmes.determination_run set cancelled_at = now(), cancelled_by = ${by} where id = ${id}`.execute(tx)
  await appendAudit(tx, {
    action: 'determination_run.cancel',
    subject: { kind: 'determination_run', id },
    purpose: 'determination: run of a month',
    detail: { pack: run.pack, month: run.month, ranges: run.rangesDone },
  })
  return ok((await findRun(tx, id)) as RunRow)
}

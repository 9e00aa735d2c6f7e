import { sql } from 'kysely'
import { type Database, type RepeatedTask, transaction, workerActor } from '#db'

/** Removes codes, sessions and proofs of signing in that are over; answers how many. */
export async function forgetSignIns(worker: Database): Promise<number> {
  const { rows } = await transaction(worker, workerActor('forgetting sign-ins'), tx =>
    sql<{ gone: bigint }>`select security.forget_sign_ins() as gone`.execute(tx),
  )
  return Number(rows[0]!.gone)
}

/** For the worker: once an hour. */
export const forgettingSignIns: RepeatedTask = { pauseMs: 3600 * 1000, run: forgetSignIns }

import { sql } from 'kysely'
import { type Database, type RepeatedTask, transaction, workerActor } from '#db'

/** Records under one seal at most: 320 kB of digests. */
const MOST = 10_000

/**
 * Seals what waits for it into the chain (security.seal_audit). Any number of processes may call it: one acts, the others
 * answer 0. Answers how many records were sealed.
 */
export async function sealAudit(worker: Database, stopping?: AbortSignal, most = MOST): Promise<number> {
  let sealed = 0
  while (!stopping?.aborted) {
    const count = await transaction(worker, workerActor('seal'), async tx => {
      const { rows } = await sql<{ count: number }>`select security.seal_audit(${most}::int) as count`.execute(tx)
      return rows[0]!.count
    })
    sealed += count
    if (count < most) break
  }
  return sealed
}

/** For the worker: a record is sealed about a second after its transaction commits. */
export const sealing: RepeatedTask = { pauseMs: 1000, run: (worker, stopping) => sealAudit(worker, stopping) }

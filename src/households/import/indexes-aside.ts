import { sql } from 'kysely'
import { bringIndexesBack, type Database, hasIndexesAside, type RepeatedTask, transaction, workerActor } from '#db'
import { fillPersonsWithoutIndexes } from '#population'

const actor = workerActor('import')
/** Below, building indexes at the end saves less than it costs. */
const MANY = 5000
/** An import that goes on registers households much more often. */
const QUIET_MINUTES = 10

/**
 * A large import into an empty register fills it without the indexes that only make searching fast, and builds them at its
 * end (`bringIndexesBack`); what keeps the register right (keys, uniqueness, references) stays.
 */
export async function putIndexesAside(worker: Database, households: number): Promise<void> {
  if (households < MANY) return
  await transaction(worker, actor, fillPersonsWithoutIndexes)
  await transaction(worker, actor, tx => sql`select households.fill_without_indexes()`.execute(tx))
}

/** For the worker: an import that was killed, and that nobody took up again, leaves no register that is slow to search. */
export const restoringIndexes: RepeatedTask = {
  pauseMs: 300_000,
  async run(worker) {
    const isLeft = await transaction(worker, actor, async tx => {
      if (!(await hasIndexesAside(tx, QUIET_MINUTES))) return false
      const { rows } = await sql`
        select from households.household
        where registered_at > now() - make_interval(mins => ${sql.lit(QUIET_MINUTES)}) limit 1`.execute(tx)
      return rows.length === 0
    })
    if (isLeft) await bringIndexesBack(worker)
  },
}

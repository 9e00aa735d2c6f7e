// Unique numbers: how fast they are drawn, and how fast two servers give them out of one database without giving one twice.
import { sql } from 'kysely'
import { transaction, workerActor } from '#db'
import { type Id, newId } from '#kernel'
import { drawWaiting, issueNumbers } from '#population'
import { holdTestCluster, scratchDatabase } from '../test/database.ts'
import { type Benchmark, thousands, timed } from './benchmark.ts'

const LENGTH = 10
const BATCH = 500
const actor = workerActor('benchmark')

export const benchmark: Benchmark = async ({ nation, print }) => {
  const persons = nation ? 200_000 : 40_000
  const release = await holdTestCluster()
  const databases = await scratchDatabase()
  try {
    const { worker } = databases
    const ids = Array.from({ length: persons }, () => newId<'Person'>())
    await transaction(worker, actor, tx =>
      sql`
        insert into population.person (id, country, territory, source, recorded_by)
        select id, 'ma', '07', 'benchmark', 'benchmark' from unnest(${ids}::uuid[]) as persons (id)`.execute(tx),
    )
    const drawn = await timed(() => drawWaiting(worker, { country: 'ma', length: LENGTH, waiting: persons }))
    print(
      `${thousands(persons)} numbers of ${LENGTH} digits drawn and kept: ${thousands(persons / drawn.seconds)} a second`,
    )
    const batches = Array.from({ length: Math.ceil(persons / BATCH) }, (_, at) =>
      ids.slice(at * BATCH, (at + 1) * BATCH),
    )
    const server = async (): Promise<number> => {
      let given = 0
      for (let batch = batches.pop(); batch !== undefined; batch = batches.pop()) given += await give(batch)
      return given
    }
    const give = (batch: readonly Id<'Person'>[]) => transaction(worker, actor, tx => issueNumbers(tx, batch))
    const issued = await timed(async () =>
      (await Promise.all([server(), server()])).reduce((sum, each) => sum + each, 0),
    )
    const { rows } = await transaction(worker, actor, tx =>
      sql<{ numbers: number }>`
        select count(distinct number)::int as numbers from population.unique_number where person_id is not null`.execute(
        tx,
      ),
    )
    if (issued.value !== persons || rows[0]?.numbers !== persons)
      throw new Error('a number was given twice, or to nobody')
    print(
      `given by two at once, ${BATCH} in a transaction: ${thousands(persons / issued.seconds)} a second, all different`,
    )
  } finally {
    await databases.close()
    await release()
  }
}

import { sql } from 'kysely'
import { workerActor } from './actor.ts'
import type { Database } from './database.ts'
import { type Transaction, transaction } from './transaction.ts'

const actor = workerActor('indexes')
/** Side by side: as many as the smallest server has processors. */
const LANES = 2

/** Builds the indexes that are aside (`db.put_indexes_aside`), two at a time. Killed meanwhile, the next call goes on. As worker. */
export async function bringIndexesBack(worker: Database): Promise<void> {
  const build = async () => {
    while ((await transaction(worker, actor, buildOne)) !== null);
  }
  await Promise.all(Array.from({ length: LANES }, build))
}

async function buildOne(tx: Transaction): Promise<string | null> {
  const { rows } = await sql<{ name: string | null }>`select db.bring_index_back() as name`.execute(tx)
  return rows[0]!.name
}

/** Have indexes been away for so many minutes? As worker. */
export async function hasIndexesAside(tx: Transaction, minutes: number): Promise<boolean> {
  const { rows } = await sql<{ aside: boolean }>`
    select exists (select from db.index_aside where since < now() - make_interval(mins => ${minutes})) as aside`.execute(
    tx,
  )
  return rows[0]!.aside
}

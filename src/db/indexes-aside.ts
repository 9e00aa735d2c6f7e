import { sql } from 'kysely'
import { workerActor } from './actor.ts'
import type { Database } from './database.ts'
import { type Transaction, transaction } from './transaction.ts'

const actor = workerActor('indexes')

/**
 * Builds the indexes that are aside (`db.put_indexes_aside`), then makes the references that are (`db.put_references_aside`),
 * which goes through all that refers. One at a time, each in its own transaction: killed meanwhile, the next call goes on. As worker.
 */
export async function bringIndexesBack(worker: Database): Promise<void> {
  while ((await transaction(worker, actor, buildOne)) !== null);
  while ((await transaction(worker, actor, referOne)) !== null);
}

async function buildOne(tx: Transaction): Promise<string | null> {
  const { rows } = await sql<{ name: string | null }>`select db.bring_index_back() as name`.execute(tx)
  return rows[0]!.name
}

async function referOne(tx: Transaction): Promise<string | null> {
  const { rows } = await sql<{ name: string | null }>`select db.bring_reference_back() as name`.execute(tx)
  return rows[0]!.name
}

/** Have indexes or references been away for so many minutes? As worker. */
export async function hasIndexesAside(tx: Transaction, minutes: number): Promise<boolean> {
  const { rows } = await sql<{ aside: boolean }>`
    select exists (
      select since from db.index_aside where since < now() - make_interval(mins => ${minutes})
      union all select since from db.reference_aside where since < now() - make_interval(mins => ${minutes})
    ) as aside`.execute(tx)
  return rows[0]!.aside
}

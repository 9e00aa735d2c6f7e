import { sql } from 'kysely'
import type { Transaction } from '#db'

/** Which register this is: drawn when it was made, kept through backups. */
export async function registerIdentity(tx: Transaction): Promise<string> {
  const { rows } = await sql<{ id: string }>`select id from households.register`.execute(tx)
  return (rows[0] as { id: string }).id
}

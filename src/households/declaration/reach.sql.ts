import { sql } from 'kysely'
import type { Transaction } from '#db'

/** Whether the actor would see what lies in a territory: nobody puts a household where they lose it from sight. */
export async function isReached(tx: Transaction, territory: string): Promise<boolean> {
  const { rows } = await sql<{ reached: boolean }>`
    select current_user = 'socle_worker' or (
      ${territory} collate "C" >= security.territory_low() and ${territory} collate "C" < security.territory_high()
      and (security.range_is_exact() or ${territory} ~ security.territory_pattern())) as reached`.execute(tx)
  return rows[0]?.reached === true
}

import { sql } from 'kysely'
import type { Transaction } from '#db'

/** How many households a country's register holds, or one source of it has said. */
export async function countHouseholds(tx: Transaction, country: string, source?: string): Promise<number> {
  const { rows } = await sql<{ households: number }>`
    select count(*)::int as households from households.household
    where country = ${country} and (${source ?? null}::text is null or source = ${source ?? null})`.execute(tx)
  return rows[0]?.households ?? 0
}

/** Households of a country and those who belong to them today, as far as the actor sees. */
export async function countRegister(
  tx: Transaction,
  country: string,
): Promise<{ readonly households: number; readonly members: number }> {
  const { rows } = await sql<{ households: number; members: number }>`
    select households, members from households.count_register(${country})`.execute(tx)
  return rows[0] ?? { households: 0, members: 0 }
}

/** True where the register of a country holds households that were modelled: whatever shows them must say so. */
export async function holdsModelled(tx: Transaction, country: string): Promise<boolean> {
  const { rows } = await sql<{ modelled: boolean }>`
    select exists (select from households.household where country = ${country} and modelled) as modelled`.execute(tx)
  return rows[0]?.modelled === true
}

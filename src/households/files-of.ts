import { sql } from 'kysely'
import type { Transaction } from '#db'
import type { Id } from '#kernel'

export type FilesOfHousehold = {
  readonly household: Id<'Household'>
  readonly territory: string
  /** The household and those who belong to it today. */
  readonly files: readonly string[]
}

/**
 * The household of a number, wherever it lives and whatever the actor may read: to declare a conflict, or to open it in an
 * emergency. Undefined where there is none, or where a person named does not belong to it.
 */
export async function filesOfHousehold(
  tx: Transaction,
  country: string,
  number: string,
  person: string | null = null,
): Promise<FilesOfHousehold | undefined> {
  const { rows } = await sql<FilesOfHousehold>`
    select household_id as household, territory, files from households.close_files(${country}, ${number.trim()}, ${person})
    order by household_id limit 1`.execute(tx)
  return rows[0]
}

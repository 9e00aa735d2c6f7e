import { sql } from 'kysely'
import { type Database, transaction, workerActor } from '#db'
import { err, ok, type Result } from '#kernel'

export type InstallationRefusal = {
  readonly code: 'serves_other_country'
  readonly country: string
  readonly serves: string
}

/**
 * Says which country the staff of this installation serve: the first time it is kept, afterwards another is refused.
 * Territory codes of two countries are alike, so that a grant for one must never show the other.
 */
export async function serveCountry(
  database: Database,
  country: string,
): Promise<Result<{ readonly country: string }, InstallationRefusal>> {
  const serves = await transaction(database, workerActor('installation'), async tx => {
    await sql`insert into security.installation (country) values (${country}) on conflict do nothing`.execute(tx)
    const { rows } = await sql<{ country: string }>`select country from security.installation`.execute(tx)
    return rows[0]?.country ?? country
  })
  return serves === country ? ok({ country }) : err({ code: 'serves_other_country', country, serves })
}

import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import { anonymous, type Database, transaction } from '#db'

/** So many failures since the last success, within so many seconds, close what is tried until the first of them is older. */
export type AttemptLimit = { readonly failures: number; readonly seconds: number }

const PASSWORD_LIMITS: readonly AttemptLimit[] = [{ failures: 5, seconds: 15 * 60 }]
/** Whoever guesses codes knows the password already: the account is closed for longer, sooner. */
export const CODE_LIMITS: readonly AttemptLimit[] = [...PASSWORD_LIMITS, { failures: 20, seconds: 24 * 3600 }]

/**
 * Counts an attempt before it is tried, so that guesses sent all at once, to any number of processes, are counted like
 * guesses sent one after the other. Answers 0 when it may be tried, else for how many seconds the subject stays closed.
 */
export async function beginAttempt(
  app: Database,
  subject: string,
  limits: readonly AttemptLimit[] = PASSWORD_LIMITS,
): Promise<number> {
  const hash = hashOf(subject)
  return transaction(app, anonymous, async tx => {
    await sql`select pg_advisory_xact_lock(${hash.readBigInt64BE().toString()}::bigint)`.execute(tx)
    for (const { failures, seconds } of limits) {
      const { rows } = await sql<{ count: number; wait: number }>`
        select count(*)::int as count,
          ceil(extract(epoch from min(attempted_at) + make_interval(secs => ${seconds}) - clock_timestamp()))::int as wait
        from (
          select attempted_at from security.sign_in_attempt
          where email_hash = ${hash} and not succeeded
            and attempted_at > clock_timestamp() - make_interval(secs => ${seconds})
            and attempted_at > coalesce((
              select max(attempted_at) from security.sign_in_attempt where email_hash = ${hash} and succeeded
            ), '-infinity')
          order by attempted_at desc limit ${failures}
        ) as recent`.execute(tx)
      const recent = rows[0]
      if (recent && recent.count >= failures) return Math.max(1, recent.wait)
    }
    await tx.insertInto('security.sign_in_attempt').values({ email_hash: hash, succeeded: false }).execute()
    return 0
  })
}

/** The attempt was right: what failed before it no longer counts. */
export async function recordSuccess(app: Database, subject: string): Promise<void> {
  await transaction(app, anonymous, tx =>
    tx
      .insertInto('security.sign_in_attempt')
      .values({ email_hash: hashOf(subject), succeeded: true })
      .execute(),
  )
}

function hashOf(subject: string): Buffer {
  return createHash('sha256').update(subject).digest()
}

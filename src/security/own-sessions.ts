import { sql } from 'kysely'
import type { Transaction } from '#db'
import type { Id } from '#kernel'
import type { SignedIn } from './signed-in.ts'

/** An open session as its holder sees it. */
export type OwnSession = {
  readonly id: Id<'session'>
  /** The one that asks. */
  readonly current: boolean
  readonly openedAt: Date
  /** To within five minutes. */
  readonly seenAt: Date
  /** Network address and program, as they were told when it was opened; either may be missing. */
  readonly address: string | undefined
  readonly agent: string | undefined
}

/** Open sessions, the one that asks first, then the latest seen. Those that wait for a code open nothing and are left out. */
export async function sessionsOf(tx: Transaction, self: SignedIn): Promise<OwnSession[]> {
  const { rows } = await sql<Record<'address' | 'agent', string | null> & Omit<OwnSession, 'address' | 'agent'>>`
    select id, id = ${self.session} as current, created_at as "openedAt", updated_at as "seenAt",
      nullif(ip_address, '') as address, nullif(user_agent, '') as agent
    from security.staff_session
    where staff_id = ${self.id} and expires_at > clock_timestamp() and (not second_factor_due or second_factor_at is not null)
    order by current desc, updated_at desc, id`.execute(tx)
  return rows.map(row => ({ ...row, address: row.address ?? undefined, agent: row.agent ?? undefined }))
}

/** Ends sessions of somebody: the one named, or all but the one that asks. Answers how many ended. */
export async function endSessions(tx: Transaction, self: SignedIn, which: Id<'session'> | 'others'): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from security.staff_session where staff_id = ${self.id}
      and case when ${which} = 'others' then id <> ${self.session} else id::text = ${which} end`.execute(tx)
  return Number(numAffectedRows)
}

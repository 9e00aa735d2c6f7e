import { createHash, randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import type { Transaction } from '#db'
import { newId } from '#kernel'
import { appendAudit } from './audit.ts'
import { registerStaff, type StaffId } from './staff.ts'

export type Invitation = { readonly staffId: StaffId; readonly name: string; readonly email: string }

/** The secret of a link, told once, and until when it serves. */
export type NewInvitation = { readonly staffId: StaffId; readonly token: string; readonly expiresAt: Date }

/**
 * Invites somebody to choose a password: a member of staff to be, recorded now, or one who forgot theirs. An earlier link
 * for the same address no longer serves.
 */
export async function inviteStaff(
  tx: Transaction,
  { email, name, hours }: { readonly email: string; readonly name: string; readonly hours: number },
): Promise<NewInvitation> {
  const address = email.toLowerCase()
  await sql`select pg_advisory_xact_lock(hashtextextended(${`invitation ${address}`}, 0))`.execute(tx)
  const { rows: known } = await sql<{ id: StaffId }>`
    select id from security.staff_account where email = ${address}
    union all select staff_id from security.invitation where email = ${address} limit 1`.execute(tx)
  const staffId = known[0]?.id ?? (newId<'staff'>() as StaffId)
  await registerStaff(tx, { id: staffId, name })
  await sql`
    update security.invitation set withdrawn_at = clock_timestamp()
    where staff_id = ${staffId} and used_at is null and withdrawn_at is null`.execute(tx)
  const token = randomBytes(32).toString('base64url')
  const { rows } = await sql<{ expiresAt: Date }>`
    insert into security.invitation (token_hash, staff_id, email, invited_by, expires_at)
    values (${hashOf(token)}, ${staffId}, ${address}, security.actor(), clock_timestamp() + make_interval(hours => ${hours}))
    returning expires_at as "expiresAt"`.execute(tx)
  await appendAudit(tx, {
    action: 'staff.invite',
    subject: { kind: 'staff', id: staffId },
    purpose: 'administration: socle staff invite',
    detail: { hours },
  })
  return { staffId, token, expiresAt: rows[0]!.expiresAt }
}

/** Who a link is for, while it serves. With `take` it serves no longer: of two requests at one moment, one has it. */
export async function findInvitation(
  tx: Transaction,
  token: string,
  { take }: { readonly take: boolean },
): Promise<Invitation | undefined> {
  const { rows } = take
    ? await sql<Omit<Invitation, 'name'>>`
        update security.invitation set used_at = clock_timestamp()
        where token_hash = ${hashOf(token)} and used_at is null and withdrawn_at is null and expires_at > clock_timestamp()
        returning staff_id as "staffId", email`.execute(tx)
    : await sql<Omit<Invitation, 'name'>>`
        select staff_id as "staffId", email from security.invitation
        where token_hash = ${hashOf(token)} and used_at is null and withdrawn_at is null and expires_at > clock_timestamp()`.execute(
        tx,
      )
  const found = rows[0]
  if (!found) return undefined
  const staff = await tx
    .selectFrom('security.staff')
    .select('name')
    .where('id', '=', found.staffId)
    .executeTakeFirstOrThrow()
  return { ...found, name: staff.name }
}

/** Writes the hash of a chosen password, with the account where there was none. Every session of the account ends. */
export async function writePassword(
  tx: Transaction,
  { staffId, name, email, hash }: Invitation & { readonly hash: string },
): Promise<void> {
  await sql`
    insert into security.staff_account (id, name, email, email_verified, created_at, updated_at)
    values (${staffId}, ${name}, ${email}, true, clock_timestamp(), clock_timestamp())
    on conflict (id) do nothing`.execute(tx)
  await sql`
    insert into security.staff_credential (id, account_id, provider_id, staff_id, password, created_at, updated_at)
    values (${newId()}, ${staffId}, 'credential', ${staffId}, ${hash}, clock_timestamp(), clock_timestamp())
    on conflict (provider_id, account_id) do update set password = excluded.password, updated_at = excluded.updated_at`.execute(
    tx,
  )
  await tx.deleteFrom('security.staff_session').where('staff_id', '=', staffId).execute()
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}

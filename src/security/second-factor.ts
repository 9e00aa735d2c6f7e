import { randomBytes, randomInt } from 'node:crypto'
import { sql } from 'kysely'
import type { Transaction } from '#db'
import { err, ok, type Result } from '#kernel'
import { type AuditedAct, appendAudit } from './audit.ts'
import type { DerivedKeys } from './derived-keys.ts'
import type { StaffId } from './staff.ts'
import { type CodeRefusal, decideCode, STEP_SECONDS } from './totp.ts'

export type SecondFactor =
  | { readonly state: 'off' }
  /** Drawn and not yet confirmed: the secret may be shown to its holder. */
  | { readonly state: 'begun'; readonly secret: Uint8Array }
  | { readonly state: 'on'; readonly since: Date; readonly recoveryCodesLeft: number }

const SECRET_BYTES = 20
const RECOVERY_CODES = 10
const RECOVERY_LENGTH = 10
/** Without the letters and digits that are read for each other. */
const RECOVERY_LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789'

export async function findSecondFactor(tx: Transaction, keys: DerivedKeys, staffId: StaffId): Promise<SecondFactor> {
  const row = await tx
    .selectFrom('security.second_factor as f')
    .select(['secret', 'confirmed_at'])
    .select(
      sql<number>`(select count(*)::int from security.recovery_code c where c.staff_id = f.staff_id and c.used_at is null)`.as(
        'left',
      ),
    )
    .where('staff_id', '=', staffId)
    .executeTakeFirst()
  if (row?.confirmed_at) return { state: 'on', since: row.confirmed_at, recoveryCodesLeft: row.left }
  const secret = row && keys.decrypt(row.secret, staffId)
  return secret ? { state: 'begun', secret } : { state: 'off' }
}

/** Draws a secret for a new authenticator; one that is confirmed stays. */
export async function beginSecondFactor(tx: Transaction, keys: DerivedKeys, staffId: StaffId): Promise<void> {
  const secret = keys.encrypt(randomBytes(SECRET_BYTES), staffId)
  await sql`
    insert into security.second_factor as f (staff_id, secret) values (${staffId}, ${secret})
    on conflict (staff_id) do update set secret = excluded.secret, begun_at = excluded.begun_at
      where f.confirmed_at is null`.execute(tx)
}

/** The first right code shows that the authenticator works: from now on it is asked. Answers the recovery codes, once. */
export async function confirmSecondFactor(
  tx: Transaction,
  keys: DerivedKeys,
  staffId: StaffId,
  typed: string,
): Promise<Result<{ readonly recoveryCodes: readonly string[] }, CodeRefusal>> {
  const held = await holding(tx, keys, staffId)
  if (!held || held.confirmed) return err({ code: 'code_wrong' })
  const decided = decideCode(typed, held)
  if (!decided.ok) return decided
  await sql`
    update security.second_factor set confirmed_at = clock_timestamp(), last_step = ${decided.value.step}
    where staff_id = ${staffId}`.execute(tx)
  const recoveryCodes = Array.from({ length: RECOVERY_CODES }, drawRecoveryCode)
  await tx
    .insertInto('security.recovery_code')
    .values(recoveryCodes.map(code => ({ staff_id: staffId, code_hash: keys.hash(plain(code)) })))
    .execute()
  return ok({ recoveryCodes })
}

/** Takes a code of the authenticator, or a recovery code: neither is taken twice, whoever sends it at the same moment. */
export async function takeCode(
  tx: Transaction,
  keys: DerivedKeys,
  staffId: StaffId,
  typed: string,
): Promise<Result<{ readonly by: 'authenticator' | 'recovery_code' }, CodeRefusal>> {
  const held = await holding(tx, keys, staffId)
  if (!held?.confirmed) return err({ code: 'code_wrong' })
  if (plain(typed).length === RECOVERY_LENGTH) {
    const { numAffectedRows } = await sql`
      update security.recovery_code set used_at = clock_timestamp()
      where staff_id = ${staffId} and code_hash = ${keys.hash(plain(typed))} and used_at is null`.execute(tx)
    return numAffectedRows === 1n ? ok({ by: 'recovery_code' }) : err({ code: 'code_wrong' })
  }
  const decided = decideCode(typed, held)
  if (!decided.ok) return decided
  await sql`update security.second_factor set last_step = ${decided.value.step} where staff_id = ${staffId}`.execute(tx)
  return ok({ by: 'authenticator' })
}

/** For somebody who lost the authenticator and the codes: the next sign-in asks for the password alone. Sessions end. */
export async function resetSecondFactor(
  tx: Transaction,
  staffId: StaffId,
  { purpose }: Pick<AuditedAct, 'purpose'>,
): Promise<boolean> {
  const removed = await removeSecondFactor(tx, staffId)
  await tx.deleteFrom('security.staff_session').where('staff_id', '=', staffId).execute()
  await appendAudit(tx, { action: 'second_factor.reset', subject: { kind: 'staff', id: staffId }, purpose })
  return removed
}

/** Forgets the authenticator and its recovery codes; answers whether there was one. */
export async function removeSecondFactor(tx: Transaction, staffId: StaffId): Promise<boolean> {
  const { numDeletedRows } = await tx
    .deleteFrom('security.second_factor')
    .where('staff_id', '=', staffId)
    .executeTakeFirst()
  return numDeletedRows === 1n
}

/** What a code is compared with, locked until the transaction ends. A secret written under another key matches nothing. */
async function holding(tx: Transaction, keys: DerivedKeys, staffId: StaffId) {
  const { rows } = await sql<{ secret: Buffer; confirmed: boolean; step: number; lastStep: number | null }>`
    select secret, confirmed_at is not null as confirmed, last_step::int as "lastStep",
      floor(extract(epoch from clock_timestamp()) / ${STEP_SECONDS})::int as step
    from security.second_factor where staff_id = ${staffId} for update`.execute(tx)
  const row = rows[0]
  const secret = row && keys.decrypt(row.secret, staffId)
  return row && secret && { secret, confirmed: row.confirmed, step: row.step, lastStep: row.lastStep ?? undefined }
}

function drawRecoveryCode(): string {
  const letters = Array.from({ length: RECOVERY_LENGTH }, () => RECOVERY_LETTERS[randomInt(RECOVERY_LETTERS.length)])
  return `${letters.slice(0, 5).join('')}-${letters.slice(5).join('')}`
}

function plain(code: string): string {
  return code.toLowerCase().replaceAll(/[\s-]/g, '')
}

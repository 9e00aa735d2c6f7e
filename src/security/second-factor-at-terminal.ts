import { type Database, type StaffActor, transaction } from '#db'
import { err, ok, type Result } from '#kernel'
import { beginAttempt, CODE_LIMITS, recordSuccess } from './attempts.ts'
import { type AuditedAct, appendAudit } from './audit.ts'
import { deriveKeys } from './derived-keys.ts'
import { findSecondFactor, takeCode } from './second-factor.ts'
import { codeOf, type TooManyAttempts } from './signed-in.ts'
import type { StaffId } from './staff.ts'
import type { CodeRefusal } from './totp.ts'

/** Whether a member of staff set up an authenticator, which is then asked for wherever money may move. */
export async function hasSecondFactor(app: Database, secret: string, by: StaffActor): Promise<boolean> {
  const keys = deriveKeys(secret, 'second factor')
  const found = await transaction(app, by, tx => findSecondFactor(tx, keys, by.staffId as StaffId), { readOnly: true })
  return found.state === 'on'
}

/**
 * Takes a code that a member of staff types away from the console, for one act. The same counting of attempts as there, and no
 * code is taken twice, wherever it was shown first.
 */
export async function showCode(
  app: Database,
  secret: string,
  { by, typed, purpose }: { readonly by: StaffActor; readonly typed: string; readonly purpose: AuditedAct['purpose'] },
): Promise<Result<'shown', CodeRefusal | TooManyAttempts>> {
  const staffId = by.staffId as StaffId
  const wait = await beginAttempt(app, codeOf(staffId), CODE_LIMITS)
  if (wait > 0) return err({ code: 'too_many_attempts', seconds: wait })
  const taken = await transaction(app, by, async tx => {
    const decided = await takeCode(tx, deriveKeys(secret, 'second factor'), staffId, typed)
    if (decided.ok) {
      const subject = { kind: 'staff', id: staffId }
      await appendAudit(tx, { action: 'second_factor.show', subject, purpose, detail: { by: decided.value.by } })
    }
    return decided
  })
  if (!taken.ok) return taken
  await recordSuccess(app, codeOf(staffId))
  return ok('shown')
}

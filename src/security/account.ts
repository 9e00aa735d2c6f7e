import { sql } from 'kysely'
import { type Database, type Transaction, transaction } from '#db'
import { err, type Id, ok, type Result } from '#kernel'
import { beginAttempt, CODE_LIMITS, recordSuccess } from './attempts.ts'
import { type AuditedAct, appendAudit } from './audit.ts'
import { type Auth, passwordIs } from './auth.ts'
import type { DerivedKeys } from './derived-keys.ts'
import { endSessions, type OwnSession, sessionsOf } from './own-sessions.ts'
import { decidePassword, type PasswordRefusal } from './password-rule.ts'
import {
  beginSecondFactor,
  confirmSecondFactor,
  findSecondFactor,
  removeSecondFactor,
  type SecondFactor,
  takeCode,
} from './second-factor.ts'
import { actorOf, codeOf, type SignedIn, type TooManyAttempts } from './signed-in.ts'
import { base32, type CodeRefusal, enrolmentUri } from './totp.ts'

/** The name under which an authenticator lists its codes. */
const ISSUER = 'Socle'

export type ConfirmRefusal = CodeRefusal | TooManyAttempts | { readonly code: 'password_wrong' }

export type ChangeRefusal =
  | PasswordRefusal
  | TooManyAttempts
  | { readonly code: 'password_wrong' }
  | { readonly code: 'password_unchanged' }

/** As its holder may see it: what an authenticator has to be told, until a first code confirmed it. */
export type OwnSecondFactor =
  | Exclude<SecondFactor, { readonly state: 'begun' }>
  | { readonly state: 'begun'; readonly secret: string; readonly uri: string }

/** What members of staff do with the own account. Each act is theirs alone, and stands in the audit. */
export type Account = {
  readonly secondFactor: (self: SignedIn) => Promise<OwnSecondFactor>
  readonly beginSecondFactor: (self: SignedIn) => Promise<void>
  /** Asks the password again: whoever found a session open must not bind an authenticator to it. Other sessions end. */
  readonly confirmSecondFactor: (
    self: SignedIn,
    shown: { readonly code: string; readonly password: string },
  ) => Promise<Result<{ readonly recoveryCodes: readonly string[] }, ConfirmRefusal>>
  /** Takes a code, as signing in does. */
  readonly removeSecondFactor: (
    self: SignedIn,
    code: string,
  ) => Promise<Result<undefined, CodeRefusal | TooManyAttempts>>
  readonly sessions: (self: SignedIn) => Promise<readonly OwnSession[]>
  /** Ends one session, or all but this one; answers how many ended. */
  readonly endSessions: (self: SignedIn, which: Id<'session'> | 'others') => Promise<number>
  /** Asks the one in use. Every other session ends. */
  readonly changePassword: (
    self: SignedIn,
    passwords: { readonly current: string; readonly next: string },
  ) => Promise<Result<undefined, ChangeRefusal>>
}

type Parts = { readonly app: Database; readonly auth: Auth; readonly keys: DerivedKeys }

export function accountOver({ app, auth, keys }: Parts): Account {
  const asSelf = <Value>(self: SignedIn, work: (tx: Transaction) => Promise<Value>) =>
    transaction(app, actorOf(self), work)
  return {
    async secondFactor(self) {
      const found = await asSelf(self, tx => findSecondFactor(tx, keys, self.id))
      if (found.state !== 'begun') return found
      const uri = enrolmentUri(found.secret, { issuer: ISSUER, account: self.email })
      return { state: 'begun', secret: base32(found.secret), uri }
    },
    beginSecondFactor: self => asSelf(self, tx => beginSecondFactor(tx, keys, self.id)),
    async confirmSecondFactor(self, { code, password }) {
      const wait = await beginAttempt(app, self.email)
      if (wait > 0) return err({ code: 'too_many_attempts', seconds: wait })
      if (!(await passwordIs(auth, self.id, password))) return err({ code: 'password_wrong' })
      await recordSuccess(app, self.email)
      return asSelf(self, async tx => {
        const confirmed = await confirmSecondFactor(tx, keys, self.id, code)
        if (!confirmed.ok) return confirmed
        await endSessions(tx, self, 'others')
        await sql`
          update security.staff_session set second_factor_due = true, second_factor_at = clock_timestamp()
          where id = ${self.session}`.execute(tx)
        await appendAudit(tx, ofSelf(self, 'second_factor.enrol'))
        return confirmed
      })
    },
    async removeSecondFactor(self, code) {
      const wait = await beginAttempt(app, codeOf(self.id), CODE_LIMITS)
      if (wait > 0) return err({ code: 'too_many_attempts', seconds: wait })
      const taken = await asSelf(self, async tx => {
        const decided = await takeCode(tx, keys, self.id, code)
        if (!decided.ok) return decided
        await removeSecondFactor(tx, self.id)
        await sql`
          update security.staff_session set second_factor_due = false, second_factor_at = null
          where id = ${self.session}`.execute(tx)
        await appendAudit(tx, ofSelf(self, 'second_factor.remove'))
        return ok(undefined)
      })
      if (taken.ok) await recordSuccess(app, codeOf(self.id))
      return taken
    },
    sessions: self => asSelf(self, tx => sessionsOf(tx, self)),
    endSessions: (self, which) =>
      asSelf(self, async tx => {
        const ended = await endSessions(tx, self, which)
        if (ended > 0) await appendAudit(tx, ofSelf(self, 'session.revoke', { which, ended }))
        return ended
      }),
    async changePassword(self, { current, next }) {
      const wait = await beginAttempt(app, self.email)
      if (wait > 0) return err({ code: 'too_many_attempts', seconds: wait })
      if (!(await passwordIs(auth, self.id, current))) return err({ code: 'password_wrong' })
      await recordSuccess(app, self.email)
      if (next.normalize('NFKC') === current.normalize('NFKC')) return err({ code: 'password_unchanged' })
      const decided = decidePassword(next, self)
      if (!decided.ok) return decided
      const hash = await (await auth.$context).password.hash(next)
      return asSelf(self, async tx => {
        await sql`
          update security.staff_credential set password = ${hash}, updated_at = clock_timestamp()
          where staff_id = ${self.id} and provider_id = 'credential'`.execute(tx)
        const ended = await endSessions(tx, self, 'others')
        await appendAudit(tx, ofSelf(self, 'password.change', { ended }))
        return ok(undefined)
      })
    },
  }
}

function ofSelf(self: SignedIn, action: string, detail: AuditedAct['detail'] = {}): AuditedAct {
  return { action, subject: { kind: 'staff', id: self.id }, purpose: 'administration: account page', detail }
}

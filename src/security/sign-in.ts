import { sql } from 'kysely'
import pg from 'pg'
import { anonymous, type Database, transaction } from '#db'
import { err, type Id, ok, type Result } from '#kernel'
import { type Account, accountOver } from './account.ts'
import { beginAttempt, CODE_LIMITS, recordSuccess } from './attempts.ts'
import { type AuditedAct, appendAudit } from './audit.ts'
import { authOver, type OpenSession } from './auth.ts'
import { deriveKeys } from './derived-keys.ts'
import { findInvitation, type Invitation, writePassword } from './invitation.ts'
import { type OutsideProvider, PROVIDER_ID } from './outside-provider.ts'
import { decidePassword, type PasswordRefusal } from './password-rule.ts'
import { takeCode } from './second-factor.ts'
import { actorOf, codeOf, type SignedIn, type TooManyAttempts } from './signed-in.ts'
import type { StaffId } from './staff.ts'
import type { CodeRefusal } from './totp.ts'

export type SignInRefusal =
  /** The same for a wrong password and an address without account: nobody learns which addresses exist. */
  { readonly code: 'credentials_refused' } | TooManyAttempts

export type SecondStepRefusal =
  | CodeRefusal
  | TooManyAttempts
  /** No password was given before, or too long ago. */
  | { readonly code: 'sign_in_again' }

export type OutsideSignedIn = {
  readonly cookies: readonly string[]
  readonly codeAwaited: boolean
  /** The page that was asked for before signing in. */
  readonly next: string
}

export type OutsideRefusal =
  /** The provider knows the person; no account here has that address, or the provider did not verify it. */
  | { readonly code: 'outside_unknown' }
  /** Cancelled, too late, another browser's, or not as a provider answers. */
  | { readonly code: 'outside_refused' }

export type AcceptRefusal = PasswordRefusal | { readonly code: 'invitation_unknown' }

export type AccountRefusal = { readonly code: 'email_taken'; readonly email: string }

export type SignIn = {
  /** Who holds the session of these request headers, if it is still open and its second factor, if any, was shown. */
  readonly of: (headers: Headers) => Promise<SignedIn | undefined>
  /** Opens a session: the values of Set-Cookie to send back. With `codeAwaited` it opens nothing before `enterCode`. */
  readonly signIn: (
    headers: Headers,
    credentials: { readonly email: string; readonly password: string },
  ) => Promise<Result<{ readonly cookies: readonly string[]; readonly codeAwaited: boolean }, SignInRefusal>>
  /** Whether these request headers hold a session that waits for its code. */
  readonly codeAwaited: (headers: Headers) => Promise<boolean>
  /** The second step: a code of the authenticator, or a recovery code. */
  readonly enterCode: (headers: Headers, code: string) => Promise<Result<undefined, SecondStepRefusal>>
  /** Who an invitation is for, while it serves. */
  readonly invitation: (token: string) => Promise<Omit<Invitation, 'staffId'> | undefined>
  /** Chooses the password of an invitation; every session of the account ends. */
  readonly acceptInvitation: (
    token: string,
    password: string,
  ) => Promise<Result<{ readonly email: string }, AcceptRefusal>>
  readonly signOut: (headers: Headers) => Promise<{ readonly cookies: readonly string[] }>
  /** Name of the outside provider by which staff may sign in, where there is one. */
  readonly outside: string | undefined
  /** Where to send a browser that signs in through it, to come back to `next`; nothing where there is none. */
  readonly beginOutside: (
    headers: Headers,
    next: string,
  ) => Promise<{ readonly location: string; readonly cookies: readonly string[] } | undefined>
  /** The provider's answer: the address of its return with its parameters. */
  readonly finishOutside: (
    headers: Headers,
    answer: URLSearchParams,
  ) => Promise<Result<OutsideSignedIn, OutsideRefusal>>
  /** What a member of staff does with the own account. */
  readonly account: Account
  /** Gives a recorded member of staff an account. The password is hashed by scrypt and kept nowhere else. */
  readonly openAccount: (
    account: Pick<SignedIn, 'id' | 'name' | 'email'> & { readonly password: string },
  ) => Promise<Result<{ readonly opened: boolean }, AccountRefusal>>
  readonly close: () => Promise<void>
}

export type SignInSettings = {
  /** Connection string of the application's role. */
  readonly appUrl: string
  readonly app: Database
  /** Signs the cookies and encrypts the authenticators' secrets; at least 32 characters, kept outside the database. */
  readonly secret: string
  /** True behind TLS: cookies are then sent over it alone. */
  readonly secure: boolean
  readonly outside?: OutsideProvider | undefined
}

/** Sign-in by better-auth over the tables of this module; nothing of it is reachable over HTTP but through the pages. */
export function openSignIn(settings: SignInSettings): SignIn {
  const { app } = settings
  const pool = new pg.Pool({ connectionString: settings.appUrl, max: 4, options: '-c search_path=security' })
  pool.on('error', () => {})
  const auth = authOver(pool, settings)
  const keys = deriveKeys(settings.secret, 'second factor')
  const sessionOf = (headers: Headers) => auth.api.getSession({ headers })
  /** A session that was just opened, by its cookies: recorded unless it waits for a code, which records it. */
  const recordOpening = async (cookies: readonly string[], by: string) => {
    const opened = await sessionOf(new Headers({ cookie: cookies.map(each => each.split(';')[0]).join('; ') }))
    if (!opened) throw new Error('a session that was just opened is not there')
    if (!awaitsCode(opened)) await recordOpened(app, opened, by)
    return awaitsCode(opened)
  }
  return {
    of: async headers => signedIn(await sessionOf(headers)),
    account: accountOver({ app, auth, keys }),
    close: () => pool.end(),
    async signIn(headers, { email, password }) {
      const address = email.toLowerCase()
      const wait = await beginAttempt(app, address)
      if (wait > 0) return err({ code: 'too_many_attempts', seconds: wait })
      const response = await auth.api.signInEmail({ headers, body: { email: address, password }, asResponse: true })
      if (!response.ok) return err({ code: 'credentials_refused' })
      await recordSuccess(app, address)
      const cookies = response.headers.getSetCookie()
      const codeAwaited = await recordOpening(cookies, 'password')
      return ok({ cookies, codeAwaited })
    },
    outside: settings.outside?.name,
    async beginOutside(headers, next) {
      if (!settings.outside) return undefined
      const body = { provider: PROVIDER_ID, callbackURL: next, errorCallbackURL: REFUSED, disableRedirect: true }
      const response = await auth.api.signInSocial({ headers, body, asResponse: true })
      const { url } = (await response.json()) as { url?: string }
      return url === undefined ? undefined : { location: url, cookies: response.headers.getSetCookie() }
    },
    async finishOutside(headers, answer) {
      const query = Object.fromEntries(answer)
      const response = await auth.api.callbackOAuth({ headers, params: { id: PROVIDER_ID }, query, asResponse: true })
      const location = response.headers.get('location') ?? REFUSED
      const next = new URL(location, 'http://localhost')
      const error = next.searchParams.get('error')
      if (response.status !== 302 || error !== null || location.startsWith(REFUSED)) {
        return err({ code: UNKNOWN_THERE.has(error ?? '') ? 'outside_unknown' : 'outside_refused' })
      }
      const cookies = response.headers.getSetCookie()
      return ok({
        cookies,
        codeAwaited: await recordOpening(cookies, 'outside provider'),
        next: next.pathname + next.search,
      })
    },
    codeAwaited: async headers => {
      const session = await sessionOf(headers)
      return session !== null && awaitsCode(session)
    },
    async enterCode(headers, typed) {
      const open = await sessionOf(headers)
      if (!open || !awaitsCode(open)) return err({ code: 'sign_in_again' })
      const staffId = open.user.id as StaffId
      const wait = await beginAttempt(app, codeOf(staffId), CODE_LIMITS)
      if (wait > 0) return err({ code: 'too_many_attempts', seconds: wait })
      const taken = await transaction(app, actorOf(open.user), async tx => {
        const decided = await takeCode(tx, keys, staffId, typed)
        if (decided.ok) {
          await sql`
            update security.staff_session set second_factor_at = clock_timestamp(), expires_at = clock_timestamp() + interval '8 hours'
            where id = ${open.session.id}`.execute(tx)
          await appendAudit(tx, openedSession(open, decided.value.by))
        }
        return decided
      })
      if (!taken.ok) return taken
      await recordSuccess(app, codeOf(staffId))
      return ok(undefined)
    },
    invitation: token =>
      transaction(app, anonymous, async tx => {
        const found = await findInvitation(tx, token, { take: false })
        return found && { name: found.name, email: found.email }
      }),
    async acceptInvitation(token, password) {
      const found = await transaction(app, anonymous, tx => findInvitation(tx, token, { take: false }))
      if (!found) return err({ code: 'invitation_unknown' })
      const decided = decidePassword(password, found)
      if (!decided.ok) return decided
      const hash = await (await auth.$context).password.hash(password)
      return transaction(app, actorOf({ id: found.staffId, name: found.name }), async tx => {
        const taken = await findInvitation(tx, token, { take: true })
        if (!taken) return err({ code: 'invitation_unknown' })
        await writePassword(tx, { ...taken, hash })
        await appendAudit(tx, {
          action: 'password.choose',
          subject: { kind: 'staff', id: taken.staffId },
          purpose: 'administration: invitation page',
        })
        return ok({ email: taken.email })
      })
    },
    async signOut(headers) {
      const response = await auth.api.signOut({ headers, asResponse: true })
      return { cookies: response.headers.getSetCookie() }
    },
    async openAccount({ id, name, email, password }) {
      const address = email.toLowerCase()
      const context = await auth.$context
      const standing = await context.internalAdapter.findUserByEmail(address, { includeAccounts: false })
      if (standing)
        return standing.user.id === id ? ok({ opened: false }) : err({ code: 'email_taken', email: address })
      const hash = await context.password.hash(password)
      await context.internalAdapter.createUser(
        { id, name, email: address, emailVerified: true },
        { method: 'email-password' },
      )
      await context.internalAdapter.linkAccount({ userId: id, providerId: 'credential', accountId: id, password: hash })
      return ok({ opened: true })
    },
  }
}

const REFUSED = '/console/sign-in'
const UNKNOWN_THERE: ReadonlySet<string> = new Set(['signup_disabled', 'account_not_linked', 'email_not_found'])

function awaitsCode({ session }: OpenSession): boolean {
  return session.secondFactorDue === true && !session.secondFactorAt
}

function signedIn(open: OpenSession | null): SignedIn | undefined {
  if (!open || awaitsCode(open)) return undefined
  const { user, session } = open
  return {
    id: user.id as StaffId,
    name: user.name,
    email: user.email,
    session: session.id as Id<'session'>,
    secondFactor: session.secondFactorDue === true,
    secondFactorAt: session.secondFactorAt?.toISOString(),
  }
}

async function recordOpened(app: Database, open: OpenSession, by: string): Promise<void> {
  await transaction(app, actorOf(open.user), tx => appendAudit(tx, openedSession(open, by)))
}

function openedSession({ user, session }: OpenSession, by: string): AuditedAct {
  return {
    action: 'session.open',
    subject: { kind: 'staff', id: user.id },
    purpose: 'administration: sign-in page',
    detail: { session: session.id, by },
  }
}

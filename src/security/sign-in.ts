import { createHash } from 'node:crypto'
import { betterAuth } from 'better-auth'
import { sql } from 'kysely'
import pg from 'pg'
import { anonymous, type Database, transaction } from '#db'
import { err, newId, ok, type Result } from '#kernel'
import type { StaffId } from './staff.ts'

export type SignedIn = { readonly id: StaffId; readonly name: string; readonly email: string }

export type SignInRefusal =
  /** The same for a wrong password and an address without account: nobody learns which addresses exist. */
  { readonly code: 'credentials_refused' } | { readonly code: 'too_many_attempts'; readonly seconds: number }

export type AccountRefusal = { readonly code: 'email_taken'; readonly email: string }

export type SignIn = {
  /** Who holds the session of these request headers, if it is still open. */
  readonly of: (headers: Headers) => Promise<SignedIn | undefined>
  /** Opens a session: the values of Set-Cookie to send back. */
  readonly signIn: (
    headers: Headers,
    credentials: { readonly email: string; readonly password: string },
  ) => Promise<Result<{ readonly cookies: readonly string[] }, SignInRefusal>>
  readonly signOut: (headers: Headers) => Promise<{ readonly cookies: readonly string[] }>
  /** Gives a recorded member of staff an account. The password is hashed by scrypt and kept nowhere else. */
  readonly openAccount: (
    account: SignedIn & { readonly password: string },
  ) => Promise<Result<{ readonly opened: boolean }, AccountRefusal>>
  readonly close: () => Promise<void>
}

export type SignInSettings = {
  /** Connection string of the application's role. */
  readonly appUrl: string
  readonly app: Database
  /** Signs the cookies; at least 32 characters, kept outside the database. */
  readonly secret: string
  /** True behind TLS: cookies are then sent over it alone. */
  readonly secure: boolean
}

const FAILURES_ALLOWED = 5
const CLOSED_SECONDS = 15 * 60
const SESSION_SECONDS = 8 * 3600

/** Sign-in by better-auth over the tables of this module; nothing of it is reachable over HTTP but through the pages. */
export function openSignIn(settings: SignInSettings): SignIn {
  const pool = new pg.Pool({ connectionString: settings.appUrl, max: 4, options: '-c search_path=security' })
  pool.on('error', () => {})
  const auth = authOver(pool, settings)
  const oneByOne = inTurn()
  return {
    close: () => pool.end(),
    async of(headers) {
      const session = await auth.api.getSession({ headers })
      return session
        ? { id: session.user.id as StaffId, name: session.user.name, email: session.user.email }
        : undefined
    },
    signIn(headers, { email, password }) {
      const address = email.toLowerCase()
      return oneByOne(address, async () => {
        const wait = await secondsClosed(settings.app, address)
        if (wait > 0) return err({ code: 'too_many_attempts', seconds: wait })
        const response = await auth.api.signInEmail({ headers, body: { email: address, password }, asResponse: true })
        await recordAttempt(settings.app, address, response.ok)
        return response.ok ? ok({ cookies: response.headers.getSetCookie() }) : err({ code: 'credentials_refused' })
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

/** One attempt at a time for an address: guesses sent all at once would otherwise pass before the first is counted. */
function inTurn() {
  const last = new Map<string, Promise<unknown>>()
  return <Value>(address: string, attempt: () => Promise<Value>): Promise<Value> => {
    const own = (last.get(address) ?? Promise.resolve()).then(attempt, attempt)
    last.set(address, own)
    const forget = () => void (last.get(address) === own && last.delete(address))
    own.then(forget, forget)
    return own
  }
}

function authOver(pool: pg.Pool, { secret, secure }: SignInSettings) {
  const times = { createdAt: 'created_at', updatedAt: 'updated_at' }
  return betterAuth({
    secret,
    baseURL: 'http://localhost',
    database: pool,
    logger: { disabled: true },
    telemetry: { enabled: false },
    emailAndPassword: { enabled: true, disableSignUp: true, minPasswordLength: 12 },
    user: { modelName: 'staff_account', fields: { emailVerified: 'email_verified', ...times } },
    session: {
      modelName: 'staff_session',
      fields: {
        userId: 'staff_id',
        expiresAt: 'expires_at',
        ipAddress: 'ip_address',
        userAgent: 'user_agent',
        ...times,
      },
      expiresIn: SESSION_SECONDS,
      updateAge: SESSION_SECONDS / 8,
    },
    account: {
      modelName: 'staff_credential',
      fields: {
        userId: 'staff_id',
        accountId: 'account_id',
        providerId: 'provider_id',
        accessToken: 'access_token',
        refreshToken: 'refresh_token',
        idToken: 'id_token',
        accessTokenExpiresAt: 'access_token_expires_at',
        refreshTokenExpiresAt: 'refresh_token_expires_at',
        ...times,
      },
    },
    verification: { modelName: 'staff_verification', fields: { expiresAt: 'expires_at', ...times } },
    advanced: {
      cookiePrefix: 'socle',
      useSecureCookies: secure,
      database: { generateId: () => newId<'sign-in'>() },
    },
  })
}

/** How long an address stays closed after five failures since the last success, within a quarter of an hour. */
async function secondsClosed(app: Database, email: string): Promise<number> {
  const { rows } = await transaction(app, anonymous, tx =>
    sql<{ failures: number; seconds: number }>`
      select count(*)::int as failures,
        ceil(extract(epoch from min(attempted_at) + make_interval(secs => ${CLOSED_SECONDS}) - clock_timestamp()))::int as seconds
      from (
        select attempted_at from security.sign_in_attempt
        where email_hash = ${hashOf(email)} and not succeeded
          and attempted_at > clock_timestamp() - make_interval(secs => ${CLOSED_SECONDS})
          and attempted_at > coalesce((
            select max(attempted_at) from security.sign_in_attempt where email_hash = ${hashOf(email)} and succeeded
          ), '-infinity')
        order by attempted_at desc limit ${FAILURES_ALLOWED}
      ) as recent`.execute(tx),
  )
  const recent = rows[0]
  return recent && recent.failures >= FAILURES_ALLOWED ? Math.max(1, recent.seconds) : 0
}

async function recordAttempt(app: Database, email: string, succeeded: boolean): Promise<void> {
  await transaction(app, anonymous, tx =>
    tx
      .insertInto('security.sign_in_attempt')
      .values({ email_hash: hashOf(email), succeeded })
      .execute(),
  )
}

function hashOf(email: string): Buffer {
  return createHash('sha256').update(email).digest()
}

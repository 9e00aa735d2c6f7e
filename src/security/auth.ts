import { betterAuth } from 'better-auth'
import type pg from 'pg'
import { newId } from '#kernel'
import { type OutsideProvider, outsideProvider } from './outside-provider.ts'
import { LONGEST_PASSWORD, SHORTEST_PASSWORD } from './password-rule.ts'

const SESSION_SECONDS = 8 * 3600
/** How often a session in use writes that it was seen. */
const SEEN_SECONDS = 5 * 60

/** The sign-in library over the tables of this module: passwords by its scrypt (N = 2¹⁴, r = 16, p = 1: 32 MiB), sessions, cookies. */
export function authOver(
  pool: pg.Pool,
  {
    secret,
    secure,
    outside,
  }: { readonly secret: string; readonly secure: boolean; readonly outside?: OutsideProvider | undefined },
) {
  const times = { createdAt: 'created_at', updatedAt: 'updated_at' }
  return betterAuth({
    secret,
    baseURL: 'http://localhost',
    database: pool,
    logger: { disabled: true },
    telemetry: { enabled: false },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: SHORTEST_PASSWORD,
      maxPasswordLength: LONGEST_PASSWORD,
    },
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
      // Both are written by the database: a trigger when the session opens, our own statement when a code was right.
      additionalFields: {
        secondFactorDue: { type: 'boolean', fieldName: 'second_factor_due', required: false, input: false },
        secondFactorAt: { type: 'date', fieldName: 'second_factor_at', required: false, input: false },
      },
      expiresIn: SESSION_SECONDS,
      updateAge: SEEN_SECONDS,
    },
    account: {
      modelName: 'staff_credential',
      updateAccountOnSignIn: false,
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
    // What a provider lets its bearer do there is of no use here: its tokens are not kept.
    databaseHooks: {
      account: {
        create: {
          before: async account => ({ data: { ...account, accessToken: null, refreshToken: null, idToken: null } }),
        },
      },
    },
    plugins: outside ? [outsideProvider(outside)] : [],
    verification: { modelName: 'staff_verification', fields: { expiresAt: 'expires_at', ...times } },
    advanced: {
      cookiePrefix: 'socle',
      // Set by the page from what the doorstep found out; what a client says of itself is not read.
      ipAddress: { ipAddressHeaders: ['socle-client'] },
      useSecureCookies: secure,
      database: { generateId: () => newId<'sign-in'>() },
    },
  })
}

export type Auth = ReturnType<typeof authOver>

/** A session as the library reads it from a request, whether or not its second factor was shown. */
export type OpenSession = NonNullable<Awaited<ReturnType<Auth['api']['getSession']>>>

/** Whether a password is this person's; false for somebody who signs in through an outside provider alone. */
export async function passwordIs(auth: Auth, staffId: string, password: string): Promise<boolean> {
  const context = await auth.$context
  const accounts = await context.internalAdapter.findAccounts(staffId)
  const hash = accounts.find(each => each.providerId === 'credential')?.password
  return hash ? context.password.verify({ hash, password }) : false
}

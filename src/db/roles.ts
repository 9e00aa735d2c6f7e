// The roles of an installation. The owner (DATABASE_URL) migrates. `socle_app` and `socle_worker` connect for the rest:
// they own nothing, cannot bypass row-level security and cannot alter roles.
import { createHmac } from 'node:crypto'
import pg from 'pg'
import type { Role } from './database.ts'

export const APP_ROLE = 'socle_app'
export const WORKER_ROLE = 'socle_worker'

export type RoleUrls = Readonly<Record<Role, string>>

/**
 * Connection strings of the three roles. Unless given, those of the application and the worker are the owner's with a
 * password derived from the owner's (HMAC-SHA-256): every process that knows the owner's knows them, none is stored.
 */
export function roleUrls(
  owner: string,
  given: { app?: string | undefined; worker?: string | undefined } = {},
): RoleUrls {
  return {
    owner,
    app: given.app ?? derivedUrl(owner, APP_ROLE),
    worker: given.worker ?? derivedUrl(owner, WORKER_ROLE),
  }
}

/** Creates the two roles where they are missing and checks that they are as weak as promised. `client`: the owner. */
export async function ensureRoles(client: pg.Client, urls: RoleUrls): Promise<void> {
  for (const [role, url] of [
    [APP_ROLE, urls.app],
    [WORKER_ROLE, urls.worker],
  ] as const) {
    const { username, password } = credentials(url)
    if (username !== role) {
      throw new Error(
        `DATABASE_${role === APP_ROLE ? 'APP' : 'WORKER'}_URL must connect as ${role}, not as ${username}.`,
      )
    }
    await ensureRole(client, role, password, url)
  }
}

async function ensureRole(client: pg.Client, role: string, password: string, url: string): Promise<void> {
  const found = await client.query<{ weak: boolean }>(
    `select rolcanlogin and not (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication) as weak
     from pg_roles where rolname = $1`,
    [role],
  )
  const attributes = 'login nosuperuser nobypassrls nocreatedb nocreaterole noreplication noinherit'
  if (!found.rows[0]) {
    await orExplain(role, client.query(`create role ${role} ${attributes} password ${pg.escapeLiteral(password)}`))
  } else if (!found.rows[0].weak) {
    throw new Error(
      `Role ${role} has rights that it must not have (superuser, BYPASSRLS, CREATEROLE, CREATEDB or REPLICATION), or cannot log in. ` +
        `Have the database's administrator run: alter role ${role} ${attributes}`,
    )
  } else if (!(await canConnect(url))) {
    await orExplain(role, client.query(`alter role ${role} password ${pg.escapeLiteral(password)}`))
  }
}

async function orExplain(role: string, work: Promise<unknown>): Promise<void> {
  try {
    await work
  } catch (error) {
    if ((error as { code?: string }).code !== '42501') throw error
    throw new Error(
      `The role of DATABASE_URL may not create or alter role ${role}. Either grant it CREATEROLE, or have an administrator ` +
        `create ${APP_ROLE} and ${WORKER_ROLE} (login, nothing else) and give DATABASE_APP_URL and DATABASE_WORKER_URL with their passwords.`,
    )
  }
}

async function canConnect(url: string): Promise<boolean> {
  const client = new pg.Client(url)
  try {
    await client.connect()
    return true
  } catch (error) {
    const code = (error as { code?: string }).code
    if (code === '28P01' || code === '28000') return false
    // No right to connect to this very database yet: the password was right.
    if (code === '42501') return true
    throw error
  } finally {
    await client.end().catch(() => {})
  }
}

function derivedUrl(owner: string, role: string): string {
  const url = new URL(owner)
  if (url.password === '') {
    throw new Error(
      `DATABASE_URL carries no password to derive that of ${role} from: give DATABASE_APP_URL and DATABASE_WORKER_URL as well.`,
    )
  }
  url.username = role
  url.password = createHmac('sha256', decodeURIComponent(url.password)).update(`socle role ${role}`).digest('base64url')
  return url.href
}

function credentials(text: string): { username: string; password: string } {
  const url = new URL(text)
  return { username: decodeURIComponent(url.username), password: decodeURIComponent(url.password) }
}

import { randomBytes } from 'node:crypto'
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/**
 * The secret that signs session cookies: the one given, else the data folder's, drawn at first use and readable by its
 * owner alone. It stands beside the database, not in it: who copies the database cannot forge a session.
 */
export function sessionSecret(given: string | undefined, data: string): string {
  return given ?? keptSecret(join(data, 'session-secret'), () => `${randomBytes(32).toString('base64url')}\n`).trim()
}

/** What a file holds, drawn at first use and readable by its owner alone. */
export function keptSecret(path: string, draw: () => string): string {
  if (!existsSync(path)) keep(path, draw())
  return readFileSync(path, 'utf8')
}

/** Two processes may start at once: the first to link its file wins, and both read that one. */
function keep(path: string, secret: string): void {
  mkdirSync(dirname(path), { recursive: true })
  const aside = `${path}.${process.pid}`
  writeFileSync(aside, secret, { mode: 0o600 })
  try {
    linkSync(aside, path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    rmSync(aside)
  }
}

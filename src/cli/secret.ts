import { randomBytes } from 'node:crypto'
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * The secret that signs session cookies: the one given, else the data folder's, drawn at first use and readable by its
 * owner alone. It stands beside the database, not in it: who copies the database cannot forge a session.
 */
export function sessionSecret(given: string | undefined, data: string): string {
  if (given !== undefined) return given
  const path = join(data, 'session-secret')
  if (!existsSync(path)) draw(path)
  return readFileSync(path, 'utf8').trim()
}

/** Two processes may start at once: the first to link its file wins, and both read that one. */
function draw(path: string): void {
  mkdirSync(join(path, '..'), { recursive: true })
  const aside = `${path}.${process.pid}`
  writeFileSync(aside, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600 })
  try {
    linkSync(aside, path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    rmSync(aside)
  }
}

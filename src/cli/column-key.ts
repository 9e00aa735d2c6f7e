import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from '#config'
import { type WrappingKey, wrappingKey } from '#security'
import { UsageError } from './command.ts'
import { keptSecret } from './secret.ts'

/** Where the keys that wrap column keys live, one a line, the current one first: never in the database they protect. */
export function columnKeyPath({ columnKey, database }: Config): string {
  return columnKey ?? join(database.data, 'column-keys')
}

function newKeyLine(): string {
  return `${randomBytes(32).toString('base64url')}\n`
}

/** The wrapping keys, made at first use. A file that others can read protects nothing, and is refused. */
export function takeColumnKeys(path: string): readonly WrappingKey[] {
  keptSecret(path, newKeyLine)
  return readSecretLines(path).map(secret => wrappingKey(secret))
}

/** The master key of pseudonymised exports, made at first use. */
export function takePseudonymKey({ pseudonymKey, database }: Config): Buffer {
  const path = pseudonymKey ?? join(database.data, 'pseudonym-key')
  keptSecret(path, newKeyLine)
  return readSecretLines(path)[0]!
}

/** Secrets of 32 bytes in base64url, one a line. */
export function readSecretLines(path: string): Buffer[] {
  if (process.platform !== 'win32' && (statSync(path).mode & 0o077) !== 0) {
    throw new UsageError(
      `${path} can be read by others than its owner; take it as known to them, or: chmod 600 ${path}`,
    )
  }
  const lines = readFileSync(path, 'utf8')
    .split('\n')
    .filter(line => line.trim() !== '')
  const secrets = lines.map(line => Buffer.from(line.trim(), 'base64url'))
  if (secrets.length === 0 || secrets.some(secret => secret.length !== 32)) {
    throw new UsageError(`${path} must hold keys of 32 bytes in base64url, one a line`)
  }
  return secrets
}

/** Writes the file anew, whole or not at all. */
export function writeSecretLines(path: string, secrets: readonly Buffer[]): void {
  const aside = `${path}.${process.pid}`
  if (existsSync(aside)) rmSync(aside)
  writeFileSync(aside, secrets.map(secret => `${secret.toString('base64url')}\n`).join(''), { mode: 0o600, flag: 'wx' })
  renameSync(aside, path)
}

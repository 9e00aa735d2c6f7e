import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from '#config'
import { newSigningKey, publicKeyOf } from '#security'
import { UsageError } from './command.ts'
import { keptSecret } from './secret.ts'

/** Where the private key that signs checkpoints lives: never in the database whose audit it witnesses. */
export function auditKeyPath({ auditKey, database }: Config): string {
  return auditKey ?? join(database.data, 'audit-key.pem')
}

/** The key, made at first use; `made` is its path when that was now. */
export function takeAuditKey(path: string): { readonly key: string; readonly made: string | undefined } {
  const made = existsSync(path) ? undefined : path
  keptSecret(path, newSigningKey)
  return { key: readAuditKey(path), made }
}

/** A key that others can read signs nothing. */
export function readAuditKey(path: string): string {
  if (process.platform !== 'win32' && (statSync(path).mode & 0o077) !== 0) {
    throw new UsageError(
      `${path} can be read by others than its owner; take it as known to them, or: chmod 600 ${path}`,
    )
  }
  const key = readFileSync(path, 'utf8')
  try {
    publicKeyOf(key)
  } catch (error) {
    throw new UsageError(`${path} is no Ed25519 private key in PEM: ${(error as Error).message}`)
  }
  return key
}

// For whom a backup is sealed, and with what it is opened: read from the call and from files.
import { readFileSync, statSync } from 'node:fs'
import { isSealingPrivateKey, isSealingPublicKey, type Opener, type Recipient } from '#security'
import { UsageError } from '../command.ts'

const SHORTEST_PASSPHRASE = 12

/** `--recipient age1…,age1…` or `--passphrase-file FILE`, one of the two. */
export function recipientsOf(options: {
  readonly recipient: string | undefined
  readonly 'passphrase-file': string | undefined
}): readonly Recipient[] {
  const { recipient, 'passphrase-file': file } = options
  if (recipient !== undefined && file !== undefined) {
    throw new UsageError('a backup is sealed for keys or for a passphrase; give --recipient or --passphrase-file')
  }
  if (file !== undefined) return [{ kind: 'passphrase', passphrase: readPassphrase(file) }]
  if (recipient === undefined) {
    throw new UsageError(
      '--recipient is missing: a backup is never written unsealed. npx socle backup key --out FILE makes a pair of keys, or give --passphrase-file FILE',
    )
  }
  return recipient.split(',').map(key => {
    if (!isSealingPublicKey(key)) {
      // It may be a private key: not repeated on a screen.
      throw new UsageError('--recipient takes public keys such as age1…, as socle backup key prints them')
    }
    return { kind: 'public_key', key }
  })
}

/** `--key FILE` or `--passphrase-file FILE`, one of the two. */
export function openerOf(options: {
  readonly key: string | undefined
  readonly 'passphrase-file': string | undefined
}): Opener {
  const { key, 'passphrase-file': file } = options
  if ((key === undefined) === (file === undefined)) {
    throw new UsageError(
      'with what is the backup opened? Give --key FILE (from socle backup key) or --passphrase-file FILE',
    )
  }
  if (file !== undefined) return { kind: 'passphrase', passphrase: readPassphrase(file) }
  const found = readSecret(key!)
    .split('\n')
    .map(line => line.trim())
    .find(isSealingPrivateKey)
  if (found === undefined) throw new UsageError(`${key} holds no key such as AGE-SECRET-KEY-1…`)
  return { kind: 'private_key', key: found }
}

function readPassphrase(path: string): string {
  const passphrase = readSecret(path).replace(/\r?\n$/, '')
  if (passphrase.length < SHORTEST_PASSPHRASE || passphrase.includes('\n')) {
    throw new UsageError(
      `${path} must hold one line of at least ${SHORTEST_PASSPHRASE} characters: several words drawn at random`,
    )
  }
  return passphrase
}

function readSecret(path: string): string {
  try {
    if (process.platform !== 'win32' && (statSync(path).mode & 0o077) !== 0) {
      throw new UsageError(`${path} can be read by others than its owner: chmod 600 ${path}`)
    }
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (error instanceof UsageError) throw error
    throw new UsageError(`${path} cannot be read: ${(error as Error).message}`)
  }
}

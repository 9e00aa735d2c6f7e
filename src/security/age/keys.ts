// Who can open a file of age: a pair of X25519 keys, or a passphrase.
import { createPrivateKey, createPublicKey, type KeyObject, randomBytes } from 'node:crypto'
import { readBech32, writeBech32 } from './bech32.ts'

/** For whom a file is sealed. */
export type Recipient =
  /** `age1…`: whoever holds its private key opens the file; whoever seals needs no secret. */
  | { readonly kind: 'public_key'; readonly key: string }
  /** Stands alone: a file is sealed for one passphrase, or for public keys. */
  | { readonly kind: 'passphrase'; readonly passphrase: string }

/** With what a file is opened. */
export type Opener =
  /** `AGE-SECRET-KEY-1…` */
  | { readonly kind: 'private_key'; readonly key: string }
  | { readonly kind: 'passphrase'; readonly passphrase: string }
  /** The file's own key, known to the process that has just sealed it and kept nowhere. */
  | { readonly kind: 'file_key'; readonly key: Buffer }

const PUBLIC = 'age'
const PRIVATE = 'age-secret-key-'
// An X25519 key in DER is these bytes and the 32 of the key (RFC 8410).
const PUBLIC_DER = Buffer.from('302a300506032b656e032100', 'hex')
const PRIVATE_DER = Buffer.from('302e020100300506032b656e04220420', 'hex')

/** A new pair: the private key is printed once and kept away from what it opens. */
export function newSealingKeys(): { readonly privateKey: string; readonly publicKey: string } {
  const secret = randomBytes(32)
  const privateKey = writeBech32(PRIVATE, secret).toUpperCase()
  return { privateKey, publicKey: writeBech32(PUBLIC, rawPublic(keyOf(secret))) }
}

export function isSealingPublicKey(text: string): boolean {
  return bytesOf(text, PUBLIC) !== undefined && text === text.toLowerCase()
}

export function isSealingPrivateKey(text: string): boolean {
  return bytesOf(text, PRIVATE) !== undefined && text === text.toUpperCase()
}

/** The public key of a private one; throws when it is none. */
export function sealingPublicKeyOf(privateKey: string): string {
  return writeBech32(PUBLIC, rawPublic(privateKeyObject(privateKey)))
}

export function publicKeyObject(key: string | Buffer): KeyObject {
  const bytes = typeof key === 'string' ? bytesOf(key, PUBLIC) : key
  if (!bytes) throw new Error('not an age public key')
  return createPublicKey({ key: Buffer.concat([PUBLIC_DER, bytes]), format: 'der', type: 'spki' })
}

export function privateKeyObject(key: string): KeyObject {
  const bytes = bytesOf(key, PRIVATE)
  if (!bytes) throw new Error('not an age private key')
  return keyOf(bytes)
}

/** The 32 bytes of a key's public half. */
export function rawPublic(key: KeyObject): Buffer {
  const half = key.type === 'private' ? createPublicKey(key) : key
  return half.export({ format: 'der', type: 'spki' }).subarray(PUBLIC_DER.length)
}

function keyOf(secret: Uint8Array): KeyObject {
  return createPrivateKey({ key: Buffer.concat([PRIVATE_DER, secret]), format: 'der', type: 'pkcs8' })
}

function bytesOf(text: string, prefix: string): Buffer | undefined {
  const read = readBech32(text)
  return read.ok && read.value.prefix === prefix && read.value.bytes.length === 32
    ? Buffer.from(read.value.bytes)
    : undefined
}

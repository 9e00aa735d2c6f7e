// A checkpoint: the end of the chain as it stood, signed, to be kept by somebody else. Ed25519 (RFC 8032).
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto'
import { sql } from 'kysely'
import type { Transaction } from '#db'
import { err, ok, type Result } from '#kernel'

/** The end of the chain at one moment. */
export type Checkpoint = {
  /** Number of the last seal. */
  readonly seal: bigint
  /** Its hash, hexadecimal. */
  readonly hash: string
  /** Records sealed until then. */
  readonly records: bigint
  /** When that seal was made, ISO 8601 in UTC. */
  readonly sealedAt: string
}

export type CheckpointRefusal =
  | { readonly code: 'not_a_checkpoint' }
  /** The file was altered after it had been signed, or signed by a key other than the one it names. */
  | { readonly code: 'signature_wrong'; readonly key: string }
  | { readonly code: 'signed_by_another_key'; readonly key: string; readonly expected: string }

const FORMAT = 'socle audit checkpoint 1'
const PUBLIC_KEY = /^ed25519:[\w-]{43}$/

/** The end of the chain now; undefined while nothing is sealed. */
export async function lastCheckpoint(tx: Transaction): Promise<Checkpoint | undefined> {
  const { rows } = await sql<Checkpoint & { at: Date }>`
    select number as seal, encode(hash, 'hex') as hash, total as records, sealed_at as at
    from security.audit_seal order by number desc limit 1`.execute(tx)
  const [row] = rows
  return row && { seal: row.seal, hash: row.hash, records: row.records, sealedAt: row.at.toISOString() }
}

/** Whether the chain in the database is, up to the checkpoint's seal, the one that it witnessed. Reads one seal. */
export async function isOfChain(tx: Transaction, { seal, hash, records }: Checkpoint): Promise<boolean> {
  const { rows } = await sql`
    select from security.audit_seal
    where number = ${seal} and encode(hash, 'hex') = ${hash} and total = ${records}`.execute(tx)
  return rows.length === 1
}

/** A new private key, PEM (PKCS #8). */
export function newSigningKey(): string {
  return generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
}

/** What others check signatures with: `ed25519:` and 43 characters. Throws when the text is no private key of that kind. */
export function publicKeyOf(privateKey: string): string {
  const key = createPrivateKey(privateKey)
  if (key.asymmetricKeyType !== 'ed25519') throw new Error(`not an Ed25519 key but ${key.asymmetricKeyType}`)
  return `ed25519:${createPublicKey(key).export({ format: 'jwk' }).x}`
}

export function isPublicKey(text: string): boolean {
  return PUBLIC_KEY.test(text)
}

/** The checkpoint as a file to hand over: JSON, a line per value. */
export function signCheckpoint(checkpoint: Checkpoint, privateKey: string): string {
  const key = publicKeyOf(privateKey)
  const said = {
    format: FORMAT,
    seal: String(checkpoint.seal),
    hash: checkpoint.hash,
    records: String(checkpoint.records),
    sealedAt: checkpoint.sealedAt,
    key,
  }
  const signature = sign(null, signedText(said), createPrivateKey(privateKey)).toString('base64url')
  return `${JSON.stringify({ ...said, signature }, null, 2)}\n`
}

/**
 * Reads a checkpoint and checks its signature. Without `expectedKey` the file is only shown to agree with the key it names,
 * which whoever made it could choose: the answer says which, to compare.
 */
export function readCheckpoint(
  text: string,
  expectedKey?: string,
): Result<{ readonly checkpoint: Checkpoint; readonly key: string }, CheckpointRefusal> {
  const said = parse(text)
  if (!said) return err({ code: 'not_a_checkpoint' })
  const { key } = said
  if (!verify(null, signedText(said), publicKey(key), Buffer.from(said.signature, 'base64url'))) {
    return err({ code: 'signature_wrong', key })
  }
  if (expectedKey !== undefined && expectedKey !== key) {
    return err({ code: 'signed_by_another_key', key, expected: expectedKey })
  }
  const { seal, hash, records, sealedAt } = said
  return ok({ checkpoint: { seal: BigInt(seal), hash, records: BigInt(records), sealedAt }, key })
}

const SHAPES = {
  format: new RegExp(`^${FORMAT}$`),
  seal: /^\d{1,18}$/,
  hash: /^[0-9a-f]{64}$/,
  records: /^\d{1,18}$/,
  sealedAt: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/,
  key: PUBLIC_KEY,
  signature: /^[\w-]{86}$/,
} as const
type Said = Record<keyof typeof SHAPES, string>

function parse(text: string): Said | undefined {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null) return undefined
    const said = value as Partial<Record<string, unknown>>
    const fits = Object.entries(SHAPES).every(
      ([name, shape]) => typeof said[name] === 'string' && shape.test(said[name]),
    )
    return fits ? (said as Said) : undefined
  } catch {
    return undefined
  }
}

// Values hold no line end, so this text says one thing only.
function signedText({ format, seal, hash, records, sealedAt, key }: Omit<Said, 'signature'>): Buffer {
  return Buffer.from([format, seal, hash, records, sealedAt, key].join('\n'))
}

function publicKey(key: string): KeyObject {
  return createPublicKey({ format: 'jwk', key: { kty: 'OKP', crv: 'Ed25519', x: key.slice('ed25519:'.length) } })
}

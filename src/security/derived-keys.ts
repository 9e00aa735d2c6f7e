import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto'

/** Keys for one purpose, made of the installation's secret (HKDF, RFC 5869): who has the database alone has none of them. */
export type DerivedKeys = {
  /** Encrypts for one owner (AES-256-GCM): what is moved to another owner's row can no longer be read. */
  readonly encrypt: (plain: Uint8Array, owner: string) => Buffer
  /** Undefined where it was altered, moved, or written under another secret. */
  readonly decrypt: (sealed: Uint8Array, owner: string) => Buffer | undefined
  /** A hash that cannot be searched for without the key: for codes short enough to be tried one after the other. */
  readonly hash: (text: string) => Buffer
}

const NONCE = 12
const TAG = 16

export function deriveKeys(secret: string, purpose: string): DerivedKeys {
  const key = (use: string) => Buffer.from(hkdfSync('sha256', secret, '', `socle ${purpose}: ${use}`, 32))
  const [encryption, hashing] = [key('encryption'), key('hash')]
  return {
    encrypt(plain, owner) {
      const nonce = randomBytes(NONCE)
      const cipher = createCipheriv('aes-256-gcm', encryption, nonce).setAAD(Buffer.from(owner))
      const text = Buffer.concat([cipher.update(plain), cipher.final()])
      return Buffer.concat([nonce, cipher.getAuthTag(), text])
    },
    decrypt(sealed, owner) {
      const bytes = Buffer.from(sealed)
      if (bytes.length < NONCE + TAG) return undefined
      const decipher = createDecipheriv('aes-256-gcm', encryption, bytes.subarray(0, NONCE))
        .setAAD(Buffer.from(owner))
        .setAuthTag(bytes.subarray(NONCE, NONCE + TAG))
      try {
        return Buffer.concat([decipher.update(bytes.subarray(NONCE + TAG)), decipher.final()])
      } catch {
        return undefined
      }
    },
    hash: text => createHmac('sha256', hashing).update(text).digest(),
  }
}

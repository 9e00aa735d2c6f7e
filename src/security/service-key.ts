import { createHash, randomBytes, randomInt, timingSafeEqual } from 'node:crypto'
import { err, ok, type Result } from '#kernel'

/** A key as it is told once: `socle_<prefix>_<secret>`, a shape that scanners of leaked secrets can look for. */
export type NewKey = { readonly text: string; readonly prefix: string; readonly hash: Buffer }

export type KeyRefusal =
  /** Malformed, never given, or wrong beyond its prefix: nobody learns which. */
  | { readonly code: 'key_unknown' }
  | { readonly code: 'key_expired'; readonly at: Date }
  | { readonly code: 'service_expired'; readonly at: Date }
  | { readonly code: 'service_revoked'; readonly at: Date }

const LETTERS = '0123456789abcdefghijklmnopqrstuvwxyz'
const KEY = /^socle_([0-9a-z]{8})_([\w-]{43})$/

export function drawKey(): NewKey {
  const prefix = Array.from({ length: 8 }, () => LETTERS[randomInt(LETTERS.length)]).join('')
  const text = `socle_${prefix}_${randomBytes(32).toString('base64url')}`
  return { text, prefix, hash: hashOf(text) }
}

/** The prefix of what may be a key; undefined for any other text. */
export function prefixOf(text: string): string | undefined {
  return KEY.exec(text)?.[1]
}

/** Whether a key opens anything now. What it was for is told to whoever holds the right key alone. */
export function decideKey(
  text: string,
  held:
    | {
        readonly hash: Uint8Array
        readonly expiresAt: Date
        readonly serviceExpiresAt: Date
        readonly revokedAt: Date | null
      }
    | undefined,
  now: Date,
): Result<undefined, KeyRefusal> {
  if (!held || !timingSafeEqual(hashOf(text), held.hash)) return err({ code: 'key_unknown' })
  if (held.revokedAt !== null && held.revokedAt <= now) return err({ code: 'service_revoked', at: held.revokedAt })
  if (held.serviceExpiresAt <= now) return err({ code: 'service_expired', at: held.serviceExpiresAt })
  if (held.expiresAt <= now) return err({ code: 'key_expired', at: held.expiresAt })
  return ok(undefined)
}

function hashOf(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

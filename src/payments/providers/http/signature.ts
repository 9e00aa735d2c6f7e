import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { SignedMessage, Trust } from '../provider-port.ts'

/** How far the two clocks may be apart, and how long a message that somebody copied is of any use. */
export const WINDOW_SECONDS = 300

/**
 * HMAC-SHA256 over the method, the path, the instant in seconds, the idempotency key and the hash of the body: none of them can be
 * changed, and none taken for another.
 */
export function signatureOf(secret: string, message: Omit<SignedMessage, 'signature'>): string {
  const hash = createHash('sha256').update(message.body).digest('hex')
  const said = [message.method, message.path, message.timestamp, message.key, hash].join('\n')
  return createHmac('sha256', secret).update(said).digest('hex')
}

/** @param now in milliseconds */
export function trustOf(secret: string, message: SignedMessage, now: number): Trust {
  if (!/^[0-9a-f]{64}$/.test(message.signature) || !/^\d{1,12}$/.test(message.timestamp)) return 'signature_missing'
  const right = signatureOf(secret, message)
  if (!timingSafeEqual(Buffer.from(message.signature), Buffer.from(right))) return 'signature_wrong'
  return Math.abs(now / 1000 - Number(message.timestamp)) <= WINDOW_SECONDS ? 'trusted' : 'not_of_now'
}

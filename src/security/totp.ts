import { createHmac, timingSafeEqual } from 'node:crypto'
import { err, ok, type Result } from '#kernel'

/** Length of a time step in seconds, and how many steps a clock may be early or late (RFC 6238, section 5.2). */
export const STEP_SECONDS = 30
const DRIFT = 1
const DIGITS = 6

export type CodeRefusal =
  | { readonly code: 'code_wrong' }
  /** A right code that was taken already, or an older one: whoever looked over the shoulder comes too late. */
  | { readonly code: 'code_used' }

/** The code of a time step: HOTP by SHA-1 (RFC 4226), which every authenticator knows. */
export function codeAt(secret: Uint8Array, step: number): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(step))
  const mac = createHmac('sha1', secret).update(counter).digest()
  const offset = mac.readUInt8(mac.length - 1) & 0xf
  return String((mac.readUInt32BE(offset) & 0x7fffffff) % 10 ** DIGITS).padStart(DIGITS, '0')
}

/** Whether a code typed now is right, and its step, which is then remembered as the last. Every step near now is compared. */
export function decideCode(
  typed: string,
  held: { readonly secret: Uint8Array; readonly step: number; readonly lastStep: number | undefined },
): Result<{ readonly step: number }, CodeRefusal> {
  const digits = typed.replaceAll(/\s/g, '')
  const near = Array.from({ length: 2 * DRIFT + 1 }, (_, index) => held.step - DRIFT + index)
  const matched = near.filter(step => step >= 0 && same(digits, codeAt(held.secret, step))).at(-1)
  if (matched === undefined) return err({ code: 'code_wrong' })
  return held.lastStep !== undefined && matched <= held.lastStep ? err({ code: 'code_used' }) : ok({ step: matched })
}

function same(typed: string, right: string): boolean {
  const [given, expected] = [Buffer.from(typed), Buffer.from(right)]
  return given.length === expected.length && timingSafeEqual(given, expected)
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** Bytes as authenticators are told them (RFC 4648, base 32 without padding). */
export function base32(bytes: Uint8Array): string {
  const bits = [...bytes].map(byte => byte.toString(2).padStart(8, '0')).join('')
  const fives = bits.match(/.{1,5}/g) ?? []
  return fives.map(five => LETTERS[Number.parseInt(five.padEnd(5, '0'), 2)]).join('')
}

/** What the QR code of an enrolment says. */
export function enrolmentUri(secret: Uint8Array, { issuer, account }: { issuer: string; account: string }): string {
  const parameters = new URLSearchParams({ secret: base32(secret), issuer, algorithm: 'SHA1' })
  return `otpauth://totp/${encodeURIComponent(issuer)}:${encodeURIComponent(account)}?${parameters}&digits=${DIGITS}&period=${STEP_SECONDS}`
}

/** A UUID is 16 bytes in files and in binary COPY, and text everywhere else. */
export const UUID_BYTES = 16

const HYPHENS = new Set([8, 13, 18, 23])

/** Writes a UUID's bytes at a place. Refuses, as a bug, what is no UUID. */
export function putUuid(text: string, into: Uint8Array, at: number): void {
  if (text.length !== 36) throw new Error(`not a UUID: ${text}`)
  let byte = at
  for (let place = 0; place < 36; place += 2) {
    if (HYPHENS.has(place)) place++
    const value = (digit(text.charCodeAt(place)) << 4) | digit(text.charCodeAt(place + 1))
    if (value < 0) throw new Error(`not a UUID: ${text}`)
    into[byte++] = value
  }
}

const DIGITS = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

/** The UUID that stands at a place. */
export function uuidAt(bytes: Uint8Array, at: number): string {
  let text = ''
  for (let byte = 0; byte < UUID_BYTES; byte++) {
    if (byte === 4 || byte === 6 || byte === 8 || byte === 10) text += '-'
    text += DIGITS[bytes[at + byte] as number]
  }
  return text
}

function digit(code: number): number {
  if (code >= 48 && code <= 57) return code - 48
  if (code >= 97 && code <= 102) return code - 87
  if (code >= 65 && code <= 70) return code - 55
  return -0x100
}

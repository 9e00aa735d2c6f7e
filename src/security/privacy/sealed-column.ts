import { createCipheriv, createDecipheriv, createHmac, hkdfSync } from 'node:crypto'

// What one value of a sealed column looks like:
//   1 byte   version of this layout (1)
//   4 bytes  number of the data key, big-endian
//   12 bytes nonce
//   n bytes  the text, AES-256-GCM
//   16 bytes tag
// Table, column and row are authenticated with it: a value moved to another row or column can no longer be opened.

/** Where a value stands. Bound to it by the seal. */
export type SealedPlace = { readonly table: string; readonly column: string; readonly row: string }

/** A data key, with the keys that are made of it (HKDF, RFC 5869): one for each use. */
export type DataKey = {
  readonly number: number
  readonly encryption: Buffer
  readonly nonces: Buffer
  readonly index: Buffer
}

const VERSION = 1
const NONCE = 12
const TAG = 16
const HEAD = 5 + NONCE
const INDEX = 16

export function dataKey(number: number, secret: Uint8Array): DataKey {
  const use = (name: string) => Buffer.from(hkdfSync('sha256', secret, '', `socle column: ${name}`, 32))
  return { number, encryption: use('encryption'), nonces: use('nonce'), index: use('index') }
}

/**
 * Seals a text for its place. The nonce is a MAC of place and text, so that one text in one place under one key gives the
 * same bytes: saving again what did not change is seen to change nothing, and no nonce serves two texts.
 */
export function sealText(key: DataKey, place: SealedPlace, text: string): Buffer {
  const bound = boundTo(place)
  const nonce = createHmac('sha256', key.nonces).update(bound).update('\0').update(text).digest().subarray(0, NONCE)
  const cipher = createCipheriv('aes-256-gcm', key.encryption, nonce).setAAD(bound)
  const head = Buffer.alloc(5)
  head.writeUInt8(VERSION)
  head.writeUInt32BE(key.number, 1)
  return Buffer.concat([head, nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()])
}

/** Number of the data key that sealed a value; undefined for what is no sealed value. */
export function keyNumberOf(sealed: Uint8Array): number | undefined {
  const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength)
  return bytes.length >= HEAD + TAG && bytes[0] === VERSION ? bytes.readUInt32BE(1) : undefined
}

/** The text; undefined where the value was altered, moved to another place, or sealed under another key. */
export function openText(key: DataKey, place: SealedPlace, sealed: Uint8Array): string | undefined {
  if (keyNumberOf(sealed) !== key.number) return undefined
  const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength)
  const decipher = createDecipheriv('aes-256-gcm', key.encryption, bytes.subarray(5, HEAD))
    .setAAD(boundTo(place))
    .setAuthTag(bytes.subarray(-TAG))
  try {
    return Buffer.concat([decipher.update(bytes.subarray(HEAD, -TAG)), decipher.final()]).toString('utf8')
  } catch {
    return undefined
  }
}

/**
 * What equal texts of one column share, and nobody without the key can compute: 16 bytes of a MAC, for looking up equal
 * values. The same for every row, so it tells that two rows hold the same text.
 */
export function blindIndex(key: { readonly index: Uint8Array }, place: Omit<SealedPlace, 'row'>, text: string): Buffer {
  return createHmac('sha256', key.index)
    .update(boundTo({ ...place, row: '' }))
    .update('\0')
    .update(text)
    .digest()
    .subarray(0, INDEX)
}

function boundTo({ table, column, row }: SealedPlace): Buffer {
  return Buffer.from(`${table}\0${column}\0${row}`)
}

// Bech32 (BIP 173), the writing of age's keys: letters and digits that cannot be confused, with a checksum.
import { err, ok, type Result } from '#kernel'

const LETTERS = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l'
const GENERATOR = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3]
const CHECKSUM_LENGTH = 6

export type Bech32Refusal = { readonly code: 'not_bech32' }

export function writeBech32(prefix: string, bytes: Uint8Array): string {
  const values = regroup(bytes, 8, 5, true) ?? []
  const polymod = checksum([...expand(prefix), ...values, 0, 0, 0, 0, 0, 0]) ^ 1
  const check = Array.from({ length: CHECKSUM_LENGTH }, (_, index) => (polymod >>> (5 * (5 - index))) & 31)
  return `${prefix}1${[...values, ...check].map(value => LETTERS[value]).join('')}`
}

/** Small or capital letters, not both. */
export function readBech32(text: string): Result<{ prefix: string; bytes: Uint8Array }, Bech32Refusal> {
  const small = text.toLowerCase()
  const split = small.lastIndexOf('1')
  const values = [...small.slice(split + 1)].map(letter => LETTERS.indexOf(letter))
  const mixed = text !== small && text !== text.toUpperCase()
  if (mixed || split < 1 || values.length < CHECKSUM_LENGTH || values.includes(-1)) return err({ code: 'not_bech32' })
  const prefix = small.slice(0, split)
  if (checksum([...expand(prefix), ...values]) !== 1) return err({ code: 'not_bech32' })
  const bytes = regroup(values.slice(0, -CHECKSUM_LENGTH), 5, 8, false)
  return bytes ? ok({ prefix, bytes: Uint8Array.from(bytes) }) : err({ code: 'not_bech32' })
}

function expand(prefix: string): number[] {
  const codes = [...prefix].map(letter => letter.charCodeAt(0))
  return [...codes.map(code => code >> 5), 0, ...codes.map(code => code & 31)]
}

function checksum(values: readonly number[]): number {
  let sum = 1
  for (const value of values) {
    const top = sum >>> 25
    sum = ((sum & 0x1ffffff) << 5) ^ value
    GENERATOR.forEach((one, bit) => {
      if ((top >>> bit) & 1) sum ^= one
    })
  }
  return sum >>> 0
}

/** Undefined when bits that should be padding say something. */
function regroup(values: ArrayLike<number>, from: number, to: number, pad: boolean): number[] | undefined {
  const groups: number[] = []
  let [held, bits] = [0, 0]
  for (const value of Array.from(values)) {
    held = ((held << from) | value) & 0xfff
    bits += from
    while (bits >= to) {
      bits -= to
      groups.push((held >>> bits) & ((1 << to) - 1))
    }
  }
  if (pad && bits > 0) groups.push((held << (to - bits)) & ((1 << to) - 1))
  if (!pad && (bits >= from || ((held << (to - bits)) & ((1 << to) - 1)) !== 0)) return undefined
  return groups
}

// What was decided for a household as bytes: the one form that hashes are over and by which two runs compare. It is the same
// whether it is written from columns, from a decision or from a row of the database.
import { createHash } from 'node:crypto'
import { putUuid, UUID_BYTES } from '#households'
import { type DecidedOutcome, type Determination, type DeterminationRow, OUTCOMES } from './determination.ts'

const ROOM = 1 << 16
const WORD = 2 ** 32
const texts = new Map<string, Uint8Array>()

/**
 * States one after another: id (16 bytes), outcome, territory, amount, refusals that hold, refusals that are open, scores
 * by name, lines, missing facts. Texts and lists carry their length; scores and values of lines are doubles in the smallest
 * parts, NaN for none. Each state is filled to a multiple of four bytes.
 */
export class StateBytes {
  #bytes = Buffer.allocUnsafeSlow(ROOM)
  #words = new Int32Array(this.#bytes.buffer)
  #at = 0

  get length(): number {
    return this.#at
  }

  get bytes(): Buffer {
    return this.#bytes.subarray(0, this.#at)
  }

  clear(): void {
    this.#at = 0
  }

  id(id: string): void {
    this.#room(UUID_BYTES)
    putUuid(id, this.#bytes, this.#at)
    this.#at += UUID_BYTES
  }

  idBytes(from: Uint8Array, at: number): void {
    this.#room(UUID_BYTES)
    this.#bytes.set(from.subarray(at, at + UUID_BYTES), this.#at)
    this.#at += UUID_BYTES
  }

  byte(value: number): void {
    this.#room(1)
    this.#bytes[this.#at++] = value
  }

  number(value: number): void {
    this.#room(8)
    this.#at = this.#bytes.writeDoubleLE(value, this.#at)
  }

  /** An amount in minor units, or that there is none. */
  minor(value: bigint | null): void {
    this.#room(9)
    this.#bytes[this.#at] = value === null ? 0 : 1
    this.#at = this.#bytes.writeBigInt64LE(value ?? 0n, this.#at + 1)
  }

  /** The same given as a number, NaN for none: an amount of a column is an integer that a double holds. */
  units(value: number): void {
    this.#room(9)
    const none = Number.isNaN(value)
    const high = none ? 0 : Math.floor(value / WORD)
    this.#bytes[this.#at] = none ? 0 : 1
    this.#bytes.writeUInt32LE(none ? 0 : value - high * WORD, this.#at + 1)
    this.#at = this.#bytes.writeInt32LE(high, this.#at + 5)
  }

  text(value: string): void {
    this.encoded(encodedText(value))
  }

  encoded(encoded: Uint8Array): void {
    this.#room(2 + encoded.length)
    this.#at = this.#bytes.writeUInt16LE(encoded.length, this.#at)
    this.#bytes.set(encoded, this.#at)
    this.#at += encoded.length
  }

  count(value: number): void {
    this.#room(2)
    this.#at = this.#bytes.writeUInt16LE(value, this.#at)
  }

  list(values: readonly string[]): void {
    this.count(values.length)
    for (const value of values) this.text(value)
  }

  /** Fills up to a multiple of four bytes. */
  fill(): void {
    this.#room(4)
    while (this.#at % 4 !== 0) this.#bytes[this.#at++] = 0
  }

  /** The state of a determination. */
  append(row: Omit<Determination, 'outcome'> & { readonly outcome: DecidedOutcome }): void {
    this.id(row.householdId)
    this.byte(OUTCOMES.indexOf(row.outcome))
    this.text(row.territory)
    this.minor(row.amountMinor)
    this.list(row.refusals)
    this.list(row.openRefusals)
    const scores = Object.entries(row.scores).sort(([a], [b]) => (a < b ? -1 : 1))
    this.count(scores.length)
    for (const [name, value] of scores) {
      this.text(name)
      this.number(smallestParts(value))
    }
    this.count(row.lines.length)
    for (const { member, code, value } of row.lines) {
      this.id(member)
      this.text(code)
      this.number(smallestParts(value))
    }
    this.list(row.missing)
    this.fill()
  }

  /** A row of the database whole: its state, and what it says beside. */
  appendRow(row: DeterminationRow): void {
    this.append(row)
    this.id(row.declarationId)
    this.number(Number(row.weight))
    this.text(row.difference)
    this.text(row.before?.outcome ?? '')
    this.minor(row.before?.amountMinor ?? null)
    this.list(row.before?.refusals ?? [])
    this.fill()
  }

  /**
   * 64 bits of what was written since a place, as two halves: MurmurHash3's mixing (Austin Appleby, public domain) in two
   * lanes. They find what has changed since the last run; what proves a list is SHA-256.
   */
  digestFrom(from: number): { readonly high: number; readonly low: number } {
    let [high, low] = [0x2f5b_9d31, 0x6c07_8965]
    const words = this.#words
    for (let at = from >> 2; at < this.#at >> 2; at++) {
      const word = words[at] as number
      high = mixed(high, word, 0xcc9e_2d51, 0x1b87_3593)
      low = mixed(low, word, 0x239b_961b, 0xab0e_9789)
    }
    const length = this.#at - from
    return { high: finished(high ^ length), low: finished(low ^ length) }
  }

  #room(bytes: number): void {
    if (this.#at + bytes <= this.#bytes.length) return
    const larger = Buffer.allocUnsafeSlow(4 * Math.ceil(Math.max(2 * this.#bytes.length, this.#at + bytes) / 4))
    this.#bytes.copy(larger, 0, 0, this.#at)
    this.#bytes = larger
    this.#words = new Int32Array(larger.buffer)
  }
}

/** SHA-256 over bytes, in hexadecimal. */
export function sha256(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** One hash over the hashes of a run's ranges, in order. */
export function hashRanges(hashes: readonly string[]): string {
  return sha256(hashes.join('\n'))
}

/** The hash over the states of some determinations, in the order given. */
export function hashStates(rows: readonly Determination[]): string {
  const states = new StateBytes()
  for (const row of rows) states.append(row)
  return sha256(states.bytes)
}

/** The hash over rows whole, in the order given. */
export function hashRows(rows: readonly DeterminationRow[]): string {
  const states = new StateBytes()
  for (const row of rows) states.appendRow(row)
  return sha256(states.bytes)
}

function mixed(hash: number, word: number, one: number, other: number): number {
  let k = Math.imul(word, one)
  k = (k << 15) | (k >>> 17)
  k = Math.imul(k, other)
  const h = hash ^ k
  return (Math.imul((h << 13) | (h >>> 19), 5) + 0xe654_6b64) | 0
}

function finished(hash: number): number {
  let h = hash
  h = Math.imul(h ^ (h >>> 16), 0x85eb_ca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2_ae35)
  return (h ^ (h >>> 16)) | 0
}

/** `500.00` as 50000; NaN where there is none. */
function smallestParts(text: string | null): number {
  return text === null ? Number.NaN : Number(text.replace('.', ''))
}

/** Codes, names and places come again and again. */
export function encodedText(value: string): Uint8Array {
  const found = texts.get(value)
  if (found !== undefined) return found
  const made = Buffer.from(value, 'utf8')
  if (texts.size < 20_000) texts.set(value, made)
  return made
}

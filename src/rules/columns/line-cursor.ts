import { lastDayOf } from './packed-date.ts'

export const OPEN_OBJECT = 123
export const CLOSE_OBJECT = 125
export const OPEN_LIST = 91
export const CLOSE_LIST = 93
export const COMMA = 44
export const COLON = 58
export const QUOTE = 34
const POINT = 46
const DASH = 45
const ZERO = 48
const BACKSLASH = 92
/** Names of cases and members in bytes; what is longer is read by others. */
const LONGEST_TEXT = 200
const NULL = [110, 117, 108, 108]
const TRUE = [116, 114, 117, 101]
const FALSE = [102, 97, 108, 115, 101]

/**
 * A place in the bytes of a line of JSON. Each reader goes behind what it takes; -1, null or false mean that what stands there is
 * not what was asked for in its plainest form, and that the line is to be read in full by others.
 */
export class LineCursor {
  bytes: Uint8Array = new Uint8Array(0)
  at = 0
  end = 0

  open(bytes: Uint8Array, from: number, to: number): void {
    this.bytes = bytes
    this.at = from
    this.end = to
  }

  /** Whether this byte comes, behind spaces. */
  is(byte: number): boolean {
    if (this.bytes[this.at] !== byte) this.#skipSpace()
    if (this.at >= this.end || this.bytes[this.at] !== byte) return false
    this.at++
    return true
  }

  isOver(): boolean {
    this.#skipSpace()
    return this.at === this.end
  }

  isNull(): boolean {
    this.#skipSpace()
    return this.bytes[this.at] === NULL[0] && this.#word(NULL)
  }

  /** The end of the plain text whose quotation mark was taken, before the mark that ends it; goes behind that. */
  close(): number {
    const { bytes, end } = this
    for (let at = this.at; at < end; at++) {
      const byte = bytes[at] as number
      if (byte === QUOTE) {
        this.at = at + 1
        return at
      }
      if (byte < 32 || byte > 126 || byte === BACKSLASH) return -1
    }
    return -1
  }

  text(): string | null {
    if (!this.is(QUOTE)) return null
    const from = this.at
    const to = this.close()
    return to === -1 || to - from > LONGEST_TEXT ? null : this.between(from, to)
  }

  /** Plain bytes as text. */
  between(from: number, to: number): string {
    return String.fromCharCode(...this.bytes.subarray(from, to))
  }

  /** This name, and its colon. */
  named(name: string): boolean {
    return this.text() === name && this.is(COLON)
  }

  truth(): number {
    if (this.bytes[this.at] === TRUE[0]) return this.#word(TRUE) ? 1 : -1
    return this.#word(FALSE) ? 0 : -1
  }

  /** A whole number of at most nine digits. */
  whole(): number {
    const from = this.at
    let value = 0
    for (let digit = this.#digit(this.at); digit >= 0; digit = this.#digit(++this.at)) value = value * 10 + digit
    const count = this.at - from
    return count === 0 || count > 9 || (count > 1 && this.bytes[from] === ZERO) ? -1 : value
  }

  /** `"2026-11-22"` as a packed date, if the calendar has that day. */
  date(): number {
    const { bytes, at } = this
    if (bytes[at] !== QUOTE || bytes[at + 5] !== DASH || bytes[at + 8] !== DASH || bytes[at + 11] !== QUOTE) return -1
    const year = this.#digits(at + 1, 4)
    const month = this.#digits(at + 6, 2)
    const day = this.#digits(at + 9, 2)
    this.at = at + 12
    if (year < 0 || month < 1 || month > 12 || day < 1) return -1
    return day <= 28 || day <= lastDayOf(year, month) ? (year << 9) | (month << 5) | day : -1
  }

  /** `"1250.50"` in parts of so many places, with at most 12 digits before the point. */
  money(places: number): number {
    if (!this.is(QUOTE)) return -1
    let units = 0
    const from = this.at
    for (let digit = this.#digit(this.at); digit >= 0; digit = this.#digit(++this.at)) units = units * 10 + digit
    const whole = this.at - from
    if (whole < 1 || whole > 12) return -1
    let left = places
    if (this.bytes[this.at] === POINT) {
      for (let digit = this.#digit(++this.at); digit >= 0; digit = this.#digit(++this.at)) {
        units = units * 10 + digit
        left--
      }
      if (left === places || left < 0) return -1
    }
    for (; left > 0; left--) units *= 10
    return this.bytes[this.at++] === QUOTE ? units : -1
  }

  #digits(from: number, count: number): number {
    let value = 0
    for (let at = from; at < from + count; at++) {
      const digit = this.#digit(at)
      if (digit < 0) return -1
      value = value * 10 + digit
    }
    return value
  }

  #digit(at: number): number {
    const digit = at < this.end ? (this.bytes[at] as number) - ZERO : -1
    return digit > 9 ? -1 : digit
  }

  #word(word: readonly number[]): boolean {
    for (let at = 0; at < word.length; at++) if (this.bytes[this.at + at] !== word[at]) return false
    this.at += word.length
    return this.at <= this.end
  }

  #skipSpace(): void {
    while (this.at < this.end && isSpace(this.bytes[this.at] as number)) this.at++
  }
}

/** White space as RFC 8259 has it. */
function isSpace(byte: number): boolean {
  return byte === 32 || byte === 13 || byte === 10 || byte === 9
}

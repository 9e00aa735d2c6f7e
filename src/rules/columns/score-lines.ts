import { SCORE_PLACES } from './given.ts'

const [NEW_LINE, POINT, MINUS, ZERO] = [10, 46, 45, 48]
/** A sign, the digits of an integer of a double, the point, the end of the line. */
const LONGEST = 20

/** Whole ten-millionths as decimal texts, a line each, digit by digit: a nation's scores take a fraction of a second. */
export function linesOf(scores: Float64Array): Uint8Array {
  let bytes = new Uint8Array(scores.length * 12 + LONGEST)
  let at = 0
  for (let row = 0; row < scores.length; row++) {
    if (at + LONGEST > bytes.length) {
      const longer = new Uint8Array(bytes.length * 2)
      longer.set(bytes)
      bytes = longer
    }
    const score = scores[row] as number
    if (!Number.isNaN(score)) at = write(score, bytes, at)
    bytes[at++] = NEW_LINE
  }
  return bytes.subarray(0, at)
}

function write(score: number, bytes: Uint8Array, start: number): number {
  let at = start
  if (score < 0) bytes[at++] = MINUS
  const size = Math.abs(score)
  const whole = Math.floor(size / 10_000_000)
  let width = 1
  for (let rest = whole; rest >= 10; rest = Math.floor(rest / 10)) width++
  let rest = whole
  for (let digit = at + width - 1; digit >= at; digit--) {
    const next = Math.floor(rest / 10)
    bytes[digit] = ZERO + rest - next * 10
    rest = next
  }
  at += width
  bytes[at] = POINT
  let part = size - whole * 10_000_000
  for (let digit = at + SCORE_PLACES; digit > at; digit--) {
    const next = (part / 10) | 0
    bytes[digit] = ZERO + part - next * 10
    part = next
  }
  return at + SCORE_PLACES + 1
}

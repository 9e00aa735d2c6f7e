import { LONGEST_JSON } from './json-text.ts'

/** A line where it lies among other bytes, without its end. */
export type Line = { readonly bytes: Uint8Array; readonly from: number; readonly to: number }

/** No text of so many bytes is as short as the longest JSON that is taken: no character of one unit has more than three. */
const BYTES_KEPT = 3 * LONGEST_JSON

const NEWLINE = 10
const RETURN = 13

/**
 * The lines of a stream of text, as many at a time as come together; a last line without end counts, an empty one does not.
 * A line that is longer than any JSON taken here is kept up to that length and no further: whoever reads it says that it
 * is too long.
 */
export async function* lineBatchesOf(stream: AsyncIterable<string | Uint8Array>): AsyncGenerator<Line[]> {
  const encoder = new TextEncoder()
  let rest: Uint8Array[] = []
  let kept = 0
  let first = true
  const take = (bytes: Uint8Array) => {
    if (kept > BYTES_KEPT) return
    rest.push(bytes)
    kept += bytes.length
  }
  /** The line that began in earlier pieces. Only the first may have a byte order mark, which is no part of it. */
  const ended = (): Line => {
    const bytes = rest.length === 1 ? (rest[0] as Uint8Array) : joined(rest, kept)
    const from = first && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0
    rest = []
    kept = 0
    first = false
    return lineIn(bytes, from, bytes.length)
  }
  for await (const piece of stream) {
    const bytes = typeof piece === 'string' ? encoder.encode(piece) : piece
    const lines: Line[] = []
    let from = 0
    for (let end = bytes.indexOf(NEWLINE); end !== -1; end = bytes.indexOf(NEWLINE, from)) {
      if (kept > 0 || first) {
        take(bytes.subarray(from, end))
        lines.push(ended())
      } else lines.push(lineIn(bytes, from, end))
      from = end + 1
    }
    if (from < bytes.length) take(bytes.subarray(from))
    if (lines.length > 0) yield lines
  }
  if (kept > 0) yield [ended()]
}

/** The same lines as texts. */
export async function* linesOf(stream: AsyncIterable<string | Uint8Array>): AsyncGenerator<string> {
  for await (const lines of lineBatchesOf(stream)) for (const line of lines) yield textOf(line)
}

const DECODER = new TextDecoder('utf-8', { ignoreBOM: true })

/** A line as text; bytes that are not UTF-8 become U+FFFD. */
export function textOf({ bytes, from, to }: Line): string {
  return DECODER.decode(bytes.subarray(from, to))
}

function lineIn(bytes: Uint8Array, from: number, end: number): Line {
  return { bytes, from, to: end > from && bytes[end - 1] === RETURN ? end - 1 : end }
}

function joined(pieces: readonly Uint8Array[], length: number): Uint8Array {
  const bytes = new Uint8Array(length)
  let at = 0
  for (const piece of pieces) {
    bytes.set(piece, at)
    at += piece.length
  }
  return bytes
}

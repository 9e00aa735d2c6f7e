// Rows of a binary COPY: a signature, then for each row the number of its fields and each field with its length
// (https://www.postgresql.org/docs/18/sql-copy.html, "Binary Format").
const SIGNATURE = Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1')
/** Signature, flags, length of the header's extension. */
const HEADER = SIGNATURE.length + 8
const END = -1
const NULL = -1

/** A field as the server sends it; null for NULL. It lies in a buffer that the next rows use again: read it at once. */
export type CopyField = Buffer | null

/**
 * Reads a binary COPY from a stream, a row at a time. Throws where the bytes are none or end before their end mark, as
 * when the connection breaks.
 */
export async function readBinaryCopy(
  stream: AsyncIterable<Buffer>,
  onRow: (fields: readonly CopyField[]) => void,
): Promise<void> {
  let rest: Buffer = Buffer.alloc(0)
  let begun = false
  for await (const chunk of stream) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    let at = 0
    if (!begun) {
      if (bytes.length < HEADER) {
        rest = bytes
        continue
      }
      if (!bytes.subarray(0, SIGNATURE.length).equals(SIGNATURE)) throw new Error('not a binary COPY')
      at = HEADER + bytes.readInt32BE(HEADER - 4)
      begun = true
    }
    for (;;) {
      const row = rowAt(bytes, at)
      if (row === 'incomplete') break
      if (row === 'end') return
      onRow(row.fields)
      at = row.next
    }
    rest = bytes.subarray(at)
  }
  throw new Error('the binary COPY ended before its end mark')
}

function rowAt(bytes: Buffer, from: number): { fields: CopyField[]; next: number } | 'incomplete' | 'end' {
  if (bytes.length < from + 2) return 'incomplete'
  const count = bytes.readInt16BE(from)
  if (count === END) return 'end'
  const fields = new Array<CopyField>(count)
  let at = from + 2
  for (let field = 0; field < count; field++) {
    if (bytes.length < at + 4) return 'incomplete'
    const length = bytes.readInt32BE(at)
    at += 4
    if (length === NULL) fields[field] = null
    else {
      if (bytes.length < at + length) return 'incomplete'
      fields[field] = bytes.subarray(at, at + length)
      at += length
    }
  }
  return { fields, next: at }
}

// Rows of a binary COPY: a signature, then for each row the number of its fields and each field with its length
// (https://www.postgresql.org/docs/18/sql-copy.html, "Binary Format").
const SIGNATURE = Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1')
/** Signature, flags, length of the header's extension. */
const HEADER = SIGNATURE.length + 8
const END = -1
const NULL = -1

const ROOM = 1 << 20

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

/** Writes rows for a binary COPY into one buffer: for each row `row`, then its fields in the order of the columns. */
export class BinaryCopyRows {
  #bytes = Buffer.allocUnsafe(ROOM)
  #at = 0

  /** @param goesOn true where what is written follows other rows: without the signature that opens a COPY */
  constructor(goesOn = false) {
    if (goesOn) return
    SIGNATURE.copy(this.#bytes)
    this.#bytes.fill(0, SIGNATURE.length, HEADER)
    this.#at = HEADER
  }

  row(fields: number): void {
    this.#room(2)
    this.#at = this.#bytes.writeInt16BE(fields, this.#at)
  }

  nothing(): void {
    this.#room(4)
    this.#at = this.#bytes.writeInt32BE(NULL, this.#at)
  }

  /** Bytes as they are: a uuid. */
  bytes(value: Uint8Array): void {
    this.#room(4 + value.length)
    this.#at = this.#bytes.writeInt32BE(value.length, this.#at)
    this.#bytes.set(value, this.#at)
    this.#at += value.length
  }

  text(value: string): void {
    this.#room(4 + 3 * value.length)
    const length = this.#bytes.write(value, this.#at + 4, 'utf8')
    this.#bytes.writeInt32BE(length, this.#at)
    this.#at += 4 + length
  }

  bigint(value: bigint): void {
    this.#room(12)
    this.#at = this.#bytes.writeInt32BE(8, this.#at)
    this.#at = this.#bytes.writeBigInt64BE(value, this.#at)
  }

  /** A bigint given as its upper and lower 32 bits. */
  halves(high: number, low: number): void {
    this.#room(12)
    this.#at = this.#bytes.writeInt32BE(8, this.#at)
    this.#at = this.#bytes.writeInt32BE(high | 0, this.#at)
    this.#at = this.#bytes.writeInt32BE(low | 0, this.#at)
  }

  double(value: number): void {
    this.#room(12)
    this.#at = this.#bytes.writeInt32BE(8, this.#at)
    this.#at = this.#bytes.writeDoubleBE(value, this.#at)
  }

  /** jsonb: its version, then the text. */
  json(text: string): void {
    this.#room(5 + 3 * text.length)
    const length = this.#bytes.write(text, this.#at + 5, 'utf8')
    this.#bytes.writeInt32BE(length + 1, this.#at)
    this.#bytes[this.#at + 4] = 1
    this.#at += 5 + length
  }

  /** text[]: dimensions, whether there are nulls, the type of its elements, and for the one dimension its length and first index. */
  texts(values: readonly string[]): void {
    this.#room(24 + values.reduce((sum, value) => sum + 4 + 3 * value.length, 0))
    const start = this.#at
    this.#at = start + 4
    for (const part of [values.length === 0 ? 0 : 1, 0, TEXT_OID]) this.#at = this.#bytes.writeInt32BE(part, this.#at)
    if (values.length > 0) {
      this.#at = this.#bytes.writeInt32BE(values.length, this.#at)
      this.#at = this.#bytes.writeInt32BE(1, this.#at)
    }
    for (const value of values) {
      const length = this.#bytes.write(value, this.#at + 4, 'utf8')
      this.#bytes.writeInt32BE(length, this.#at)
      this.#at += 4 + length
    }
    this.#bytes.writeInt32BE(this.#at - start - 4, start)
  }

  /** What was written, to be followed by more. */
  soFar(): Buffer {
    return this.#bytes.subarray(0, this.#at)
  }

  /** All that was written, ended as the server expects. */
  end(): Buffer {
    this.#room(2)
    this.#at = this.#bytes.writeInt16BE(END, this.#at)
    return this.#bytes.subarray(0, this.#at)
  }

  #room(bytes: number): void {
    if (this.#at + bytes <= this.#bytes.length) return
    const larger = Buffer.allocUnsafe(Math.max(2 * this.#bytes.length, this.#at + bytes))
    this.#bytes.copy(larger, 0, 0, this.#at)
    this.#bytes = larger
  }
}

const TEXT_OID = 25

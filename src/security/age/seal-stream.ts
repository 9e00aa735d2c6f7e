// The body of a file of age: chunks of 64 KiB under ChaCha20-Poly1305, each numbered, the last one marked (the STREAM
// construction of Hoang, Reyhanitabar, Rogaway and Vizár, 2015): what is altered, moved, repeated or cut off does not open.
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { newHead, openHead, subkey } from './header.ts'
import type { Opener, Recipient } from './keys.ts'
import { Unopened } from './unopened.ts'

const CHUNK = 64 * 1024
const TAG = 16
const NONCE = 16
/** No head with a sane number of recipients is longer. */
const HEAD_MOST = 64 * 1024

export type Bytes = AsyncIterable<Uint8Array>

/** Seals a stream; `fileKey` opens the file that it becomes, in this process and without anybody's private key. */
export async function seal(
  recipients: readonly Recipient[],
): Promise<{ readonly fileKey: Buffer; readonly over: (source: Bytes) => AsyncGenerator<Buffer> }> {
  const { head, fileKey } = await newHead(recipients)
  return { fileKey, over: source => sealed(head, fileKey, source) }
}

async function* sealed(head: Buffer, fileKey: Buffer, source: Bytes): AsyncGenerator<Buffer> {
  const nonce = randomBytes(NONCE)
  yield Buffer.concat([head, nonce])
  const key = subkey(fileKey, nonce, 'payload')
  for await (const { bytes, number, last } of chunks(source, CHUNK)) {
    const cipher = createCipheriv('chacha20-poly1305', key, nonceOf(number, last), { authTagLength: TAG })
    yield Buffer.concat([cipher.update(bytes), cipher.final(), cipher.getAuthTag()])
  }
}

/** Opens a sealed stream. Throws {@link Unopened} at the first thing that is wrong; what came before it is authentic. */
export async function* openSealed(source: Bytes, opener: Opener): AsyncGenerator<Buffer> {
  const { head, rest } = await splitHead(source)
  const key = await openHead(head, opener)
  const reader = rest[Symbol.asyncIterator]()
  const nonce = (await reader.next()).value as Buffer
  const payload = subkey(key, nonce, 'payload')
  for await (const chunk of chunks({ [Symbol.asyncIterator]: () => reader }, CHUNK + TAG)) {
    yield openChunk(payload, chunk)
  }
}

type Chunk = { readonly bytes: Buffer; readonly number: number; readonly last: boolean }

function openChunk(key: Buffer, { bytes, number, last }: Chunk): Buffer {
  // Only an empty file has an empty chunk.
  if (bytes.length < TAG || (bytes.length === TAG && number > 0)) throw new Unopened({ code: 'cut_off', at: number })
  const open = (final: boolean) => {
    const decipher = createDecipheriv('chacha20-poly1305', key, nonceOf(number, final), { authTagLength: TAG })
    decipher.setAuthTag(bytes.subarray(-TAG))
    return Buffer.concat([decipher.update(bytes.subarray(0, -TAG)), decipher.final()])
  }
  try {
    return open(last)
  } catch {
    throw new Unopened({ code: last && opens(() => open(false)) ? 'cut_off' : 'altered', at: number })
  }
}

function opens(attempt: () => unknown): boolean {
  try {
    attempt()
    return true
  } catch {
    return false
  }
}

function nonceOf(number: number, last: boolean): Buffer {
  const nonce = Buffer.alloc(12)
  nonce.writeUIntBE(number, 5, 6)
  nonce[11] = last ? 1 : 0
  return nonce
}

/** Pieces of exactly `size` bytes; the last one, known by what follows it not being there, is shorter or as long. */
async function* chunks(source: Bytes, size: number): AsyncGenerator<Chunk> {
  let held: Uint8Array[] = []
  let length = 0
  let number = 0
  for await (const piece of source) {
    held.push(piece)
    length += piece.length
    if (length <= size) continue
    const all = Buffer.concat(held)
    let at = 0
    for (; all.length - at > size; at += size) {
      yield { bytes: all.subarray(at, at + size), number: number++, last: false }
    }
    held = [all.subarray(at)]
    length = all.length - at
  }
  yield { bytes: Buffer.concat(held), number, last: true }
}

/** The head as text; then, of the rest, the nonce alone and whatever follows. */
async function splitHead(source: Bytes): Promise<{ head: string; rest: AsyncGenerator<Buffer> }> {
  const reader = source[Symbol.asyncIterator]()
  let read = Buffer.alloc(0)
  for (;;) {
    const end = headEnd(read)
    if (end !== undefined && read.length >= end + NONCE) {
      return { head: read.toString('latin1', 0, end), rest: restOf(read.subarray(end), reader) }
    }
    const { value, done } = await reader.next()
    if (done || read.length > HEAD_MOST) {
      const begun = read.toString('latin1', 0, 22) === 'age-encryption.org/v1\n'
      throw new Unopened(begun ? { code: 'cut_off', at: 'head' } : { code: 'not_sealed' })
    }
    read = Buffer.concat([read, value])
  }
}

function headEnd(read: Buffer): number | undefined {
  const mark = read.indexOf('\n--- ')
  const end = mark < 0 ? -1 : read.indexOf('\n', mark + 1)
  return end < 0 ? undefined : end + 1
}

async function* restOf(read: Buffer, reader: AsyncIterator<Uint8Array>): AsyncGenerator<Buffer> {
  try {
    yield read.subarray(0, NONCE)
    yield read.subarray(NONCE)
    for (let next = await reader.next(); !next.done; next = await reader.next()) yield Buffer.from(next.value)
  } finally {
    await reader.return?.()
  }
}

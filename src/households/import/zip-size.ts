import { createReadStream } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { createInflateRaw } from 'node:zlib'

const LOCAL_HEADER = 0x04034b50
const CENTRAL_HEADER = 0x02014b50
const DEFLATED = 8
const STORED = 0
/** Longest data descriptor after an entry: signature, checksum and two sizes of 8 bytes. */
const LONGEST_DESCRIPTOR = 24

/**
 * How many bytes a ZIP archive unfolds into, found by unfolding it piece by piece and keeping nothing: the sizes that
 * an archive declares of itself may lie. Stops as soon as the total passes `limit`, and answers undefined then. `see` is
 * shown every piece on the way.
 */
export async function unfoldedBytes(
  path: string,
  limit: number,
  see: (piece: Buffer) => void = () => {},
): Promise<number | undefined> {
  const file = await open(path)
  try {
    let total = 0
    for (let at = 0; ; ) {
      const entry = await readEntry(file, path, at)
      if (!entry) return total
      const { bytes, next } = await entry.unfold(limit - total, see)
      total += bytes
      if (total > limit) return undefined
      at = next
    }
  } finally {
    await file.close()
  }
}

type Unfolded = { readonly bytes: number; readonly next: number }
type Entry = { readonly unfold: (room: number, see: (piece: Buffer) => void) => Promise<Unfolded> }

async function readEntry(file: FileHandle, path: string, at: number): Promise<Entry | undefined> {
  const header = await readAt(file, at, 30)
  if (header.length < 30 || header.readUInt32LE(0) !== LOCAL_HEADER) return undefined
  const method = header.readUInt16LE(8)
  const sizeFollows = (header.readUInt16LE(6) & 8) !== 0
  const size = header.readUInt32LE(18)
  const start = at + 30 + header.readUInt16LE(26) + header.readUInt16LE(28)
  if (method === STORED && !sizeFollows) {
    return {
      async unfold(room, see) {
        if (size > 0 && size <= room) {
          const pieces = createReadStream(path, { start, end: start + size - 1, highWaterMark: 1 << 18 })
          for await (const piece of pieces as AsyncIterable<Buffer>) see(piece)
        }
        return { bytes: size, next: start + size }
      },
    }
  }
  if (method !== DEFLATED) throw new Error('this ZIP archive is packed in a way that spreadsheets do not use')
  return {
    async unfold(room, see) {
      const { bytes, used } = await inflate(path, start, room, see)
      if (bytes > room) return { bytes, next: start }
      return { bytes, next: sizeFollows ? await nextHeader(file, start + used) : start + size }
    },
  }
}

async function inflate(
  path: string,
  start: number,
  room: number,
  see: (piece: Buffer) => void,
): Promise<{ bytes: number; used: number }> {
  const engine = createInflateRaw()
  const source = createReadStream(path, { start, highWaterMark: 1 << 18 })
  source.on('error', error => engine.destroy(error))
  source.pipe(engine)
  let bytes = 0
  try {
    for await (const piece of engine as AsyncIterable<Buffer>) {
      bytes += piece.length
      if (bytes > room) break
      see(piece)
    }
  } finally {
    source.destroy()
  }
  return { bytes, used: engine.bytesWritten }
}

async function nextHeader(file: FileHandle, from: number): Promise<number> {
  const after = await readAt(file, from, LONGEST_DESCRIPTOR + 4)
  for (let i = 0; i + 4 <= after.length; i++) {
    const signature = after.readUInt32LE(i)
    if (signature === LOCAL_HEADER || signature === CENTRAL_HEADER) return from + i
  }
  throw new Error('this ZIP archive is damaged')
}

async function readAt(file: FileHandle, at: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length)
  const { bytesRead } = await file.read(buffer, 0, length, at)
  return buffer.subarray(0, bytesRead)
}

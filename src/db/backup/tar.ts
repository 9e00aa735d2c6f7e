// The archive inside a backup: POSIX ustar, with a pax record where a path does not fit, so that tar itself can read it.
import { BackupUnread } from './unread.ts'

const BLOCK = 512
const LENGTH_MOST = 8 ** 11 - 1

/** Bytes of one entry, its path in `/`. */
export function entryHead(path: string, length: number): Buffer {
  if (length > LENGTH_MOST) throw new Error(`${path} is larger than an archive can hold (8 GiB)`)
  const plain = /^[\x21-\x7e]{1,100}$/.test(path)
  if (plain) return head(path, length, '0')
  const record = paxRecord('path', path)
  return Buffer.concat([
    head('path', record.length, 'x'),
    record,
    padding(record.length),
    head('long-path', length, '0'),
  ])
}

/** What follows an entry, up to the next block. */
export function padding(length: number): Buffer {
  return Buffer.alloc((BLOCK - (length % BLOCK)) % BLOCK)
}

export const archiveEnd = Buffer.alloc(2 * BLOCK)

export type Entry = {
  readonly path: string
  readonly length: number
  /** Its bytes; read to the end, or skipped by going on to the next entry. */
  readonly bytes: AsyncGenerator<Buffer>
}

/** The entries of an archive, one after the other; throws when it breaks off. */
export async function* readEntries(source: AsyncIterable<Uint8Array>): AsyncGenerator<Entry> {
  const reader = new Reader(source)
  try {
    let path: string | undefined
    for (;;) {
      const block = await reader.exactly(BLOCK)
      if (block.every(byte => byte === 0)) break
      const { name, length, kind } = readHead(block)
      if (kind === 'x') {
        path = readPax(await reader.exactly(length))
        await reader.exactly(padding(length).length)
        continue
      }
      const left = { count: length }
      yield { path: path ?? name, length, bytes: reader.upTo(left) }
      path = undefined
      for await (const _ of reader.upTo(left)) {
      }
      await reader.exactly(padding(length).length)
    }
    await reader.exactly(BLOCK)
    // What follows is nothing; reading on lets a sealed source tell that it ends where it should.
    await reader.drain()
  } finally {
    await reader.close()
  }
}

class Reader {
  readonly #source: AsyncIterator<Uint8Array>
  #held: Buffer = Buffer.alloc(0)
  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]()
  }

  async exactly(length: number): Promise<Buffer> {
    const parts: Buffer[] = []
    for (let missing = length; missing > 0; ) {
      const part = await this.#some(missing)
      parts.push(part)
      missing -= part.length
    }
    return Buffer.concat(parts)
  }

  async *upTo(left: { count: number }): AsyncGenerator<Buffer> {
    while (left.count > 0) {
      const part = await this.#some(left.count)
      left.count -= part.length
      yield part
    }
  }

  async drain(): Promise<void> {
    for (let next = await this.#source.next(); !next.done; next = await this.#source.next()) {
      if (next.value.some(byte => byte !== 0)) throw new BackupUnread({ code: 'not_a_backup' })
    }
  }

  async close(): Promise<void> {
    await this.#source.return?.()
  }

  async #some(most: number): Promise<Buffer> {
    while (this.#held.length === 0) {
      const next = await this.#source.next()
      if (next.done) throw new BackupUnread({ code: 'breaks_off' })
      this.#held = Buffer.from(next.value.buffer, next.value.byteOffset, next.value.byteLength)
    }
    const part = this.#held.subarray(0, most)
    this.#held = this.#held.subarray(part.length)
    return part
  }
}

function head(name: string, length: number, kind: '0' | 'x'): Buffer {
  const block = Buffer.alloc(BLOCK)
  block.write(name, 0, 100, 'latin1')
  block.write('0000600\0', 100, 'latin1') // mode
  block.write('0000000\0', 108, 'latin1') // user
  block.write('0000000\0', 116, 'latin1') // group
  block.write(`${length.toString(8).padStart(11, '0')}\0`, 124, 'latin1')
  block.write(`${'0'.repeat(11)}\0`, 136, 'latin1') // time
  block.write(kind, 156, 'latin1')
  block.write('ustar\u000000', 257, 'latin1')
  block.write(`${sumOf(block).toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
  return block
}

/** The sum of the bytes of a head, its own field read as spaces. */
function sumOf(block: Buffer): number {
  return block.reduce((sum, byte, at) => sum + (at >= 148 && at < 156 ? 0x20 : byte), 0)
}

function readHead(block: Buffer): { name: string; length: number; kind: string } {
  const text = (from: number, to: number) => block.toString('latin1', from, to).replace(/\0.*$/s, '')
  const [sum, length, kind] = [Number.parseInt(text(148, 156), 8), text(124, 136), text(156, 157)]
  if (sum !== sumOf(block) || !/^[0-7]+$/.test(length) || !['0', 'x'].includes(kind)) {
    throw new BackupUnread({ code: 'not_a_backup' })
  }
  return { name: text(0, 100), length: Number.parseInt(length, 8), kind }
}

// `length name=value\n`, where the length counts itself.
function paxRecord(name: string, value: string): Buffer {
  const rest = Buffer.from(` ${name}=${value}\n`)
  let length = rest.length + 1
  while (String(length).length + rest.length !== length) length += 1
  return Buffer.concat([Buffer.from(String(length)), rest])
}

function readPax(record: Buffer): string {
  const found = /^\d+ path=(.*)\n$/s.exec(record.toString('utf8'))
  if (!found) throw new BackupUnread({ code: 'not_a_backup' })
  return found[1]!
}

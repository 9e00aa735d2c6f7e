import { createHash } from 'node:crypto'
import { type FileHandle, mkdtemp, open, rm, unlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A file that has come in whole, to be read from its beginning as often as need be. */
export type Spooled = {
  readonly size: number
  /** Hexadecimal. */
  readonly sha256: string
  readonly read: () => AsyncIterable<Uint8Array>
}

/**
 * Lets a file come in on disk, never whole in memory, and only then works on it: nobody who sends slowly holds a transaction. Nobody
 * else may read it, and it is gone with the work, a death of the process included: it has no name while it is filled.
 */
export async function spooled<Value>(
  bytes: AsyncIterable<Uint8Array>,
  work: (file: Spooled) => Promise<Value>,
): Promise<Value> {
  const folder = await mkdtemp(join(tmpdir(), 'socle-coming-'))
  try {
    const path = join(folder, 'file')
    const file = await open(path, 'wx+', 0o600)
    try {
      // Where a file that is open cannot lose its name, the folder goes at the end.
      await unlink(path).catch(() => undefined)
      let size = 0
      const hash = createHash('sha256')
      for await (const piece of bytes) {
        await file.writeFile(piece)
        hash.update(piece)
        size += piece.length
      }
      return await work({ size, sha256: hash.digest('hex'), read: () => fromBeginning(file) })
    } finally {
      await file.close()
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const AT_ONCE = 2 ** 20

/** A stream would close the file when whoever reads stops before its end. */
async function* fromBeginning(file: FileHandle): AsyncGenerator<Uint8Array> {
  for (let at = 0; ; ) {
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(AT_ONCE), 0, AT_ONCE, at)
    if (bytesRead === 0) return
    at += bytesRead
    yield buffer.subarray(0, bytesRead)
  }
}

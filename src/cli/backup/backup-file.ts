// A backup as a file: the archive, compressed (zstd), then sealed (age). Any machine with age, zstd and tar can open it.
import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Readable, pipeline as whenPiped } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { constants, createZstdCompress, createZstdDecompress } from 'node:zlib'
import { type Opener, openSealed, type Recipient, seal } from '#security'
import { UsageError } from '../command.ts'

export type WrittenFile = { readonly bytes: number; readonly sha256: string; readonly fileKey: Buffer }

/** Writes it to `path` by way of `path.part`: the file has its name when it is whole and on the disk. */
export async function writeBackupFile(
  archive: AsyncIterable<Buffer>,
  recipients: readonly Recipient[],
  path: string,
): Promise<WrittenFile> {
  const part = `${path}.part`
  const { fileKey, over } = await seal(recipients)
  const hash = createHash('sha256')
  let bytes = 0
  const compress = createZstdCompress({ params: { [constants.ZSTD_c_compressionLevel]: 3 } })
  async function* counted(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of over(source)) {
      hash.update(chunk)
      bytes += chunk.length
      yield chunk
    }
  }
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    await pipeline(Readable.from(archive), compress, counted, createWriteStream(part, { mode: 0o600, flush: true }))
    await rename(part, path)
    await syncFolder(dirname(path))
  } catch (error) {
    await rm(part, { force: true }).catch(() => {})
    throw refusal(error, path)
  }
  return { bytes, sha256: hash.digest('hex'), fileKey }
}

/** Its archive. Throws `Unopened` (security) where it was altered, cut off or sealed for others. */
export function openBackupFile(path: string, opener: Opener): AsyncIterable<Buffer> {
  const source = createReadStream(path, { highWaterMark: 1 << 20 })
  const plain = Readable.from(openSealed(source, opener), { objectMode: false })
  // An error on the way comes out at the end, where it is read.
  return whenPiped(plain, createZstdDecompress(), () => {})
}

/** A new name lasts a power cut once its folder is on the disk too. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder)
  await handle.sync().finally(() => handle.close())
}

const WHY: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full; nothing was left there. Free some space or give --to on another disk',
  EDQUOT: 'the quota of this user is used up; nothing was left there. Give --to elsewhere',
  EACCES: 'this user may not write there',
  EROFS: 'that disk is read-only',
  EISDIR: 'that is a folder',
  ENOTDIR: 'a part of the path is a file',
}

function refusal(error: unknown, path: string): unknown {
  const why = WHY[(error as NodeJS.ErrnoException).code ?? '']
  return why === undefined ? error : new UsageError(`${path} cannot be written: ${why}`)
}

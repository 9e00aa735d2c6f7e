// Files of a backup, on their way into the data folder: aside first, in their place when the data are about to be kept.
import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream, existsSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { UsageError } from '../command.ts'

export class RestoredFiles {
  readonly #data: string
  readonly #aside: string
  readonly #paths: string[] = []
  constructor(data: string) {
    this.#data = data
    this.#aside = join(data, 'restoring')
  }

  /** A file that stands there already must be the same. */
  async take(path: string, bytes: AsyncIterable<Buffer>): Promise<void> {
    if (this.#paths.length === 0) await this.forget()
    const aside = join(this.#aside, path)
    await mkdir(dirname(aside), { recursive: true, mode: 0o700 })
    await pipeline(Readable.from(bytes), createWriteStream(aside, { mode: 0o600, flush: true }))
    const standing = join(this.#data, path)
    if (existsSync(standing) && (await digest(standing)) !== (await digest(aside))) {
      throw new UsageError(
        `${standing} is there already and is another file than the backup's; move it away, then try again`,
      )
    }
    this.#paths.push(path)
  }

  async place(): Promise<void> {
    for (const path of this.#paths) {
      await mkdir(dirname(join(this.#data, path)), { recursive: true })
      await rename(join(this.#aside, path), join(this.#data, path))
    }
  }

  async forget(): Promise<void> {
    await rm(this.#aside, { recursive: true, force: true })
  }
}

async function digest(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer)
  return hash.digest('hex')
}

import { createHash, type Hash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { err, newId, ok, type Result } from '#kernel'
import { newSealingKeys, openSealed, seal } from '#security'
import { type MediaType, mediaTypeOf, TELLING } from './media-type.ts'
import type { Scan, Scanner } from './scanner.ts'

/** The most that a paper may weigh: a page photographed by a telephone, with room to spare. */
const LARGEST_EVIDENCE = 10 * 1024 * 1024

export type KeptFile = {
  readonly mediaType: MediaType
  readonly size: number
  readonly sha256: Buffer
  /** SHA-256 of the sealed file: its name in the folder. */
  readonly stored: Buffer
  /** Opens the file; kept by the caller, nowhere else. */
  readonly key: Buffer
  readonly scan: Scan
}

export type KeepRefusal =
  | { readonly code: 'file_empty' }
  | { readonly code: 'file_type_not_accepted' }
  | { readonly code: 'file_too_large'; readonly most: number }
  | { readonly code: 'file_infected' }

/** A folder of sealed files, each under the SHA-256 of what lies there. */
export type EvidenceStore = {
  /** Takes a file piece by piece; one that is refused leaves nothing behind. */
  readonly keep: (source: AsyncIterable<Uint8Array>) => Promise<Result<KeptFile, KeepRefusal>>
  readonly open: (stored: Buffer, key: Buffer) => AsyncIterable<Buffer>
  readonly forget: (stored: Buffer) => Promise<void>
  /** Names of the files that have lain there since before that moment. */
  readonly list: (before: Date) => AsyncIterable<Buffer>
}

export function openEvidenceStore({
  folder,
  scanner,
}: {
  readonly folder: string
  readonly scanner: Scanner
}): EvidenceStore {
  const placeOf = (stored: Buffer) => {
    const name = stored.toString('hex')
    return join(folder, name.slice(0, 2), name)
  }
  return {
    async keep(source) {
      await mkdir(join(folder, 'coming'), { recursive: true, mode: 0o700 })
      const coming = join(folder, 'coming', newId())
      try {
        return await take(source, coming, scanner, placeOf)
      } finally {
        await rm(coming, { force: true })
      }
    },
    open: (stored, key) => openSealed(createReadStream(placeOf(stored)), { kind: 'file_key', key }),
    forget: stored => rm(placeOf(stored), { force: true }),
    list: before => listed(folder, before),
  }
}

async function take(
  source: AsyncIterable<Uint8Array>,
  coming: string,
  scanner: Scanner,
  placeOf: (stored: Buffer) => string,
): Promise<Result<KeptFile, KeepRefusal>> {
  // Nobody holds the private half: the file's own key, kept in its row, is the only one that opens it.
  const sealing = await seal([{ kind: 'public_key', key: newSealingKeys().publicKey }])
  const clear = new Reading()
  const sealedHash = createHash('sha256')
  // Opened before anything is read: a file refused at once would otherwise come to be after it was removed.
  const file = await open(coming, 'wx', 0o600)
  const scan = scanner()
  try {
    await pipeline(
      clear.over(source, scan.write),
      sealing.over,
      pieces => hashed(pieces, sealedHash),
      file.createWriteStream(),
    )
  } catch (error) {
    scan.stop()
    if (clear.refusal) return err(clear.refusal)
    throw error
  }
  const found = await scan.end()
  if (found === 'infected') return err({ code: 'file_infected' })
  const stored = sealedHash.digest()
  await mkdir(join(placeOf(stored), '..'), { recursive: true, mode: 0o700 })
  await rename(coming, placeOf(stored))
  return ok({ ...clear.end(), stored, key: sealing.fileKey, scan: found })
}

class Refused extends Error {}

/** Measures a file on its way, and refuses it as soon as it is known to be refused. */
class Reading {
  refusal: KeepRefusal | undefined
  readonly #hash = createHash('sha256')
  #start = Buffer.alloc(0)
  #size = 0
  #type: MediaType | undefined

  async *over(source: AsyncIterable<Uint8Array>, tell: (piece: Uint8Array) => Promise<void>): AsyncGenerator<Buffer> {
    for await (const piece of source) {
      this.#size += piece.length
      this.#hash.update(piece)
      if (this.#size > LARGEST_EVIDENCE) throw this.#refuse({ code: 'file_too_large', most: LARGEST_EVIDENCE })
      if (this.#type === undefined) {
        this.#start = Buffer.concat([this.#start, piece])
        if (this.#start.length < TELLING) continue
        this.#type = mediaTypeOf(this.#start)
        if (this.#type === undefined) throw this.#refuse({ code: 'file_type_not_accepted' })
        await tell(this.#start)
        yield this.#start
      } else {
        await tell(piece)
        yield Buffer.from(piece)
      }
    }
    if (this.#type === undefined)
      throw this.#refuse({ code: this.#size === 0 ? 'file_empty' : 'file_type_not_accepted' })
  }

  end() {
    return { mediaType: this.#type!, size: this.#size, sha256: this.#hash.digest() }
  }

  #refuse(refusal: KeepRefusal): Refused {
    this.refusal = refusal
    return new Refused(refusal.code)
  }
}

async function* hashed(pieces: AsyncIterable<Buffer>, hash: Hash): AsyncGenerator<Buffer> {
  for await (const piece of pieces) {
    hash.update(piece)
    yield piece
  }
}

async function* listed(folder: string, before: Date): AsyncGenerator<Buffer> {
  const names = async (path: string) => readdir(path).catch((): string[] => [])
  for (const part of await names(folder)) {
    if (!/^[0-9a-f]{2}$/.test(part)) continue
    for (const name of await names(join(folder, part))) {
      const found = await stat(join(folder, part, name)).catch(() => undefined)
      if (/^[0-9a-f]{64}$/.test(name) && found && found.mtime < before) yield Buffer.from(name, 'hex')
    }
  }
}

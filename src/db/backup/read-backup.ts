// Restores a backup: everything in one transaction, compared with what was written before it is committed.
import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import { err, ok, type Result } from '#kernel'
import { readMigrations } from '../migration-files.ts'
import type { RoleUrls } from '../roles.ts'
import { copyTarget, SESSION } from './catalogue.ts'
import {
  type BackupHeader,
  type BackupManifest,
  type BackupTable,
  FORMAT,
  headerShape,
  manifestShape,
  tableName,
  versionShape,
} from './format.ts'
import { decideRestorable } from './restorable.ts'
import { emptyTables, suspendGuards } from './suspended.ts'
import { type Entry, readEntries } from './tar.ts'
import { prepareTarget, type TargetRefusal } from './target.ts'
import { BackupUnread, type UnreadReason } from './unread.ts'
import { copyOut, linesOf } from './write-backup.ts'

export type RestoreRequest = {
  /** The database to fill. */
  readonly urls: RoleUrls
  /** Takes a file of the backup: its path in the data folder and its bytes, read to the end. */
  readonly keepFile: (path: string, bytes: AsyncIterable<Buffer>) => Promise<void>
  /** Called when all has been compared, before it counts: files are put in their place. */
  readonly beforeCommit?: () => Promise<void>
  readonly onProgress?: (rows: number, table: string) => void
  readonly signal?: AbortSignal
}

export type Restored = { readonly header: BackupHeader; readonly manifest: BackupManifest }
export type RestoreRefusal = UnreadReason | TargetRefusal

/**
 * Fills an empty database from a backup's archive, at the migrations that the backup's database had: `migrate` brings it
 * forward. Killed at any moment it leaves an empty database. What a stream below throws, this throws.
 */
export async function restoreBackup(
  archive: AsyncIterable<Uint8Array>,
  request: RestoreRequest,
): Promise<Result<Restored, RestoreRefusal>> {
  const entries = new Entries(archive)
  try {
    const header = await readHeader(entries)
    const restorable = decideRestorable(header, readMigrations())
    if ('code' in restorable) return err(restorable)
    const prepared = await prepareTarget(request.urls, restorable.migrations)
    if (!prepared.ok) return prepared
    return ok({ header, manifest: await load(entries, header, request) })
  } catch (error) {
    if (error instanceof BackupUnread) return err(error.reason)
    throw error
  } finally {
    await entries.close()
  }
}

async function load(entries: Entries, header: BackupHeader, request: RestoreRequest): Promise<BackupManifest> {
  const client = new pg.Client({ connectionString: request.urls.owner, application_name: 'socle restore' })
  // A server that goes away is told by the query at hand.
  client.on('error', () => {})
  await client.connect()
  try {
    await client.query(`begin; ${SESSION}`)
    const resume = await suspendGuards(client)
    await emptyTables(client)
    const read = await fillTables(client, entries, header, request)
    const files = await keepFiles(entries, request)
    const manifest = await readManifest(entries)
    compare(read, manifest.tables, one => one.table)
    compare(files, manifest.files, one => one.path)
    for (const { name, value, called } of manifest.sequences) {
      await client.query('select setval($1, $2, $3)', [name, value, called])
    }
    await resume()
    for (const table of header.tables) await compareTable(client, table, manifest, request.signal)
    await request.beforeCommit?.()
    await client.query('commit')
    await client.query('set client_min_messages to error; analyze')
    return manifest
  } finally {
    await client.end()
  }
}

async function fillTables(
  client: pg.ClientBase,
  entries: Entries,
  header: BackupHeader,
  { onProgress, signal }: RestoreRequest,
): Promise<BackupManifest['tables']> {
  const read: BackupManifest['tables'] = []
  let before = 0
  for (const table of header.tables) {
    const name = tableName(table)
    const digest = new Digest()
    const pieces = entries.below(`tables/${name}/`)
    const counted = digest.over(pieces, rows => {
      signal?.throwIfAborted()
      onProgress?.(before + rows, name)
    })
    const target = client.query(copyFrom(`copy ${copyTarget(pg.escapeIdentifier, table)} from stdin`))
    await pipeline(Readable.from(counted), target)
    const found = digest.end()
    before += found.rows
    read.push({ table: name, ...found })
  }
  return read
}

async function keepFiles(entries: Entries, { keepFile }: RestoreRequest): Promise<BackupManifest['files']> {
  const files: BackupManifest['files'] = []
  for (;;) {
    const next = await entries.peek()
    if (!next?.path.startsWith('files/')) return files
    const { path: full, bytes } = entries.take()
    const path = full.slice('files/'.length)
    if (path.split('/').some(part => part === '..' || part === '.' || part === '') || path.includes('\\')) {
      throw new BackupUnread({ code: 'not_a_backup' })
    }
    const digest = new Digest()
    await keepFile(path, digest.over(bytes))
    const { bytes: length, sha256 } = digest.end()
    files.push({ path, bytes: length, sha256 })
  }
}

/** What was read must be what was written, name by name. */
function compare<One extends object>(
  read: readonly One[],
  written: readonly One[],
  pathOf: (one: One) => string,
): void {
  const texts = new Map(written.map(one => [pathOf(one), textOf(one)]))
  for (const one of read) {
    if (texts.get(pathOf(one)) !== textOf(one)) throw new BackupUnread({ code: 'differs_from_list', path: pathOf(one) })
    texts.delete(pathOf(one))
  }
  for (const path of texts.keys()) throw new BackupUnread({ code: 'differs_from_list', path })
}

function textOf(value: object): string {
  return JSON.stringify(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
}

/** Reads a table back: rows lie in the order in which they were loaded, so the same rows give the same bytes. */
async function compareTable(
  client: pg.ClientBase,
  table: BackupTable,
  { tables }: BackupManifest,
  signal: AbortSignal | undefined,
): Promise<void> {
  const name = tableName(table)
  const digest = new Digest()
  for await (const _ of digest.over(copyOut(client, table))) signal?.throwIfAborted()
  const written = tables.find(one => one.table === name)
  if (written === undefined || textOf({ table: name, ...digest.end() }) !== textOf(written)) {
    throw new BackupUnread({ code: 'table_differs', table: name })
  }
}

/** Counts and hashes what passes. */
class Digest {
  readonly #hash = createHash('sha256')
  #rows = 0
  #bytes = 0

  async *over(chunks: AsyncIterable<Buffer>, onRows?: (rows: number) => void): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      this.#hash.update(chunk)
      this.#bytes += chunk.length
      this.#rows += linesOf(chunk)
      onRows?.(this.#rows)
      yield chunk
    }
  }

  end(): { rows: number; bytes: number; sha256: string } {
    return { rows: this.#rows, bytes: this.#bytes, sha256: this.#hash.digest('hex') }
  }
}

async function readHeader(entries: Entries): Promise<BackupHeader> {
  const said = await readJson(entries, 'header.json')
  const header = headerShape.safeParse(said)
  if (header.success) return header.data
  const later = versionShape.safeParse(said)
  if (!later.success || later.data.format === FORMAT) throw new BackupUnread({ code: 'not_a_backup' })
  const { format, socle: madeBy } = later.data
  throw new BackupUnread({ code: 'format_unknown', format, known: FORMAT, madeBy })
}

/** The list, and then the end of the archive, which only the writer's own end of the file lets through. */
async function readManifest(entries: Entries): Promise<BackupManifest> {
  const manifest = manifestShape.safeParse(await readJson(entries, 'manifest.json'))
  if (!manifest.success || (await entries.peek()) !== undefined) throw new BackupUnread({ code: 'not_a_backup' })
  return manifest.data
}

async function readJson(entries: Entries, path: string): Promise<unknown> {
  const next = await entries.peek()
  if (next?.path !== path) throw new BackupUnread({ code: 'not_a_backup' })
  const text = await Array.fromAsync(entries.take().bytes)
  try {
    return JSON.parse(Buffer.concat(text).toString('utf8'))
  } catch {
    throw new BackupUnread({ code: 'not_a_backup' })
  }
}

/** The archive's entries with a look at the next one. */
class Entries {
  readonly #entries: AsyncGenerator<Entry>
  #next: Entry | undefined
  constructor(archive: AsyncIterable<Uint8Array>) {
    this.#entries = readEntries(archive)
  }

  async peek(): Promise<Entry | undefined> {
    this.#next ??= (await this.#entries.next()).value as Entry | undefined
    return this.#next
  }

  take(): Entry {
    const entry = this.#next
    if (!entry) throw new Error('Nothing was looked at.')
    this.#next = undefined
    return entry
  }

  /** The bytes of all entries below a path, one after the other. */
  async *below(path: string): AsyncGenerator<Buffer> {
    while ((await this.peek())?.path.startsWith(path)) yield* this.take().bytes
  }

  async close(): Promise<void> {
    await this.#entries.return(undefined)
  }
}

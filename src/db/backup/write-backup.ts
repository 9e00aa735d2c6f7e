// Writes a backup: one stream of bytes, read from one snapshot of the database, in constant memory.
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { to as copyTo } from 'pg-copy-streams'
import { type Database, poolOf } from '../database.ts'
import { copyTarget, listTables, readSequences, SESSION } from './catalogue.ts'
import { type BackupHeader, type BackupManifest, type BackupTable, FORMAT, PIECE_BYTES, tableName } from './format.ts'
import { archiveEnd, entryHead, padding } from './tar.ts'

export type BackupRequest = {
  readonly id: string
  /** Version of Socle. */
  readonly socle: string
  /** The data folder, and those of its folders whose files belong into the backup. */
  readonly data: string
  readonly folders: readonly string[]
  readonly keys: BackupHeader['keys']
  readonly onProgress?: (written: BackupProgress) => void
  readonly signal?: AbortSignal
}

export type BackupProgress = { readonly rows: number; readonly tables: number; readonly tablesInAll: number }

export type BackupSummary = { readonly header: BackupHeader; readonly manifest: BackupManifest }

/** The archive, piece by piece; its summary is told when the last piece is on its way. `owner` sees every row. */
export async function* writeBackup(
  owner: Database,
  request: BackupRequest,
  told: (summary: BackupSummary) => void,
): AsyncGenerator<Buffer> {
  const client = await poolOf(owner).connect()
  let whole = false
  try {
    await client.query(`begin isolation level repeatable read read only; ${SESSION}`)
    const header = await readHeader(client, request)
    yield* entry('header.json', json(header))
    const tables: BackupManifest['tables'] = []
    for (const table of header.tables) {
      const copied = new CopiedTable(client, table, request.signal, rows =>
        request.onProgress?.({
          rows: rows + tables.reduce((sum, one) => sum + one.rows, 0),
          tables: tables.length,
          tablesInAll: header.tables.length,
        }),
      )
      yield* copied.entries()
      tables.push(await copied.summary())
    }
    const sequences = await readSequences(client)
    const files: BackupManifest['files'] = []
    for (const path of await listFiles(request.data, request.folders)) {
      request.signal?.throwIfAborted()
      yield* fileEntry(request.data, path, files)
    }
    const manifest = { tables, files, sequences }
    yield* entry('manifest.json', json(manifest))
    told({ header, manifest })
    yield archiveEnd
    await client.query('commit')
    whole = true
  } finally {
    // Left in the middle of a COPY, a connection is of no use to anybody.
    client.release(!whole)
  }
}

async function readHeader(client: pg.ClientBase, { id, socle, keys }: BackupRequest): Promise<BackupHeader> {
  const { rows } = await client.query<{ postgres: string; database: string; at: string }>(
    `select current_setting('server_version') as postgres, current_database() as database,
       to_char(now() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at`,
  )
  const { postgres, database, at } = rows[0]!
  const migrations = await client.query<BackupHeader['migrations'][number]>(
    'select module, name, checksum from db.migration order by applied_at, module, name',
  )
  const tables = await listTables(client)
  return {
    format: FORMAT,
    id,
    socle,
    postgres,
    database,
    snapshotAt: at,
    migrations: migrations.rows,
    tables,
    keys: [...keys],
  }
}

/** One table's rows as COPY writes them (text), cut into pieces. */
class CopiedTable {
  readonly #client: pg.ClientBase
  readonly #table: BackupTable
  readonly #hash = createHash('sha256')
  readonly #signal: AbortSignal | undefined
  readonly #onRows: (rows: number) => void
  #bytes = 0
  #rows = 0
  constructor(
    client: pg.ClientBase,
    table: BackupTable,
    signal: AbortSignal | undefined,
    onRows: (rows: number) => void,
  ) {
    this.#client = client
    this.#table = table
    this.#signal = signal
    this.#onRows = onRows
  }

  async *entries(): AsyncGenerator<Buffer> {
    let held: Buffer[] = []
    let length = 0
    let number = 0
    const name = () => `tables/${tableName(this.#table)}/${String(++number).padStart(6, '0')}.copy`
    for await (const chunk of copyOut(this.#client, this.#table)) {
      this.#signal?.throwIfAborted()
      this.#count(chunk)
      held.push(chunk)
      length += chunk.length
      if (length < PIECE_BYTES) continue
      yield* entry(name(), Buffer.concat(held))
      this.#onRows(this.#rows)
      held = []
      length = 0
    }
    if (length > 0) yield* entry(name(), Buffer.concat(held))
    this.#onRows(this.#rows)
  }

  async summary(): Promise<BackupManifest['tables'][number]> {
    const [table, sha256] = [tableName(this.#table), this.#hash.digest('hex')]
    return { table, rows: this.#rows, bytes: this.#bytes, sha256 }
  }

  #count(chunk: Buffer): void {
    this.#hash.update(chunk)
    this.#bytes += chunk.length
    this.#rows += linesOf(chunk)
  }
}

/** The text form of COPY ends every row, and nothing else, with a line end. */
export function linesOf(chunk: Buffer): number {
  let lines = 0
  for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) lines += 1
  return lines
}

/** A table as COPY writes it; the connection is of use again when it has been read to its end. */
export function copyOut(client: pg.ClientBase, table: BackupTable): AsyncIterable<Buffer> {
  return client.query(copyTo(`copy ${copyTarget(pg.escapeIdentifier, table)} to stdout`))
}

async function* fileEntry(data: string, path: string, files: BackupManifest['files']): AsyncGenerator<Buffer> {
  const handle = await open(join(data, path))
  try {
    const { size } = await handle.stat()
    const hash = createHash('sha256')
    let left = size
    yield entryHead(`files/${path}`, size)
    if (size > 0) {
      for await (const chunk of createReadStream('', { fd: handle.fd, autoClose: false, end: size - 1 })) {
        hash.update(chunk as Buffer)
        left -= (chunk as Buffer).length
        yield chunk as Buffer
      }
    }
    if (left !== 0) throw new Error(`${join(data, path)} became shorter while it was read`)
    yield padding(size)
    files.push({ path, bytes: size, sha256: hash.digest('hex') })
  } finally {
    await handle.close()
  }
}

/** Paths below the data folder, in `/`; files still being written (`.part`) are not there yet. */
async function listFiles(data: string, folders: readonly string[]): Promise<string[]> {
  const lists = folders.map(async folder => {
    const found = await readdir(join(data, folder), { withFileTypes: true, recursive: true }).catch(error => {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
      throw error
    })
    return found
      .filter(file => file.isFile() && !file.name.endsWith('.part'))
      .map(file => join(file.parentPath, file.name).slice(join(data, '/').length).replaceAll('\\', '/'))
  })
  return (await Promise.all(lists)).flat().sort()
}

function* entry(path: string, bytes: Buffer): Generator<Buffer> {
  yield entryHead(path, bytes.length)
  yield bytes
  yield padding(bytes.length)
}

function json(value: unknown): Buffer {
  return Buffer.from(`${JSON.stringify(value, null, 1)}\n`)
}

// Reads a snapshot a batch of a file at a time: what decides a nation in ranges holds one file's bytes and one batch's columns.
import { join } from 'node:path'
import { type RecordBatch, RecordBatchFileReader } from 'apache-arrow'
import type { Country } from '#countries'
import { err, type Month, ok, type Result } from '#kernel'
import { OWN } from './file-schema.ts'
import type { SnapshotFile } from './manifest.ts'
import { BATCH } from './region-file.ts'
import { Rows, readChecked, type Snapshot, type SnapshotRefusal, type SnapshotRows } from './snapshot.ts'

/** A batch of a file of a snapshot: about 16,000 neighbouring households. */
export type SnapshotBatch = { readonly path: string; readonly batch: number }

/** All batches of a snapshot, in the order of its files and households. */
export function batchesOf({ manifest }: Snapshot): (SnapshotBatch & { readonly households: number })[] {
  return manifest.files.flatMap(({ path, households }) =>
    Array.from({ length: Math.ceil(households / BATCH) }, (_, batch) => ({
      path,
      batch,
      households: Math.min(BATCH, households - batch * BATCH),
    })),
  )
}

export type BatchesAsked = {
  /** Facts to read, as `household.rooms`; what is left out is unknown. */
  readonly facts: ReadonlySet<string>
  /** Month for which the columns are used. */
  readonly month: Month
}

/** Reads batches in any order. A file is read and checked against its hash once while its batches are asked for. */
export class BatchReader {
  readonly #snapshot: Snapshot
  readonly #country: Country
  readonly #asked: BatchesAsked
  #open: { readonly path: string; readonly reader: RecordBatchFileReader } | null = null

  constructor(snapshot: Snapshot, country: Country, asked: BatchesAsked) {
    this.#snapshot = snapshot
    this.#country = country
    this.#asked = asked
  }

  /** The file whose bytes are at hand. */
  get path(): string | null {
    return this.#open?.path ?? null
  }

  read({ path, batch }: SnapshotBatch): Result<SnapshotRows, SnapshotRefusal> {
    const reader = this.#reader(path)
    if (!reader.ok) return reader
    const found = reader.value.readRecordBatch(batch) as RecordBatch | null
    if (found === null) {
      const says = `it has no batch ${batch}`
      return err({ code: 'file_refused', path: join(this.#snapshot.folder, path), says })
    }
    const members = found.getChild(OWN.members)?.data[0]?.children[0]?.length ?? 0
    const { month, facts } = this.#asked
    const rows = new Rows(this.#country, { households: found.numRows, members }, month, facts)
    rows.appendBatch(found)
    return ok(rows.finish())
  }

  #reader(path: string): Result<RecordBatchFileReader, SnapshotRefusal> {
    if (this.#open?.path === path) return ok(this.#open.reader)
    const { folder, manifest } = this.#snapshot
    const file = manifest.files.find(each => each.path === path) as SnapshotFile
    this.#open = null
    const bytes = readChecked(folder, file)
    if (typeof bytes === 'string') return err({ code: 'file_refused', path: join(folder, path), says: bytes })
    const reader = RecordBatchFileReader.from(bytes) as RecordBatchFileReader
    reader.open()
    this.#open = { path, reader }
    return ok(reader)
  }
}

// A snapshot on disk: a folder with a manifest and a file per region.
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Data, type Field, type RecordBatch, RecordBatchFileReader, type Vector } from 'apache-arrow'
import type { Country } from '#countries'
import { err, type Month, monthOf, ok, type Result } from '#kernel'
import {
  arrayFor,
  type Case,
  type Catalogue,
  type Column,
  type Columns,
  columnOver,
  type Fact,
  parseCase,
  unknownOf,
} from '#rules'
import { factInAnotherSense } from './catalogue-kept.ts'
import { decodeInto } from './fact-vector.ts'
import { OWN } from './file-schema.ts'
import { type Manifest, readManifest, type SnapshotFile } from './manifest.ts'
import { UUID_BYTES, uuidAt } from './uuid-bytes.ts'

export type Snapshot = { readonly folder: string; readonly manifest: Manifest }

export type SnapshotRefusal =
  | { readonly code: 'no_snapshot'; readonly folder: string }
  | { readonly code: 'manifest_refused'; readonly folder: string; readonly says: string }
  | { readonly code: 'other_country'; readonly country: string; readonly expected: string }
  /** A fact means something else today. */
  | { readonly code: 'other_catalogue'; readonly folder: string; readonly says: string }
  /** A file is gone, or is not the one that was written. */
  | { readonly code: 'file_refused'; readonly path: string; readonly says: string }

/** The households of a snapshot in memory, with what decisions need beside facts. */
export type SnapshotRows = {
  readonly columns: Columns
  /** 16 bytes each. */
  readonly households: Uint8Array
  readonly declarations: Uint8Array
  readonly persons: Uint8Array
  readonly weights: Float64Array
  /** Where each household lives now: places in `territoryCodes`. */
  readonly territories: Int32Array
  readonly territoryCodes: readonly string[]
}

const MANIFEST = 'manifest.json'

/** The snapshot in a folder, its manifest checked; its files are checked as they are read. */
export function openSnapshot(folder: string, country: Country): Result<Snapshot, SnapshotRefusal> {
  const path = join(folder, MANIFEST)
  if (!existsSync(path)) return err({ code: 'no_snapshot', folder })
  const manifest = readManifest(readFileSync(path, 'utf8'))
  if (typeof manifest === 'string') return err({ code: 'manifest_refused', folder, says: manifest })
  if (manifest.country !== country.code) {
    return err({ code: 'other_country', country: manifest.country, expected: country.code })
  }
  const differs = factInAnotherSense(manifest.catalogue, country.catalogue)
  if (differs !== undefined) return err({ code: 'other_catalogue', folder, says: differs })
  return ok({ folder, manifest })
}

/** The snapshots of a country in a folder of snapshots, the latest first. Folders half written are none. */
export function listSnapshots(folder: string, country: Country): Snapshot[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter(name => !name.startsWith('.'))
    .flatMap(name => {
      const found = openSnapshot(join(folder, name), country)
      return found.ok ? [found.value] : []
    })
    .sort((one, other) => (one.manifest.asOf < other.manifest.asOf ? 1 : -1))
}

export type RowsAsked = {
  /** Regions to read; all unless given. */
  readonly regions?: readonly string[]
  /** Files to read; all unless given. */
  readonly paths?: readonly string[]
  /** Facts to read, as `household.rooms`; all unless given. What is left out is unknown. */
  readonly facts?: ReadonlySet<string>
  /** Month for which the columns are used; that of the snapshot unless given. */
  readonly month?: Month
}

/** Reads a snapshot, or some regions of it. Memory is shared between threads; each file is checked against its hash. */
export function readRows(
  { folder, manifest }: Snapshot,
  country: Country,
  asked: RowsAsked = {},
): Result<SnapshotRows, SnapshotRefusal> {
  const files = manifest.files.filter(
    ({ region, path }) => (asked.regions?.includes(region) ?? true) && (asked.paths?.includes(path) ?? true),
  )
  const size = {
    households: files.reduce((sum, file) => sum + file.households, 0),
    members: files.reduce((sum, file) => sum + file.members, 0),
  }
  const rows = new Rows(country, size, asked.month ?? monthOf(manifest.effectiveOn), asked.facts)
  for (const file of files) {
    const bytes = readChecked(folder, file)
    if (typeof bytes === 'string') return err({ code: 'file_refused', path: join(folder, file.path), says: bytes })
    rows.append(bytes)
  }
  return ok(rows.finish())
}

/** Checks every file against the manifest without keeping any. */
export function verifyFiles({ folder, manifest }: Snapshot): Result<null, SnapshotRefusal> {
  for (const file of manifest.files) {
    const bytes = readChecked(folder, file)
    if (typeof bytes === 'string') return err({ code: 'file_refused', path: join(folder, file.path), says: bytes })
  }
  return ok(null)
}

/** The bytes of a file; a sentence where it is not the one that was written. */
export function readChecked(folder: string, file: SnapshotFile): Uint8Array | string {
  const path = join(folder, file.path)
  if (!existsSync(path)) return 'it is gone'
  const bytes = readFileSync(path)
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  return sha256 === file.sha256 ? bytes : `its SHA-256 is ${sha256}, the manifest says ${file.sha256}`
}

export type RowsSize = { readonly households: number; readonly members: number }

/** Households while they are read from files or parts of files. */
export class Rows {
  readonly #country: Country
  readonly #month: Month
  readonly #household: ReadonlyMap<string, Filling>
  readonly #member: ReadonlyMap<string, Filling>
  readonly #offsets: Int32Array
  readonly #territoryWords = new WordList()
  readonly #beyond = new Map<number, Case>()
  readonly #ids: { household: Uint8Array; declaration: Uint8Array; person: Uint8Array }
  readonly #weights: Float64Array
  readonly #territories: Int32Array
  #households = 0
  #members = 0

  constructor(
    country: Country,
    { households, members }: RowsSize,
    month: Month,
    wanted: ReadonlySet<string> | undefined,
  ) {
    this.#country = country
    this.#month = month
    const { catalogue } = country
    const head = catalogue.head === null ? '' : `member.${catalogue.head.fact}`
    const isWanted = (name: string) => name === head || (wanted?.has(name) ?? true)
    const filling = (facts: Iterable<Fact>, length: number) =>
      new Map([...facts].map(fact => [fact.name, new Filling(fact, length, isWanted(`${fact.of}.${fact.name}`))]))
    this.#household = filling(catalogue.household.values(), households)
    this.#member = filling(catalogue.member.values(), members)
    this.#offsets = new Int32Array(shared(4 * (households + 1)))
    this.#ids = {
      household: new Uint8Array(shared(UUID_BYTES * households)),
      declaration: new Uint8Array(shared(UUID_BYTES * households)),
      person: new Uint8Array(shared(UUID_BYTES * members)),
    }
    this.#weights = new Float64Array(shared(8 * households))
    this.#territories = new Int32Array(shared(4 * households))
  }

  append(file: Uint8Array): void {
    for (const batch of RecordBatchFileReader.from(file)) this.appendBatch(batch)
  }

  appendBatch(batch: RecordBatch): void {
    if (batch.numRows === 0) return
    const columns = new Map(batch.schema.fields.map(({ name }, index) => [name, batch.data.children[index] as Data]))
    this.#batch(columns, batch.numRows)
  }

  #batch(columns: ReadonlyMap<string, Data>, length: number): void {
    const [h, m] = [this.#households, this.#members]
    this.#ids.household.set(bytesOf(columns.get(OWN.household), length), h * UUID_BYTES)
    this.#ids.declaration.set(bytesOf(columns.get(OWN.declaration), length), h * UUID_BYTES)
    this.#weights.set((columns.get(OWN.weight) as Data).values.subarray(0, length), h)
    const territory = columns.get(OWN.territory) as Data
    const places = this.#territoryWords.placesOf(territory.dictionary as Vector)
    for (let row = 0; row < length; row++)
      this.#territories[h + row] = places[territory.values[row] as number] as number
    for (const filling of this.#household.values()) filling.append(h, columns.get(filling.fact.name))
    const list = columns.get(OWN.members)
    if (list === undefined) this.#offsets.fill(m, h + 1, h + length + 1)
    else {
      const item = list.children[0] as Data
      const offsets = list.valueOffsets as Int32Array
      for (let row = 1; row <= length; row++) this.#offsets[h + row] = m + (offsets[row] as number)
      this.#ids.person.set(bytesOf(item.children[0], item.length), m * UUID_BYTES)
      const held = new Map((item.type.children as Field[]).map(({ name }, index) => [name, item.children[index]]))
      for (const filling of this.#member.values()) filling.append(m, held.get(filling.fact.name))
      this.#members += item.length
    }
    this.#exact(h, columns.get(OWN.exact) as Data, length)
    this.#households += length
  }

  #exact(at: number, { nullCount, valueOffsets, values }: Data, length: number): void {
    if (nullCount === length) return
    for (let row = 0; row < length; row++) {
      const [from, to] = [valueOffsets[row] as number, valueOffsets[row + 1] as number]
      if (from === to) continue
      const json = JSON.parse(Buffer.from(values.buffer, values.byteOffset + from, to - from).toString('utf8'))
      const { catalogue, territories } = this.#country
      const parsed = parseCase({ ...json, at: this.#month }, catalogue, territories)
      if (!parsed.ok) throw new Error(`household ${json.id} of the snapshot: ${parsed.refusal.message}`)
      this.#beyond.set(at + row, parsed.value)
    }
  }

  finish(): SnapshotRows {
    const { catalogue } = this.#country
    const [households, members] = [this.#households, this.#members]
    const columnsOf = (fillings: ReadonlyMap<string, Filling>) =>
      new Map([...fillings].map(([name, filling]) => [name, filling.column()]))
    const member = columnsOf(this.#member)
    const offsets = this.#offsets
    let [smallest, largest] = [households === 0 ? 0 : members, 0]
    for (let h = 0; h < households; h++) {
      const size = (offsets[h + 1] as number) - (offsets[h] as number)
      if (size < smallest) smallest = size
      if (size > largest) largest = size
    }
    const columns: Columns = {
      catalogue,
      at: this.#month,
      households,
      members,
      offsets,
      heads: headsOf(catalogue.head, offsets, member),
      household: columnsOf(this.#household),
      member,
      smallest,
      largest,
      beyond: this.#beyond,
      ids: {
        household: row => uuidAt(this.#ids.household, row * UUID_BYTES),
        member: row => uuidAt(this.#ids.person, row * UUID_BYTES),
      },
    }
    return {
      columns,
      households: this.#ids.household,
      declarations: this.#ids.declaration,
      persons: this.#ids.person,
      weights: this.#weights,
      territories: this.#territories,
      territoryCodes: this.#territoryWords.words,
    }
  }
}

/** A column while a snapshot is read into it. */
class Filling {
  readonly fact: Fact
  readonly #wanted: boolean
  readonly #data: Column['data']
  readonly #words: WordList | null

  constructor(fact: Fact, length: number, wanted: boolean) {
    this.fact = fact
    this.#wanted = wanted
    this.#data = sharedArrayFor(fact, length)
    this.#data.fill(unknownOf(fact))
    this.#words =
      fact.type === 'territory' ? new WordList() : fact.type === 'code' ? new WordList(fact.codes.keys()) : null
  }

  append(at: number, data: Data | undefined): void {
    if (!this.#wanted || data === undefined) return
    decodeInto(this.fact, this.#data, at, data, this.#words?.placesOf(data.dictionary as Vector))
  }

  column(): Column {
    return columnOver(this.fact, this.#data, this.#words?.words)
  }
}

/** Words of several files under one numbering. */
class WordList {
  readonly words: string[]
  readonly #places: Map<string, number>

  constructor(words: Iterable<string> = []) {
    this.words = [...words]
    this.#places = new Map(this.words.map((word, place) => [word, place]))
  }

  placesOf(dictionary: Vector): Int32Array {
    return Int32Array.from({ length: dictionary.length }, (_, index) => {
      const word = dictionary.get(index) as string
      let place = this.#places.get(word)
      if (place === undefined) {
        place = this.words.push(word) - 1
        this.#places.set(word, place)
      }
      return place
    })
  }
}

/** The member who is the head of each household; -1 where the catalogue has no members. */
function headsOf(head: Catalogue['head'], offsets: Int32Array, member: ReadonlyMap<string, Column>): Int32Array {
  const households = offsets.length - 1
  const heads = new Int32Array(shared(4 * households)).fill(-1)
  const relation = head === null ? undefined : member.get(head.fact)
  if (head === null || relation === undefined) return heads
  const code = relation.words.indexOf(head.code)
  for (let h = 0; h < households; h++) {
    for (let m = offsets[h] as number; m < (offsets[h + 1] as number); m++) {
      if (relation.data[m] !== code) continue
      heads[h] = m
      break
    }
  }
  return heads
}

function sharedArrayFor(fact: Fact, length: number): Column['data'] {
  const kind = arrayFor(fact, 0)
  const Kind = kind.constructor as Float64ArrayConstructor
  return new Kind(shared(kind.BYTES_PER_ELEMENT * length)) as Column['data']
}

function shared(bytes: number): SharedArrayBuffer {
  return new SharedArrayBuffer(bytes)
}

function bytesOf(data: Data | undefined, length: number): Uint8Array {
  return (data as Data).values.subarray(0, length * UUID_BYTES)
}

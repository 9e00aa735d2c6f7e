// Writes one region's file: rows go into columns, a batch of columns becomes a batch of the file. Memory holds one batch.
import { createHash } from 'node:crypto'
import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs'
import {
  AsyncByteQueue,
  type Data,
  type Dictionary,
  type Field,
  FixedSizeBinary,
  Float64,
  type Int32,
  type List,
  makeData,
  RecordBatch,
  RecordBatchFileWriter,
  Struct,
  Utf8,
  Vector,
  vectorFromArray,
} from 'apache-arrow'
import type { Month, TerritoryTree } from '#kernel'
import { type Catalogue, type Column, ColumnsBuilder, type Fact, JsonRows, parseCase } from '#rules'
import { encodeColumn } from './fact-vector.ts'
import { type FileSchema, fileSchema } from './file-schema.ts'
import { putUuid, UUID_BYTES } from './uuid-bytes.ts'

/** A household as the register keeps it, to be written. */
export type RegisterRow = {
  readonly household: string
  readonly declaration: string
  readonly territory: string
  readonly weight: number
  /** Facts by the names of the catalogue, as they travel. */
  readonly facts: unknown
  readonly members: readonly { readonly id: string; readonly facts: unknown }[]
}

export type RegionFileTerms = {
  readonly path: string
  readonly catalogue: Catalogue
  readonly territories: TerritoryTree
  readonly month: Month
}

export type WrittenFile = {
  readonly households: number
  readonly members: number
  readonly bytes: number
  readonly sha256: string
}

/** Households in each batch of a file but its last. */
export const BATCH = 16_384

export class RegionFile {
  readonly #terms: RegionFileTerms
  readonly #file: FileSchema
  readonly #builder: ColumnsBuilder
  readonly #rows: JsonRows
  readonly #sink: HashedSink
  readonly #writer = new RecordBatchFileWriter()
  readonly #dictionaries = new Map<string, Words>()
  readonly #places: Words
  readonly #declarations = new Uint8Array(BATCH * UUID_BYTES)
  readonly #territories = new Int32Array(BATCH)
  readonly #weights = new Float64Array(BATCH)
  /** Cases that went through `parseCase`, by row: written whole where their columns could not hold them. */
  readonly #parsed = new Map<number, string>()
  #households = 0
  #members = 0

  constructor(terms: RegionFileTerms) {
    this.#terms = terms
    this.#file = fileSchema(terms.catalogue)
    this.#builder = new ColumnsBuilder(terms.catalogue, terms.month)
    this.#rows = new JsonRows(this.#builder)
    this.#sink = new HashedSink(terms.path)
    this.#writer.reset(this.#sink, this.#file.schema)
    const places = terms.territories.all.map(({ code }) => code)
    this.#places = new Words(places)
    for (const [of, facts] of [
      ['household', this.#file.household],
      ['member', this.#file.member],
    ] as const) {
      for (const fact of facts) {
        if (fact.type === 'code') this.#dictionaries.set(`${of}.${fact.name}`, new Words([...fact.codes.keys()]))
        if (fact.type !== 'territory') continue
        this.#dictionaries.set(`${of}.${fact.name}`, new Words(places))
        for (const place of places) this.#builder[of].get(fact.name)?.word(place)
      }
    }
  }

  append(row: RegisterRow): void {
    const at = this.#builder.households
    if (!this.#rows.appendDeclared(row.household, row.facts, row.members)) this.#parse(row, at)
    putUuid(row.declaration, this.#declarations, at * UUID_BYTES)
    this.#territories[at] = this.#places.place(row.territory)
    this.#weights[at] = row.weight
    if (at + 1 === BATCH) this.#flush()
  }

  /** What the quick reader is not sure of. The register accepts only what the catalogue does: a refusal here is a bug. */
  #parse({ household, facts, members }: RegisterRow, at: number): void {
    const json = {
      id: household,
      at: this.#terms.month,
      household: facts,
      ...(this.#file.memberType !== null && {
        members: members.map(member => ({ ...(member.facts as object), id: member.id })),
      }),
    }
    const parsed = parseCase(json, this.#terms.catalogue, this.#terms.territories)
    if (!parsed.ok) throw new Error(`household ${household}, ${parsed.refusal.path}: ${parsed.refusal.message}`)
    this.#builder.append(parsed.value)
    this.#parsed.set(at, JSON.stringify(json))
  }

  #flush(): void {
    const columns = this.#builder.columns()
    const { households, members } = columns
    if (households === 0) return
    const { schema, memberType, household, member } = this.#file
    const children: Data[] = [
      uuids(this.#builder.householdIds),
      binary(this.#declarations.subarray(0, households * UUID_BYTES)),
      makeData({
        type: schema.fields[2]?.type as Dictionary<Utf8, Int32>,
        length: households,
        nullCount: 0,
        data: this.#territories.subarray(0, households),
        dictionary: this.#places.vector(),
      }),
      makeData({ type: new Float64(), length: households, nullCount: 0, data: this.#weights.subarray(0, households) }),
      ...household.map((fact, index) => this.#encoded(fact, columns.household, schema.fields[4 + index] as Field)),
    ]
    if (memberType !== null) {
      const item = makeData({
        type: memberType,
        length: members,
        nullCount: 0,
        children: [
          uuids(this.#builder.memberIds),
          ...member.map((fact, index) => this.#encoded(fact, columns.member, memberType.children[1 + index] as Field)),
        ],
      })
      const list = schema.fields[4 + household.length]?.type as List
      children.push(
        makeData({ type: list, length: households, nullCount: 0, valueOffsets: columns.offsets, child: item }),
      )
    }
    const exact = Array.from({ length: households }, (_, row) =>
      columns.beyond.has(row) ? (this.#parsed.get(row) ?? null) : null,
    )
    children.push(vectorFromArray(exact, new Utf8()).data[0] as Data)
    const data = makeData({ type: new Struct(schema.fields), length: households, nullCount: 0, children })
    this.#writer.write(new RecordBatch(schema, data))
    this.#households += households
    this.#members += members
    this.#builder.clear()
    this.#parsed.clear()
  }

  #encoded(fact: Fact, columns: ReadonlyMap<string, Column>, field: Field): Data {
    const column = columns.get(fact.name) as Column
    const dictionary = this.#dictionaries.get(`${fact.of}.${fact.name}`)
    return encodeColumn(column, field.type, dictionary?.vector(column.words))
  }

  /** Ends the file. Until then it is no Arrow file: its footer is missing. */
  close(): WrittenFile {
    this.#flush()
    this.#writer.finish()
    const { bytes, sha256 } = this.#sink.end()
    return { households: this.#households, members: this.#members, bytes, sha256 }
  }

  /** Gives the file up. */
  abandon(): void {
    this.#sink.end()
  }
}

/** Words of a dictionary. It may grow from batch to batch; Arrow then writes what is new. */
class Words {
  readonly #places: Map<string, number>
  #chunks: Data[]
  #written: number

  constructor(words: readonly string[]) {
    this.#places = new Map(words.map((word, place) => [word, place]))
    this.#chunks = [vectorFromArray([...words], new Utf8()).data[0] as Data]
    this.#written = words.length
  }

  place(word: string): number {
    const found = this.#places.get(word)
    if (found !== undefined) return found
    this.#places.set(word, this.#places.size)
    return this.#places.size - 1
  }

  vector(words: readonly string[] = []): Vector<Utf8> {
    for (let place = this.#places.size; place < words.length; place++) this.place(words[place] as string)
    if (this.#places.size > this.#written) {
      const added = [...this.#places.keys()].slice(this.#written)
      this.#chunks = [...this.#chunks, vectorFromArray(added, new Utf8()).data[0] as Data]
      this.#written = this.#places.size
    }
    return new Vector(this.#chunks) as Vector<Utf8>
  }
}

function uuids(texts: readonly string[]): Data {
  const bytes = new Uint8Array(texts.length * UUID_BYTES)
  texts.forEach((text, index) => {
    putUuid(text, bytes, index * UUID_BYTES)
  })
  return binary(bytes)
}

function binary(bytes: Uint8Array): Data {
  return makeData({
    type: new FixedSizeBinary(UUID_BYTES),
    length: bytes.length / UUID_BYTES,
    nullCount: 0,
    data: bytes,
  })
}

/** Bytes go to the file as they are made, and into the hash. */
class HashedSink extends AsyncByteQueue {
  readonly #file: number
  readonly #hash = createHash('sha256')
  #bytes = 0

  constructor(path: string) {
    super()
    this.#file = openSync(path, 'wx')
  }

  override write(chunk: Uint8Array): void {
    this.#hash.update(chunk)
    for (let from = 0; from < chunk.length; ) from += writeSync(this.#file, chunk, from)
    this.#bytes += chunk.length
  }

  end(): { bytes: number; sha256: string } {
    fsyncSync(this.#file)
    closeSync(this.#file)
    return { bytes: this.#bytes, sha256: this.#hash.digest('hex') }
  }
}

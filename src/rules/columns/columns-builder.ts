import { type Month, placesOf } from '#kernel'
import type { Case, Facts } from '../case.ts'
import type { Catalogue, Fact } from '../catalogue.ts'
import { CivilDate } from '../date.ts'
import { ExactNumber } from '../number.ts'
import type { Value } from '../value.ts'
import { arrayFor, type Column, type Columns, columnOver, DECIMAL_PLACES, unknownOf } from './columns.ts'
import { packDate } from './packed-date.ts'

/** The columns of some cases of one month. */
export function columnsOf(catalogue: Catalogue, at: Month, cases: Iterable<Case>): Columns {
  const builder = new ColumnsBuilder(catalogue, at)
  for (const subject of cases) builder.append(subject)
  return builder.columns()
}

/** A fact's column while it grows. */
export class GrowingColumn {
  readonly fact: Fact
  readonly unknown: number
  readonly codes: ReadonlyMap<string, number>
  readonly places: number
  data: Column['data']
  readonly words: string[] = []
  readonly #codes: readonly string[]
  readonly #wordAt = new Map<string, number>()

  constructor(fact: Fact, places: number) {
    this.fact = fact
    this.places = fact.type === 'decimal' ? DECIMAL_PLACES : places
    this.unknown = unknownOf(fact)
    this.#codes = [...fact.codes.keys()]
    this.codes = new Map(this.#codes.map((code, index) => [code, index]))
    this.data = arrayFor(fact, 1024).fill(this.unknown)
  }

  /** Room for some rows; those not written yet are unknown. */
  reserve(length: number): void {
    if (length <= this.data.length) return
    const grown = arrayFor(this.fact, Math.max(length, this.data.length * 2)).fill(this.unknown)
    grown.set(this.data as never)
    this.data = grown
  }

  /** Makes rows unknown again, from one on. */
  forget(from: number, to: number): void {
    this.data.fill(this.unknown, from, to)
  }

  /** The place of a text if it was met before. */
  known(text: string): number | undefined {
    return this.#wordAt.get(text)
  }

  /** The place of a text among those met so far. */
  word(text: string): number {
    const found = this.#wordAt.get(text)
    if (found !== undefined) return found
    this.#wordAt.set(text, this.words.length)
    this.words.push(text)
    return this.words.length - 1
  }

  /** What stands in the column for a value; null where the column cannot hold it. */
  encode(value: Value | undefined): number | null {
    if (value === undefined || value === null) return this.unknown
    if (typeof value === 'boolean') return value ? 1 : 0
    if (value instanceof CivilDate) return packDate(value)
    if (value instanceof ExactNumber) return this.#encodeNumber(value)
    if (typeof value !== 'string') return null
    if (this.fact.type === 'territory') return this.word(value)
    const code = this.codes.get(value)
    return code === undefined || code >= 255 ? null : code
  }

  #encodeNumber({ units, scale, divisor }: ExactNumber): number | null {
    const places = this.fact.type === 'integer' ? 0 : this.places
    if (divisor !== 1n || scale > places) return null
    const scaled = Number(units) * 10 ** (places - scale)
    const most = this.fact.type === 'integer' ? 2_147_483_647 : Number.MAX_SAFE_INTEGER
    return Math.abs(scaled) <= most ? scaled : null
  }

  column(length: number): Column {
    return columnOver(this.fact, this.data.subarray(0, length), this.fact.type === 'code' ? this.#codes : this.words)
  }
}

/** Appends cases to columns. Every case must be of the month of the columns. */
export class ColumnsBuilder {
  readonly catalogue: Catalogue
  readonly at: Month
  readonly household: ReadonlyMap<string, GrowingColumn>
  readonly member: ReadonlyMap<string, GrowingColumn>
  readonly householdIds: string[] = []
  readonly memberIds: string[] = []
  offsets: number[] = [0]
  heads: number[] = []
  readonly #beyond = new Map<number, Case>()

  constructor(catalogue: Catalogue, at: Month) {
    this.catalogue = catalogue
    this.at = at
    const places = placesOf(catalogue.currency)
    const grow = (facts: ReadonlyMap<string, Fact>) =>
      new Map([...facts].map(([name, fact]) => [name, new GrowingColumn(fact, places)]))
    this.household = grow(catalogue.household)
    this.member = grow(catalogue.member)
  }

  get households(): number {
    return this.householdIds.length
  }

  append(subject: Case): void {
    if (subject.at !== this.at) throw new RangeError(`a case of ${subject.at} among columns of ${this.at}`)
    const at = this.households
    const first = this.memberIds.length
    const { head } = this.catalogue
    let fits = writeFacts(this.household, at, subject.household)
    let headAt = -1
    subject.members.forEach(({ facts }, index) => {
      fits = writeFacts(this.member, first + index, facts) && fits
      if (head !== null && headAt === -1 && facts.get(head.fact) === head.code) headAt = first + index
    })
    if (head !== null && headAt === -1) fits = false
    this.close(
      subject.id,
      subject.members.map(member => member.id),
      headAt,
    )
    if (!fits) this.#beyond.set(at, subject)
  }

  /** Ends a household whose facts stand in the columns. */
  close(id: string, members: readonly string[], head: number): void {
    this.householdIds.push(id)
    for (const member of members) this.memberIds.push(member)
    this.offsets.push(this.memberIds.length)
    this.heads.push(head)
  }

  /** Starts again with no household, in the same arrays: columns made before must no longer be read. */
  clear(): void {
    for (const column of this.household.values()) column.forget(0, this.households)
    for (const column of this.member.values()) column.forget(0, this.memberIds.length)
    this.householdIds.length = 0
    this.memberIds.length = 0
    this.offsets.length = 1
    this.heads.length = 0
    this.#beyond.clear()
  }

  columns(): Columns {
    const { households, offsets } = this
    const members = this.memberIds.length
    let [smallest, largest] = [households === 0 ? 0 : members, 0]
    for (let h = 0; h < households; h++) {
      const size = (offsets[h + 1] as number) - (offsets[h] as number)
      smallest = Math.min(smallest, size)
      largest = Math.max(largest, size)
    }
    const freeze = (growing: ReadonlyMap<string, GrowingColumn>, length: number) =>
      new Map([...growing].map(([name, column]) => [name, column.column(length)]))
    return {
      catalogue: this.catalogue,
      at: this.at,
      households,
      members,
      offsets: Int32Array.from(offsets),
      heads: Int32Array.from(this.heads),
      household: freeze(this.household, households),
      member: freeze(this.member, members),
      smallest,
      largest,
      beyond: this.#beyond,
      ids: { household: row => this.householdIds[row] as string, member: row => this.memberIds[row] as string },
    }
  }
}

/** Writes one row; false where a value is beyond its column, in whose place the unknown stands. */
function writeFacts(columns: ReadonlyMap<string, GrowingColumn>, row: number, facts: Facts): boolean {
  let fits = true
  for (const [name, column] of columns) {
    column.reserve(row + 1)
    const value = column.encode(facts.get(name))
    if (value === null) fits = false
    column.data[row] = value ?? column.unknown
  }
  return fits
}

import type { ColumnsBuilder, GrowingColumn } from './columns-builder.ts'
import { KnownWords } from './known-words.ts'
import {
  CLOSE_LIST,
  CLOSE_OBJECT,
  COLON,
  COMMA,
  type LineCursor,
  OPEN_LIST,
  OPEN_OBJECT,
  QUOTE,
} from './line-cursor.ts'

/** The columns of the household or of its members, by their names as they stand in a line. */
type Table = {
  readonly columns: readonly GrowingColumn[]
  /** Facts in the order of the columns; for members `id` behind them. */
  readonly names: KnownWords
  readonly codes: readonly KnownWords[]
  /** The name that came behind each name last time, and first of all: cases are mostly written in one order. */
  readonly next: Int32Array
  /** The object in which each name came last. */
  readonly given: Int32Array
}

/** Texts of members' names that are kept: most files call them m1, m2, … */
const IDS_KEPT = 1_000

/**
 * Writes a case from the bytes of its line into columns, without making objects or texts of what it holds. It takes the plainest
 * form alone: id, at, household, members in this order, ASCII without escapes, no name twice, every value of its type
 * and small enough to be sure of. Whatever else, right or wrong, is left for whoever reads JSON in full.
 */
export class LineRows {
  readonly #builder: ColumnsBuilder
  readonly #household: Table
  readonly #member: Table
  readonly #head: { readonly column: GrowingColumn; readonly code: number } | null
  readonly #ids = new KnownWords()
  readonly #idsKept: string[] = []
  #object = 0

  constructor(builder: ColumnsBuilder) {
    this.#builder = builder
    this.#household = tableOf(builder.household, [])
    this.#member = tableOf(builder.member, ['id'])
    const { head } = builder.catalogue
    const column = head === null ? undefined : builder.member.get(head.fact)
    this.#head =
      head === null || column === undefined ? null : { column, code: column.codes.get(head.code) ?? column.unknown }
  }

  /** Appends the case whose household comes in the line; false where it was not taken and nothing was appended. */
  append(id: string, line: LineCursor): boolean {
    const { households: row, memberIds } = this.#builder
    const first = memberIds.length
    const ids: string[] = []
    const head = this.#read(line, row, first, ids)
    if (head === -2) {
      for (const column of this.#household.columns) column.forget(row, row + 1)
      for (const column of this.#member.columns) column.forget(first, first + ids.length + 1)
      return false
    }
    this.#builder.close(id, ids, head)
    return true
  }

  /** The row of the head, -1 where the catalogue has none; -2 where the line is not taken. */
  #read(line: LineCursor, row: number, first: number, ids: string[]): number {
    if (!this.#facts(line, this.#household, row, null)) return -2
    const head = this.#head
    if (head !== null && !(line.is(COMMA) && line.named('members') && this.#members(line, first, ids))) return -2
    if (!line.is(CLOSE_OBJECT) || !line.isOver()) return -2
    if (head === null) return -1
    const { data } = head.column
    let found = -2
    for (let member = first; member < first + ids.length; member++) {
      if (data[member] !== head.code) continue
      if (found !== -2) return -2
      found = member
    }
    return found
  }

  #members(line: LineCursor, first: number, ids: string[]): boolean {
    if (!line.is(OPEN_LIST)) return false
    do {
      if (!this.#facts(line, this.#member, first + ids.length, ids)) return false
    } while (line.is(COMMA))
    return line.is(CLOSE_LIST)
  }

  /** An object of facts, into a row; a member's own name is added to `ids`. */
  #facts(line: LineCursor, table: Table, row: number, ids: string[] | null): boolean {
    if (!line.is(OPEN_OBJECT)) return false
    const { columns, given } = table
    for (let at = 0; at < columns.length; at++) (columns[at] as GrowingColumn).reserve(row + 1)
    // A number that came around again could only send a line to the full reader.
    this.#object = (this.#object + 1) & 0x3fffffff
    const object = this.#object
    const known = ids === null ? 0 : ids.length
    let before = given.length
    do {
      const name = nameIn(line, table, before)
      if (name === -1 || given[name] === object || !line.is(COLON)) return false
      given[name] = object
      before = name
      if (name < columns.length ? !valueIn(line, table, name, row) : !this.#id(line, ids as string[])) return false
    } while (line.is(COMMA))
    return line.is(CLOSE_OBJECT) && (ids === null || ids.length === known + 1)
  }

  #id(line: LineCursor, ids: string[]): boolean {
    if (!line.is(QUOTE)) return false
    const from = line.at
    const to = line.close()
    if (to <= from || to - from > 100) return false
    const place = this.#ids.find(line.bytes, from, to)
    const id = place === -1 ? line.between(from, to) : (this.#idsKept[place] as string)
    if (place === -1 && this.#idsKept.length < IDS_KEPT) this.#ids.add(id, this.#idsKept.push(id) - 1)
    if (ids.includes(id)) return false
    ids.push(id)
    return true
  }
}

function tableOf(columns: ReadonlyMap<string, GrowingColumn>, others: readonly string[]): Table {
  const names = [...columns.keys(), ...others]
  return {
    columns: [...columns.values()],
    names: new KnownWords(names),
    codes: [...columns.values()].map(({ fact }) => new KnownWords(fact.type === 'code' ? [...fact.codes.keys()] : [])),
    next: Int32Array.from([...names, ''], (_, at) => (at === names.length ? 0 : at + 1)),
    given: new Int32Array(names.length),
  }
}

/** Which name comes; -1 where it is none of the table's. */
function nameIn(line: LineCursor, { names, next }: Table, before: number): number {
  if (!line.is(QUOTE)) return -1
  const expected = next[before] as number
  const from = line.at
  const length = names.lengthAt(expected, line.bytes, from)
  if (length !== -1 && line.bytes[from + length] === QUOTE) {
    line.at = from + length + 1
    return expected
  }
  const to = line.close()
  const found = to === -1 ? -1 : names.find(line.bytes, from, to)
  if (found !== -1) next[before] = found
  return found
}

function valueIn(line: LineCursor, { columns, codes }: Table, fact: number, row: number): boolean {
  if (line.isNull()) return true
  const column = columns[fact] as GrowingColumn
  const value = encodedIn(line, column, codes[fact] as KnownWords)
  if (value < 0) return false
  column.data[row] = value
  return true
}

/** What stands in the column for the value that comes; -1 where that is not sure. */
function encodedIn(line: LineCursor, column: GrowingColumn, codes: KnownWords): number {
  const { type, min } = column.fact
  switch (type) {
    case 'boolean':
      return line.truth()
    case 'integer': {
      const value = line.whole()
      return value < min ? -1 : value
    }
    case 'date':
      return line.date()
    case 'money': {
      const units = line.money(column.places)
      return units < min * 10 ** column.places ? -1 : units
    }
    case 'code':
    case 'territory':
      return codeIn(line, column, codes)
    case 'decimal':
      return -1
  }
}

function codeIn(line: LineCursor, column: GrowingColumn, codes: KnownWords): number {
  if (!line.is(QUOTE)) return -1
  const from = line.at
  const to = line.close()
  if (to === -1) return -1
  const found = codes.find(line.bytes, from, to)
  if (found !== -1 || column.fact.type === 'code' || to - from > 100) return found
  // A territory is read in full once, and known from then on.
  const text = line.between(from, to)
  const place = column.known(text)
  if (place === undefined) return -1
  codes.add(text, place)
  return place
}

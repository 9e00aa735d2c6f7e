import type { ColumnsBuilder, GrowingColumn } from './columns-builder.ts'
import { lastDayOf } from './packed-date.ts'

type Json = Record<string, unknown>
/** Where a member's facts stand. */
type Said = (member: Json) => unknown

const itself: Said = member => member
const factsOf: Said = member => member.facts

/**
 * Writes cases as they come on the wire straight into columns: what takes most of the time of a file of cases. It takes only
 * what it is sure of. Whatever else, right or wrong, is left for `parseCase` to read and to say what is accepted.
 */
export class JsonRows {
  readonly builder: ColumnsBuilder
  readonly #head: { readonly fact: string; readonly code: string } | null

  constructor(builder: ColumnsBuilder) {
    this.builder = builder
    this.#head = builder.catalogue.head
  }

  /** Appends a case of the builder's month; false where it was not taken and nothing was appended. */
  append(json: unknown): boolean {
    const top = json as Json
    if (typeof top.id !== 'string' || top.id === '' || !hasOnlyCaseKeys(top)) return false
    const list = top.members
    if (!isObject(top.household) || (this.#head === null ? list !== undefined : !Array.isArray(list))) return false
    return this.#append(top.id, top.household, (list ?? []) as unknown[], itself)
  }

  /** The same for a household as the register keeps it: what members say stands under `facts`. */
  appendDeclared(id: string, household: unknown, members: readonly unknown[]): boolean {
    if (!isObject(household) || (this.#head === null && members.length > 0)) return false
    return this.#append(id, household, members, factsOf)
  }

  #append(id: string, own: Json, members: readonly unknown[], said: Said): boolean {
    const { builder } = this
    const household = builder.households
    const first = builder.memberIds.length
    const taken = writeRow(builder.household, household, own, false) && this.#members(members, first, said)
    const head = taken ? this.#headOf(members, first, said) : -2
    if (head === -2) {
      for (const column of builder.household.values()) column.forget(household, household + 1)
      for (const column of builder.member.values()) column.forget(first, first + members.length)
      return false
    }
    builder.close(
      id,
      members.map(member => (member as Json).id as string),
      head,
    )
    return true
  }

  #members(members: readonly unknown[], first: number, said: Said): boolean {
    for (let index = 0; index < members.length; index++) {
      const member = members[index]
      if (!isObject(member) || typeof member.id !== 'string' || member.id === '') return false
      for (let other = 0; other < index; other++) if ((members[other] as Json).id === member.id) return false
      const facts = said(member)
      if (!isObject(facts) || !writeRow(this.builder.member, first + index, facts, facts === member)) return false
    }
    return true
  }

  /** The one head; -1 where the catalogue has none, -2 where there is not exactly one. */
  #headOf(members: readonly unknown[], first: number, said: Said): number {
    if (this.#head === null) return -1
    const { fact, code } = this.#head
    let head = -2
    for (let index = 0; index < members.length; index++) {
      if ((said(members[index] as Json) as Json)[fact] !== code) continue
      if (head !== -2) return -2
      head = first + index
    }
    return head
  }
}

function isObject(json: unknown): json is Json {
  return typeof json === 'object' && json !== null && !Array.isArray(json)
}

function hasOnlyCaseKeys(json: Json): boolean {
  for (const key in json) {
    if (key !== 'id' && key !== 'at' && key !== 'household' && key !== 'members') return false
  }
  return true
}

function writeRow(columns: ReadonlyMap<string, GrowingColumn>, row: number, json: Json, named: boolean): boolean {
  for (const name in json) {
    const column = columns.get(name)
    if (column === undefined) {
      if (named && name === 'id') continue
      return false
    }
    const raw = json[name]
    if (raw === null) continue
    const value = encoded(column, raw)
    if (value === undefined) return false
    if (row >= column.data.length) column.reserve(row + 1)
    column.data[row] = value
  }
  // Facts that the case does not give are unknown already, but their columns must reach this row.
  for (const column of columns.values()) if (row >= column.data.length) column.reserve(row + 1)
  return true
}

/** What stands in the column for a value on the wire; undefined where that is not sure. */
function encoded(column: GrowingColumn, raw: unknown): number | undefined {
  const { fact } = column
  switch (fact.type) {
    case 'boolean':
      return raw === true ? 1 : raw === false ? 0 : undefined
    case 'integer':
      return typeof raw === 'number' &&
        Number.isInteger(raw) &&
        raw >= Math.max(fact.min, -2_147_483_647) &&
        raw <= 2_147_483_647
        ? raw
        : undefined
    case 'code':
      return typeof raw === 'string' ? column.codes.get(raw) : undefined
    case 'territory':
      return typeof raw === 'string' ? column.known(raw) : undefined
    case 'date':
      return typeof raw === 'string' ? dateIn(raw) : undefined
    case 'money':
      return typeof raw === 'string' ? moneyIn(raw, column.places, fact.min) : undefined
    case 'decimal':
      return undefined
  }
}

/** `2026-11-22` as a packed date, if the calendar has that day. */
function dateIn(text: string): number | undefined {
  if (text.length !== 10 || text.charCodeAt(4) !== 45 || text.charCodeAt(7) !== 45) return undefined
  const year = digits(text, 0, 4)
  const month = digits(text, 5, 7)
  const day = digits(text, 8, 10)
  if (year < 0 || month < 1 || month > 12 || day < 1) return undefined
  return day <= 28 || day <= lastDayOf(year, month) ? (year << 9) | (month << 5) | day : undefined
}

/** The number that some digits write; -1 where one is no digit. */
function digits(text: string, from: number, to: number): number {
  let value = 0
  for (let at = from; at < to; at++) {
    const digit = text.charCodeAt(at) - 48
    if (digit < 0 || digit > 9) return -1
    value = value * 10 + digit
  }
  return value
}

/** `1250.50` in minor units, of at most 12 digits. */
function moneyIn(text: string, places: number, least: number): number | undefined {
  const point = text.indexOf('.')
  const end = point === -1 ? text.length : point
  const decimals = point === -1 ? 0 : text.length - point - 1
  if (end < 1 || end > 12 || decimals > places || (point !== -1 && decimals === 0)) return undefined
  const head = digits(text, 0, end)
  const tail = digits(text, end + 1, text.length)
  if (head < 0 || tail < 0) return undefined
  const units = head * 10 ** places + (point === -1 ? 0 : tail) * 10 ** (places - decimals)
  return units >= least * 10 ** places ? units : undefined
}

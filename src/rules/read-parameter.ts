import { lastDay, parseDate as parseDay, parseMonth, type Words } from '#kernel'
import { parseDate } from './date.ts'
import type { Citation, Confidence } from './decision.ts'
import { parseNumber } from './number.ts'
import type { Bracket, DatedValue, ParameterValue } from './pack.ts'
import { isNumber, type Value } from './value.ts'
import type { Cursor } from './yaml-source.ts'

/** The texts of the country's sources by code: what a parameter cites. */
export type Sources = ReadonlyMap<string, string>

const DATED = ['from', 'to', 'as_of', 'source', 'source_rank', 'to_confirm', 'value', 'list', 'brackets'] as const

/** What a rule does without a value that no source gives; asked for as soon as one is left empty. */
export function readWithout(cursor: Cursor, found: Cursor | undefined, values: readonly DatedValue[]): Words | null {
  if (found) return found.words()
  if (values.some(value => value.confidence === 'unknown')) {
    cursor.reportKey('without_missing', 'a value is left empty and nothing says what the rule does without it', {
      expected: 'without: in fr, ar and en',
    })
  }
  return null
}

/** The dated values of a parameter, latest first. Each says from when it applies and what source gives it. */
export function readDatedValues(cursor: Cursor, sources: Sources): DatedValue[] {
  const items = cursor.items()
  const values = items.map(item => readDatedValue(item, sources))
  for (let i = 1; i < values.length; i++) {
    const [later, earlier] = [values[i - 1]?.from ?? null, values[i]?.from ?? null]
    if (later === null || (earlier !== null && earlier >= later)) {
      cursor.report('not_in_order', 'dated values stand latest first, each from its own day')
      break
    }
  }
  if (values.length === 0) cursor.report('no_value', 'a parameter has at least one dated value')
  refuseOtherKinds(items, values)
  return values
}

/** A parameter is of one kind at all times: a rule that compares it with a number must not meet a text one day. */
function refuseOtherKinds(items: readonly Cursor[], values: readonly DatedValue[]): void {
  const kinds = values.map(({ value }) => wordsOfKinds(value))
  const first = kinds.findLast(each => each.length > 0)?.[0]
  kinds.forEach((found, index) => {
    const other = found.find(kind => kind !== first)
    if (other === undefined || first === undefined) return
    items[index]?.report('other_kind', `here is ${other} where the parameter is ${first}`, { expected: first })
  })
}

function wordsOfKinds(value: ParameterValue): string[] {
  const all =
    value.kind === 'single'
      ? [value.value]
      : value.kind === 'list'
        ? [...value.entries.values()]
        : value.brackets.map(bracket => bracket.value)
  return all.filter(each => each !== null).map(wordsOfKind)
}

function wordsOfKind(value: Value): string {
  if (typeof value === 'boolean') return 'true or false'
  if (typeof value === 'string') return 'a text'
  return isNumber(value) ? 'a number' : 'a date'
}

function readDatedValue(cursor: Cursor, sources: Sources): DatedValue {
  const map = cursor.map(DATED)
  const kinds = [map.value, map.list, map.brackets].filter(kind => kind !== undefined)
  if (kinds.length !== 1) cursor.report('no_value', 'one of value, list or brackets is expected here')
  const value = readParameterValue(map)
  return { ...readDating(cursor, map, sources, isEmpty(value)), value }
}

type Dating = { readonly [Key in 'from' | 'to' | 'as_of' | 'source' | 'source_rank' | 'to_confirm']?: Cursor }

/** From when a value applies, what cites it, and how sure it is. */
export function readDating(cursor: Cursor, map: Dating, sources: Sources, unknown: boolean): Omit<DatedValue, 'value'> {
  if (!map.from)
    cursor.report('not_dated', 'no date says from when this applies', { expected: 'from: YYYY-MM, or from: always' })
  if (!map.source)
    cursor.report('not_cited', 'no source is cited for this value', { expected: 'source: a code of sources.yaml' })
  return {
    from: map.from ? readStart(map.from) : null,
    to: map.to ? readEnd(map.to) : null,
    asOf: map.as_of?.text() ?? null,
    sources: map.source ? readSources(map.source, sources) : [],
    confidence: unknown ? 'unknown' : readConfidence(map),
  }
}

function readConfidence(map: Dating): Confidence {
  if (map.to_confirm?.oneOf(['true', 'false']) === 'true') return 'to_confirm'
  return map.source_rank?.oneOf(['primary', 'secondary']) === 'secondary' ? 'secondary' : 'verified'
}

function readStart(cursor: Cursor): string | null {
  const text = cursor.text()
  if (text === 'always') return null
  const day = /^\d{4}-\d{2}$/.test(text) ? `${text}-01` : text
  if (parseDay(day) === undefined)
    cursor.report('not_a_date', `${text} is no day or month`, { expected: 'YYYY-MM, YYYY-MM-DD or always' })
  return day
}

/** The last day: of the month where a month is given. */
function readEnd(cursor: Cursor): string {
  const text = cursor.text()
  const month = parseMonth(text)
  const day = month === undefined ? text : lastDay(month)
  if (parseDay(day) === undefined)
    cursor.report('not_a_date', `${text} is no day or month`, { expected: 'YYYY-MM or YYYY-MM-DD' })
  return day
}

/** One code or a list of codes of sources.yaml. */
export function readSources(cursor: Cursor, sources: Sources): Citation[] {
  const cursors = cursor.isList ? cursor.items() : [cursor]
  return cursors.map(item => {
    const code = item.text()
    const text = sources.get(code)
    if (text === undefined && code !== '') {
      item.report('unknown_source', `${code} is not a source of this country`, { expected: 'a code of sources.yaml' })
    }
    return { code, text: text ?? '' }
  })
}

function readParameterValue(map: { readonly [Key in 'value' | 'list' | 'brackets']?: Cursor }): ParameterValue {
  if (map.list) {
    const entries = map.list.entries().map(([key, cursor]): [string, Value] => [key, readConstant(cursor)])
    return { kind: 'list', entries: new Map(entries) }
  }
  if (map.brackets) return { kind: 'scale', brackets: readBrackets(map.brackets) }
  return { kind: 'single', value: map.value ? readConstant(map.value) : null }
}

function isEmpty(value: ParameterValue): boolean {
  return value.kind === 'single' && value.value === null
}

/** A number, a day, true or false, or a text. What is left empty is unknown. */
export function readConstant(cursor: Cursor): Value {
  if (cursor.isEmpty) return null
  const text = cursor.text()
  if (text === 'true' || text === 'false') return text === 'true'
  return parseDate(text) ?? parseNumber(text) ?? text
}

/**
 * The brackets of a scale, from the lowest. `up to` includes its bound and the next bracket starts above it; `under`
 * excludes its bound, and the next one starts at it.
 */
function readBrackets(cursor: Cursor): Bracket[] {
  const brackets: Bracket[] = []
  for (const item of cursor.items()) {
    const map = item.map(['above', 'at least', 'up to', 'under', 'value'])
    const before = brackets.at(-1)
    const low = map.above ?? map['at least']
    const high = map['up to'] ?? map.under
    if (!map.value) item.report('no_value', 'this bracket has no value')
    brackets.push({
      low: low ? readConstant(low) : (before?.high ?? null),
      lowIncluded: low ? map['at least'] !== undefined : before !== undefined && !before.highIncluded,
      high: high ? readConstant(high) : null,
      highIncluded: map['up to'] !== undefined,
      value: map.value ? readConstant(map.value) : null,
    })
  }
  return brackets
}

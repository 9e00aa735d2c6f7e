import { parse } from 'csv-parse/sync'
import { err, ok, type Result } from '#kernel'

/** What a list of points says of one. */
export type PointTerms = {
  readonly code: string
  readonly name: string
  /** Path of a territory: `07.351.` */
  readonly territory: string
  readonly longitude: number | null
  readonly latitude: number | null
  readonly opening: string
  readonly agents: number
  readonly perDay: number
  readonly closed: boolean
}

/** Why a row is not taken: the column, and what it said. */
export type PointReject = {
  /** Of the file; the line of names is 1. */
  readonly line: number
  readonly column: PointColumn
  readonly code: 'missing' | 'malformed' | 'territory_unknown' | 'out_of_range' | 'twice'
  readonly text: string
}

export type ReadPoints = { readonly points: readonly PointTerms[]; readonly rejects: readonly PointReject[] }

export type PointListRefusal =
  | { readonly code: 'list_unreadable' }
  | { readonly code: 'columns_missing'; readonly columns: readonly string[] }
  | { readonly code: 'list_too_long'; readonly most: number }
  | { readonly code: 'list_empty' }

/** Columns of a list of points; the last three may be left out. */
export const pointColumns = [
  'code',
  'name',
  'territory',
  'opening',
  'agents',
  'per_day',
  'longitude',
  'latitude',
  'closed',
] as const
export type PointColumn = (typeof pointColumns)[number]

const OPTIONAL: ReadonlySet<string> = new Set(['longitude', 'latitude', 'closed'])
const MOST = 20_000

/**
 * Reads a list of payment points: CSV with a line of names ({@link pointColumns}), commas or semicolons. `territoryOf` gives the
 * path of a territory's code, or nothing. A row that cannot be taken is rejected with its reason, and the others stand.
 */
export function readPoints(
  text: string,
  territoryOf: (code: string) => string | undefined,
): Result<ReadPoints, PointListRefusal> {
  const rows = rowsOf(text)
  if (!rows) return err({ code: 'list_unreadable' })
  const [names, ...lines] = rows
  if (!names || lines.length === 0) return err({ code: 'list_empty' })
  if (lines.length > MOST) return err({ code: 'list_too_long', most: MOST })
  const at = new Map(names.map((name, place) => [name.trim().toLowerCase(), place]))
  const columns = pointColumns.filter(column => !OPTIONAL.has(column) && !at.has(column))
  if (columns.length > 0) return err({ code: 'columns_missing', columns })
  const seen = new Set<string>()
  const points: PointTerms[] = []
  const rejects: PointReject[] = []
  for (const [index, cells] of lines.entries()) {
    const cell = (column: PointColumn) => (cells[at.get(column) ?? -1] ?? '').trim()
    const read = readPoint(cell, territoryOf, seen)
    if (read.ok) points.push(read.value)
    else rejects.push({ line: index + 2, ...read.refusal, text: cell(read.refusal.column).slice(0, 60) })
  }
  return ok({ points, rejects })
}

function rowsOf(text: string): string[][] | undefined {
  const head = text.slice(0, text.indexOf('\n') + 1 || text.length)
  const delimiter = head.includes(';') ? ';' : ','
  try {
    return parse(text, { delimiter, bom: true, skip_empty_lines: true, relax_column_count: true })
  } catch {
    return undefined
  }
}

type Cell = (column: PointColumn) => string
type Refused = Pick<PointReject, 'column' | 'code'>

const CODE = /^[A-Za-z0-9][A-Za-z0-9-]{0,19}$/
const [NAME_MOST, OPENING_MOST, AGENTS_MOST, PER_DAY_MOST] = [60, 100, 1_000, 1_000_000]
const CLOSED = new Map([
  ['', false],
  ['0', false],
  ['no', false],
  ['non', false],
  ['1', true],
  ['yes', true],
  ['oui', true],
])

function readPoint(
  cell: Cell,
  territoryOf: (code: string) => string | undefined,
  seen: Set<string>,
): Result<PointTerms, Refused> {
  for (const column of ['code', 'name', 'territory', 'agents', 'per_day'] as const) {
    if (cell(column) === '') return err({ column, code: 'missing' })
  }
  const code = cell('code')
  if (!CODE.test(code)) return err({ column: 'code', code: 'malformed' })
  if (seen.has(code)) return err({ column: 'code', code: 'twice' })
  const name = cell('name')
  if (name.length > NAME_MOST || /\p{Cc}/u.test(name)) return err({ column: 'name', code: 'malformed' })
  const territory = territoryOf(cell('territory'))
  if (territory === undefined) return err({ column: 'territory', code: 'territory_unknown' })
  const opening = cell('opening')
  if (opening.length > OPENING_MOST || /\p{Cc}/u.test(opening)) return err({ column: 'opening', code: 'malformed' })
  const agents = wholeNumber(cell('agents'), AGENTS_MOST)
  if (agents === undefined) return err({ column: 'agents', code: 'out_of_range' })
  const perDay = wholeNumber(cell('per_day'), PER_DAY_MOST)
  if (perDay === undefined) return err({ column: 'per_day', code: 'out_of_range' })
  const longitude = degrees(cell('longitude'), 180)
  if (longitude === undefined) return err({ column: 'longitude', code: 'out_of_range' })
  const latitude = degrees(cell('latitude'), 90)
  if (latitude === undefined) return err({ column: 'latitude', code: 'out_of_range' })
  if ((longitude === null) !== (latitude === null)) {
    return err({ column: longitude === null ? 'longitude' : 'latitude', code: 'missing' })
  }
  const closed = CLOSED.get(cell('closed').toLowerCase())
  if (closed === undefined) return err({ column: 'closed', code: 'malformed' })
  seen.add(code)
  return ok({ code, name, territory, longitude, latitude, opening, agents, perDay, closed })
}

function wholeNumber(text: string, most: number): number | undefined {
  const number = /^\d{1,7}$/.test(text) ? Number(text) : 0
  return number >= 1 && number <= most ? number : undefined
}

/** Five decimals, a metre: null where nothing is said, undefined where it is no such number. */
function degrees(text: string, most: number): number | null | undefined {
  if (text === '') return null
  if (!/^-?\d{1,3}([.,]\d{1,12})?$/.test(text)) return undefined
  const number = Number(text.replace(',', '.'))
  return Math.abs(number) <= most ? Math.round(number * 1e5) / 1e5 : undefined
}

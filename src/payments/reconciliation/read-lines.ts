import { err, ok, type Result } from '#kernel'
import { type ColumnMeaning, type Columns, columnMeanings, directionOf, guessColumns } from './columns.ts'
import type { ReconciliationLine } from './line.ts'
import { atScale, decimalMark, readAmount, type WrittenAmount } from './read-amounts.ts'
import { dayOrder, readDay } from './read-days.ts'

/** A list as a file holds it. */
export type WrittenList = {
  readonly header: readonly string[]
  readonly rows: readonly { readonly number: number; readonly cells: readonly string[] }[]
}

export type ListRefusal =
  | { readonly code: 'column_unknown'; readonly column: string; readonly known: readonly string[] }
  | { readonly code: 'meaning_unknown'; readonly meaning: string; readonly known: readonly ColumnMeaning[] }
  | { readonly code: 'no_amount_column'; readonly header: readonly string[] }
  | {
      readonly code: 'not_an_amount' | 'not_a_day'
      readonly row: number
      readonly column: string
      readonly value: string
    }

export type ReadList = {
  readonly columns: Columns
  /** Lines with their amounts as written: {@link linesAt} puts two lists at one scale. */
  readonly lines: readonly (Omit<ReconciliationLine, 'amount'> & { readonly written: WrittenAmount | null })[]
  readonly places: number
}

const SAMPLE = 2_000

/**
 * Reads a list of any bank, provider or ledger. Columns are guessed, and those named in `given` (`reference` → `Pièce`) are
 * taken as said. A cell of an amount or a date that is none refuses the list with its row; an empty one is unsaid.
 */
export function readList(
  list: WrittenList,
  given: ReadonlyMap<string, readonly string[]>,
): Result<ReadList, ListRefusal> {
  const columns = columnsOf(list, given)
  if (!columns.ok) return columns
  const cell = (cells: readonly string[], places: readonly number[]) => cells[places[0] ?? -1]?.trim() ?? ''
  const { amount, debit, credit, date } = columns.value
  const texts = (places: readonly number[]) => list.rows.map(row => cell(row.cells, places))
  const mark = decimalMark([...texts(amount), ...texts(debit), ...texts(credit)])
  const order = dayOrder(texts(date))
  const lines: ReadList['lines'][number][] = []
  let places = 0
  for (const { number, cells } of list.rows) {
    const money = amountOf(cells, columns.value, mark)
    if ('column' in money) return err({ code: 'not_an_amount', row: number, ...named(list, money) })
    const said = cell(cells, date)
    const day = said === '' ? null : readDay(said, order)
    if (day === undefined)
      return err({ code: 'not_a_day', row: number, ...named(list, { column: date[0]!, value: said }) })
    places = Math.max(places, money.written?.places ?? 0)
    const all = (which: readonly number[]) =>
      which.map(place => cells[place]?.trim() ?? '').filter(value => value !== '')
    lines.push({
      // Without a column of ids, a line is named by its place: 1 is the first after the header.
      id: cell(cells, columns.value.id) || String(lines.length + 1),
      references: all(columns.value.reference),
      written: money.written,
      currency: cell(cells, columns.value.currency).toUpperCase(),
      day,
      name: all(columns.value.name).join(' '),
      text: all(columns.value.text).join(' '),
    })
  }
  return ok({ columns: columns.value, lines, places })
}

/** Lines with amounts in whole units of one scale. */
export function linesAt(list: ReadList, scale: number): ReconciliationLine[] {
  return list.lines.map(({ written, ...line }) => ({
    ...line,
    amount: written === null ? null : atScale(written, scale),
  }))
}

function named({ header }: WrittenList, { column, value }: { column: number; value: string }) {
  return { column: header[column]!, value }
}

function columnsOf(
  { header, rows }: WrittenList,
  given: ReadonlyMap<string, readonly string[]>,
): Result<Columns, ListRefusal> {
  const guessed = guessColumns(
    header,
    rows.slice(0, SAMPLE).map(row => row.cells),
  )
  const columns: Record<ColumnMeaning, readonly number[]> = { ...guessed }
  const places = new Set<number>()
  for (const [meaning, names] of given) {
    if (!columnMeanings.includes(meaning as ColumnMeaning)) {
      return err({ code: 'meaning_unknown', meaning, known: columnMeanings })
    }
    const found = names.map(name => header.findIndex(each => each.trim() === name.trim()))
    const missing = found.indexOf(-1)
    if (missing >= 0) return err({ code: 'column_unknown', column: names[missing]!, known: header })
    columns[meaning as ColumnMeaning] = found
    for (const place of found) places.add(place)
  }
  for (const meaning of columnMeanings) {
    if (!given.has(meaning)) columns[meaning] = columns[meaning].filter(place => !places.has(place))
  }
  const money = columns.amount.length + columns.debit.length + columns.credit.length
  return money === 0 ? err({ code: 'no_amount_column', header }) : ok(columns)
}

type Money = { readonly written: WrittenAmount | null } | { readonly column: number; readonly value: string }

function amountOf(cells: readonly string[], columns: Columns, mark: '.' | ','): Money {
  const [place] = columns.amount
  if (place !== undefined) {
    const value = cells[place]?.trim() ?? ''
    if (value === '') return { written: null }
    const written = readAmount(value, mark)
    if (!written) return { column: place, value }
    const way = directionOf(cells[columns.direction[0] ?? -1] ?? '')
    return { written: way === -1 && written.digits > 0n ? { ...written, digits: -written.digits } : written }
  }
  // One of two columns is filled; money that leaves is below nothing.
  for (const [side, sign] of [
    [columns.debit, -1n],
    [columns.credit, 1n],
  ] as const) {
    const [at] = side
    const value = at === undefined ? '' : (cells[at]?.trim() ?? '')
    if (at === undefined || value === '' || value === '-') continue
    const written = readAmount(value, mark)
    if (!written) return { column: at, value }
    if (written.digits === 0n) continue
    return { written: { ...written, digits: (written.digits < 0n ? -written.digits : written.digits) * sign } }
  }
  return { written: null }
}

import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { readCsv } from './csv.ts'
import { detectSeparator, type Separator } from './separator.ts'
import { readSpreadsheet } from './spreadsheet.ts'
import { type Survey, surveyFile } from './survey.ts'
import { TableError } from './table-error.ts'

export type TableRow = {
  /** As a spreadsheet numbers it: the header is row 1. */
  readonly number: number
  readonly cells: readonly string[]
}

/** A file of rows, whatever it was written with. */
export type Table = {
  readonly path: string
  readonly survey: Survey
  readonly format: 'xlsx' | { readonly encoding: Survey['encoding']; readonly separator: Separator }
  readonly header: readonly string[]
  /** The rows after the header, some at a time. `read` is told how many bytes of the file have been used. */
  readonly rows: (read?: (bytes: number) => void) => AsyncIterable<readonly TableRow[]>
}

export async function openTable(path: string): Promise<Table> {
  if (!(await stat(path)).isFile())
    throw new TableError(`${path} is not a file: a file that can be read twice is needed`)
  const survey = await surveyFile(path)
  if (survey.bytes === 0) throw new TableError(`${path} is empty`)
  return survey.isZip ? openSpreadsheet(path, survey) : openText(path, survey)
}

async function openSpreadsheet(path: string, survey: Survey): Promise<Table> {
  const sheet = await readSpreadsheet(path)
  const [header] = sheet
  if (!header) throw new TableError(`${path}: the first sheet is empty`)
  return { path, survey, format: 'xlsx', header, rows: () => numbered([sheet], 1) }
}

async function openText(path: string, survey: Survey): Promise<Table> {
  if (survey.isDamaged) {
    throw new TableError(
      `${path} is UTF-8 for the most part and not throughout, so that no reading of it is right: save it again as UTF-8, UTF-16, Windows-1252 or Windows-1256`,
    )
  }
  const separator = detectSeparator(await firstLine(path, survey))
  const records = (read?: (bytes: number) => void) => readRecords(path, survey, separator, read)
  for await (const [first] of numbered(records(), 0)) {
    if (!first) continue
    const format = { encoding: survey.encoding, separator }
    return { path, survey, format, header: first.cells, rows: read => numbered(records(read), first.number) }
  }
  throw new TableError(`${path} has no header`)
}

/** Numbers rows as a spreadsheet does: a line with nothing in its cells is counted, and is not a row. */
async function* numbered(
  records: AsyncIterable<string[][]> | Iterable<string[][]>,
  after: number,
): AsyncIterable<readonly TableRow[]> {
  let number = 0
  for await (const some of records) {
    const rows: TableRow[] = []
    for (const cells of some) {
      number++
      if (number > after && cells.some(cell => cell !== '')) rows.push({ number, cells })
    }
    if (rows.length > 0) yield rows
  }
}

async function firstLine(path: string, survey: Survey): Promise<string> {
  let text = ''
  for await (const piece of decoded(path, survey, undefined, `${path}: `)) {
    text += piece
    const end = text.search(/[\r\n]/)
    if (end >= 0) return text.slice(0, end)
    if (text.length > 1e6) throw new TableError(`${path} has no line end in its first megabyte: not a table`)
  }
  return text
}

async function* readRecords(
  path: string,
  survey: Survey,
  separator: Separator,
  read?: (bytes: number) => void,
): AsyncIterable<string[][]> {
  let number = 0
  try {
    for await (const records of readCsv(decoded(path, survey, read), separator)) {
      number += records.length
      yield records
    }
  } catch (error) {
    if (!(error instanceof TableError)) throw error
    throw new TableError(`${path}, after row ${number}: ${error.message}`)
  }
}

/** The text of the file, every line ended by a line feed, whether Windows, Unix or an old Macintosh wrote it. */
async function* decoded(
  path: string,
  survey: Survey,
  read?: (bytes: number) => void,
  where = '',
): AsyncIterable<string> {
  const decoder = new TextDecoder(survey.encoding)
  let bytes = 0
  let held = ''
  for await (const piece of createReadStream(path, { highWaterMark: 1 << 18 }) as AsyncIterable<Buffer>) {
    bytes += piece.length
    const whole = held + decoder.decode(piece, { stream: true })
    // A carriage return at the end may be half of a line end.
    held = whole.endsWith('\r') ? '\r' : ''
    const text = lineFeeds(held ? whole.slice(0, -1) : whole)
    if (text.includes('\u0000')) {
      throw new TableError(
        `${where}the file holds zero bytes, which no text has; UTF-8, UTF-16 with its mark, Windows-1252 and Windows-1256 are read, and XLSX`,
      )
    }
    if (text !== '') yield text
    read?.(bytes)
  }
  const rest = lineFeeds(held + decoder.decode())
  if (rest !== '') yield rest
}

function lineFeeds(text: string): string {
  return text.includes('\r') ? text.replaceAll(/\r\n?/g, '\n') : text
}

import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import { parse } from 'csv-parse'
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
  /** How the file was read, for the person who gave it: `Windows-1252, semicolons`. */
  readonly format: 'xlsx' | { readonly encoding: Survey['encoding']; readonly separator: Separator }
  readonly header: readonly string[]
  /** The rows after the header, one at a time. `read` is told how many bytes of the file have been used. */
  readonly rows: (read?: (bytes: number) => void) => AsyncIterable<TableRow>
}

/** A header is short; a megabyte without a line end is not a table. */
const LONGEST_RECORD = 1 << 20

export async function openTable(path: string): Promise<Table> {
  const survey = await surveyFile(path)
  if (survey.bytes === 0) throw new TableError(`${path} is empty`)
  return survey.isZip ? openSpreadsheet(path, survey) : openText(path, survey)
}

async function openSpreadsheet(path: string, survey: Survey): Promise<Table> {
  const [header, ...rows] = await readSpreadsheet(path)
  if (!header) throw new TableError(`${path}: the first sheet is empty`)
  return {
    path,
    survey,
    format: 'xlsx',
    header,
    rows: async function* () {
      let number = 1
      for (const cells of rows) yield { number: ++number, cells }
    },
  }
}

async function openText(path: string, survey: Survey): Promise<Table> {
  const separator = detectSeparator(await firstLine(path, survey))
  const records = (read?: (bytes: number) => void) => readRecords(path, survey, separator, read)
  for await (const { number, cells } of records()) {
    return {
      path,
      survey,
      format: { encoding: survey.encoding, separator },
      header: cells,
      rows: afterRow(number, records),
    }
  }
  throw new TableError(`${path} has no header`)
}

function afterRow(header: number, records: (read?: (bytes: number) => void) => AsyncIterable<TableRow>): Table['rows'] {
  return async function* (read) {
    for await (const row of records(read)) if (row.number > header) yield row
  }
}

async function firstLine(path: string, survey: Survey): Promise<string> {
  let text = ''
  for await (const piece of decoded(path, survey)) {
    text += piece
    const end = text.search(/[\r\n]/)
    if (end >= 0) return text.slice(0, end)
    if (text.length > LONGEST_RECORD) throw new TableError(`${path} has no line end in its first megabyte: not a table`)
  }
  return text
}

async function* readRecords(
  path: string,
  survey: Survey,
  separator: Separator,
  read?: (bytes: number) => void,
): AsyncIterable<TableRow> {
  const parser = parse({
    delimiter: separator,
    relax_column_count: true,
    max_record_size: LONGEST_RECORD,
  })
  const source = Readable.from(decoded(path, survey, read))
  source.on('error', error => parser.destroy(error))
  source.pipe(parser)
  let number = 0
  try {
    for await (const cells of parser as AsyncIterable<string[]>) {
      number++
      // A line with nothing on it is not a row, but a spreadsheet counts it.
      if (cells.length > 1 || cells[0] !== '') yield { number, cells }
    }
  } catch (error) {
    if (!(error as { code?: string }).code?.startsWith('CSV_')) throw error
    throw new TableError(`${path}, after row ${number}: ${(error as Error).message}`)
  } finally {
    source.destroy()
  }
}

async function* decoded(path: string, survey: Survey, read?: (bytes: number) => void): AsyncIterable<string> {
  const decoder = new TextDecoder(survey.encoding)
  let bytes = 0
  for await (const piece of createReadStream(path, { highWaterMark: 1 << 18 }) as AsyncIterable<Buffer>) {
    bytes += piece.length
    const text = decoder.decode(piece, { stream: true })
    if (text.includes('\u0000')) throw new TableError(`${path} holds zero bytes: it is not a text file`)
    if (text !== '') yield text
    read?.(bytes)
  }
  const rest = decoder.decode()
  if (rest !== '') yield rest
}

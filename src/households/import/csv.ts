import { type Options, parse } from 'csv-parse/sync'
import type { Separator } from './separator.ts'
import { TableError } from './table-error.ts'

/** A megabyte without the end of a record is no table, or a quote that is never closed. */
const LONGEST_RECORD = 1 << 20
const NOT_CLOSED = 'a quote is opened and not closed'

/**
 * Cuts text into records, a piece at a time. Lines without quotes, which are most, are cut where they stand; csv-parse reads
 * the others. A quote inside a cell that does not begin with one is a letter like another.
 */
export async function* readCsv(pieces: AsyncIterable<string>, separator: Separator): AsyncIterable<string[][]> {
  let rest = ''
  for await (const piece of pieces) {
    rest += piece
    const end = endOfRecords(rest, separator)
    if (end > 0) {
      yield cut(rest.slice(0, end), separator)
      rest = rest.slice(end)
    }
    if (rest.length > LONGEST_RECORD) throw new TableError(`${NOT_CLOSED}, or a line has no end`)
  }
  if (rest !== '') yield cut(rest, separator)
}

/** Where the last whole record ends; 0 where there is none yet. Line ends inside quotes end nothing. */
function endOfRecords(text: string, separator: Separator): number {
  let end = 0
  let outside = 0
  let inQuotes = false
  const lineEndBefore = (at: number) => {
    const line = text.lastIndexOf('\n', at)
    if (line >= outside) end = line + 1
  }
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at + 1)) {
    if (inQuotes) {
      if (text[at + 1] === '"') at++
      else {
        inQuotes = false
        outside = at + 1
      }
    } else if (at === 0 || text[at - 1] === separator || text[at - 1] === '\n') {
      lineEndBefore(at)
      inQuotes = true
    }
  }
  if (!inQuotes) lineEndBefore(text.length)
  return end
}

/** Lines without a quote are cut where they stand; csv-parse reads the others, and whatever their quotes hold. */
function cut(text: string, separator: Separator): string[][] {
  const records: string[][] = []
  for (let at = 0; at < text.length; ) {
    const quote = text.indexOf('"', at)
    const quoted = quote < 0 ? text.length : Math.max(at, text.lastIndexOf('\n', quote) + 1)
    cutPlain(text, at, quoted, separator, records)
    at = quoted
    while (at < text.length && hasQuote(text, at)) at = endOfRecord(text, at, separator)
    if (at > quoted) for (const record of parseQuoted(text.slice(quoted, at), separator)) records.push(record)
  }
  return records
}

function cutPlain(text: string, from: number, to: number, separator: Separator, records: string[][]): void {
  for (let at = from; at < to; ) {
    const found = text.indexOf('\n', at)
    const next = found < 0 || found >= to ? to : found
    const end = text.charCodeAt(next - 1) === CARRIAGE_RETURN && next > at ? next - 1 : next
    records.push(text.slice(at, end).split(separator))
    at = next + 1
  }
}

const CARRIAGE_RETURN = 13

function hasQuote(text: string, from: number): boolean {
  const end = text.indexOf('\n', from)
  const quote = text.indexOf('"', from)
  return quote >= 0 && (end < 0 || quote < end)
}

/** Where the record that begins here ends, its line end included; at the end of the text where a quote stays open. */
function endOfRecord(text: string, from: number, separator: Separator): number {
  let at = from
  for (;;) {
    const lineEnd = text.indexOf('\n', at)
    const quote = text.indexOf('"', at)
    if (quote < 0 || (lineEnd >= 0 && lineEnd < quote)) return lineEnd < 0 ? text.length : lineEnd + 1
    at = quote + 1
    if (quote !== from && text[quote - 1] !== separator) continue
    at = closingQuote(text, at) + 1
    if (at === 0) return text.length
  }
}

/** A quote written twice is a letter. */
function closingQuote(text: string, from: number): number {
  let at = text.indexOf('"', from)
  while (at >= 0 && text[at + 1] === '"') at = text.indexOf('"', at + 2)
  return at
}

function parseQuoted(text: string, separator: Separator): string[][] {
  const options: Options = {
    delimiter: separator,
    record_delimiter: ['\r\n', '\n'],
    relax_column_count: true,
    relax_quotes: true,
  }
  try {
    return parse(text, options) as string[][]
  } catch (error) {
    if (!(error as { code?: string }).code?.startsWith('CSV_')) throw error
    if ((error as { code?: string }).code === 'CSV_QUOTE_NOT_CLOSED') throw new TableError(NOT_CLOSED)
    throw new TableError((error as Error).message)
  }
}

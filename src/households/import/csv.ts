import { type Options, parse } from 'csv-parse/sync'
import type { Separator } from './separator.ts'
import { TableError } from './table-error.ts'

/** A megabyte without the end of a record is no table, or a quote that is never closed. */
const LONGEST_RECORD = 1 << 20
const NOT_CLOSED = 'a quote is opened and not closed'

/**
 * Cuts text into records, a piece at a time. Text without quotes, which is most, is cut where it stands; where there are
 * quotes, csv-parse reads the piece. A quote inside a cell that does not begin with one is a letter like another.
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

function cut(text: string, separator: Separator): string[][] {
  if (text.includes('"')) return parseQuoted(text, separator)
  const lines = text.split('\n')
  if (lines.at(-1) === '') lines.pop()
  return lines.map(line => (line.endsWith('\r') ? line.slice(0, -1) : line).split(separator))
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

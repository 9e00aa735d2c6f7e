import type { Language } from '#kernel'
import type { Column } from './column.ts'

/**
 * A list as CSV (RFC 4180) that spreadsheets open: with a byte-order mark, and the separator they expect where the comma
 * is the decimal sign. Text that a spreadsheet would take for a formula is kept as text. Page by page: a list of a
 * million rows leaves whole, in constant memory.
 */
export async function* csvOf<Row>(
  columns: readonly Column<Row>[],
  pages: AsyncIterable<readonly Row[]> | Iterable<readonly Row[]>,
  language: Language,
): AsyncGenerator<string, void, undefined> {
  const separator = language === 'en' ? ',' : ';'
  const line = (cells: string[]) => `${cells.map(quoted).join(separator)}\r\n`
  yield `\ufeff${line(columns.map(column => column.label))}`
  for await (const rows of pages) yield rows.map(row => line(columns.map(column => column.text(row)))).join('')
}

function quoted(text: string): string {
  const harmless = /^[=+\-@\t\r]/.test(text) && !/^-?[\d\s.,\u00a0\u202f]+$/.test(text) ? `'${text}` : text
  return /[",;\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless
}

export function csvResponse(name: string, pieces: AsyncGenerator<string, void, undefined>): Response {
  return new Response(streamOf(pieces), {
    headers: {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': `attachment; filename="${name}.csv"`,
    },
  })
}

/** Asked for as the reader takes it; a download that is broken off ends the reading of the list. */
export function streamOf(pieces: AsyncGenerator<string, void, undefined>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  return new ReadableStream({
    async pull(controller) {
      const { value, done } = await pieces.next()
      if (done) controller.close()
      else controller.enqueue(encoder.encode(value))
    },
    async cancel() {
      await pieces.return()
    },
  })
}

import type { Language } from '#kernel'
import type { Column } from './column.ts'

/**
 * A list as CSV (RFC 4180) that spreadsheets open: with a byte-order mark, and the separator they expect where the comma
 * is the decimal sign. Text that a spreadsheet would take for a formula is kept as text.
 */
export function csvOf<Row>(columns: readonly Column<Row>[], rows: readonly Row[], language: Language): string {
  const separator = language === 'en' ? ',' : ';'
  const lines = [
    columns.map(column => quoted(column.label)),
    ...rows.map(row => columns.map(column => quoted(column.text(row)))),
  ]
  return `\ufeff${lines.map(cells => cells.join(separator)).join('\r\n')}\r\n`
}

function quoted(text: string): string {
  const harmless = /^[=+\-@\t\r]/.test(text) && !/^-?[\d\s.,\u00a0\u202f]+$/.test(text) ? `'${text}` : text
  return /[",;\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless
}

export function csvResponse(name: string, content: string): Response {
  return new Response(content, {
    headers: {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': `attachment; filename="${name}.csv"`,
    },
  })
}

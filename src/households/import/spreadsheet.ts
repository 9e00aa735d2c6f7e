import { readSheet } from 'read-excel-file/node'
import { sheetReach } from './sheet-reach.ts'
import { TableError } from './table-error.ts'
import { unfoldedBytes } from './zip-size.ts'

/**
 * A spreadsheet is read whole, at about six times its unfolded size in memory, so its size is bounded: about 80,000
 * rows of 26 columns. The bound also stops an archive made to unfold into gigabytes.
 */
const LARGEST_SPREADSHEET = 64_000_000
/** What a file of that size can fill; only cells far apart make more. */
const MOST_CELLS = 16_000_000

/** The rows of the first sheet, every cell as text: numbers with their own digits, days as YYYY-MM-DD. */
export async function readSpreadsheet(path: string, largest = LARGEST_SPREADSHEET): Promise<string[][]> {
  const reach = sheetReach()
  const size = await unfoldedBytes(path, largest, reach.add).catch(cause => {
    throw new TableError(`${path} cannot be read as an Excel workbook (.xlsx): ${(cause as Error).message}`, { cause })
  })
  if (size === undefined) {
    const megabytes = Math.round(largest / 1e6)
    throw new TableError(
      `${path} unfolds into more than ${megabytes} MB, too large for a spreadsheet here: save it as CSV and import that`,
    )
  }
  const { rows: height, columns: width } = reach.end()
  if (height * width > MOST_CELLS) {
    throw new TableError(
      `${path} reaches to row ${height} and column ${width}, too far for a spreadsheet here: remove the cells that stand far from the table, or save it as CSV`,
    )
  }
  const rows = await readSheet(path, { parseNumber: digits => digits }).catch(cause => {
    throw new TableError(`${path} cannot be read as an Excel workbook (.xlsx): ${(cause as Error).message}`, { cause })
  })
  return rows.map(row => row.map(cellText))
}

function cellText(cell: unknown): string {
  if (cell === null || cell === undefined) return ''
  // A number that no calendar has a day for shows in a spreadsheet as signs that fill the cell.
  if (cell instanceof Date) return Number.isNaN(cell.getTime()) ? '########' : cell.toISOString().slice(0, 10)
  return String(cell)
}

import { type ColumnAsked, openColumns } from './column.ts'
import type { Records } from './records.ts'

/** Records being gathered, one row of texts each; those of the first of two files come first. */
export type OpenRecords = {
  readonly add: (cells: readonly string[]) => void
  /** Says that the first file ends here. */
  readonly endFirst: () => void
  readonly close: () => Records
}

/** Opens a set of records with these columns; a cell is found at the place of its column. */
export function openRecords(asked: readonly ColumnAsked[]): OpenRecords {
  const columns = openColumns(asked)
  let size = 0
  let first: number | undefined
  return {
    add(cells) {
      for (let at = 0; at < columns.length; at++) columns[at]!.add(cells[at] ?? '')
      size++
    },
    endFirst() {
      first = size
    },
    close: () => ({ size, first, columns: columns.map(column => column.close()) }),
  }
}

import type { ReactNode } from 'react'

/**
 * A narrow screen shows each row as a block (`.stacks`), and an element that is no longer laid out as a table is no
 * table any more for some screen readers: its roles are said.
 */
export const roles = {
  table: { role: 'table' },
  rows: { role: 'rowgroup' },
  row: { role: 'row' },
  columnHead: { role: 'columnheader', scope: 'col' },
  rowHead: { role: 'rowheader', scope: 'row' },
  cell: { role: 'cell' },
} as const

type HeadProps = { readonly label: string; readonly numeric?: boolean | undefined }

/** What stands above a column. */
export function ColumnHead({ label, numeric }: HeadProps) {
  return (
    <th {...roles.columnHead} className={numeric ? 'numeric' : undefined}>
      {label}
    </th>
  )
}

type CellProps = {
  /** Heading of the column: said beside the value where the row is a block. */
  readonly name: string
  readonly numeric?: boolean | undefined
  readonly children?: ReactNode
}

/** A cell that still says what it is when its column has no head above it. */
export function Cell({ name, numeric, children }: CellProps) {
  return (
    <td {...roles.cell} className={numeric ? 'numeric' : undefined} data-name={name}>
      <div>{children}</div>
    </td>
  )
}

import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { useSpeech } from '../speech-context.tsx'
import type { Column } from './column.ts'
import { Cell, ColumnHead, roles } from './table-parts.tsx'

type Shown<Row> = Column<Row> & { readonly cell?: (row: Row) => ReactNode }

type TableProps<Row> = {
  readonly caption: string
  readonly columns: readonly Shown<Row>[]
  readonly rows: readonly Row[]
  readonly keyOf: (row: Row) => string
  /** What stands here when there is no row: what it means, and what to do. */
  readonly empty: ReactNode
  /** Address of the same list as CSV. */
  readonly csv?: string
  readonly quietCaption?: boolean
}

/** So many columns stand side by side on a telephone; with more, each row becomes a block. */
const STANDS = 2

/** The one table of the console: columns as data, figures aligned, the list to take away as CSV. */
export function Table<Row>({ caption, columns, rows, keyOf, empty, csv, quietCaption }: TableProps<Row>) {
  const { t } = useSpeech()
  if (rows.length === 0) return <p className="empty">{empty}</p>
  return (
    <div className="table">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (WCAG 2.1.1) */}
      <section className="scroll" aria-label={caption} tabIndex={0}>
        <table {...roles.table} className={columns.length > STANDS ? 'stacks' : undefined}>
          <caption className={quietCaption ? 'unseen' : undefined}>{caption}</caption>
          <thead {...roles.rows}>
            <tr {...roles.row}>
              {columns.map(column => (
                <ColumnHead key={column.key} label={column.label} numeric={column.numeric} />
              ))}
            </tr>
          </thead>
          <tbody {...roles.rows}>
            {rows.map(row => (
              <tr key={keyOf(row)} {...roles.row}>
                {columns.map(column => (
                  <Cell key={column.key} name={column.label} numeric={column.numeric}>
                    {column.cell ? column.cell(row) : column.text(row)}
                  </Cell>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {csv ? (
        <p className="take">
          <Link to={csv} reloadDocument download>
            {t('console:csv')}
          </Link>
        </p>
      ) : null}
    </div>
  )
}

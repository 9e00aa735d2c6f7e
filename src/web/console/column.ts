/** One column of a list: what stands above it, and what a row says in it, on the page as in a file. */
export type Column<Row> = {
  readonly key: string
  readonly label: string
  /** Aligned at the end, with figures of one width. */
  readonly numeric?: boolean
  readonly text: (row: Row) => string
}

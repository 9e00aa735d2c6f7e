import { sql } from 'kysely'
import type { Transaction } from '#db'

/** A row that did not go in: where it stands in its file, which column is to blame, and what would be accepted there. */
export type Reject = {
  readonly file: 'households' | 'members'
  /** As a spreadsheet numbers it: the header is row 1. */
  readonly row: number
  readonly sourceId: string
  readonly column: string
  readonly value: string
  readonly accepted: string
}

export const rejectsHeader = 'file,row,source_id,column,value,accepted\r\n'

/** One line of the rejects file. */
export function rejectLine(reject: Reject): string {
  const cells = [reject.file, String(reject.row), reject.sourceId, reject.column, reject.value, reject.accepted]
  return `${cells.map(csvCell).join(',')}\r\n`
}

/**
 * A cell that a spreadsheet shows and never runs: text that begins like a formula gets an apostrophe in front
 * (OWASP, "CSV Injection"). A plain number keeps its sign.
 */
export function csvCell(text: string): string {
  const safe = /^[=+\-@\t\r\n]/.test(text) && !/^[+-]?\d+([.,]\d+)?$/.test(text) ? `'${text}` : text
  return /[",;\t\r\n']/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** Tells every reason of a reading, households first, in order of rows; answers how many rows of each file. */
export async function readRejects(
  tx: Transaction,
  attempt: number,
  tell: (reject: Reject) => Promise<void>,
): Promise<{ households: number; members: number }> {
  const counts = { households: 0, members: 0 }
  await sql`declare rejects no scroll cursor for
    select file, line as row, source_id as "sourceId", "column", value, accepted from households.import_reject
    where attempt = ${attempt} order by file, line, number`.execute(tx)
  let before = ''
  for (;;) {
    const { rows } = await sql<Reject>`fetch 1000 from rejects`.execute(tx)
    for (const reject of rows) {
      const row = `${reject.file} ${reject.row}`
      if (row !== before) counts[reject.file]++
      before = row
      await tell(reject)
    }
    if (rows.length === 0) return counts
  }
}

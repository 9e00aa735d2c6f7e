import { sql } from 'kysely'
import type { Transaction } from '#db'

/** A file of answers as it was taken, with what it brought. */
export type TakenAnswers = {
  readonly id: string
  /** Name of who answers. */
  readonly provider: string
  readonly format: string
  readonly messageId: string
  readonly lines: number
  readonly at: Date
  readonly confirmed: number
  readonly returned: number
  readonly reversed: number
  /** Lines that somebody must look at, closed ones included. */
  readonly exceptions: number
}

/** Files of answers, the latest first. */
export async function takenAnswers(tx: Transaction, most: number): Promise<readonly TakenAnswers[]> {
  const { rows } = await sql<TakenAnswers>`
    select f.id, p.name as provider, f.format, f.message_id as "messageId", f.lines, f.recorded_at as at,
      g.confirmed, g.returned, g.reversed, g.exceptions
    from payments.answer_file f
      join payments.answer_figures g on g.file_id = f.id
      join payments.provider p on p.code = f.provider
    order by f.recorded_at desc, f.id limit ${most}`.execute(tx)
  return rows
}

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
      o.confirmed, o.returned, o.reversed,
      (select count(*)::int from payments.answer_line a where a.file_id = f.id and a.exception is not null) as exceptions
    from (select * from payments.answer_file order by recorded_at desc, id limit ${most}) as f
      join payments.provider p on p.code = f.provider
      cross join lateral (
        select count(*) filter (where kind = 'confirm')::int as confirmed,
          count(*) filter (where kind = 'return')::int as returned,
          count(*) filter (where kind = 'reverse')::int as reversed
        from payments.instruction_outcome where file_id = f.id) as o
    order by f.recorded_at desc, f.id`.execute(tx)
  return rows
}

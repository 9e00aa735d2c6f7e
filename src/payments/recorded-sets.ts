import { type RawBuilder, sql } from 'kysely'
import { type AuditedSetSource, compareLines } from '#security'
import { contentHash, findRun } from './run.sql.ts'
import type { RunId } from './run.ts'

/** Accounts recorded in one name between two moments, as the record of the set says. */
type RecordedAccounts = { readonly after: string; readonly until: string; readonly recordedBy: string }

/**
 * These accounts as lines for the audit: all that each says; of a number its end, which is the same in clear and sealed.
 * Whoever alters a sealed one cannot seal it again.
 */
export function accountLines({ after, until, recordedBy }: RecordedAccounts): RawBuilder<unknown> {
  return sql`select concat_ws('|', id, payee_id, territory, kind, coalesce(provider, ''),
      coalesce(number_end, right(number, 4), ''),
      to_char(valid_from, 'YYYY-MM-DD'))
    from payments.payee_account
    where recorded_at between ${after}::timestamptz and ${until}::timestamptz and recorded_by = ${recordedBy}`
}

/** The lines of a file of answers for the audit: all that each says, with the payment it was taken for. */
export function answerLines(file: string): RawBuilder<unknown> {
  return sql`select concat_ws('|', line, outcome, scope, end_to_end_id, status, reason, coalesce(amount::text, ''),
      coalesce(currency, ''), coalesce(to_char(day, 'YYYY-MM-DD'), ''), coalesce(run_id::text, ''),
      coalesce(position::text, ''), coalesce(exception, ''), nullif(reference, ''), 'fee ' || fee)
    from payments.answer_line where file_id = ${file}`
}

const STEPS = ['draft', 'approve', 'make_file', 'send', 'cancel']

/** Accounts of payees, answers of providers and payment runs, read again from their tables. */
export const recordedSets: readonly AuditedSetSource[] = [
  {
    action: 'payee_account.record',
    async compare(tx, record) {
      const { after, until, recordedBy } = record.detail as Partial<RecordedAccounts>
      if (after === undefined || until === undefined || recordedBy === undefined) return undefined
      return compareLines(tx, record, accountLines({ after, until, recordedBy }))
    },
  },
  {
    action: 'payment_answers.record',
    async compare(tx, record) {
      const { file } = record.detail as { file?: string }
      return file === undefined ? undefined : compareLines(tx, record, answerLines(file))
    },
  },
  // Each step of a run names the hash of what it pays.
  ...STEPS.map(
    (step): AuditedSetSource => ({
      action: `payment_run.${step}`,
      async compare(tx, { detail, subjectId }) {
        const { instructions, contentHash: digest } = detail as { instructions?: number; contentHash?: string }
        if (instructions === undefined || digest === undefined || subjectId === null) return undefined
        const run = subjectId as RunId
        const found = await findRun(tx, run)
        const { rows } = await sql<{ count: bigint }>`
          select count(*) as count from payments.instruction where run_id = ${run}`.execute(tx)
        const now = found ? ((await contentHash(tx, run)) ?? '') : ''
        return { recorded: { count: BigInt(instructions), digest }, now: { count: rows[0]!.count, digest: now } }
      },
    }),
  ),
]

import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import type { Transaction } from '#db'
import { type DateText, err, newId, ok, type Result } from '#kernel'
import { appendAudit } from '#security'
import { insertFile, insertOutcomes, type RecordedFile } from '../answers/answers.sql.ts'
import { recordTaken } from '../answers/import-answers.ts'
import { payProviderMeans } from '../returns/own-codes.ts'
import { postTransfers } from '../transfer.ts'
import type { CashWindow, CashWindowId } from './cash-window.ts'

/** Our own word for money that nobody collected, as a reason of the answers that we write; it means past the time (TM01), which is tried again. */
const UNCLAIMED = 'UNCLAIMED'
const MEANS = 'TM01'
const FORMAT = 'socle.points.1'

type Found = CashWindow & { readonly reference: string; readonly budgetLine: string; readonly closed: boolean }

/**
 * Brings to the books what points handed over since the last time, in the worker's role: one file of answers, one transfer for each
 * purpose. Answers how many payments; nothing is written where there are none.
 */
export async function bookCashPayments(tx: Transaction, window: CashWindowId): Promise<number> {
  const found = await lockedWindow(tx, window)
  if (!found || found.closed) return 0
  const made = await writeAnswers(tx, found, false)
  return made?.paid ?? 0
}

export type ClosedWindow = { readonly paid: number; readonly unclaimed: number; readonly unclaimedAmount: bigint }

export type ClosingWindowRefusal =
  | { readonly code: 'window_unknown'; readonly window: string }
  | { readonly code: 'window_still_open'; readonly closesOn: DateText }

/**
 * Closes a window after its last day, in the worker's role: what was handed over is confirmed, what nobody collected comes back and
 * goes to the budget line again, in one transaction. The entitlements may then be paid by a later run. A payment that is in doubt (an
 * answer waits for a person) stays with the provider until somebody settles it. Closing again changes nothing.
 */
export async function closeCashWindow(
  tx: Transaction,
  window: CashWindowId,
  today: DateText,
): Promise<Result<ClosedWindow | 'already', ClosingWindowRefusal>> {
  const found = await lockedWindow(tx, window)
  if (!found) return err({ code: 'window_unknown', window })
  if (found.closed) return ok('already')
  if (today <= found.closesOn) return err({ code: 'window_still_open', closesOn: found.closesOn })
  const meaning = await payProviderMeans(tx, { provider: found.provider, code: UNCLAIMED, iso: MEANS })
  if (!meaning.ok && meaning.refusal.code !== 'own_code_differs') throw new Error(meaning.refusal.code)
  const { file, unclaimed } = (await writeAnswers(tx, found, true))!
  const unclaimedAmount = await putBack(tx, found, file)
  const { rows } = await sql<{ paid: number }>`
    select count(*)::int as paid from payments.cash_payment c join payments.point p on p.id = c.point
    where c.run_id = ${found.run} and p.provider = ${found.provider}`.execute(tx)
  const closed = { paid: rows[0]!.paid, unclaimed, unclaimedAmount }
  await sql`
    insert into payments.cash_closing (window_id, file_id, paid, unclaimed, unclaimed_amount)
    values (${window}, ${file}, ${closed.paid}, ${unclaimed}, ${unclaimedAmount})`.execute(tx)
  await appendAudit(tx, {
    action: 'cash_window.close',
    subject: { kind: 'payment_run', id: found.run },
    purpose: 'payment: cash is collected at payment points',
    detail: { window, paid: closed.paid, unclaimed, unclaimedAmount: String(unclaimedAmount) },
  })
  return ok(closed)
}

/** The window, with its run held alone: no point pays and no answers are taken until this transaction ends. */
async function lockedWindow(tx: Transaction, window: CashWindowId): Promise<Found | undefined> {
  await sql`
    select pg_advisory_xact_lock(hashtextextended('payments.run ' || run_id, 0))
    from payments.cash_window where id = ${window}`.execute(tx)
  const { rows } = await sql<Found>`
    select w.id, w.run_id as run, w.provider, w.opens_on as "opensOn", w.closes_on as "closesOn", r.reference,
      r.budget_line as "budgetLine", k.window_id is not null as closed
    from payments.cash_window w join payments.run r on r.id = w.run_id left join payments.cash_closing k on k.window_id = w.id
    where w.id = ${window}`.execute(tx)
  return rows[0]
}

/** Writes the answers of points as those of any provider. Undefined where there is nothing to say and the window does not end. */
async function writeAnswers(tx: Transaction, window: Found, ends: boolean) {
  const { run, provider, reference } = window
  await sql`drop table if exists said_at_points`.execute(tx)
  await sql`
    create temporary table said_at_points on commit drop as
    select row_number() over (order by i.position)::integer as line, i.position, i.amount, b.currency,
      case when c.id is null then 'returned' else 'settled' end as outcome,
      case when c.id is null then ${window.closesOn}::date else c.paid_on end as day
    from payments.instruction i
      join payments.run r on r.id = i.run_id
      join payments.budget_line b on b.code = r.budget_line
      left join payments.cash_payment c on c.run_id = i.run_id and c.position = i.position
    where i.run_id = ${run} and i.provider = ${provider}
      and not exists (select from payments.instruction_outcome o where o.run_id = i.run_id and o.position = i.position)
      and (c.id is not null or (${ends}
        and exists (select from payments.run_event e where e.run_id = i.run_id and e.state = 'sent')
        and not exists (
          select from payments.answer_line a
          where a.run_id = i.run_id and a.position = i.position and a.outcome = 'settled' and a.exception is not null
            and not exists (
              select from payments.exception_closing x where x.file_id = a.file_id and x.line = a.line))))`.execute(tx)
  const { rows } = await sql<{ lines: number; paid: number; says: string | null }>`
    select count(*)::int as lines, count(*) filter (where outcome = 'settled')::int as paid,
      string_agg(concat_ws('|', position, outcome, amount, day), E'\n' order by line) as says
    from said_at_points`.execute(tx)
  const { lines, paid, says } = rows[0]!
  if (lines === 0 && !ends) return undefined
  const sha256 = createHash('sha256')
    .update(`${FORMAT} ${window.id} ${ends}\n${says ?? ''}`)
    .digest('hex')
  const file: RecordedFile = { id: newId(), provider, sha256, format: FORMAT, messageId: reference, lines }
  if (!(await insertFile(tx, file))) throw new Error(`window ${window.id}: these answers were written before`)
  await sql`
    insert into payments.answer_line
      (file_id, line, outcome, scope, end_to_end_id, status, reason, amount, currency, day, run_id, position)
    select ${file.id}::uuid, line, outcome, 'payment', payments.end_to_end_id(${reference}, position),
      case outcome when 'settled' then 'ACSC' else 'RJCT' end, case outcome when 'settled' then '' else ${UNCLAIMED} end,
      amount, currency, day, ${run}::uuid, position
    from said_at_points`.execute(tx)
  await insertOutcomes(tx, file.id)
  await recordTaken(tx, file)
  return { file: file.id, paid, unclaimed: lines - paid }
}

/** What came back by the file goes to the budget line again. */
async function putBack(tx: Transaction, window: Found, file: string): Promise<bigint> {
  const { rows } = await sql<{ purpose: string; amount: bigint }>`
    select l.purpose, sum(l.amount)::bigint as amount
    from payments.instruction_outcome o join payments.run_line l on (l.run_id, l.position) = (o.run_id, o.position)
    where o.file_id = ${file} and o.kind = 'return' group by l.purpose order by l.purpose`.execute(tx)
  const transfers = rows.map(({ purpose, amount }) => ({
    id: newId<'transfer'>(),
    kind: 'restore' as const,
    budgetLine: window.budgetLine,
    purpose,
    amount,
  }))
  const posted = await postTransfers(tx, transfers)
  if (!posted.ok) throw new Error(`window ${window.id}: restore was refused: ${posted.refusal.code}`)
  await sql`
    insert into payments.cash_restore (window_id, purpose, transfer)
    select ${window.id}::uuid, purpose, transfer from unnest(
      ${transfers.map(one => one.purpose)}::text[], ${transfers.map(one => one.id)}::uuid[]) as put (purpose, transfer)`.execute(
    tx,
  )
  return transfers.reduce((sum, one) => sum + one.amount, 0n)
}

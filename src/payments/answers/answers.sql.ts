import { type RawBuilder, sql } from 'kysely'
import type { Transaction } from '#db'
import type { Currency } from '#kernel'
import type { Answer } from '../iso20022/answers.ts'
import type { TransferId } from '../ledger.ts'
import type { RunId } from '../run.ts'

export type AnswerFileId = string

export type RecordedFile = {
  readonly id: AnswerFileId
  readonly provider: string
  readonly sha256: string
  readonly format: string
  readonly messageId: string
  readonly lines: number
}

/** Records the file; false where these bytes of this provider were taken before. Waits for one that takes them now. */
export async function insertFile(tx: Transaction, file: RecordedFile): Promise<boolean> {
  const { rows } = await sql`
    insert into payments.answer_file (id, provider, sha256, format, message_id, lines)
    values (${file.id}, ${file.provider}, ${file.sha256}, ${file.format}, ${file.messageId}, ${file.lines})
    on conflict (provider, sha256) do nothing returning id`.execute(tx)
  return rows.length === 1
}

/** Runs that the answers name and that did not leave yet: their money is not with the provider. */
export async function lockNamedRuns(tx: Transaction, references: ReadonlySet<string>): Promise<readonly string[]> {
  const { rows } = await sql<{ reference: string; sent: boolean }>`
    select r.reference, exists (select from payments.run_event e where e.run_id = r.id and e.state = 'sent') as sent,
      pg_advisory_xact_lock(hashtextextended('payments.run ' || r.id, 0))::text
    from (select * from payments.run where reference = any (${[...references]}::text[]) order by id) as r`.execute(tx)
  return rows.filter(row => !row.sent).map(row => row.reference)
}

/** Statuses by which a carrier says that it never paid: one that also says it did contradicts itself, in whatever order. */
const REFUSED = ['RJCT', 'CANC', 'refused']

/** Most days after the one on which a provider was asked to pay, before its answer is late. */
const LATE_DAYS = 10

/** Answers as a set: the columns of {@link saidAnswers}, lines counted from 1. */
export type SaidAnswers = RawBuilder<unknown>

/** Runs that answers may name: the beginnings of their ids. */
export function namedIn(answers: readonly Answer[]): string[] {
  return answers.flatMap(answer => [answer.endToEndId, answer.messageId, answer.batchId].map(id => id.slice(0, 10)))
}

/** Answers that are held in memory. */
export function saidAnswers(answers: readonly Answer[]): SaidAnswers {
  const column = <Value>(of: (answer: Answer) => Value) => answers.map(of)
  return sql`
    select * from unnest(
      ${column(one => one.outcome)}::text[], ${column(one => one.scope)}::text[], ${column(one => one.endToEndId)}::text[],
      ${column(one => one.status)}::text[], ${column(one => one.reason)}::text[],
      ${column(one => one.amount?.minor ?? null)}::bigint[], ${column(one => one.amount?.currency ?? null)}::text[],
      ${column(one => one.day)}::date[], ${column(one => one.messageId)}::text[], ${column(one => one.batchId)}::text[],
      ${column(one => one.reference)}::text[], ${column(feeOf)}::bigint[])
      with ordinality as s (outcome, scope, e2e, status, reason, amount, currency, day, message, batch, reference, fee, line)`
}

/** Answers that come some at a time wait here, of this transaction alone, until all of them have come. */
export async function openStage(tx: Transaction): Promise<void> {
  await sql`drop table if exists answers_said`.execute(tx)
  await sql`
    create temporary table answers_said (
      outcome text, scope text, e2e text, status text, reason text, amount bigint, currency text, day date, message text, batch text,
      reference text, fee bigint, line bigint
    ) on commit drop`.execute(tx)
}

/** @param before lines that stand there already */
export async function stage(tx: Transaction, answers: readonly Answer[], before: number): Promise<void> {
  await sql`
    insert into answers_said
    select outcome, scope, e2e, status, reason, amount, currency, day, message, batch, reference, fee, line + ${before}::bigint
    from (${saidAnswers(answers)}) as s`.execute(tx)
}

/** All that was staged, which the planner knows the size of from now on. */
export async function staged(tx: Transaction): Promise<SaidAnswers> {
  await sql`analyze answers_said`.execute(tx)
  return sql`select * from answers_said`
}

/**
 * Records every line with the payment it is of and why somebody must look at it, in one statement. A line is `duplicate` where
 * the same kind of message said the same of the payment before; another kind of message saying it again is usual, and so is the
 * same word under the same reference of the provider's, which interfaces say more than once.
 */
export async function insertLines(tx: Transaction, file: RecordedFile, answers: SaidAnswers): Promise<void> {
  const family = file.format.slice(0, 8)
  // What the same kind of message said before, of the payment of a line.
  const said = sql`e.outcome = f.outcome and e.file_id <> ${file.id}::uuid and left(a.format, 8) = ${family}
    and e.exception is distinct from 'wrong_amount' and (f.reference = '' or e.reference <> f.reference)`
  // Lines are looked up among those of the same statement too: read from one end to the other, they would be once for each line.
  await sql`select set_config('enable_seqscan', 'off', true)`.execute(tx)
  await sql`
    insert into payments.answer_line
      (file_id, line, outcome, scope, end_to_end_id, status, reason, amount, currency, day, reference, fee, run_id, position, exception)
    with said as (${answers}),
    named as (
      select s.*,
        case when s.scope = 'payment' then case when s.e2e ~ '^[0-9A-Z]{10}-[0-9]{8}$' then left(s.e2e, 10) end
          when s.batch <> '' then left(s.batch, 10)
          -- The file of the run, or that of the provider alone.
          when s.message in (left(s.message, 10), left(s.message, 10) || '-' || ${file.provider}::text) then left(s.message, 10)
          end as run_reference,
        case when s.scope = 'payment' and s.e2e ~ '^[0-9A-Z]{10}-[0-9]{8}$' then substr(s.e2e, 12)::integer end as place
      from said s),
    found as (
      select n.*, r.id as run_id, i.position, coalesce(i.amount, case when n.scope <> 'payment' then g.amount end) as owed,
        b.currency as owed_currency, f.execution_date, h.leaves_by = 'counter' as by_counter,
        dense_rank() over (partition by r.id, i.position, n.scope, n.outcome order by nullif(n.reference, ''),
          case when n.reference = '' then n.line end) as nth,
        i.position is not null
          and bool_or(n.outcome = 'returned' and n.status = any (${REFUSED})) over (partition by r.id, i.position) as refused_here,
        i.position is not null
          and bool_or(n.outcome = 'settled' and coalesce(n.amount = i.amount, true)) over (partition by r.id, i.position) as settled_here
      from named n
        left join payments.run r on r.reference = n.run_reference
        left join payments.instruction i on i.run_id = r.id and i.position = n.place and i.provider = ${file.provider}
        left join payments.run_group g on g.run_id = r.id and g.provider = ${file.provider}
        left join payments.budget_line b on b.code = r.budget_line
        left join payments.run_part h on h.run_id = r.id and h.provider = ${file.provider}
        left join payments.run_file f on f.run_id = r.id)
    select ${file.id}::uuid, f.line, f.outcome, f.scope, f.e2e, f.status, f.reason, f.amount, f.currency, f.day, f.reference, f.fee,
      case when f.owed is not null then f.run_id end, case when f.owed is not null then f.position end,
      case
        when f.outcome in ('pending', 'other') then case when f.outcome = 'other' then 'unknown' end
        when f.owed is null then 'unknown'
        when f.amount <> f.owed or f.currency <> f.owed_currency then 'wrong_amount'
        when f.nth > 1
          or f.position is not null and exists (
            select from payments.answer_line e join payments.answer_file a on a.id = e.file_id
            where e.run_id = f.run_id and e.position = f.position and ${said})
          or f.position is null and exists (
            select from payments.answer_line e join payments.answer_file a on a.id = e.file_id
            where e.run_id = f.run_id and e.position is null and ${said})
          then 'duplicate'
        -- Our counter pays: the network was ordered nothing, and says nothing of it that moves money.
        when f.by_counter then 'ambiguous'
        -- Handed over at a payment point: what says otherwise moves nothing until a person has looked.
        when f.outcome = 'returned' and exists (
          select from payments.cash_payment c join payments.instruction p on p.run_id = c.run_id and p.position = c.position
          where c.run_id = f.run_id and p.provider = ${file.provider} and coalesce(c.position = f.position, true)) then 'ambiguous'
        when f.outcome = 'settled' and (f.refused_here
          or exists (
            select from payments.instruction_outcome o join payments.answer_line e on (e.file_id, e.line) = (o.file_id, o.line)
            where (o.run_id, o.position, o.kind) = (f.run_id, f.position, 'return') and e.status = any (${REFUSED})))
          then 'ambiguous'
        when f.outcome = 'returned' and f.status = any (${REFUSED}) and exists (
          select from payments.instruction_outcome o where (o.run_id, o.position, o.kind) = (f.run_id, f.position, 'confirm'))
          then 'ambiguous'
        when f.outcome = 'settled' and exists (
          select from payments.instruction_outcome o join payments.answer_line e on (e.file_id, e.line) = (o.file_id, o.line)
          where (o.run_id, o.position, o.kind) = (f.run_id, f.position, 'return') and not coalesce(f.day <= e.day, false))
          then 'ambiguous'
        when f.outcome = 'returned' and f.status <> all (${REFUSED}) and (exists (
            select from payments.instruction_outcome o where (o.run_id, o.position, o.kind) = (f.run_id, f.position, 'confirm'))
          or f.settled_here)
          then 'reversed'
        when f.outcome = 'settled' and f.day > f.execution_date + ${LATE_DAYS}::integer then 'late'
      end
    from found f`.execute(tx)
  await sql`select set_config('enable_seqscan', 'on', true)`.execute(tx)
}

/** Taken for a payment in its own currency; said in another, it is not added up with any. */
function feeOf({ amount, fee }: Answer): bigint | null {
  return fee !== null && amount?.currency === fee.currency ? fee.minor : null
}

/** What the lines of a file make of the instructions that they name, each once, in one statement for each kind. */
export async function insertOutcomes(tx: Transaction, file: AnswerFileId): Promise<void> {
  for (const kind of ['confirm', 'return', 'reverse'] as const) {
    const outcome = kind === 'confirm' ? 'settled' : 'returned'
    await sql`
      insert into payments.instruction_outcome (run_id, position, kind, file_id, line)
      select distinct on (i.run_id, i.position) i.run_id, i.position, ${kind}::text, ${file}::uuid, i.line
      from (
        select a.run_id, a.position, a.line, a.outcome, a.exception from payments.answer_line a
        where a.file_id = ${file} and a.position is not null
        union all
        select a.run_id, b.position, a.line, a.outcome, a.exception
        from payments.answer_line a
          join payments.answer_file f on f.id = a.file_id
          join payments.instruction b on b.run_id = a.run_id and b.provider = f.provider
        where a.file_id = ${file} and a.position is null and a.scope <> 'payment') i
      where i.outcome = ${outcome} and (i.exception is null or i.exception in ('late', 'reversed'))
        and ${
          kind === 'reverse'
            ? sql`exists (select from payments.instruction_outcome o where (o.run_id, o.position, o.kind) = (i.run_id, i.position, 'confirm'))
                and not exists (select from payments.instruction_outcome o where (o.run_id, o.position, o.kind) = (i.run_id, i.position, 'return'))`
            : sql`not exists (select from payments.instruction_outcome o where o.run_id = i.run_id and o.position = i.position)`
        }
      order by i.run_id, i.position, i.line
      on conflict do nothing`.execute(tx)
  }
}

export type OutcomeTotal = {
  readonly run: RunId
  readonly budgetLine: string
  readonly purpose: string
  readonly kind: 'confirm' | 'return' | 'reverse'
  readonly amount: bigint
  readonly currency: Currency
}

/** What the ledger has to post for a file: sums by run, purpose and kind. */
export async function outcomeTotals(tx: Transaction, file: AnswerFileId): Promise<readonly OutcomeTotal[]> {
  // What was just written has no statistics yet: row by row, here and in the check at commit, would be the planner's choice.
  await sql`select set_config('enable_nestloop', 'off', true)`.execute(tx)
  const { rows } = await sql<OutcomeTotal>`
    select o.run_id as run, r.budget_line as "budgetLine", l.purpose, o.kind, sum(l.amount)::bigint as amount, b.currency
    from payments.instruction_outcome o
      join payments.run_line l on (l.run_id, l.position) = (o.run_id, o.position)
      join payments.run r on r.id = o.run_id
      join payments.budget_line b on b.code = r.budget_line
    where o.file_id = ${file}
    group by 1, 2, 3, 4, 6 order by array_position(array['confirm', 'return', 'reverse'], o.kind), 1, 3`.execute(tx)
  return rows
}

export async function insertAnswerPostings(
  tx: Transaction,
  file: AnswerFileId,
  postings: readonly (Pick<OutcomeTotal, 'run' | 'purpose' | 'kind'> & { readonly transfer: TransferId })[],
): Promise<void> {
  await sql`
    insert into payments.answer_posting (file_id, run_id, purpose, kind, transfer)
    select ${file}::uuid, run, purpose, kind, transfer from unnest(
      ${postings.map(one => one.run)}::uuid[], ${postings.map(one => one.purpose)}::text[],
      ${postings.map(one => one.kind)}::text[], ${postings.map(one => one.transfer)}::uuid[])
      as posting (run, purpose, kind, transfer)`.execute(tx)
}

export type AnswerCounts = {
  readonly lines: number
  readonly confirmed: number
  readonly returned: number
  readonly reversed: number
  readonly exceptions: number
}

/** What a file that was taken before brought; undefined where these bytes of this provider never were. */
export async function findCounts(tx: Transaction, provider: string, sha256: string): Promise<AnswerCounts | undefined> {
  const { rows } = await sql<AnswerCounts>`
    select f.lines, g.confirmed, g.returned, g.reversed, g.exceptions
    from payments.answer_file f join payments.answer_figures g on g.file_id = f.id
    where f.provider = ${provider} and f.sha256 = ${sha256}`.execute(tx)
  return rows[0]
}

/** Counts what a file brings, once all of it stands: lists of files of a million lines do not count again. */
export async function recordCounts(tx: Transaction, { id, lines }: RecordedFile): Promise<AnswerCounts> {
  const { rows } = await sql<Omit<AnswerCounts, 'lines'>>`
    insert into payments.answer_figures (file_id, confirmed, returned, reversed, exceptions)
    select ${id}::uuid, count(*) filter (where kind = 'confirm'), count(*) filter (where kind = 'return'),
      count(*) filter (where kind = 'reverse'),
      (select count(*) from payments.answer_line where file_id = ${id} and exception is not null)
    from payments.instruction_outcome where file_id = ${id}
    returning confirmed, returned, reversed, exceptions`.execute(tx)
  return { lines, ...rows[0]! }
}

import { sql } from 'kysely'
import type { Transaction } from '#db'
import type { Currency, DateText } from '#kernel'
import type { PayeeAccountKind } from './account-number.ts'
import type { TransferKind } from './ledger.ts'
import type { LeftOutReason } from './prepare.ts'
import { findRun } from './run.sql.ts'
import type { Run, RunId, RunState } from './run.ts'
import { findRunFile, type RunFile } from './run-file.ts'
import type { RunPart } from './run-parts.ts'

export type RunSummary = {
  readonly id: RunId
  readonly reference: string
  readonly budgetLine: string
  readonly currency: Currency
  readonly label: string
  readonly period: string
  readonly state: RunState
  readonly instructions: number
  readonly amount: bigint
  readonly draftedAt: Date
  readonly draftedBy: string
}

/** Runs, the latest first; `before` is the last id of the page before. Those that pay for one purpose and of one period, where it is said. */
export async function listRuns(
  tx: Transaction,
  page: { readonly limit: number; readonly before?: RunId; readonly purpose?: string; readonly period?: string },
): Promise<RunSummary[]> {
  const { rows } = await sql<RunSummary>`
    select r.id, r.reference, r.budget_line as "budgetLine", l.currency, r.label, r.period, d.instructions, d.amount,
      d.recorded_at as "draftedAt", d.recorded_name as "draftedBy",
      (select e.state from payments.run_event e where e.run_id = r.id
       order by array_position(array['drafted', 'approved', 'file_made', 'sent', 'cancelled'], e.state) desc limit 1) as state
    from payments.run r
      join payments.budget_line l on l.code = r.budget_line
      join payments.run_event d on d.run_id = r.id and d.state = 'drafted'
    where (${page.before ?? null}::uuid is null or r.id < ${page.before ?? null}::uuid)
      and (${page.period ?? null}::text is null or r.period = ${page.period ?? null})
      and (${page.purpose ?? null}::text is null or exists (
        select from payments.run_total t where t.run_id = r.id and t.purpose = ${page.purpose ?? null}))
    order by r.id desc limit ${page.limit}`.execute(tx)
  return rows
}

export type RunDetail = Run & {
  readonly groups: readonly RunGroup[]
  readonly waiting: readonly { readonly reason: LeftOutReason; readonly lines: number; readonly amount: bigint }[]
  readonly file: RunFile | undefined
  /** How each provider's part leaves; empty before the file is made. */
  readonly parts: readonly RunPart[]
}

export type RunGroup = {
  readonly provider: string
  readonly providerName: string
  readonly purpose: string
  readonly lines: number
  readonly amount: bigint
}

/** A run with its totals by provider and purpose, who waits and why, its file and its history; by id or reference. */
export async function showRun(tx: Transaction, idOrReference: string): Promise<RunDetail | undefined> {
  const run = await findRun(tx, idOrReference)
  if (!run) return undefined
  const groups = await sql<RunGroup>`
    select t.provider, p.name as "providerName", t.purpose, t.lines, t.amount
    from payments.run_total t join payments.provider p on p.code = t.provider
    where t.run_id = ${run.id} order by t.provider, t.purpose`.execute(tx)
  const waiting = await sql<RunDetail['waiting'][number]>`
    select reason, count(*)::int as lines, sum(amount)::bigint as amount
    from payments.left_out where run_id = ${run.id} group by reason order by reason`.execute(tx)
  const parts = await sql<RunPart>`
    select provider, leaves_by as "leavesBy", instructions, amount from payments.run_part
    where run_id = ${run.id} order by provider collate "C"`.execute(tx)
  const file = await findRunFile(tx, run.id)
  return { ...run, groups: groups.rows, waiting: waiting.rows, file, parts: parts.rows }
}

/** One instruction with what it pays for: a line of the journey of a payee, or of a run opened to its rows. */
export type InstructionView = {
  /** Place in the run, from 1. */
  readonly position: number
  readonly endToEndId: string
  readonly run: RunId
  readonly reference: string
  readonly state: RunState
  /** When the run came into that state. */
  readonly stateAt: Date
  readonly payeeId: string
  readonly payeeName: string
  readonly territory: string
  readonly provider: string
  readonly providerName: string
  readonly accountKind: PayeeAccountKind
  /** The last four characters; the whole number is not for every page. */
  readonly accountEnd: string | null
  readonly amount: bigint
  readonly currency: Currency
  readonly lines: readonly { readonly entitlementId: string; readonly purpose: string; readonly period: string }[]
}

/** What was and will be paid to payees, the latest first: their part of the journey. */
export function instructionsOfPayees(tx: Transaction, payees: readonly string[]): Promise<InstructionView[]> {
  return instructions(tx, sql`i.payee_id = any (${payees}::uuid[])`, sql`i.run_id desc, i.position`, 1000)
}

/** The instructions of a run, in order; `after` is the last position of the page before. */
export function instructionsOfRun(
  tx: Transaction,
  run: RunId,
  page: { readonly limit: number; readonly after?: number },
): Promise<InstructionView[]> {
  return instructions(tx, sql`i.run_id = ${run} and i.position > ${page.after ?? 0}`, sql`i.position`, page.limit)
}

/** What the actor sees of runs: all of their instructions, or those of the territories granted. */
export async function seenOfRuns(
  tx: Transaction,
  runs: readonly RunId[],
): Promise<ReadonlyMap<RunId, { readonly instructions: number; readonly amount: bigint }>> {
  const { rows } = await sql<{ run: RunId; instructions: number; amount: bigint }>`
    select run_id as run, count(*)::int as instructions, sum(amount)::bigint as amount
    from payments.instruction where run_id = any (${runs}::uuid[]) group by run_id`.execute(tx)
  return new Map(rows.map(({ run, ...seen }) => [run, seen]))
}

async function instructions(
  tx: Transaction,
  where: ReturnType<typeof sql>,
  order: ReturnType<typeof sql>,
  limit: number,
): Promise<InstructionView[]> {
  const { rows } = await sql<InstructionView>`
    select i.position, payments.end_to_end_id(r.reference, i.position) as "endToEndId", i.run_id as run, r.reference,
      e.state, e.recorded_at as "stateAt", i.payee_id as "payeeId", i.payee_name as "payeeName", i.territory, i.provider,
      p.name as "providerName",
      a.kind as "accountKind", coalesce(a.number_end, right(a.number, 4)) as "accountEnd", i.amount, b.currency, l.lines
    from payments.instruction i
      join payments.run r on r.id = i.run_id
      join payments.budget_line b on b.code = r.budget_line
      join payments.payee_account a on a.id = i.account_id
      join payments.provider p on p.code = i.provider
      join lateral (
        select state, recorded_at from payments.run_event where run_id = i.run_id
        order by array_position(array['drafted', 'approved', 'file_made', 'sent', 'cancelled'], state) desc limit 1) e on true
      join lateral (
        select jsonb_agg(jsonb_build_object('entitlementId', entitlement_id, 'purpose', purpose, 'period', period)
          order by period, purpose, entitlement_id) as lines
        from payments.run_line where run_id = i.run_id and position = i.position) l on true
    where ${where} order by ${order} limit ${limit}`.execute(tx)
  return rows
}

export type WaitingView = {
  readonly run: RunId
  readonly reference: string
  readonly entitlementId: string
  /** Null where nobody is there to receive. */
  readonly payeeId: string | null
  readonly territory: string
  readonly purpose: string
  readonly period: string
  readonly amount: bigint
  readonly currency: Currency
  readonly reason: LeftOutReason
  /** Why it came back, as its carrier said it. */
  readonly code: string | null
  /** When the run that left it out was drafted. */
  readonly since: Date
}

/**
 * Entitlements that a run left out and that no later run took up: who waits, and why. By payee, and by entitlement for those
 * that nobody is there to receive.
 */
export function waitingOfPayees(
  tx: Transaction,
  payees: readonly string[],
  entitlements: readonly string[] = [],
): Promise<WaitingView[]> {
  return waiting(
    tx,
    sql`w.payee_id = any (${payees}::uuid[]) or w.entitlement_id = any (${entitlements}::uuid[])`,
    WAITING_OF_PAYEES,
  )
}

const WAITING_OF_PAYEES = 1_000

/** The same of everybody: the work list. */
export function allWaiting(tx: Transaction, most: number): Promise<WaitingView[]> {
  return waiting(tx, sql`true`, most)
}

async function waiting(tx: Transaction, where: ReturnType<typeof sql>, most: number): Promise<WaitingView[]> {
  const { rows } = await sql<WaitingView>`
    select distinct on (w.entitlement_id) w.run_id as run, r.reference, w.entitlement_id as "entitlementId",
      w.payee_id as "payeeId", w.territory, w.purpose, w.period, w.amount, b.currency, w.reason, w.code, d.recorded_at as since
    from payments.left_out w
      join payments.run r on r.id = w.run_id
      join payments.budget_line b on b.code = r.budget_line
      join payments.run_event d on d.run_id = w.run_id and d.state = 'drafted'
    where (${where})
      and not exists (select from payments.run_line l where l.entitlement_id = w.entitlement_id
        and not payments.told_is_over(l.run_id, l.position, l.entitlement_id))
    order by w.entitlement_id, w.run_id desc limit ${most}`.execute(tx)
  return rows
}

export type Movement = {
  readonly id: string
  readonly kind: TransferKind
  readonly debit: bigint
  readonly credit: bigint
  readonly recordedAt: Date
  readonly recordedBy: string
  readonly reason: string | null
  /** The run whose instructions make the movement, with the part of it: open it to see each family. */
  readonly run: RunId | null
  readonly reference: string | null
  readonly provider: string | null
  readonly purpose: string | null
}

/** What moved on an account of the ledger, the latest first, each with the run behind it. */
export async function movementsOf(
  tx: Transaction,
  account: number,
  page: { readonly limit: number; readonly until?: Date },
): Promise<Movement[]> {
  const { rows } = await sql<Movement>`
    select p.transfer as id, p.kind, p.debit, p.credit, p.recorded_at as "recordedAt", t.recorded_by as "recordedBy",
      t.reason, rp.run_id as run, r.reference, rp.provider, rp.purpose
    from payments.posting p
      join payments.transfer t on t.id = p.transfer
      left join payments.run_posting rp on rp.transfer = p.transfer
      left join payments.run r on r.id = rp.run_id
    where p.account = ${account} and p.recorded_at <= ${page.until ?? 'infinity'}::timestamptz
    order by p.recorded_at desc, p.transfer limit ${page.limit}`.execute(tx)
  return rows
}

export type BudgetState = {
  readonly code: string
  readonly funder: string
  readonly label: string
  readonly currency: Currency
  /** Given, less what was withdrawn. */
  readonly budget: bigint
  /** Committed, sent and confirmed, each including what went further down the chain. */
  readonly committed: bigint
  readonly sent: bigint
  readonly confirmed: bigint
  readonly returned: bigint
  readonly openedOn: DateText
}

/** Budget ≥ committed ≥ sent ≥ confirmed, line by line. */
export async function budgetStates(tx: Transaction, codes?: readonly string[]): Promise<BudgetState[]> {
  const { rows } = await sql<BudgetState>`
    select l.code, l.funder, l.label, l.currency, l.opened_at::date as "openedOn",
      coalesce(sum(b.debits - b.credits) filter (where a.kind = 'funder'), 0)::bigint as budget,
      coalesce(sum(b.credits - b.debits) filter (where a.kind not in ('funder', 'budget_line')), 0)::bigint as committed,
      coalesce(sum(b.credits - b.debits) filter (where a.kind in ('provider', 'recipients', 'overpaid', 'written_off')), 0)::bigint as sent,
      coalesce(sum(b.credits - b.debits) filter (where a.kind in ('recipients', 'overpaid', 'written_off')), 0)::bigint as confirmed,
      coalesce(sum(b.credits - b.debits) filter (where a.kind = 'returned'), 0)::bigint as returned
    from payments.budget_line l
      left join payments.account a on a.budget_line = l.code
      left join payments.account_balance b on b.account = a.id
    where ${codes ?? null}::text[] is null or l.code = any (${codes ?? null}::text[])
    group by l.code order by l.code`.execute(tx)
  return rows
}

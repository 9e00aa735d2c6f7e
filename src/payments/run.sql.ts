import { sql } from 'kysely'
import type { Transaction } from '#db'
import type { Currency } from '#kernel'
import type { TransferId } from './ledger.ts'
import type { Run, RunFact, RunId, RunState, RunTotals } from './run.ts'

/** Who acts in this transaction, as the database records it; undefined for nobody known. */
export async function actorOf(tx: Transaction): Promise<string | undefined> {
  const { rows } = await sql<{ actor: string | null }>`select payments.actor() as actor`.execute(tx)
  return rows[0]?.actor ?? undefined
}

/** Makes this transaction the only one that moves the run. Taken before anything is read. */
export async function lockRun(tx: Transaction, id: RunId): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`payments.run ${id}`}, 0))`.execute(tx)
}

type RunRow = {
  id: RunId
  reference: string
  budget_line: string
  currency: Currency
  label: string
  period: string
  instructions: number
  amount: bigint
  content_hash: string
  facts: { state: RunState; at: string; by: string; byName: string; reason: string | null }[]
}

/** A run by its id or by its reference. */
export async function findRun(tx: Transaction, idOrReference: string): Promise<Run | undefined> {
  const { rows } = await sql<RunRow>`
    select r.id, r.reference, r.budget_line, l.currency, r.label, r.period, d.instructions, d.amount, d.content_hash, f.facts
    from payments.run r
      join payments.budget_line l on l.code = r.budget_line
      join payments.run_event d on d.run_id = r.id and d.state = 'drafted'
      join lateral (
        select json_agg(json_build_object('state', e.state, 'at', e.recorded_at, 'by', e.recorded_by,
          'byName', e.recorded_name, 'reason', e.reason) order by e.recorded_at) as facts
        from payments.run_event e where e.run_id = r.id) f on true
    where r.id::text = ${idOrReference} or r.reference = ${idOrReference}`.execute(tx)
  return rows[0] && toRun(rows[0])
}

function toRun(row: RunRow): Run {
  return {
    id: row.id,
    reference: row.reference,
    budgetLine: row.budget_line,
    currency: row.currency,
    label: row.label,
    period: row.period,
    totals: { instructions: row.instructions, amount: row.amount, contentHash: row.content_hash },
    facts: row.facts.map(fact => ({ ...fact, at: new Date(fact.at) })),
  }
}

export async function insertFact(
  tx: Transaction,
  run: RunId,
  fact: Pick<RunFact, 'state'> & { readonly totals?: RunTotals; readonly reason?: string },
): Promise<void> {
  await sql`
    insert into payments.run_event (run_id, state, instructions, amount, content_hash, reason)
    values (${run}, ${fact.state}, ${fact.totals?.instructions ?? null}, ${fact.totals?.amount ?? null},
      ${fact.totals?.contentHash ?? null}, ${fact.reason ?? null})`.execute(tx)
}

/** SHA-256 over the content of the run as it stands in the tables now. */
export async function contentHash(tx: Transaction, run: RunId): Promise<string> {
  const { rows } = await sql<{ hash: string }>`select payments.run_hash(${run}) as hash`.execute(tx)
  return rows[0]!.hash
}

export type RunGroupTotal = {
  readonly provider: string
  readonly purpose: string
  readonly lines: number
  readonly amount: bigint
}

/** What a run pays by provider and purpose: the grain of its postings. */
export async function runTotals(tx: Transaction, run: RunId): Promise<RunGroupTotal[]> {
  const { rows } = await sql<RunGroupTotal>`
    select provider, purpose, lines, amount from payments.run_total where run_id = ${run} order by provider, purpose`.execute(
    tx,
  )
  return rows
}

export async function insertRunPostings(
  tx: Transaction,
  run: RunId,
  kind: 'commit' | 'release' | 'send',
  postings: readonly { readonly provider: string; readonly purpose: string; readonly transfer: TransferId }[],
): Promise<void> {
  await sql`
    insert into payments.run_posting (run_id, provider, purpose, kind, transfer)
    select ${run}::uuid, provider, purpose, ${kind}, transfer from unnest(
      ${postings.map(one => one.provider)}::text[], ${postings.map(one => one.purpose)}::text[],
      ${postings.map(one => one.transfer)}::uuid[]) as posting (provider, purpose, transfer)`.execute(tx)
}

/** What is still free to commit on a budget line, its account locked until the transaction ends. */
export async function lockAvailable(tx: Transaction, budgetLine: string): Promise<bigint> {
  const { rows } = await sql<{ free: bigint }>`
    select l.credits - l.debits as free
    from payments.lock_accounts(array(
      select id from payments.account where budget_line = ${budgetLine} and kind = 'budget_line')) l`.execute(tx)
  return rows[0]?.free ?? 0n
}

/** How many payees of a run the actor is too close to approve it. */
export async function closePayees(tx: Transaction, run: RunId): Promise<number> {
  const { rows } = await sql<{ close: number }>`select payments.close_payees(${run}) as close`.execute(tx)
  return rows[0]!.close
}

/** How many lines of a run pay what an earlier attempt may have paid after all. */
export async function paidAfterAllIn(tx: Transaction, run: RunId): Promise<number> {
  const { rows } = await sql<{ lines: number }>`select payments.paid_after_all(${run}) as lines`.execute(tx)
  return rows[0]!.lines
}

/** Money of lines that an earlier run paid and that came back, on the budget line that had paid it. */
export type CameBack = { readonly budgetLine: string; readonly purpose: string; readonly amount: bigint }

export async function cameBack(tx: Transaction, run: RunId): Promise<readonly CameBack[]> {
  const { rows } = await sql<CameBack>`
    select budget_line as "budgetLine", purpose, amount from payments.came_back(${run}) order by 1, 2`.execute(tx)
  return rows
}

export async function insertRestores(
  tx: Transaction,
  run: RunId,
  restores: readonly (CameBack & { readonly id: TransferId })[],
): Promise<void> {
  await sql`
    insert into payments.run_restore (run_id, budget_line, purpose, transfer)
    select ${run}::uuid, budget_line, purpose, transfer from unnest(
      ${restores.map(one => one.budgetLine)}::text[], ${restores.map(one => one.purpose)}::text[],
      ${restores.map(one => one.id)}::uuid[]) as restore (budget_line, purpose, transfer)`.execute(tx)
}

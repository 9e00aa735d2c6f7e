// Held against each other: what the providers did, by their own books, and what ours say.
import { sql } from 'kysely'
import { type Database, transaction, workerActor } from '#db'
import { actionOf } from '#payments'
import type { History } from './plan.ts'

/** What a provider did to each payment, in order: by end-to-end id. */
export type Truth = ReadonlyMap<string, readonly string[]>

type Row = {
  id: string
  entitlement: string
  attempt: number
  outcomes: string
  doubts: number
  /** Code with which it came back. */
  reason: string | null
}

/** What an instruction may be with us after what its provider did. */
function agrees(theirs: string, { outcomes, doubts }: Row): boolean {
  switch (theirs) {
    case 'paid':
      return outcomes === 'confirm' && doubts === 0
    case 'refused':
      return outcomes === 'return' && doubts === 0
    case 'paid,returned':
      // Whether it was heard of in between depends on what was lost.
      return (outcomes === 'return' || outcomes === 'confirm,reverse') && doubts === 0
    case 'refused,paid':
      // Either word may have come first or alone; where both did, a person looks.
      return outcomes === 'confirm' || (outcomes === 'return' && doubts > 0)
    default:
      return false
  }
}

/** Everything in which the two differ, or that should never be, in sentences; none where all is well. */
export async function differences(
  worker: Database,
  history: History,
  truth: Truth,
  { runs }: { readonly runs: 'one' | 'all' },
): Promise<string[]> {
  const { rows, left, books } = await read(worker, history)
  const found: string[] = []
  for (const row of rows) {
    const theirs = truth.get(row.id)?.join() ?? 'nothing'
    if (!agrees(theirs, row))
      found.push(`${row.id}: the provider ${theirs}; ours ${row.outcomes || 'waits'}, ${row.doubts} doubts`)
  }
  for (const { entitlementId } of history.lines) {
    const attempts = rows.filter(row => row.entitlement === entitlementId)
    // Paid by a provider that had said that it refused, perhaps after it was tried again: nobody could know; a person is told.
    const net = attempts.filter(({ id, doubts }) => {
      const theirs = (truth.get(id) ?? []).join()
      return theirs === 'paid' || (theirs === 'refused,paid' && doubts === 0)
    }).length
    if (net > 1) found.push(`${entitlementId}: paid ${net} times`)
    const last = attempts.at(-1)
    const doubt = attempts.some(row => row.doubts > 0)
    // What a later run could have tried again was tried; the rest waits with the reason for which it came back.
    const forgotten = runs === 'all' && last?.attempt === 1 && !doubt && actionOf(last.reason ?? '') === 'retry'
    const waits = last?.outcomes === 'confirm' || doubt || left.has(entitlementId) || (last?.reason ?? '') !== ''
    if (!waits || forgotten) {
      found.push(`${entitlementId}: neither paid nor waiting with a reason`)
    }
  }
  for (const [id, said] of truth) {
    if (said.filter(word => word === 'paid').length > 1) found.push(`${id}: the provider paid it ${said.join()}`)
  }
  const { faults, budget, committed, sent, confirmed, ours } = books
  if (faults > 0) found.push(`the ledger has ${faults} faults`)
  if (!(budget >= committed && committed >= sent && sent >= confirmed)) {
    found.push(`${history.budgetLine}: budget ${budget}, committed ${committed}, sent ${sent}, confirmed ${confirmed}`)
  }
  if (confirmed !== ours)
    found.push(`${history.budgetLine}: the ledger confirms ${confirmed}, the instructions ${ours}`)
  return found
}

async function read(worker: Database, { budgetLine }: History) {
  return transaction(worker, workerActor('torture'), async tx => {
    const { rows } = await sql<Row>`
      select payments.end_to_end_id(r.reference, i.position) as id, l.entitlement_id as entitlement, l.attempt,
        array_to_string(array(
          select o.kind from payments.instruction_outcome o where (o.run_id, o.position) = (i.run_id, i.position) order by 1), ',') as outcomes,
        (select count(*)::int from payments.answer_line a
          where (a.run_id, a.position) = (i.run_id, i.position) and a.exception = 'ambiguous') as doubts,
        (select a.reason from payments.instruction_outcome o join payments.answer_line a on (a.file_id, a.line) = (o.file_id, o.line)
          where (o.run_id, o.position) = (i.run_id, i.position) and o.kind in ('return', 'reverse')) as reason
      from payments.run r
        join payments.run_event e on e.run_id = r.id and e.state = 'sent'
        join payments.instruction i on i.run_id = r.id
        join payments.run_line l on (l.run_id, l.position) = (i.run_id, i.position)
      where r.budget_line = ${budgetLine} order by l.entitlement_id, l.attempt`.execute(tx)
    const left = await sql<{ id: string }>`
      select distinct o.entitlement_id as id from payments.left_out o join payments.run r on r.id = o.run_id
      where r.budget_line = ${budgetLine}`.execute(tx)
    const books = await sql<{
      faults: number
      budget: bigint
      committed: bigint
      sent: bigint
      confirmed: bigint
      ours: bigint
    }>`
      with held as (
        select a.kind, sum(b.credits - b.debits)::bigint as now
        from payments.account a join payments.account_balance b on b.account = a.id where a.budget_line = ${budgetLine} group by 1),
      sums as (select
        coalesce((select sum(now) from held where kind <> 'funder'), 0) as budget,
        coalesce((select sum(now) from held where kind in ('commitment', 'provider', 'recipients', 'returned')), 0) as committed,
        coalesce((select sum(now) from held where kind in ('provider', 'recipients', 'returned')), 0) as sent,
        coalesce((select sum(now) from held where kind = 'recipients'), 0) as confirmed)
      select (select count(*)::int from payments.ledger_fault) as faults,
        budget::bigint, committed::bigint, sent::bigint, confirmed::bigint,
        coalesce((select sum(i.amount) from payments.instruction i join payments.run r on r.id = i.run_id
          where r.budget_line = ${budgetLine}
            and exists (select from payments.instruction_outcome o where (o.run_id, o.position, o.kind) = (i.run_id, i.position, 'confirm'))
            and not exists (select from payments.instruction_outcome o where (o.run_id, o.position, o.kind) = (i.run_id, i.position, 'reverse'))), 0)::bigint as ours
      from sums`.execute(tx)
    return { rows, left: new Set(left.rows.map(row => row.id)), books: books.rows[0]! }
  })
}

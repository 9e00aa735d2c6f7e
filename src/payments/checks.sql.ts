// What must hold of the books and the runs, asked of the tables once more: guards can be removed, disks can lie.
import { type RawBuilder, sql } from 'kysely'
import type { DataCheck } from '#db'

const STOP_PAYMENTS =
  'Stop payments: approve, send and file nothing. Compare with the last verified backup, and have the difference explained by the audit before anything is posted.'

/** A question whose rows are what is wrong: each a text in `what`. */
function rowsWrong(
  name: string,
  asks: string,
  todo: string,
  says: (list: string, count: number) => string,
  query: RawBuilder<{ what: string }>,
): DataCheck {
  return {
    name,
    asks,
    async run(tx) {
      const { rows } = await query.execute(tx)
      if (rows.length === 0) return []
      const shown = rows.slice(0, 5).map(row => row.what)
      const list = `${shown.join('; ')}${rows.length > 5 ? '; …' : ''}`
      return [{ check: name, severity: 'serious', says: says(list, rows.length), todo }]
    },
  }
}

export const paymentChecks: readonly DataCheck[] = [
  rowsWrong(
    'ledger-totals',
    'the running totals of every account are the sums of its transfers',
    STOP_PAYMENTS,
    (list, count) => `${count} accounts of the ledger do not add up: ${list}.`,
    sql`select format('account %s: totals %s/%s, transfers %s/%s', account, debits, credits, debits_posted, credits_posted) as what
      from payments.ledger_fault order by account limit 100`,
  ),
  rowsWrong(
    'books-balance',
    'debits equal credits in every book',
    STOP_PAYMENTS,
    (list, count) => `${count} books do not balance: ${list}.`,
    sql`select format('%s: debits %s, credits %s', a.budget_line, sum(b.debits), sum(b.credits)) as what
      from payments.account a join payments.account_balance b on b.account = a.id
      group by a.budget_line having sum(b.debits) <> sum(b.credits) order by 1 limit 100`,
  ),
  rowsWrong(
    'budget-order',
    'budget ≥ committed ≥ sent ≥ confirmed, from the transfers alone',
    STOP_PAYMENTS,
    (list, count) => `${count} accounts fell below nothing: ${list}.`,
    sql`select format('account %s (%s of %s): %s', a.id, a.kind, a.budget_line, sum(p.credit - p.debit)) as what
      from payments.account a join payments.posting p on p.account = a.id
      where a.kind <> 'funder' group by a.id having sum(p.credit - p.debit) < 0 order by a.id limit 100`,
  ),
  rowsWrong(
    'run-sums',
    'the instructions and the lines of every run add up to its totals',
    'Cancel the run if it was not sent; if it was, reconcile it with the provider line by line. The rows were changed outside of the program.',
    (list, count) => `${count} payment runs do not add up: ${list}.`,
    sql`with total as (select run_id, sum(amount) as amount, sum(lines) as lines from payments.run_total group by 1),
        line as (select run_id, sum(amount) as amount, count(*) as lines from payments.run_line group by 1),
        instruction as (select run_id, sum(amount) as amount from payments.instruction group by 1)
      select format('run %s: totals %s, lines %s, instructions %s', r.reference, t.amount, l.amount, i.amount) as what
      from payments.run r join payments.run_event e on e.run_id = r.id and e.state = 'drafted'
        left join total t on t.run_id = r.id left join line l on l.run_id = r.id left join instruction i on i.run_id = r.id
      where (t.amount, t.lines) is distinct from (l.amount, l.lines) or t.amount is distinct from i.amount
      order by r.reference limit 100`,
  ),
  rowsWrong(
    'payment-orphans',
    'every instruction and line has its run, every instruction its account',
    'Do not send these runs. Restore the missing rows from the last verified backup (socle restore --database NAME beside this one).',
    (list, count) => `Rows that point at nothing: ${list} (${count} kinds).`,
    sql`select format('%s: %s rows', kind, count(*)) as what from (
        select 'instructions without a run' as kind from payments.instruction i
          where not exists (select from payments.run r where r.id = i.run_id)
        union all select 'lines without a run' from payments.run_line l
          where not exists (select from payments.run r where r.id = l.run_id)
        union all select 'instructions without an account' from payments.instruction i
          where not exists (select from payments.payee_account a where a.id = i.account_id)
      ) as lost group by kind order by kind`,
  ),
  rowsWrong(
    'cash-one-way',
    'what a run orders of a network of cash is paid by its till or at our counter, never by both',
    'Hand nothing over at the points of these networks for these runs, and ask the network what it paid by its own till. What both paid is overpaid: record it so.',
    (list, count) => `${count} parts of runs have two ways out: ${list}.`,
    sql`select format('run %s, %s: %s', r.reference, f.provider, f.fault) as what
      from (
        select w.run_id, w.provider, 'orders left for the network, and a window at our counter is announced' as fault
        from payments.cash_window w join payments.run_part p using (run_id, provider)
        where p.leaves_by <> 'counter'
        union
        select c.run_id, o.provider, 'handed over at our counter, though the network was ordered to pay'
        from payments.cash_payment c join payments.point o on o.id = c.point
          join payments.run_part p on p.run_id = c.run_id and p.provider = o.provider
        where p.leaves_by <> 'counter'
        union
        select p.run_id, p.provider, 'answered by the network, though our counter pays'
        from payments.run_part p join payments.answer_file a on a.provider = p.provider and a.format not like 'socle.points.%'
        where p.leaves_by = 'counter' and exists (
          select from payments.instruction_outcome x where x.run_id = p.run_id and x.file_id = a.id)
      ) f join payments.run r on r.id = f.run_id order by 1 limit 100`,
  ),
]

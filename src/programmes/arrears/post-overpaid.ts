import { sql } from 'kysely'
import type { Transaction } from '#db'
import { newId } from '#kernel'
import { postTransfers, type TransferRequest, trialBalance } from '#payments'

/**
 * Brings the ledger's accounts of what payees hold without a right to what it is: for each book, the outstanding part of what
 * its payees did receive. What is settled, or turns out to be owed after all, goes back. Posting again posts nothing.
 */
export async function postOverpaid(tx: Transaction, pack: string): Promise<void> {
  const { rows } = await sql<{ budgetLine: string; amount: bigint }>`
    select budget_line as "budgetLine", sum(held)::bigint as amount
    from (
      -- The books that paid a month, one after the other: each holds no more than payees received from it.
      select budget_line, least(received, greatest(outstanding - before, 0)) as held
      from (
        select attempt.budget_line, over.outstanding_minor as outstanding, attempt.amount as received,
          sum(attempt.amount) over (partition by over.household_id, over.month order by line.id rows unbounded preceding)
            - attempt.amount as before
        from programmes.overpayment as over
          join programmes.owed_line as line using (household_id, pack, month)
          join payments.published_attempt as attempt on attempt.entitlement_id = line.id
        where over.pack = ${pack} and over.outstanding_minor > 0 and attempt.received
      ) as paid
    ) as each
    where held > 0 group by budget_line`.execute(tx)
  const wanted = new Map(rows.map(({ budgetLine, amount }) => [budgetLine, amount]))
  const standing = new Map(
    (await trialBalance(tx))
      .filter(({ kind, purpose }) => kind === 'overpaid' && purpose === pack)
      .map(({ budgetLine, credits, debits }) => [budgetLine, credits - debits]),
  )
  const requests = [...new Set([...wanted.keys(), ...standing.keys()])]
    .sort()
    .flatMap((budgetLine): TransferRequest[] => {
      const difference = (wanted.get(budgetLine) ?? 0n) - (standing.get(budgetLine) ?? 0n)
      if (difference === 0n) return []
      return [
        {
          id: newId<'transfer'>(),
          kind: difference > 0n ? 'overpay' : 'recover',
          budgetLine,
          purpose: pack,
          amount: difference > 0n ? difference : -difference,
        },
      ]
    })
  const posted = await postTransfers(tx, requests)
  if (!posted.ok) throw new Error(`overpaid by ${pack}: ${posted.refusal.code}`)
}

import type { Transaction } from '#db'
import { err, ok, type Result } from '#kernel'
import { findBooks, findTransfers, insertTransfers, lockAccounts, openAccounts } from './ledger.sql.ts'
import { accountsOf, decideTransfers, keyText, type TransferRefusal, type TransferRequest } from './ledger.ts'

/**
 * Posts transfers that stand or fall together, in the caller's transaction. Posting the same ids again changes nothing
 * and answers the same.
 */
export async function postTransfers(
  tx: Transaction,
  requests: readonly TransferRequest[],
): Promise<Result<{ readonly posted: number }, TransferRefusal>> {
  const sides = requests.map(accountsOf)
  const known = await findBooks(
    tx,
    requests.map(request => request.budgetLine),
    sides.flatMap(({ debit, credit }) => [debit.provider, credit.provider]).filter(code => code !== null),
  )
  const keys = sides
    .flatMap(({ debit, credit }) => [debit, credit])
    .filter(key => known.budgetLines.has(key.budgetLine) && (!key.provider || known.providers.has(key.provider)))
  const numbers = await openAccounts(tx, keys)
  const numberOf = new Map(keys.map((key, place) => [keyText(key), numbers[place] as number]))
  const totals = new Map((await lockAccounts(tx, numbers)).map(row => [row.account, row.credits - row.debits]))
  // After the lock: a retry racing the original waits for it, then sees what it posted.
  const earlier = await findTransfers(
    tx,
    requests.map(request => request.id),
  )
  const available = new Map([...numberOf].map(([key, number]) => [key, totals.get(number) ?? 0n]))
  const decision = decideTransfers(requests, { ...known, earlier, available })
  if (!decision.ok) return err(decision.refusal)
  const rows = decision.value.map(request => {
    const { debit, credit } = accountsOf(request)
    return {
      request,
      debitAccount: numberOf.get(keyText(debit)) as number,
      creditAccount: numberOf.get(keyText(credit)) as number,
    }
  })
  if (rows.length > 0) await insertTransfers(tx, rows)
  return ok({ posted: rows.length })
}

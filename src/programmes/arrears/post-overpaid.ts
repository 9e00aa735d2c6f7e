import { sql } from 'kysely'
import { defineJob, type Transaction, transaction, workerActor } from '#db'
import { type Id, newId } from '#kernel'
import { lockPreparation, postTransfers, type TransferRequest, trialBalance } from '#payments'

type Settled = {
  readonly id: string
  readonly household: Id<'Household'>
  readonly month: string
  readonly kind: 'refunded' | 'written_off'
  readonly territory: string
  readonly amount: bigint
}

/** The books that paid a month, in the order in which what was overpaid is theirs, with what payees received from each. */
type Book = { readonly budgetLine: string; readonly received: bigint }

/** Left to the workers once two persons settled something: the ledger follows. */
export const SETTLE_JOB = { name: 'settle_overpaid' } as const

/** Brings the ledger to what was given back or given up. Delivered twice it posts once. */
export const settleJob = defineJob<{ readonly country: string; readonly pack: string }>({
  ...SETTLE_JOB,
  minutes: 10,
  async run({ pack }, { worker }) {
    await transaction(worker, workerActor('overpaid'), async tx => {
      await lockPreparation(tx)
      await postOverpaid(tx, pack)
    })
  },
})

/**
 * Brings the ledger's accounts of what payees hold without a right to what it is: for each book, the outstanding part of what
 * its payees did receive. What is given back goes to the budget line, what is given up to `written_off`; what is kept back from
 * a right, or turns out to be owed after all, goes back. Posting again posts nothing. After `lockPreparation`.
 */
export async function postOverpaid(tx: Transaction, pack: string): Promise<void> {
  const settled = await notPosted(tx, pack)
  // First as if nothing of it were settled, so that each of these finds in its account what it takes out of it.
  if (settled.length > 0) await level(tx, pack)
  for (const each of settled) await post(tx, pack, each)
  await level(tx, pack)
}

/** What two persons settled and no transfer followed yet, the first recorded first. */
async function notPosted(tx: Transaction, pack: string): Promise<readonly Settled[]> {
  const { rows } = await sql<Settled>`
    select id, household_id as household, month, kind, territory, amount_minor as amount
    from programmes.recovery as r
    where pack = ${pack} and kind in ('refunded', 'written_off')
      and not exists (select from programmes.recovery_posting p where p.household_id = r.household_id and p.recovery_id = r.id)
    order by recorded_at, id`.execute(tx)
  return rows
}

/** Each book's account is what its payees hold of what is outstanding; what is settled and not posted is outstanding still. */
async function level(tx: Transaction, pack: string): Promise<void> {
  const { rows } = await sql<{ budgetLine: string; amount: bigint }>`
    with over as (
      select o.household_id, o.pack, o.month, o.outstanding_minor + coalesce((
        select sum(r.amount_minor)::bigint from programmes.recovery as r
        where r.household_id = o.household_id and r.pack = o.pack and r.month = o.month
          and r.kind in ('refunded', 'written_off') and not exists (
            select from programmes.recovery_posting p where p.household_id = r.household_id and p.recovery_id = r.id)
      ), 0) as outstanding
      from programmes.overpayment as o where o.pack = ${pack}
    )
    select budget_line as "budgetLine", sum(held)::bigint as amount
    from (
      -- The books that paid a month, one after the other: each holds no more than payees received from it.
      select budget_line, least(received, greatest(outstanding - before, 0)) as held
      from (
        select attempt.budget_line, over.outstanding, attempt.amount as received,
          sum(attempt.amount) over (partition by over.household_id, over.month order by line.id rows unbounded preceding)
            - attempt.amount as before
        from over
          join programmes.owed_line as line using (household_id, pack, month)
          join payments.published_attempt as attempt on attempt.entitlement_id = line.id
        where over.outstanding > 0 and attempt.received
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
  await posted(tx, pack, requests)
}

/** One settlement: out of the books that held it, the last first, as `level` would find less in them. */
async function post(tx: Transaction, pack: string, settled: Settled): Promise<void> {
  const { household, month, territory, kind, id } = settled
  const shares = sharesOf(await booksOf(tx, pack, settled), await outstandingWith(tx, pack, settled), settled.amount)
  const requests = [...shares].map(
    ([budgetLine, amount]): TransferRequest => ({
      id: newId<'transfer'>(),
      kind: kind === 'refunded' ? 'refund' : 'write_off',
      budgetLine,
      purpose: pack,
      amount,
      reason: `${kind} ${month}`,
    }),
  )
  await posted(tx, pack, requests)
  const rows = requests.length > 0 ? requests : [{ id: null, budgetLine: '', amount: 0n }]
  for (const { id: transfer, budgetLine, amount } of rows) {
    await sql`
      insert into programmes.recovery_posting (household_id, recovery_id, budget_line, transfer_id, pack, territory, amount_minor)
      values (${household}, ${id}, ${budgetLine}, ${transfer}, ${pack}, ${territory}, ${amount})`.execute(tx)
  }
}

/** What each book loses when so much of what is outstanding is settled. Pure. */
export function sharesOf(books: readonly Book[], outstanding: bigint, amount: bigint): ReadonlyMap<string, bigint> {
  const shares = new Map<string, bigint>()
  let before = 0n
  for (const { budgetLine, received } of books) {
    const held = (open: bigint) => {
      const left = open > before ? open - before : 0n
      return left < received ? left : received
    }
    const share = held(outstanding) - held(outstanding - amount)
    if (share > 0n) shares.set(budgetLine, (shares.get(budgetLine) ?? 0n) + share)
    before += received
  }
  return shares
}

async function booksOf(tx: Transaction, pack: string, { household, month }: Settled): Promise<readonly Book[]> {
  const { rows } = await sql<Book>`
    select attempt.budget_line as "budgetLine", attempt.amount as received
    from programmes.owed_line as line join payments.published_attempt as attempt on attempt.entitlement_id = line.id
    where line.household_id = ${household} and line.pack = ${pack} and line.month = ${month} and attempt.received
    order by line.id`.execute(tx)
  return rows
}

/** What is outstanding of the month with this settlement, and those after it, taken back out. */
async function outstandingWith(tx: Transaction, pack: string, { household, month }: Settled): Promise<bigint> {
  const { rows } = await sql<{ amount: bigint }>`
    select o.outstanding_minor + coalesce((
      select sum(r.amount_minor)::bigint from programmes.recovery as r
      where r.household_id = o.household_id and r.pack = o.pack and r.month = o.month
        and r.kind in ('refunded', 'written_off') and not exists (
          select from programmes.recovery_posting p where p.household_id = r.household_id and p.recovery_id = r.id)
    ), 0) as amount
    from programmes.overpayment as o where o.household_id = ${household} and o.pack = ${pack} and o.month = ${month}`.execute(
    tx,
  )
  return rows[0]?.amount ?? 0n
}

async function posted(tx: Transaction, pack: string, requests: readonly TransferRequest[]): Promise<void> {
  const answer = await postTransfers(tx, requests)
  if (!answer.ok) throw new Error(`overpaid by ${pack}: ${answer.refusal.code}`)
}

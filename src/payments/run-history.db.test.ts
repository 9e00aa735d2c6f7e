import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { sql } from 'kysely'
import { newId } from '#kernel'
import { testDatabase } from '../../test/database.ts'
import { paymentTests, requestFor } from '../../test/payments.ts'
import { approveRun, cancelRun, markRunSent, prepareRun, type RunId, trialBalance } from './index.ts'

const databases = await testDatabase()
const { make, check, owed, openLine, fileOf, held } = await paymentTests(databases)

const SLOTS = 4
const entitlements = 12
const slot = fc.nat(SLOTS - 1)
const operation = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('prepare'), slot, first: fc.nat(entitlements - 1), count: fc.nat(8) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('approve'), slot, first: fc.constant(0), count: fc.constant(0) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('file'), slot, first: fc.constant(0), count: fc.constant(0) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('send'), slot, first: fc.constant(0), count: fc.constant(0) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('cancel'), slot, first: fc.constant(0), count: fc.constant(0) }),
  },
)
type Operation = typeof operation extends fc.Arbitrary<infer Value> ? Value : never

/** Runs of several histories do not mix: each has its own entitlements, budget line and run ids. */
async function history() {
  const lines = await owed(entitlements)
  // Covers about half of what is owed, so that approvals are refused too.
  const budgetLine = await openLine(300_000n)
  const runs = Array.from({ length: SLOTS }, () => newId<'payment-run'>())
  async function perform({ kind, slot, first, count }: Operation): Promise<void> {
    const run = runs[slot] as RunId
    if (kind === 'prepare') {
      const request = requestFor(budgetLine, { id: run })
      await make(tx => prepareRun(tx, request, { lines: lines.slice(first, first + count) }))
    } else if (kind === 'approve') await check(tx => approveRun(tx, run))
    else if (kind === 'file') await fileOf(run)
    else if (kind === 'send') await check(tx => markRunSent(tx, run))
    else if (await cancelled(run)) runs[slot] = newId()
  }
  /** A slot whose run is cancelled takes a new run. */
  async function cancelled(run: RunId): Promise<boolean> {
    return (await check(tx => cancelRun(tx, run, 'a mistake'))).ok
  }
  return { lines, budgetLine, perform }
}

async function mustHold(budgetLine: string, ids: readonly string[]): Promise<void> {
  const { rows } = await make(tx =>
    sql<{ live: number; committed: bigint; sent: bigint }>`
      select coalesce(max(n), 0)::int as live, coalesce(sum(committed), 0)::bigint as committed, coalesce(sum(sent), 0)::bigint as sent
      from (
        select count(*) as n,
          sum(l.amount) filter (where exists (select from payments.run_event e where e.run_id = l.run_id and e.state = 'approved')) as committed,
          sum(l.amount) filter (where exists (select from payments.run_event e where e.run_id = l.run_id and e.state = 'sent')) as sent
        from payments.run_line l
        where l.entitlement_id = any (${ids}::uuid[]) and not payments.attempt_is_over(l.run_id, l.position, l.entitlement_id)
        group by l.entitlement_id) as entitlement`.execute(tx),
  )
  const { live, committed, sent } = rows[0]!
  assert.ok(live <= 1, 'an entitlement is in one living run at most')
  const books = await held(budgetLine)
  assert.equal(books.committed, committed, 'what is committed is what approved runs pay')
  assert.equal(books.sent, sent, 'what is sent is what sent runs pay')
  assert.ok(books.budget >= books.committed && books.committed >= books.sent)
  const balance = await check(tx => trialBalance(tx, { budgetLine }))
  const sum = (side: 'debits' | 'credits') => balance.reduce((total, row) => total + row[side], 0n)
  assert.equal(sum('debits'), sum('credits'))
}

test('whatever happens in whatever order: nobody is in two runs, and the ledger says what the runs say', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(operation, { minLength: 5, maxLength: 20 }), async operations => {
      const { lines, budgetLine, perform } = await history()
      for (const operation of operations) {
        await perform(operation)
        await mustHold(
          budgetLine,
          lines.map(line => line.entitlementId),
        )
      }
    }),
    { numRuns: 12 },
  )
})

test('the same, with every operation sent twice and three at a time', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(operation, { minLength: 6, maxLength: 18 }), async operations => {
      const { lines, budgetLine, perform } = await history()
      for (let next = 0; next < operations.length; next += 3) {
        const together = operations.slice(next, next + 3)
        await Promise.all([...together, ...together].map(perform))
        await mustHold(
          budgetLine,
          lines.map(line => line.entitlementId),
        )
      }
    }),
    { numRuns: 10 },
  )
  const { rows } = await check(tx => sql`select * from payments.ledger_fault`.execute(tx))
  assert.deepEqual(rows, [])
})

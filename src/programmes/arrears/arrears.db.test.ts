import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { sql } from 'kysely'
import { transaction } from '#db'
import type { Month } from '#kernel'
import {
  actor,
  amountsOf,
  arrearsTests,
  december,
  type Home,
  november,
  october,
  PACK,
  type Payment,
} from '../../../test/arrears.ts'
import { testDatabase } from '../../../test/database.ts'

const databases = await testDatabase()
const { owner } = databases
const { asWorker, homes, decided, paid, answered, standing, held } = await arrearsTests(databases)
const overpaidIn = (budgetLine: string) => standing(budgetLine, 'overpaid')

test('a month decided again says what is owed more and what less, and edits nothing', async () => {
  const [same, more, less, none, late] = (await homes(5)) as [Home, Home, Home, Home, Home]
  const first = await decided(
    december,
    new Map([
      [same, 50_000n],
      [more, 50_000n],
      [less, 50_000n],
      [none, 50_000n],
      [late, 0n],
    ]),
  )
  assert.deepEqual([first.added, first.adjusted.more, first.adjusted.less], [4, 0, 0])
  const again = new Map([
    [same, 50_000n],
    [more, 70_000n],
    [less, 30_000n],
    [none, 0n],
    [late, 40_000n],
  ])
  const second = await decided(december, again)
  assert.deepEqual(second, {
    pack: PACK,
    month: december,
    added: 1,
    standing: 3,
    adjusted: { more: 1, arrearsMinor: 20_000n, less: 2, overpaidMinor: 70_000n },
  })
  const third = await decided(december, again)
  assert.deepEqual([third.added, third.adjusted.more, third.adjusted.less], [0, 0, 0])
  for (const table of ['adjustment', 'recovery']) {
    for (const done of [`update programmes.${table} set amount_minor = 1`, `delete from programmes.${table}`]) {
      await assert.rejects(
        transaction(owner, actor, tx => sql.raw(done).execute(tx)),
        /written once|append-only|refused/i,
      )
    }
  }
  await answered((await paid(december, null)).payments)
})

test('a month that is not paid yet is paid what is owed now, at once', async () => {
  const [more, less, none] = (await homes(3)) as [Home, Home, Home]
  await decided(
    october,
    new Map([
      [more, 50_000n],
      [less, 50_000n],
      [none, 50_000n],
    ]),
  )
  await decided(
    october,
    new Map([
      [more, 70_000n],
      [less, 30_000n],
      [none, 0n],
    ]),
  )
  const { recovered, payments, budgetLine } = await paid(october, null)
  assert.deepEqual(amountsOf(payments).sort(), [30_000n, 70_000n])
  assert.deepEqual(recovered.ownMonth, { lines: 2, amountMinor: 70_000n })
  assert.equal(await overpaidIn(budgetLine), 0n)
  await answered(payments)
  assert.deepEqual(amountsOf((await paid(october, null)).payments), [])
})

test('arrears and those who were forgotten join the next payment, whatever month it is for', async () => {
  const [more, late] = (await homes(2)) as [Home, Home]
  await decided(
    october,
    new Map([
      [more, 50_000n],
      [late, 0n],
    ]),
  )
  await answered((await paid(october, null)).payments)
  await decided(
    october,
    new Map([
      [more, 70_000n],
      [late, 40_000n],
    ]),
  )
  await decided(
    november,
    new Map([
      [more, 50_000n],
      [late, 40_000n],
    ]),
  )
  const { payments } = await paid(november, null)
  assert.deepEqual(amountsOf(payments).sort(), [70_000n, 80_000n])
  await answered(payments)
})

test('what was overpaid is kept back within the share that the law allows, month after month, and stands in the ledger until then', async () => {
  const [home] = (await homes(1)) as [Home]
  await decided(october, new Map([[home, 50_000n]]))
  const first = await paid(october, '0.2')
  await answered(first.payments)
  await decided(october, new Map([[home, 35_000n]]))
  const months: [Month, bigint, bigint][] = [
    [november, 40_000n, 5_000n],
    [december, 45_000n, 0n],
  ]
  for (const [month, amount, left] of months) {
    await decided(month, new Map([[home, 50_000n]]))
    const { payments } = await paid(month, '0.2')
    assert.deepEqual(amountsOf(payments), [amount])
    assert.equal(await overpaidIn(first.budgetLine), left)
    await answered(payments)
  }
  const { confirmed } = await held(first.budgetLine)
  assert.equal(confirmed, 50_000n)
})

test('what was overpaid and comes back after all is no longer claimed, and is owed as it now stands', async () => {
  const [home] = (await homes(1)) as [Home]
  await decided(october, new Map([[home, 50_000n]]))
  const first = await paid(october, null)
  await answered(first.payments)
  await decided(october, new Map([[home, 30_000n]]))
  assert.deepEqual((await paid(november, null)).payments, [])
  assert.equal(await overpaidIn(first.budgetLine), 20_000n)
  await answered(first.payments, true)
  assert.equal(await overpaidIn(first.budgetLine), 0n)
  const { payments } = await paid(november, null)
  assert.deepEqual(amountsOf(payments), [30_000n])
  await answered(payments)
})

test('whatever is decided, paid, returned and reversed, every household gets what is right, once', async () => {
  const amount = fc.constantFrom(0n, 30_000n, 50_000n, 70_100n)
  const month = fc.constantFrom(october, november, december)
  const step = fc.oneof(
    fc.record({
      kind: fc.constant('decide' as const),
      month,
      amounts: fc.array(amount, { minLength: 3, maxLength: 3 }),
    }),
    fc.record({ kind: fc.constant('pay' as const), month }),
    fc.record({ kind: fc.constantFrom('answer' as const, 'reverse' as const), pick: fc.nat(30), back: fc.boolean() }),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 14 }), async steps => {
      const own = await homes(3)
      const right = new Map<string, bigint>()
      const out: Payment[] = []
      const confirmed: Payment[] = []
      for (const each of steps) {
        if (each.kind === 'decide') {
          await decided(each.month, new Map(own.map((home, index) => [home, each.amounts[index]!])))
          for (const [index, home] of own.entries()) right.set(`${home.household} ${each.month}`, each.amounts[index]!)
        } else if (each.kind === 'pay') out.push(...(await paid(each.month, '0.2')).payments)
        else if (each.kind === 'answer' && out.length > 0) {
          const [payment] = out.splice(each.pick % out.length, 1)
          await answered([payment!], each.back)
          if (!each.back) confirmed.push(payment!)
        } else if (each.kind === 'reverse' && confirmed.length > 0) {
          await answered(confirmed.splice(each.pick % confirmed.length, 1), true)
        }
        await holds(own, right)
      }
      await answered(out)
      // What is left is paid or kept back until nothing moves.
      for (let turn = 0; turn < 3; turn++)
        for (const each of [october, november, december]) await answered((await paid(each, '1')).payments)
      await holds(own, right)
      const { rows } = await asWorker(tx =>
        sql<{ net: bigint }>`
          select coalesce(sum(line.net_minor), 0)::bigint as net
          from programmes.owed_line as line left join payments.published_attempt as attempt on attempt.entitlement_id = line.id
          where line.household_id = any (${own.map(each => each.household)}::uuid[])
            and (attempt.entitlement_id is null or attempt.over)`.execute(tx),
      )
      assert.equal(rows[0]!.net, 0n)
    }),
    { numRuns: 12 },
  )
})

/** What was taken, what is still to be paid and what is claimed back come to what is right; the books balance. */
async function holds(own: readonly Home[], right: ReadonlyMap<string, bigint>): Promise<void> {
  const ids = own.map(each => each.household)
  const { rows } = await asWorker(tx =>
    sql<{ household: string; stands: bigint; beyond: number; claimed: bigint }>`
      select line.household_id as household, sum(case when attempt.over is false then attempt.amount else line.net_minor end)::bigint
          as stands,
        count(*) filter (where line.net_minor < 0 or attempt.over is false and attempt.amount <> line.net_minor)::int as beyond,
        (select coalesce(sum(outstanding_minor), 0)::bigint from programmes.overpayment o
          where o.household_id = line.household_id) as claimed
      from programmes.owed_line as line left join payments.published_attempt as attempt on attempt.entitlement_id = line.id
      where line.household_id = any (${ids}::uuid[]) group by line.household_id`.execute(tx),
  )
  const found = new Map(rows.map(row => [row.household, row]))
  for (const { household } of own) {
    const due = [...right].reduce((sum, [key, amount]) => (key.startsWith(household) ? sum + amount : sum), 0n)
    const row = found.get(household)
    assert.equal((row?.stands ?? 0n) - (row?.claimed ?? 0n), due)
    assert.equal(row?.beyond ?? 0, 0)
  }
  const { rows: faults } = await transaction(owner, actor, tx =>
    sql`
      select account from payments.ledger_fault
      union all select id::text::integer from (
        select 0 as id from programmes.recovery where kind = 'later_right'
        group by line_id having sum(amount_minor) > (
          select max(amount_minor) from programmes.owed_line where id = line_id)) as beyond`.execute(tx),
  )
  assert.deepEqual(faults, [])
}

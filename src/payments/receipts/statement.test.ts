import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { DateText } from '#kernel'
import { type Owed, yearStatement } from './statement.ts'
import type { PaymentAttempt } from './told-payments.ts'

const owed = (entitlement: string, period: string, amount: bigint): Owed => ({
  entitlement,
  purpose: 'ma/asd',
  period,
  amount,
  currency: 'MAD',
})
const attempt = (entitlement: string, state: PaymentAttempt['state'], amount: bigint, number = 1): PaymentAttempt => ({
  entitlement,
  payment: `R-${entitlement}-${number}`,
  attempt: number,
  purpose: 'ma/asd',
  period: '2026-01',
  amount,
  currency: 'MAD',
  state,
  day: '2026-02-01' as DateText,
  provider: 'bank',
  point: null,
  payeeName: 'Fatima',
})

test('a month paid, one that came back and was paid again, one on its way, one that nobody pays', () => {
  const { rows, totals } = yearStatement(
    '2026',
    [
      owed('a', '2026-01', 500n),
      owed('b', '2026-02', 500n),
      owed('c', '2026-03', 500n),
      owed('d', '2026-04', 500n),
      owed('e', '2025-12', 900n),
    ],
    [
      attempt('a', 'paid', 500n),
      attempt('b', 'returned', 500n),
      attempt('b', 'paid', 500n, 2),
      attempt('c', 'sent', 500n),
    ],
  )
  assert.deepEqual(
    rows.map(({ period, paid, returned, onItsWay, due }) => [period, paid, returned, onItsWay, due]),
    [
      ['2026-01', 500n, 0n, 0n, 0n],
      ['2026-02', 500n, 500n, 0n, 0n],
      ['2026-03', 0n, 0n, 500n, 0n],
      ['2026-04', 0n, 0n, 0n, 500n],
    ],
  )
  assert.deepEqual(totals, [{ currency: 'MAD', owed: 2000n, paid: 1000n, returned: 500n, onItsWay: 500n, due: 500n }])
})

test('whatever was owed and tried, each row and the totals add up', () => {
  const state = fc.constantFrom('planned', 'sent', 'paid', 'returned')
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.integer({ min: 1, max: 12 }), fc.array(state, { maxLength: 4 }))), months => {
      const list = months.map(([month], at) => owed(String(at), `2026-${String(month).padStart(2, '0')}`, 500n))
      const tries = months.flatMap(([, states], at) => states.map((each, n) => attempt(String(at), each, 500n, n)))
      const { rows, totals } = yearStatement('2026', list, tries)
      for (const row of [...rows, ...totals]) assert.equal(row.owed, row.paid + row.onItsWay + row.due)
      assert.equal(rows.length, list.length)
      const sum = rows.reduce((all, row) => all + row.returned, 0n)
      assert.equal(
        totals.reduce((all, row) => all + row.returned, 0n),
        sum,
      )
    }),
  )
})

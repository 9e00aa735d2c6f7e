import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { DayTotals } from './day-totals.ts'
import type { ReconciliationLine } from './line.ts'
import { prepare } from './prepared.ts'

const lines = fc.array(
  fc.record({
    amount: fc.option(fc.bigInt({ min: -3n, max: 3n }), { freq: 9 }),
    currency: fc.constantFrom('', 'MAD', 'XOF'),
    day: fc.option(fc.integer({ min: 20_000, max: 20_002 }), { freq: 9 }),
    leaves: fc.boolean(),
  }),
  { maxLength: 40 },
)

test('what the free lines of a day come to is their sum, whoever left and in whichever order', () => {
  const property = fc.property(lines, drawn => {
    const list = drawn.map(
      ({ amount, currency, day }, at): ReconciliationLine => ({
        id: `${at}`,
        references: [],
        amount,
        currency,
        day,
        name: '',
        text: '',
      }),
    )
    const side = prepare(list, []).ours
    const totals = new DayTotals(side, list.keys())
    for (const [line, { leaves }] of drawn.entries()) if (leaves) totals.remove(line)
    const stay = drawn.filter(({ leaves }) => !leaves)
    for (const day of [20_000, 20_001, 20_003]) {
      for (const currency of ['', 'MAD', 'XOF', 'EUR']) {
        for (const positive of [undefined, true, false]) {
          const own = stay.flatMap(each => {
            const agrees = currency === '' || each.currency === '' || each.currency === currency
            const wanted = positive === undefined || (each.amount ?? 0n) > 0n === positive
            return each.day === day && agrees && wanted && each.amount ? [each.amount] : []
          })
          const sum = own.reduce((all, amount) => all + (amount < 0n ? -amount : amount), 0n)
          assert.deepEqual(totals.of(day, positive, currency), { count: own.length, sum })
        }
      }
    }
  })
  fc.assert(property)
})

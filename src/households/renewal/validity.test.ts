import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { openCountry, type RenewalTerms } from '#countries'
import type { DateText } from '#kernel'
import { renewalPriority, standingOf } from './validity.ts'

const day = (text: string) => text as DateText
const terms: RenewalTerms = {
  validity: [
    { where: { area: 'rural' }, months: 24, source: null, confidence: 'chosen' },
    { where: {}, months: 48, source: null, confidence: 'chosen' },
  ],
  remindBefore: [60, 30, 7],
  graceDays: 90,
}
const rural = { area: 'rural' }

const cases: readonly { name: string; today: string; state: string; remind: number | null }[] = [
  { name: 'a year after', today: '2025-01-31', state: 'valid', remind: null },
  { name: 'the day before the first reminder', today: '2025-12-01', state: 'valid', remind: null },
  { name: 'the day of the first reminder', today: '2025-12-02', state: 'due', remind: 60 },
  { name: 'thirty days before', today: '2026-01-01', state: 'due', remind: 30 },
  { name: 'two days before, the reminders that were missed are one', today: '2026-01-29', state: 'due', remind: 7 },
  { name: 'the last day', today: '2026-01-31', state: 'due', remind: 7 },
  { name: 'the day after', today: '2026-02-01', state: 'grace', remind: 7 },
  { name: 'the last day of grace', today: '2026-05-01', state: 'grace', remind: 7 },
  { name: 'past grace', today: '2026-05-02', state: 'expired', remind: 7 },
]
for (const { name, today, state, remind } of cases) {
  test(`what was said on 31 January 2024, valid for 24 months, is ${state} ${name}`, () => {
    const standing = standingOf(rural, day('2024-01-31'), day(today), terms)
    assert.deepEqual(standing, { state, dueOn: '2026-01-31', expiresOn: '2026-05-01', remind })
  })
}

test('the area decides which time counts, and the last day of a short month is the last day', () => {
  const standing = standingOf({ area: 'urban' }, day('2024-02-29'), day('2026-01-01'), terms)
  assert.deepEqual(standing, { state: 'valid', dueOn: '2028-02-29', expiresOn: '2028-05-29', remind: null })
})

test('where no source says how long, nothing is due; where none says what then, nothing expires', () => {
  const morocco = openCountry('ma').upkeep.renewal
  assert.deepEqual(standingOf(rural, day('1990-01-01'), day('2026-11-22'), morocco), { state: 'open' })
  const senegal = openCountry('sn').upkeep.renewal
  const old = standingOf(rural, day('2000-01-01'), day('2026-11-22'), senegal)
  assert.deepEqual(old, { state: 'grace', dueOn: '2004-01-01', expiresOn: null, remind: 7 })
})

const placed = fc.record({
  state: fc.constantFrom('due' as const, 'grace' as const, 'expired' as const),
  overdue: fc.integer({ min: -200, max: 3000 }),
  quality: fc.option(fc.integer({ min: 0, max: 100 })),
})

test('the queue goes by state, then by days, then by risk', () => {
  const rank = { due: 1, grace: 2, expired: 3 }
  fc.assert(
    fc.property(placed, placed, (one, other) => {
      const [a, b] = [renewalPriority(one), renewalPriority(other)]
      assert.ok(Number.isInteger(a) && a > 0 && a < 2 ** 31)
      const by =
        rank[one.state] - rank[other.state] ||
        one.overdue - other.overdue ||
        (other.quality ?? 50) - (one.quality ?? 50)
      assert.equal(Math.sign(a - b), Math.sign(by))
    }),
  )
})

test('as days pass a declaration never leaves a later state for an earlier one', () => {
  const states = ['valid', 'due', 'grace', 'expired']
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4000 }), fc.integer({ min: 0, max: 400 }), (first, more) => {
      const at = (days: number) =>
        standingOf(rural, day('2020-05-31'), day(Temporal.PlainDate.from('2020-05-31').add({ days }).toString()), terms)
      assert.ok(states.indexOf(at(first).state) <= states.indexOf(at(first + more).state))
    }),
  )
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  addMonths,
  ageOn,
  type DateText,
  firstDay,
  lastDay,
  type Month,
  monthOf,
  monthsBetween,
  parseDate,
  parseMonth,
  quarterOf,
  schoolYearOf,
} from '#kernel'

const month = (text: string) => parseMonth(text) as Month
const day = (text: string) => parseDate(text) as DateText
const anyMonth = fc
  .record({ year: fc.integer({ min: 1900, max: 2199 }), number: fc.integer({ min: 1, max: 12 }) })
  .map(({ year, number }) => month(`${year}-${String(number).padStart(2, '0')}`))
const anyDay = fc
  .date({ min: new Date('1900-01-01'), max: new Date('2199-12-31'), noInvalidDate: true })
  .map(date => day(date.toISOString().slice(0, 10)))

test('only days of the calendar are dates', () => {
  for (const text of ['2026-02-28', '2024-02-29', '2026-12-31']) assert.equal(parseDate(text), text)
  for (const text of [
    '2026-02-29',
    '2026-13-01',
    '2026-00-10',
    '2026-04-31',
    '26-1-1',
    '2026-1-01',
    '0000-01-01',
    '',
  ]) {
    assert.equal(parseDate(text), undefined, text)
  }
  for (const text of ['2026-00', '2026-13', '2026-1', '2026-01-01']) assert.equal(parseMonth(text), undefined, text)
})

test('months add up, back and forth', () => {
  assert.equal(addMonths(month('2026-12'), 1), '2027-01')
  assert.equal(addMonths(month('2026-01'), -1), '2025-12')
  fc.assert(
    fc.property(anyMonth, fc.integer({ min: -500, max: 500 }), (start, count) => {
      const end = addMonths(start, count)
      assert.equal(parseMonth(end), end)
      assert.equal(monthsBetween(start, end), count)
    }),
  )
})

test('a month runs from its first to its last day', () => {
  assert.equal(firstDay(month('2024-02')), '2024-02-01')
  assert.equal(lastDay(month('2024-02')), '2024-02-29')
  assert.equal(lastDay(month('2026-02')), '2026-02-28')
  assert.equal(monthOf(day('2026-11-22')), '2026-11')
})

test('quarters and school years hold their months', () => {
  assert.equal(quarterOf(month('2026-01')), '2026-Q1')
  assert.equal(quarterOf(month('2026-12')), '2026-Q4')
  assert.deepEqual(schoolYearOf(month('2026-08')), { name: '2025-2026', from: '2025-09', to: '2026-08' })
  assert.deepEqual(schoolYearOf(month('2026-09')), { name: '2026-2027', from: '2026-09', to: '2027-08' })
  assert.equal(schoolYearOf(month('2026-09'), 10).name, '2025-2026')
})

const ages: readonly [string, string, number, string][] = [
  ['2005-12-01', '2026-12-01', 21, 'a year is complete on the birthday'],
  ['2005-12-02', '2026-12-01', 20, 'and not the day before'],
  ['2004-02-29', '2025-02-28', 20, 'born on 29 February, not yet a year older on 28 February'],
  ['2004-02-29', '2025-03-01', 21, 'but on 1 March'],
  ['2026-12-15', '2026-12-01', 0, 'born after the day counts as 0'],
]
for (const [birth, on, years, says] of ages) {
  test(`age: ${says}`, () => assert.equal(ageOn(day(birth), day(on)), years))
}

test('completed years agree with Temporal for every pair of days', () => {
  fc.assert(
    fc.property(anyDay, anyDay, (birth, on) => {
      fc.pre(birth <= on)
      const from = Temporal.PlainDate.from(birth)
      let years = Number(on.slice(0, 4)) - Number(birth.slice(0, 4))
      // The anniversary of 29 February is 1 March in a common year: the day after the clamped 28 February.
      const clamped = from.add({ years })
      const anniversary = clamped.day === from.day ? clamped : clamped.add({ days: 1 })
      if (Temporal.PlainDate.compare(anniversary, Temporal.PlainDate.from(on)) > 0) years--
      assert.equal(ageOn(birth, on), years)
    }),
  )
})

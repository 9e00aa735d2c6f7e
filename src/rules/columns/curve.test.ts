// An age compared with a limit becomes a day compared with a day: the same answer on every day.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { CivilDate } from '../date.ts'
import { turningPoint } from './curve.ts'
import { lastDayOf, packDate, packedMonthsBetween } from './packed-date.ts'

const civilDate = fc
  .tuple(fc.integer({ min: 1900, max: 2100 }), fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 31 }))
  .map(([year, month, day]) => new CivilDate(year, month, Math.min(day, lastDayOf(year, month))))
const packed = civilDate.map(date => packDate(date) as number)

const isDay = (day: number) => (day & 31) >= 1 && ((day >> 5) & 15) >= 1 && ((day >> 5) & 15) <= 12

const CONDITIONS = {
  'more than': (limit: number) => (value: number) => value > limit,
  'at least': (limit: number) => (value: number) => value >= limit,
  'less than': (limit: number) => (value: number) => value < limit,
  'at most': (limit: number) => (value: number) => value <= limit,
}

for (const [name, condition] of Object.entries(CONDITIONS)) {
  test(`the day on which an age becomes ${name} a limit is found, from either end of life`, () => {
    fc.assert(
      fc.property(packed, packed, fc.integer({ min: -3, max: 130 }), fc.boolean(), (fixed, day, limit, since) => {
        const months = (each: number) => (since ? packedMonthsBetween(each, fixed) : packedMonthsBetween(fixed, each))
        const years = (each: number) => Math.max(0, Math.trunc(months(each) / 12))
        const holds = condition(limit)
        const code = turningPoint({ day: 'day', at: years }, holds)
        const says = new Function('day', `return ${code}`) as (day: number) => boolean
        const birthday = fixed - (limit << 9)
        for (const near of [day, birthday, birthday - 1, birthday + 1, fixed].filter(isDay)) {
          assert.equal(says(near), holds(years(near)), `${code} at ${near}`)
        }
      }),
      { numRuns: 500 },
    )
  })
}

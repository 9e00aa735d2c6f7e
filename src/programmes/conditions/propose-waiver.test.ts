import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Month, newId } from '#kernel'
import { decideWaiverEnd } from './propose-waiver.ts'

test('what ends a waiver is refused for a reason', () => {
  const found = { shock: null, untilNow: '2019-06' as Month }
  const asked = { until: '2019-05' as Month, says: 'x' }
  const now = '2019-05' as Month
  const cases: readonly [Parameters<typeof decideWaiverEnd>[0], Partial<typeof asked>, string][] = [
    [undefined, {}, 'waiver_unknown'],
    [{ ...found, shock: newId<'Shock'>() }, {}, 'waiver_of_shock'],
    [{ ...found, untilNow: '2019-04' as Month }, {}, 'waiver_over'],
    [found, { until: '2019-06' as Month }, 'not_earlier'],
    [found, { until: '2019-03' as Month }, 'month_past'],
    [found, { says: ' ' }, 'reason_missing'],
    [found, { says: 'x'.repeat(1001) }, 'reason_too_long'],
    [found, {}, ''],
  ]
  for (const [waiver, change, code] of cases) {
    const decided = decideWaiverEnd(waiver, { ...asked, ...change }, now)
    assert.equal(decided.ok ? '' : decided.refusal.code, code)
  }
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { kindOf, limits, paces, spend } from './pace.ts'

const pace = { burst: 3, perSecond: 0.5 }

test('a burst passes, then one at each turn, and the refusal says how long to wait', () => {
  const { take } = paces(pace)
  assert.deepEqual([take('a', 0), take('a', 0), take('a', 0), take('a', 0)], [0, 0, 0, 2])
  assert.deepEqual([take('a', 1), take('a', 2), take('a', 2)], [1, 0, 2])
  assert.equal(take('b', 2), 0, 'another asker has a bucket of his own')
})

test('waiting as long as was said is enough, always', () => {
  const any = fc.record({
    burst: fc.integer({ min: 1, max: 50 }),
    perSecond: fc.double({ min: 0.01, max: 50, noNaN: true }),
  })
  fc.assert(
    fc.property(any, fc.array(fc.double({ min: 0, max: 3, noNaN: true }), { maxLength: 60 }), (own, pauses) => {
      let now = 0
      let bucket: ReturnType<typeof spend>['bucket'] | undefined
      for (const pause of pauses) {
        now += pause
        const asked = spend(bucket, own, now)
        bucket = asked.bucket
        if (asked.wait > 0) assert.equal(spend(bucket, own, now + asked.wait).wait, 0)
      }
    }),
  )
})

test('over any stretch of time no more passes than the burst and what the seconds give', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 200 }), pauses => {
      const { take } = paces(pace)
      let now = 0
      let passed = 0
      for (const pause of pauses) {
        now += pause
        if (take('a', now) === 0) passed++
      }
      assert.ok(passed <= pace.burst + now * pace.perSecond + 1e-6)
    }),
  )
})

test('a flood of addresses takes a bounded place, and forgets the oldest first', () => {
  const { take } = paces({ burst: 1, perSecond: 0.001 }, 100)
  assert.equal(take('early', 0), 0)
  for (let i = 0; i < 99; i++) take(`flood ${i}`, 0)
  assert.ok(take('early', 0) > 0, 'still known, and now the latest')
  for (let i = 0; i < 100; i++) take(`more ${i}`, 0)
  assert.equal(take('early', 0), 0, 'forgotten')
})

test('forms and lists that leave whole have limits of their own', () => {
  assert.deepEqual(
    [
      kindOf('GET', '/console'),
      kindOf('POST', '/console/sign-in'),
      kindOf('GET', '/console/search.csv'),
      kindOf('GET', '/console/payments/R-1/file'),
    ],
    ['page', 'form', 'file', 'file'],
  )
  const slow = { burst: 1, perSecond: 0.1 }
  const take = limits({ page: slow, form: slow, file: slow })
  assert.deepEqual([take('page', 'a', 0), take('form', 'a', 0), take('page', 'a', 0)], [0, 0, 10])
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { probability } from '../matching/score.ts'
import { mostPriorBits, openKnownShare } from './known-share.ts'

/** What a pair must say to be as probable as not, where so many of the newcomers are known and so many strangers look alike. */
function evenAt({ known, alike, newcomers, persons }: Record<'known' | 'alike' | 'newcomers' | 'persons', number>) {
  const share = openKnownShare()
  for (let at = 0; at < known; at++) share.add(35, 1)
  for (let at = 0; at < alike; at++) share.add(24, 1)
  return -share.priorBits(newcomers, persons)
}

test('where nobody is known, those who look alike by chance are seen for what they are', () => {
  const nobody = evenAt({ known: 0, alike: 5000, newcomers: 800_000, persons: 800_000 })
  const some = evenAt({ known: 80_000, alike: 5000, newcomers: 800_000, persons: 800_000 })
  assert.ok(probability(24, -nobody) < 0.1, `${nobody}`)
  assert.ok(probability(35, -nobody) > 0.5)
  assert.ok(Math.abs(2 ** -some * 800_000 - 0.1) < 0.02, `${some}`)
})

test('of few newcomers it is believed that one in ten is known', () => {
  for (const known of [0, 1, 3]) {
    const even = evenAt({ known, alike: 3, newcomers: 5, persons: 1_000_000 })
    assert.ok(Math.abs(even - Math.log2(10 * 1_000_000)) < 0.3, `${even}`)
  }
})

test('the chance to begin with never exceeds what pairs were kept by', () => {
  const bits = fc.array(fc.double({ min: -200, max: 200, noNaN: true }), { maxLength: 50 })
  fc.assert(
    fc.property(bits, fc.nat({ max: 1000 }), fc.nat({ max: 2_000_000 }), (all, newcomers, persons) => {
      const share = openKnownShare()
      for (const each of all) share.add(each, 1)
      const prior = share.priorBits(newcomers, persons)
      assert.ok(Number.isFinite(prior) && prior <= mostPriorBits(persons))
    }),
  )
})

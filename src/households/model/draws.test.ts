import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { at, lean } from './curve.ts'
import { Draws, topic } from './draws.ts'

test('draws are what they always were: whole numbers, the same on every machine', () => {
  const draws = new Draws(1, 0)
  const first = [0, 1, 2, 3].map(slot => draws.below(1_000_000, topic('age'), slot))
  assert.deepEqual(first, [988_578, 768_898, 795_262, 74_464])
  assert.equal(new Draws(2 ** 40 + 1, 5_500_000).below(1_000_000, topic('age')), 73_339)
})

test('every value of a draw comes equally often, whichever of seed, household, topic and slot moves', () => {
  const moving: Record<string, (n: number) => number> = {
    seed: n => new Draws(n, 3).below(10, topic('a')),
    household: n => new Draws(3, n).below(10, topic('a')),
    topic: n => new Draws(3, 4).below(10, topic(`topic ${n}`)),
    slot: n => new Draws(3, 4).below(10, topic('a'), n),
  }
  for (const [what, draw] of Object.entries(moving)) {
    const counts = new Array<number>(10).fill(0)
    for (let n = 0; n < 20_000; n++) counts[draw(n)]!++
    // Chi-square with 9 degrees of freedom: above 33.7 once in ten thousand.
    const distance = counts.reduce((sum, count) => sum + (count - 2000) ** 2 / 2000, 0)
    assert.ok(distance < 33.7, `${what}: ${counts}`)
  }
})

test('two topics of one household know nothing of each other', () => {
  let both = 0
  for (let n = 0; n < 40_000; n++) {
    const draws = new Draws(9, n)
    if (draws.chance(500, topic('one')) && draws.chance(500, topic('two'))) both++
  }
  assert.ok(Math.abs(both - 10_000) < 400, String(both))
})

test('a curve passes through its values and never leaves the stretch between two of them', () => {
  assert.deepEqual(
    [0, 250, 500, 750].map(rank => at([10, 20, 40, 80, 160], rank)),
    [10, 20, 40, 80],
  )
  assert.equal(at(7, 999), 7)
  fc.assert(
    fc.property(fc.array(fc.nat(1000), { minLength: 2, maxLength: 6 }), fc.nat(999), (values, rank) => {
      const value = at(values, rank)
      assert.ok(value >= Math.min(...values) && value <= Math.max(...values))
    }),
  )
})

test('a rank that leans on wealth stays a rank, and grows with it', () => {
  const counts = new Array<number>(10).fill(0)
  for (let wealth = 0; wealth < 1000; wealth += 5) {
    for (let even = 0; even < 1000; even += 5) counts[Math.floor(lean(wealth, even) / 100)]!++
  }
  for (const count of counts) assert.ok(Math.abs(count - 4000) < 250, String(counts))
  assert.ok(lean(900, 500) > lean(100, 500))
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Answer, looksFor } from './looks.ts'

const weights = [1, 0.9, 0.8, 0.7, 0.6]
const answers = fc
  .array(fc.record({ weight: fc.constantFrom(...weights), bearers: fc.nat({ max: 50_000 }) }), { maxLength: 250 })
  .map(list => list.sort((a, b) => b.weight - a.weight).map((each, at): Answer => ({ ...each, folded: `name${at}` })))

test('every answer is looked for in one look, the nearest first', () => {
  fc.assert(
    fc.property(answers, asked => {
      const { answers: stepped, levels } = looksFor(asked)
      assert.deepEqual(
        levels,
        levels.toSorted((a, b) => b - a),
      )
      assert.equal(new Set(levels).size, levels.length)
      const looks = levels.map((level, at) =>
        stepped.filter(({ weight }) => weight >= level && (at === 0 || weight < levels[at - 1]!)),
      )
      assert.deepEqual(
        looks.flat().map(({ folded }) => folded),
        asked.map(({ folded }) => folded),
      )
      for (const [at, { weight }] of stepped.entries()) assert.ok(Math.abs(weight - asked[at]!.weight) < 0.03)
    }),
  )
})

test('a name that few bear is looked for at once, the beginning of common ones by and by', () => {
  const of = (bearers: number) => weights.map((weight, at) => ({ folded: `${at}`, weight, bearers }))
  assert.deepEqual(looksFor(of(0)).levels, [1, 0])
  assert.deepEqual(looksFor(of(12_000)).levels, [1, 0.8999, 0])
  assert.deepEqual(looksFor(of(60_000)).levels.length, 4)
})

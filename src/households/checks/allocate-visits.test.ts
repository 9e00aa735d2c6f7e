import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { allocateVisits } from './allocate-visits.ts'

const strata = fc.uniqueArray(
  fc.record({
    territory: fc.constantFrom('01', '02', '03', '04', '05', '06'),
    agent: fc.constantFrom('Amina', 'Brahim', 'Khadija', 'Omar'),
    households: fc.integer({ min: 0, max: 5000 }),
  }),
  { selector: ({ territory, agent }) => `${territory} ${agent}`, maxLength: 24 },
)
const size = fc.integer({ min: 1, max: 6000 })

test('a sample has the size asked for, or everybody, and no stratum gives more than it has', () => {
  fc.assert(
    fc.property(strata, size, (given, asked) => {
      const total = given.reduce((sum, { households }) => sum + households, 0)
      const drawn = allocateVisits(given, asked)
      assert.equal(
        drawn.reduce((sum, each) => sum + each.drawn, 0),
        Math.min(asked, total),
      )
      for (const each of drawn) assert.ok(each.drawn >= 0 && each.drawn <= each.households, JSON.stringify(each))
    }),
  )
})

test('every stratum is visited where there is room, and in proportion to its households', () => {
  fc.assert(
    fc.property(strata, size, (given, asked) => {
      const drawn = allocateVisits(given, asked)
      const total = drawn.reduce((sum, { households }) => sum + households, 0)
      const wanted = Math.min(asked, total)
      if (wanted >= drawn.length) assert.ok(drawn.every(each => each.drawn >= 1))
      for (const one of drawn)
        for (const other of drawn)
          if (one.households >= other.households) assert.ok(one.drawn >= other.drawn - 1, JSON.stringify([one, other]))
    }),
  )
})

test('the order in which strata come changes nothing', () => {
  fc.assert(
    fc.property(strata, size, (given, asked) => {
      assert.deepEqual(allocateVisits(given, asked), allocateVisits(given.toReversed(), asked))
    }),
  )
})

test('each gives one first, then the rest in proportion: nine hundred and one hundred give eight and two of ten', () => {
  const given = [
    { territory: '01', agent: 'Amina', households: 900 },
    { territory: '01', agent: 'Omar', households: 100 },
  ]
  assert.deepEqual(
    allocateVisits(given, 10).map(each => each.drawn),
    [8, 2],
  )
})

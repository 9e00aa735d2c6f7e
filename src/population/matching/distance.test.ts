import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { editDistance, likeness } from './distance.ts'

const distances: [string, string, number][] = [
  ['', '', 0],
  ['amina', '', 5],
  ['amina', 'amina', 0],
  ['amina', 'amna', 1],
  ['amina', 'amnia', 1],
  ['kitten', 'sitting', 3],
  ['ca', 'abc', 3],
]
for (const [a, b, expected] of distances) {
  test(`${a || 'nothing'} is ${expected} letters away from ${b || 'nothing'}`, () =>
    assert.equal(editDistance(a, b), expected))
}

// The worked examples of Winkler 1990 and of the Census Bureau's strcmp95.
const alike: [string, string, number][] = [
  ['MARTHA', 'MARHTA', 0.9611],
  ['DWAYNE', 'DUANE', 0.84],
  ['DIXON', 'DICKSONX', 0.8133],
  ['JONES', 'JOHNSON', 0.8323],
  ['ABROMS', 'ABRAMS', 0.9222],
]
for (const [a, b, expected] of alike) {
  test(`${a} and ${b} are alike by ${expected}`, () => assert.ok(Math.abs(likeness(a, b) - expected) < 0.0001))
}

const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'd'), maxLength: 90 })

test('neither measure asks which text comes first', () => {
  fc.assert(
    fc.property(word, word, (a, b) => {
      assert.equal(editDistance(a, b), editDistance(b, a))
      assert.ok(Math.abs(likeness(a, b) - likeness(b, a)) < 0.1)
      assert.ok(likeness(a, b) >= 0 && likeness(a, b) <= 1)
    }),
  )
})

test('a bound changes nothing below it and stops just above it', () => {
  fc.assert(
    fc.property(word, word, fc.nat(6), (a, b, most) => {
      assert.equal(editDistance(a, b, most), Math.min(editDistance(a, b), most + 1))
    }),
  )
})

test('one change of one letter is one edit at most', () => {
  fc.assert(
    fc.property(word, fc.nat(89), (text, place) => {
      assert.ok(editDistance(text, text.slice(0, place) + text.slice(place + 1)) <= 1)
      assert.ok(editDistance(text, `${text.slice(0, place)}x${text.slice(place)}`) <= 1)
    }),
  )
})

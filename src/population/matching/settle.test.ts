import assert from 'node:assert/strict'
import { test } from 'node:test'
import { measurePairs } from './measure.ts'
import { bestThreshold, isOneToOne, linkOneToOne } from './settle.ts'

const pairs = (list: readonly [one: number, other: number, bits: number][]) => ({
  size: list.length,
  one: Int32Array.from(list, ([one]) => one),
  other: Int32Array.from(list, ([, other]) => other),
  bits: Float64Array.from(list, ([, , bits]) => bits),
})

test('one to one, the stronger pair wins and the weaker keeps the chance that the winner is wrong', () => {
  const { probability } = linkOneToOne(
    pairs([
      [0, 10, 4],
      [0, 11, 1],
      [1, 11, 3],
    ]),
    0,
  )
  assert.ok(probability[0]! > 0.9 && probability[2]! > 0.8)
  assert.ok(probability[1]! < 0.1)
})

test('files are one to one where hardly any record has two sure partners', () => {
  assert.equal(
    isOneToOne(
      pairs([
        [0, 10, 20],
        [1, 11, 20],
      ]),
      0,
    ),
    true,
  )
  assert.equal(
    isOneToOne(
      pairs([
        [0, 10, 20],
        [0, 11, 20],
        [1, 12, 20],
      ]),
      0,
    ),
    false,
  )
})

test('the threshold is where the F1 to be expected is highest', () => {
  assert.equal(bestThreshold(Float64Array.from([0.99, 0.98, 0.46, 0.01]), 2.43), 0.46)
  assert.equal(bestThreshold(Float64Array.from([0.99, 0.98, 0.2, 0.01]), 2.2), 0.5)
})

test('precision, recall and F1 are those of the pairs at the threshold, and the best is sought', () => {
  const found = {
    ...pairs([
      [0, 1, 9],
      [2, 3, 8],
      [0, 2, 1],
    ]),
    probability: Float64Array.from([0.9, 0.4, 0.6]),
  }
  const { truePairs, automatic, best } = measurePairs(found, Int32Array.from([7, 7, 8, 8, -1]), undefined, 0.5)
  assert.equal(truePairs, 2)
  assert.deepEqual([automatic.precision, automatic.recall], [0.5, 0.5])
  assert.equal(best.recall, 1)
})

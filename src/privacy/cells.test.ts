import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { DateText, Month } from '#kernel'
import { countCells } from './cells.ts'
import { ageBand, cutNumber, provinceOf, sizeBand } from './generalise.ts'

test('whoever leaves shares every value with k - 1 others at least, and who does not leave is counted', () => {
  const rows = fc.array(fc.tuple(fc.constantFrom('08', '07', '0'), fc.constantFrom('8', 'm', '')), { maxLength: 80 })
  fc.assert(
    fc.property(rows, fc.integer({ min: 2, max: 12 }), (people, k) => {
      const cells = countCells(k)
      for (const person of people) cells.add(person)
      const left = people.filter(person => cells.isLarge(person))
      for (const person of left) {
        assert.ok(left.filter(other => other[0] === person[0] && other[1] === person[1]).length >= k)
      }
      assert.equal(left.length + cells.small().rows, people.length)
    }),
  )
})

test('the border between two values is part of the group: 08 with m is not 0 with 8m', () => {
  const cells = countCells(2)
  cells.add(['08', 'm'])
  cells.add(['0', '8m'])
  assert.deepEqual(cells.small(), { cells: 2, rows: 2 })
})

const december = '2026-12' as Month
const bands: [string, string][] = [
  ['2026-12-31', '0-4'],
  ['2021-12-31', '5-9'],
  ['2022-01-01', '0-4'],
  ['1941-12-31', '85+'],
  ['1920-02-29', '85+'],
  ['2027-01-01', ''],
]
for (const [birth, band] of bands) {
  test(`born on ${birth}, the band in December 2026 is ${band || 'empty'}`, () => {
    assert.equal(ageBand(birth as DateText, december), band)
  })
}

test('territories, sizes and numbers lose what tells apart', () => {
  assert.deepEqual(['08.401.03.', '08.401', '08', ''].map(provinceOf), ['08.401', '08.401', '08', ''])
  assert.deepEqual([0, 1, 2, 3, 4, 6, 7, 14].map(sizeBand), ['0', '1', '2', '3-4', '3-4', '5-6', '7+', '7+'])
  assert.deepEqual(['1834.50', '0', '7', '99', '100', '-1834', '0.55', '150000'].map(cutNumber), [
    '1800', '0', '7', '99', '100', '-1800', '0', '150000',
  ]) // biome-ignore format: a table
})

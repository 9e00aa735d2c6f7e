import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { compareBirthDates, type dateLevels, readBirthDate } from './birth-date.ts'

const writings: [string, string, string][] = [
  ['1980-12-31', '19801231', 'day'],
  ['19801231', '19801231', 'day'],
  ['31/12/1980', '19801231', 'day'],
  ['12/31/1980', '19801231', 'day'],
  ['3.4.1980', '19800403', 'day'],
  ['1980-12-31T00:00:00Z', '19801231', 'day'],
  ['1980-01-01', '19800101', 'year'],
  ['1980-05-01', '19800501', 'month'],
  ['05/1980', '19800500', 'month'],
  ['1980', '19800000', 'year'],
  ['1980-13-45', '19801345', 'damaged'],
  ['1980-02-30', '19800230', 'damaged'],
]
for (const [text, digits, reach] of writings) {
  test(`${text} is read as ${digits}, known to the ${reach}`, () => {
    const date = readBirthDate(text)
    assert.equal(date?.digits, digits)
    assert.equal(date?.reach, reach)
  })
}

test('where the month comes first a file says so', () =>
  assert.equal(readBirthDate('03/04/1980', 'month_first')?.digits, '19800304'))

test('nothing is read where there are no digits', () => assert.equal(readBirthDate('unknown'), undefined))

const pairs: [string, string, (typeof dateLevels)[number]][] = [
  ['1980-12-31', '31/12/1980', 'same'],
  ['1980-05-12', '1980-12-05', 'swapped'],
  ['1980-05-12', '1980-05-13', 'one_digit'],
  ['1980-05-12', '1980-05-21', 'one_digit'],
  ['1980-05-12', '1980-01-01', 'as_far_as_known'],
  ['1980-05-12', '1980', 'as_far_as_known'],
  ['1980-05-12', '1980-05-01', 'as_far_as_known'],
  ['1980-05-12', '1963-05-12', 'two_parts'],
  ['1980-01-01', '1978-06-24', 'near'],
  ['1980-05-12', '1980-11-24', 'same_year'],
  ['1980-05-12', '1980-05-72', 'one_digit'],
  ['1980-05-12', '1963-11-24', 'different'],
]
for (const [a, b, expected] of pairs) {
  test(`${a} and ${b}: ${expected}`, () => {
    assert.equal(compareBirthDates(readBirthDate(a)!, readBirthDate(b)!), expected)
    assert.equal(compareBirthDates(readBirthDate(b)!, readBirthDate(a)!), expected)
  })
}

test('any text with digits is read, and is the same as itself', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'0123456789-/ '), maxLength: 12 }), text => {
      const date = readBirthDate(text)
      assert.equal(date === undefined, !/\d/.test(text))
      if (date) assert.equal(compareBirthDates(date, date), 'same')
    }),
  )
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compareCodes, comparePostcodes, compareTexts, readPhone, readSex, readText } from './text-value.ts'

const texts: [string, string, ReturnType<typeof compareTexts>][] = [
  ['12, Rue des Fleurs', '12 rue des fleurs', 'same'],
  ['feirnby crescent', 'feirnbycrescent', 'same'],
  ['winston hills', 'hills winston', 'close'],
  ['winston hills', 'winston hlils', 'close'],
  ['stanley street', 'porter street', 'overlap'],
  ['Casablanca', 'Agadir', 'different'],
]
for (const [a, b, expected] of texts) {
  test(`${a} and ${b}: ${expected}`, () => assert.equal(compareTexts(readText(a)!, readText(b)!), expected))
}

test('telephones of one line are one, whatever stands before', () => {
  assert.equal(new Set(['0612345678', '+212 612-345-678', '00212612345678'].map(readPhone)).size, 1)
  assert.equal(readPhone('12'), undefined)
})

test('numbers of documents: one slip, two slips, another number', () => {
  assert.equal(compareCodes('5304218', '5304281'), 'one_error')
  assert.equal(compareCodes('5304218', '5340281'), 'two_errors')
  assert.equal(compareCodes('5304218', '9999999'), 'different')
})

test('postcodes: one slip, the same town, another', () => {
  assert.equal(comparePostcodes('TQ138DF', 'TQ138DH'), 'one_error')
  assert.equal(comparePostcodes('TQ138DF', 'TQ139AB'), 'same_area')
  assert.equal(comparePostcodes('4223', '5000'), 'different')
})

test('the sexes are read in three languages', () => {
  assert.deepEqual(['Femme', 'f', 'أنثى', 'FEMALE'].map(readSex), ['F', 'F', 'F', 'F'])
  assert.deepEqual(['Homme', 'm', 'ذكر', 'male'].map(readSex), ['M', 'M', 'M', 'M'])
  assert.equal(readSex('unknown'), undefined)
})

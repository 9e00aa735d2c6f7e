import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DetailField, DocumentRow, PairEvidence } from '#population'
import type { Weight } from '../duplicate-door.ts'
import type { DetailValue, PersonFile } from '../person-file.ts'
import { comparedRows, documentLines, notesOn, weightOf } from './compared.ts'

const evidence = (...said: [string, string][]): PairEvidence => ({
  probability: undefined,
  alsoOnPhone: 3,
  evidence: said.map(([column, level]) => ({ column, level, bits: 0 })),
})
const fileOf = (details: Partial<Record<DetailField, DetailValue>>): Pick<PersonFile, 'details'> => ({
  details: Object.entries(details).map(([field, value]) => ({ field: field as DetailField, value })),
})
const text = (said: string) => ({ kind: 'text', text: said }) as const
const document = (type: DocumentRow['type'], number: string, endedAt: Date | null = null) =>
  ({ type, number, endedAt }) as DocumentRow
const nowhere = { households: [], takesTwo: false, seen: '' }

test('a line is the same, alike, different or on one side; telephones show their end alone', () => {
  const rows = comparedRows(
    fileOf({ givenName: text('Fatima'), familyName: text('Tazi'), sex: text('x'), phone: text('+212611223344') }),
    fileOf({ givenName: text('FATIMA'), familyName: text('Tazy'), fatherName: text('Ali'), phone: text('0611223344') }),
    evidence(['family_name', 'close']),
  )
  assert.deepEqual(
    rows.map(({ field, mark }) => [field, mark]),
    [
      ['givenName', 'same'],
      ['familyName', 'near'],
      ['sex', 'one_side'],
      ['phone', 'same'],
      ['fatherName', 'one_side'],
    ],
  )
  assert.doesNotMatch(JSON.stringify(rows), /0?611223/)
  const born = (date: string) => fileOf({ birthDate: { kind: 'birth', date, precision: 'day' } })
  const two = comparedRows(born('1980-05-01'), born('1991-02-03'), evidence(['birth_date', 'different']))
  assert.equal(two[0]!.mark, 'differs')
})

const weights: readonly [number, Weight][] = [
  [9, 'strong_for'],
  [6, 'strong_for'],
  [2, 'for'],
  [1.4, 'little'],
  [-1.4, 'little'],
  [-2, 'against'],
  [-6, 'strong_against'],
]
for (const [bits, weight] of weights) {
  test(`${bits} bits are ${weight}`, () => assert.equal(weightOf(bits), weight))
}

const documents: readonly { name: string; one: DocumentRow[]; other: DocumentRow[]; says: unknown }[] = [
  { name: 'none on one side', one: [document('national_id', 'A1')], other: [], says: [] },
  {
    name: 'one number, written in two ways',
    one: [document('national_id', 'AB 12-34')],
    other: [document('national_id', 'ab1234')],
    says: [{ kind: 'document', type: 'national_id', same: true, weight: 'strong_for' }],
  },
  {
    name: 'two cards of which a person has one',
    one: [document('national_id', 'A1')],
    other: [document('national_id', 'B2')],
    says: [{ kind: 'document', type: 'national_id', same: false, weight: 'strong_against' }],
  },
  {
    name: 'two passports, of which a person may have several',
    one: [document('passport', 'A1')],
    other: [document('passport', 'B2')],
    says: [],
  },
  {
    name: 'one that was withdrawn',
    one: [document('national_id', 'A1', new Date(0))],
    other: [document('national_id', 'A1')],
    says: [],
  },
]
for (const { name, one, other, says } of documents) {
  test(`documents: ${name}`, () => assert.deepEqual(documentLines(one, other), says))
}

test('twins, a telephone of the family and a birthday made up are said', () => {
  const twins = evidence(
    ['birth_date', 'same'],
    ['family_name', 'same'],
    ['given_name', 'different'],
    ['phone', 'same'],
  )
  assert.deepEqual(notesOn(twins, [], nowhere), [{ note: 'twins' }, { note: 'family_phone', others: 3 }])
  const one = evidence(['birth_date', 'same'], ['family_name', 'same'], ['given_name', 'variant'])
  assert.deepEqual(notesOn(one, [], nowhere), [])
  const birth = (date: string, precision: 'day' | 'estimated') => ({ kind: 'birth', date, precision }) as const
  const rows = (value: ReturnType<typeof birth>) =>
    [{ field: 'birthDate', values: [value, birth('1980-05-02', 'day')], mark: 'differs' }] as const
  assert.deepEqual(notesOn(evidence(), rows(birth('1980-01-01', 'day')), nowhere), [{ note: 'uncertain_birth' }])
  assert.deepEqual(notesOn(evidence(), rows(birth('1980-06-03', 'estimated')), nowhere), [{ note: 'uncertain_birth' }])
  assert.deepEqual(notesOn(evidence(), rows(birth('1980-06-03', 'day')), nowhere), [])
})

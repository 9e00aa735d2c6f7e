import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { birthAnswers, birthOf } from './birth-fields.ts'

const said = (birth_day: string, birth_month: string, birth_year: string, birth_estimated = '') => ({
  birth_day,
  birth_month,
  birth_year,
  birth_estimated,
})

const cases = [
  { name: 'nothing said is nothing known', of: said('', '', ''), is: { birthDate: null, birthPrecision: null } },
  { name: 'a whole date', of: said('5', '3', '1980'), is: { birthDate: '1980-03-05', birthPrecision: 'day' } },
  { name: 'a month', of: said('', '03', '1980'), is: { birthDate: '1980-03-01', birthPrecision: 'month' } },
  { name: 'a year', of: said('', '', '1980'), is: { birthDate: '1980-01-01', birthPrecision: 'year' } },
  {
    name: 'a year that is a guess',
    of: said('', '', '1980', 'yes'),
    is: { birthDate: '1980-01-01', birthPrecision: 'estimated' },
  },
  { name: 'Arabic digits', of: said('٥', '٣', '١٩٨٠'), is: { birthDate: '1980-03-05', birthPrecision: 'day' } },
  { name: 'no such day', of: said('30', '2', '1980'), is: undefined },
  { name: 'a day without its month', of: said('3', '', '1980'), is: undefined },
  { name: 'a year of two signs', of: said('', '', '80'), is: undefined },
  { name: 'words', of: said('a', 'b', 'c'), is: undefined },
]
for (const { name, of, is } of cases)
  test(`a birth date as it is said: ${name}`, () => assert.deepEqual(birthOf(of), is))

test('what is known fills the form, and the form says the same again', () => {
  const date = fc
    .date({ min: new Date('1880-01-01'), max: new Date('2026-11-01'), noInvalidDate: true })
    .map(each => each.toISOString().slice(0, 10))
  const precision = fc.constantFrom('day', 'month', 'year', 'estimated')
  fc.assert(
    fc.property(date, precision, (birthDate, birthPrecision) => {
      const cut = { day: birthDate, month: `${birthDate.slice(0, 7)}-01` }
      const known =
        birthPrecision === 'day' || birthPrecision === 'month' ? cut[birthPrecision] : `${birthDate.slice(0, 4)}-01-01`
      assert.deepEqual(birthOf(birthAnswers({ birthDate: known, birthPrecision })), {
        birthDate: known,
        birthPrecision,
      })
    }),
  )
})

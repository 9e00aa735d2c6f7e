import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PURPOSES, purposeOf } from './purpose.ts'
import { commonTerritory, type Reading, readingsByDay } from './reading.ts'

for (const [codes, common] of [
  [[], ''],
  [['07.351.01.'], '07.351.01'],
  [['07.351.01.', '07.351.02.'], '07.351'],
  [['07.35', '07.351'], '07'],
  [['07', '08'], ''],
  [['07', '07.1'], '07'],
  [['07', ''], ''],
] as const) {
  test(`a list over ${codes.join(' and ') || 'nobody'} belongs to ${common || 'the country'}`, () => {
    assert.equal(commonTerritory(codes), common)
  })
}

test('a purpose is read back with its screen, and another text is no purpose', () => {
  for (const purpose of PURPOSES) assert.deepEqual(purposeOf(`${purpose}: x: y`), { purpose, screen: 'x: y' })
  assert.deepEqual(purposeOf('examination'), { purpose: 'examination', screen: '' })
  assert.deepEqual(purposeOf('curiosity: search'), { purpose: undefined, screen: 'curiosity: search' })
})

const reading = (at: string, actor: string, action: string): Reading => ({
  at: new Date(at),
  actor,
  by: 'A name that is not told',
  action,
  purpose: 'examination',
  screen: 'household page',
  listed: action.endsWith('.read') ? undefined : 25,
})

test('a person is told the day of the country, the office and how often, never who', () => {
  const readings = [
    reading('2026-11-22T23:30:00Z', 'staff:1', 'household.read'),
    reading('2026-11-22T11:00:00Z', 'staff:1', 'household.read'),
    reading('2026-11-22T10:00:00Z', 'staff:1', 'household.list'),
    reading('2026-11-22T09:00:00Z', 'staff:2', 'payment_instruction.export'),
    reading('2026-11-21T09:00:00Z', 'worker:export', 'household.read'),
    { ...reading('2026-11-20T09:00:00Z', 'service:9', 'household.read'), by: 'Health fund' },
    reading('2026-11-19T09:00:00Z', 'citizen:7', 'household.read'),
  ]
  const days = readingsByDay(readings, 'Africa/Nairobi', new Map([['staff:1', { territory: '07', role: undefined }]]))
  assert.deepEqual(
    days.slice(0, 4).map(({ day, office, opened, listed, exported }) => [day, office, opened, listed, exported]),
    [
      ['2026-11-23', '07', 1, 0, 0],
      ['2026-11-22', '07', 1, 1, 0],
      ['2026-11-22', undefined, 0, 0, 1],
      ['2026-11-21', undefined, 1, 0, 0],
    ],
  )
  assert.deepEqual(days[0]?.purposes, ['examination'])
  assert.deepEqual(
    days.map(({ reader, partner }) => [reader, partner]),
    [
      ['agent', undefined],
      ['agent', undefined],
      ['agent', undefined],
      ['system', undefined],
      ['partner', 'Health fund'],
      ['citizen', undefined],
    ],
  )
  assert.doesNotMatch(JSON.stringify(days), /name|staff:/)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CellStyle, FactColumn } from './cell.ts'
import { planColumns } from './columns.ts'
import { readHouseholdRow, readMemberRow } from './row.ts'

const style: CellStyle = {
  decimalComma: false,
  moneyPlaces: 2,
  territory: { knows: code => code === '07', accepted: 'RR' },
}
const facts: FactColumn[] = [
  { name: 'territory', type: 'territory', codes: new Map(), min: 0 },
  { name: 'rooms', type: 'integer', codes: new Map(), min: 1 },
]
const householdPlan = planColumns(
  'households',
  ['source_id', 'territory', 'rooms', 'weight', 'effective_on', 'recipient'],
  facts,
)
const memberPlan = planColumns(
  'members',
  ['household_source_id', 'source_id', 'given_name', 'phone', 'rooms'],
  facts.slice(1),
)
const household = (...cells: string[]) => {
  assert.ok(householdPlan.ok)
  return readHouseholdRow(householdPlan.value, cells, style)
}
const member = (...cells: string[]) => {
  assert.ok(memberPlan.ok)
  return readMemberRow(memberPlan.value, cells, style)
}

test('a row of households becomes a household', () => {
  assert.deepEqual(household('h1', '07.', '2', '12.5', '2026-01-01', 'm2'), {
    row: {
      sourceId: 'h1',
      territory: '07',
      weight: '12.5',
      effectiveOn: '2026-01-01',
      recipient: 'm2',
      facts: { territory: '07', rooms: 2 },
    },
    refusals: [],
    sourceId: 'h1',
    household: 'h1',
  })
})

test('an empty cell is a fact not said, and weighs one', () => {
  const { row } = household('h1', '07', '', '', '', '')
  assert.deepEqual(row?.facts, { territory: '07' })
  assert.equal(row?.weight, '1')
})

test('a row of members becomes a member of its household; a telephone is kept as dialled', () => {
  const { row } = member('h1', 'm1', ' Amina ', '+212 (6) 00-00.00.00', '2')
  assert.equal(row?.household, 'h1')
  assert.equal(row?.member.givenName, 'Amina')
  assert.equal(row?.member.phone, '+212600000000')
  assert.deepEqual(row?.member.facts, { rooms: 2 })
})

const refused: { name: string; cells: string[]; blamed: string[] }[] = [
  { name: 'no identifier', cells: ['', '07', '2', '', '', ''], blamed: ['source_id'] },
  { name: 'nowhere', cells: ['h1', '', '2', '', '', ''], blamed: ['territory'] },
  { name: 'an unknown place', cells: ['h1', '99', '2', '', '', ''], blamed: ['territory'] },
  { name: 'a weight of nothing', cells: ['h1', '07', '2', '0.00', '', ''], blamed: ['weight'] },
  { name: 'a day that does not exist', cells: ['h1', '07', '2', '', '2026-02-30', ''], blamed: ['effective_on'] },
  { name: 'a tabulator in an identifier', cells: ['h\t1', '07', '2', '', '', ''], blamed: ['source_id'] },
  { name: 'a very long identifier', cells: ['h'.repeat(201), '07', '2', '', '', ''], blamed: ['source_id'] },
  {
    name: 'several mistakes, all told',
    cells: ['', '99', 'x', '-1', '', ''],
    blamed: ['source_id', 'territory', 'rooms', 'weight'],
  },
  { name: 'too few cells', cells: ['h1', '07'], blamed: [''] },
  { name: 'too many cells', cells: ['h1', '07', '2', '', '', '', 'x'], blamed: [''] },
]
for (const { name, cells, blamed } of refused) {
  test(`a row is refused: ${name}`, () => {
    const { row, refusals } = household(...cells)
    assert.equal(row, undefined)
    assert.deepEqual(refusals.map(({ column }) => column).sort(), [...blamed].sort())
    assert.ok(refusals.every(({ accepted }) => accepted !== ''))
  })
}

test('a member without household is told by both columns that are wrong', () => {
  const { row, refusals, sourceId } = member('', 'm1', '', 'call me', '0')
  assert.equal(row, undefined)
  assert.equal(sourceId, 'm1')
  assert.deepEqual(
    refusals.map(({ column, value }) => [column, value]),
    [
      ['household_source_id', ''],
      ['phone', 'call me'],
      ['rooms', '0'],
    ],
  )
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FactColumn } from './cell.ts'
import { type HeaderRefusal, planColumns } from './columns.ts'
import { readMapping, type TableMapping } from './mapping.ts'

const facts: FactColumn[] = [
  { name: 'territory', type: 'territory', codes: new Map(), min: 0 },
  { name: 'rooms', type: 'integer', codes: new Map(), min: 1 },
]
const plan = (header: string, mapping?: TableMapping) => planColumns('households', header.split(','), facts, mapping)

test('columns are called by the facts; their order in the file does not matter', () => {
  const planned = plan('rooms, source_id ,territory,weight')
  assert.ok(planned.ok)
  assert.deepEqual(
    planned.value.facts.map(({ fact }) => fact.name),
    ['rooms', 'territory'],
  )
  assert.deepEqual([...planned.value.own.keys()], ['source_id', 'weight'])
  assert.deepEqual(planned.value.own.get('source_id')!.read(['2', 'h1', '07', '1']), { ok: true, value: 'h1' })
})

test('a mapping renames, joins, shortens, translates, fills and ignores', () => {
  const mapping: TableMapping = {
    columns: {
      source_id: { join: ['a', 'b'], with: '-' },
      territory: { column: 'place', first: 2 },
      rooms: { column: 'r', values: { one: '1', two: '2' } },
      weight: { always: '3' },
    },
    ignore: ['note'],
  }
  const planned = plan('a,b,place,r,note', mapping)
  assert.ok(planned.ok)
  const { own, facts: mapped } = planned.value
  const row = ['x', 'y', '0712', 'two', 'n']
  assert.deepEqual(own.get('source_id')!.read(row), { ok: true, value: 'x-y' })
  assert.deepEqual(own.get('weight')!.read(row), { ok: true, value: '3' })
  assert.deepEqual(
    mapped.map(({ target }) => target.read(row)),
    [
      { ok: true, value: '2' },
      { ok: true, value: '07' },
    ],
  )
  assert.deepEqual(mapped[0]!.target.read(['x', 'y', '07', 'three', '']), {
    ok: false,
    refusal: { accepted: 'one of one, two' },
  })
  assert.equal(own.get('source_id')!.read(['x', '', '07', 'two', '']).ok, false)
  assert.equal(own.get('source_id')!.column, 'a + b')
})

const refused: Record<HeaderRefusal['code'], { header: string; mapping?: TableMapping; columns: string[] }[]> = {
  column_twice: [{ header: 'source_id,territory,rooms,rooms', columns: ['rooms'] }],
  column_missing: [
    { header: 'territory,rooms', columns: ['source_id'] },
    { header: 'source_id,rooms', columns: ['territory'] },
    {
      header: 'source_id',
      mapping: { columns: { source_id: 'source_id', territory: 'place' } },
      columns: ['place'],
    },
  ],
  column_unknown: [
    { header: 'source_id,territory,roms', columns: ['roms'] },
    {
      header: 'source_id,territory,rooms',
      mapping: { columns: { source_id: 'source_id', territory: 'territory' } },
      columns: ['rooms'],
    },
  ],
  target_unknown: [
    {
      header: 'source_id,territory,x',
      mapping: { columns: { source_id: 'source_id', territory: 'territory', chambers: 'x' } },
      columns: ['chambers'],
    },
  ],
}
for (const [code, rows] of Object.entries(refused)) {
  for (const { header, mapping, columns } of rows) {
    test(`a header is refused: ${code} ${columns.join(', ')}`, () => {
      const planned = plan(header, mapping)
      assert.ok(!planned.ok)
      assert.equal(planned.refusal.code, code)
      assert.deepEqual(planned.refusal.columns, columns)
    })
  }
}

const badMappings = [
  { text: 'source: x\nhouseholds: [', says: /./ },
  { text: 'source: x', says: /households/ },
  { text: 'source: A B\nhouseholds: { columns: {} }', says: /source/ },
  { text: 'source: x\neffective_on: 2014-13-01\nhouseholds: { columns: {} }', says: /effective_on: a day/ },
  { text: 'source: x\nhouseholds: { columns: { a: { colum: b } } }', says: /households\.columns\.a/ },
  { text: 'source: x\nhousehold: { columns: {} }', says: /household/ },
]
for (const { text, says } of badMappings) {
  test(`a mapping is refused with its place: ${text.replaceAll('\n', ' / ')}`, () => {
    const read = readMapping(text)
    assert.ok(!read.ok)
    assert.match(read.refusal.problems.join('\n'), says)
  })
}

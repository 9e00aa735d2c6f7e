import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { csvCell, rejectLine, rejectsHeader } from './rejects.ts'

const cells: { text: string; cell: string }[] = [
  { text: 'plain', cell: 'plain' },
  { text: '', cell: '' },
  { text: '-12,5', cell: '"-12,5"' },
  { text: '+3', cell: '+3' },
  { text: '=1+1', cell: `"'=1+1"` },
  { text: '@SUM(A1)', cell: `"'@SUM(A1)"` },
  { text: '-1+cmd', cell: `"'-1+cmd"` },
  { text: '\t=1', cell: `"'\t=1"` },
  { text: 'say "no"', cell: '"say ""no"""' },
  { text: 'two\nlines', cell: '"two\nlines"' },
]
for (const { text, cell } of cells) {
  test(`${JSON.stringify(text)} is written as ${JSON.stringify(cell)}`, () => assert.equal(csvCell(text), cell))
}

test('whatever stood in a file, the line is read back whole and no cell begins a formula', () => {
  const text = fc.string({ unit: 'binary', maxLength: 20 })
  fc.assert(
    fc.property(text, text, text, fc.nat(), (sourceId, value, accepted, row) => {
      const line = rejectLine({ file: 'households', row, sourceId, column: 'rooms', value, accepted })
      const rows = parse(rejectsHeader + line) as string[][]
      assert.equal(rows.length, 2)
      const [, , readId, , readValue, readAccepted] = rows[1]!
      const shown = (read: string, given: string) => assert.ok(read === given || read === `'${given}`)
      shown(readId!, sourceId)
      shown(readValue!, value)
      shown(readAccepted!, accepted)
      for (const cell of rows[1]!) assert.ok(!/^[=@]/.test(cell))
    }),
  )
})

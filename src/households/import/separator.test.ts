import assert from 'node:assert/strict'
import { test } from 'node:test'
import { detectSeparator } from './separator.ts'

const cases = [
  { header: 'source_id,rooms,area', separator: ',' },
  { header: 'source_id;rooms;area', separator: ';' },
  { header: 'source_id\trooms\tarea', separator: '\t' },
  { header: '"a,b,c";rooms', separator: ';' },
  { header: '"say ""a;b;c""",rooms', separator: ',' },
  { header: 'source_id', separator: ',' },
]
for (const { header, separator } of cases) {
  test(`${JSON.stringify(header)} is cut at ${JSON.stringify(separator)}`, () =>
    assert.equal(detectSeparator(header), separator))
}

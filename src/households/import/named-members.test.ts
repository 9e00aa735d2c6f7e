import assert from 'node:assert/strict'
import { test } from 'node:test'
import { namingOf } from './named-members.ts'

const asked = (header?: readonly string[], columns?: Record<string, string>) => ({
  country: { code: 'ma' },
  source: 'rsu',
  members: header && { header },
  mapping: columns && { members: { columns } },
})

const naming = { country: 'ma', source: 'rsu' }
const cases = [
  ['the number under its own name', asked(['source_id', ' unique_number ']), naming],
  ['an alias under its own name', asked(['alias']), naming],
  ['the number under a name of the file', asked(['IDCS'], { unique_number: 'IDCS' }), naming],
  ['a column of that name that the mapping takes for another', asked(['alias'], { given_name: 'alias' }), undefined],
  ['neither', asked(['source_id', 'given_name']), undefined],
  ['no file of members', asked(), undefined],
] as const

for (const [name, given, expected] of cases) {
  test(`persons are looked up only where a column names them: ${name}`, () => {
    assert.deepEqual(namingOf(given), expected)
  })
}

import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { checkPacks, formatDiagnostic, parseCatalogue } from '#rules'

const facts = parseCatalogue(readFileSync('packs/ma/facts.yaml', 'utf8'), 'packs/ma/facts.yaml')
assert.ok(facts.ok)
const files = globSync(['packs/ma/sources.yaml', 'packs/ma/*/*.yaml']).map(path => ({
  path,
  text: readFileSync(path, 'utf8'),
}))

test('every pack of Morocco is well-formed', () => {
  const book = checkPacks(files, facts.value)
  assert.ok(book.ok, book.ok ? '' : book.refusal.map(formatDiagnostic).join('\n'))
  assert.ok(book.value.packs.has('ma/asd'))
})

import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { territoryTree } from '#kernel'
import { checkPacks, decide, formatDiagnostic, parseCase, parseCatalogue } from '#rules'

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

test('an explanation tells of each line in the order of the lines, with its name and value', () => {
  const book = checkPacks(files, facts.value)
  const places = territoryTree([])
  assert.ok(book.ok && places.ok)
  const child = {
    relation: 'child',
    marital_status: 'single',
    schooling: 'public',
    father_deceased: false,
    disability: 'none',
  }
  const members = [
    { id: 'm1', relation: 'head', birth_date: '1980-01-01' },
    { id: 'm2', birth_date: '2015-01-01', ...child },
    { id: 'm3', birth_date: '2010-01-01', ...child, disability: 'severe' },
  ]
  const subject = parseCase({ id: 'c1', at: '2026-12', household: {}, members }, facts.value, places.value)
  assert.ok(subject.ok, JSON.stringify(subject))
  const { lines, explanation } = decide(book.value, 'ma/asd', subject.value, { explain: true })
  assert.deepEqual(
    lines.map(({ member, value }) => [member, value]),
    [
      ['m3', '400.00'],
      ['m2', '300.00'],
    ],
  )
  assert.deepEqual(
    explanation?.lines.map(({ member, value, label }) => [member, value, label.en]),
    [
      ['m3', '400', 'Monthly allowance of the child'],
      ['m2', '300', 'Monthly allowance of the child'],
    ],
  )
})

test('missing facts are sorted by code point, as FEEL orders text', () => {
  const book = checkPacks(files, facts.value)
  const places = territoryTree([])
  assert.ok(book.ok && places.ok)
  const unknown = (id: string) => ({ id, relation: 'other', birth_date: '1990-01-01', receives_family_allowance: null })
  const members = [{ id: 'm1', relation: 'head', birth_date: '1980-01-01' }, unknown('\u{1F600}'), unknown('\uFF5E')]
  const subject = parseCase({ id: 'c1', at: '2026-12', household: {}, members }, facts.value, places.value)
  assert.ok(subject.ok)
  const { missing } = decide(book.value, 'ma/asd', subject.value)
  const allowance = missing.filter(path => path.endsWith('receives_family_allowance')).map(path => path.split('.')[1])
  assert.deepEqual(allowance, ['m1', '\uFF5E', '\u{1F600}'])
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { header, Report, withPart } from '../bench/report.ts'

const ran = { nation: false, day: '2026-11-22', load: 0.5 }

function report(name: string, seconds: number): Report {
  const made = new Report({ ...ran, name })
  made.row({ what: 'decided', size: [5_500_000, 'households'], seconds, memory: 812.4, beside: 'DuckDB 9.29 s' })
  made.line('  exact path: 0 %')
  return made
}

test('a figure is a line for a terminal and a row of the document', () => {
  const made = new Report({ ...ran, name: 'rules' })
  assert.match(
    made.row({ what: 'decided', size: [5_500_000, 'households'], seconds: 1.026 }),
    /^decided +5 500 000 households +1\.03 s +5 360 624\/s *$/,
  )
  assert.match(made.text(0.7), /^\| decided \| 5 500 000 households \| 1\.03 \| 5 360 624 \| {2}\| {2}\|$/m)
})

test('a part takes the place of its former self; the others stay, in order of name', () => {
  const both = withPart(withPart(header, report('rules', 1), 0.7), report('audit', 2), 0.7)
  assert.deepEqual(both.match(/^## .*$/gm), ['## audit', '## rules'])
  const again = withPart(both, report('rules', 3), 0.7)
  assert.deepEqual(again.match(/^## .*$/gm), ['## audit', '## rules'])
  assert.match(again, /\| 3\.00 \|/)
  assert.doesNotMatch(again, /\| 1\.00 \|/)
  assert.match(again, /\| 2\.00 \| 2 750 000 \| 812 \| DuckDB 9\.29 s \|/)
  assert.equal(withPart(again, report('rules', 3), 0.7), again)
})

test('the size of a nation is a part of its own', () => {
  const nation = new Report({ ...ran, name: 'rules', nation: true })
  const both = withPart(withPart(header, report('rules', 1), 0.7), nation, 0.7)
  assert.deepEqual(both.match(/^## .*$/gm), ['## rules', '## rules, a nation'])
})

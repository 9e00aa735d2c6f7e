import assert from 'node:assert/strict'
import { test } from 'node:test'
import { progress, progressText } from './progress.ts'

const texts: readonly [string, Parameters<typeof progressText>, string][] = [
  [
    'half-way',
    ['Importing', 'rows', 5000, 10_000, 2, false],
    'Importing    ████████████░░░░░░░░░░░░  5 000 of 10 000 rows, 2 500 a second, 2.0 s left',
  ],
  [
    'total unknown',
    ['Importing', 'rows', 5000, undefined, 2, false],
    'Importing    ░░░░░░░░░░░░░░░░░░░░░░░░  5 000 rows, 2 500 a second',
  ],
  [
    'ended',
    ['Importing', 'rows', 10_000, 10_000, 4, true],
    'Importing    ████████████████████████  10 000 rows, 2 500 a second, 4.0 s in all',
  ],
  [
    'long',
    ['Paying', 'lines', 1000, 1_000_000, 10, false],
    'Paying       ░░░░░░░░░░░░░░░░░░░░░░░░  1 000 of 1 000 000 lines, 100 a second, 2.8 h left',
  ],
]
for (const [name, given, expected] of texts) {
  test(`progress in words: ${name}`, () => assert.equal(progressText(...given), expected))
}

test('a terminal has one line drawn again; elsewhere a line comes every five seconds', () => {
  for (const interactive of [true, false]) {
    let now = 0
    const written: string[] = []
    const bar = progress({ interactive, err: text => written.push(text) }, 'Deciding', 'households', () => now)
    for (now = 0; now <= 10_000; now += 50) bar.update(now, 10_000)
    bar.end()
    const text = written.join('')
    assert.equal(text.split('\n').length - 1, interactive ? 1 : 3)
    assert.equal(text.includes('\r'), interactive)
    assert.ok(written.length >= (interactive ? 90 : 3))
  }
})

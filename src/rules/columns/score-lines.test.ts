import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { linesOf } from './score-lines.ts'

function textOf(tenMillionths: number): string {
  const digits = `${Math.abs(tenMillionths)}`.padStart(8, '0')
  return `${tenMillionths < 0 ? '-' : ''}${digits.slice(0, -7)}.${digits.slice(-7)}`
}

test('every score is written with its seven decimals, an unknown one as an empty line', () => {
  const score = fc.oneof(fc.integer({ min: -999, max: 2_000_000_000 }), fc.maxSafeInteger(), fc.constant(Number.NaN))
  fc.assert(
    fc.property(fc.array(score), scores => {
      const expected = scores.map(each => `${Number.isNaN(each) ? '' : textOf(each)}\n`).join('')
      assert.equal(new TextDecoder().decode(linesOf(Float64Array.from(scores))), expected)
    }),
  )
})

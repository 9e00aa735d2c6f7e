import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { type Engine, evalTckLine, parseNumber, type Tagged, type TckLine } from '#rules'
import { shared, sharedMissing } from '../../test/shared.ts'
import { absolute, compareNumbers, decimal, multiply, subtract } from './number.ts'

type Sample = TckLine & {
  readonly tier: 'core' | 'temporal' | 'extended'
  readonly expected: Tagged
  readonly expectError: boolean
}

const CLOSE = decimal(1n, 9)

/** Numbers within 1e-9 of each other, relatively; everything else exactly. */
function same(expected: Tagged, given: Tagged): boolean {
  if (Array.isArray(expected.v) && Array.isArray(given.v)) {
    const items = given.v as readonly Tagged[]
    return expected.v.length === items.length && expected.v.every((item, i) => same(item, items[i] as Tagged))
  }
  if (expected.t === 'context' && given.t === 'context') {
    const [left, right] = [expected.v, given.v] as { [name: string]: Tagged }[]
    const names = Object.keys(left as object)
    return (
      names.length === Object.keys(right as object).length &&
      names.every(name => right?.[name] !== undefined && same(left?.[name] as Tagged, right[name] as Tagged))
    )
  }
  if (given.t === 'decimal' && (expected.t === 'decimal' || expected.t === 'double')) {
    const [a, b] = [parseNumber(expected.v as string), parseNumber(given.v as string)]
    return a !== null && b !== null && compareNumbers(absolute(subtract(a, b)), multiply(CLOSE, absolute(a))) <= 0
  }
  return expected.t === given.t && expected.v === given.v
}

const lines: Sample[] = sharedMissing
  ? []
  : readFileSync(shared('standards/dmn-feel/feel-tck-sample.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map(line => JSON.parse(line))

for (const engine of ['interpreted', 'compiled'] satisfies Engine[]) {
  test(`the conformance sample: core is right, the rest is right or refused (${engine})`, {
    skip: sharedMissing,
  }, () => {
    const wrong: string[] = []
    for (const line of lines) {
      const answer = evalTckLine(line, engine)
      const refused = 'refused' in answer
      const right = refused ? line.expectError || line.tier !== 'core' : same(line.expected, answer.value)
      if (!right) wrong.push(`${line.suite} ${line.case} ${line.decision}: ${JSON.stringify(answer)}`)
    }
    assert.deepEqual(wrong, [])
    assert.ok(lines.length > 300, 'the sample holds hundreds of lines')
  })
}

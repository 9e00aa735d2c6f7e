import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Advice, readAdvice } from './advisories.ts'

const against = (severity: string) => JSON.stringify({ vulnerabilities: { a: { severity, range: '<1.2.0' } } })
const cases: { name: string; output: string; outcome: Advice['outcome']; says: RegExp }[] = [
  { name: 'nothing known', output: '{"vulnerabilities":{}}', outcome: 'none', says: /no advisory/ },
  { name: 'something small', output: against('moderate'), outcome: 'some', says: /moderate: a <1\.2\.0/ },
  { name: 'something grave', output: against('critical'), outcome: 'grave', says: /critical: a <1\.2\.0/ },
  {
    name: 'no registry',
    output: '{"message":"request to https://packages.test/x failed","error":{"summary":""}}',
    outcome: 'skipped',
    says: /skipped, .*request to the registry failed/,
  },
  { name: 'no npm', output: '', outcome: 'skipped', says: /skipped/ },
]
for (const { name, output, outcome, says } of cases) {
  test(`what npm knows against a version in use: ${name}`, () => {
    const advice = readAdvice(output)
    assert.equal(advice.outcome, outcome)
    assert.match(advice.says, says)
  })
}

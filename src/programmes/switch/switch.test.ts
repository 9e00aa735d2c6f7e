import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type FreePlaces, withoutPlace } from './switch.ts'

const coming = new Map([
  ['01.001', 30],
  ['01.002', 20],
  ['02.001', 10],
])
const cases: readonly [string, readonly FreePlaces[], number][] = [
  ['without a quota everybody finds a place', [], 0],
  ['a quota of the country leaves out what is above it', [{ territory: '', free: 45 }], 15],
  ['a quota of a region looks at that region alone', [{ territory: '01', free: 45 }], 5],
  ['where nothing is free nobody enters', [{ territory: '', free: -3 }], 60],
  [
    'who finds no place in a province takes none above it',
    [
      { territory: '01.001', free: 10 },
      { territory: '01', free: 25 },
      { territory: '', free: 100 },
    ],
    25,
  ],
]

for (const [name, quotas, without] of cases) {
  test(name, () => assert.equal(withoutPlace(coming, quotas), without))
}

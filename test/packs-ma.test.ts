// Every Moroccan pack against the oracle, on random households: outcome, amount, score, reasons, lines, covered members.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Decision, decide, parseCase } from '#rules'
import { type Expected, expected, PACKS } from './oracle/ma.ts'
import { index } from './oracle/ma-index.ts'
import { openPolicy } from './oracle/policy.ts'
import { randomHousehold } from './oracle/random-household.ts'
import type { Wire } from './oracle/truth.ts'

const { catalogue, territories, book } = openPolicy('ma')
const RUNS = 1_000

function decided(pack: string, wire: Wire): Decision {
  const subject = parseCase(wire, catalogue, territories)
  assert.ok(subject.ok, JSON.stringify(subject))
  return decide(book, pack, subject.value)
}

function comparable(decision: Decision): Expected {
  return {
    outcome: decision.outcome,
    amount: decision.amount?.value ?? null,
    score: decision.scores['ma/ise'] ?? null,
    reasons: decision.reasons.map(({ code, holds }) => [code, holds]),
    lines: decision.lines.map(({ member, value }) => [member, value]),
    covered: [...decision.covered],
    ...(decision.notes.way_in === undefined ? {} : { wayIn: decision.notes.way_in }),
  }
}

/** Months around every date on which something changes, and some others. */
const MONTHS = [
  '2014-11',
  '2014-12',
  '2018-11',
  '2018-12',
  '2020-03',
  '2020-04',
  '2020-07',
  '2020-08',
  '2020-09',
  '2022-11',
  '2022-12',
  '2023-02',
  '2023-03',
  '2023-11',
  '2023-12',
  '2024-08',
  '2024-09',
  '2024-11',
  '2024-12',
  '2025-01',
  '2025-09',
  '2026-01',
  '2026-09',
  '2026-12',
  '2027-09',
]

for (const pack of Object.keys(PACKS).filter(id => book.packs.has(id))) {
  test(`${pack} decides every household as the contract says`, () => {
    const life = PACKS[pack] as (typeof PACKS)[string]
    const months = MONTHS.filter(month => month >= life.from && month <= (life.to ?? '9999'))
    fc.assert(
      fc.property(fc.nat(), fc.boolean(), (seed, anyMonth) => {
        const wire = randomHousehold(seed, anyMonth && seed % 8 === 0 ? MONTHS : months)
        assert.deepEqual(comparable(decided(pack, wire)), expected(pack, wire))
      }),
      { numRuns: RUNS },
    )
  })

  test(`${pack} names what is missing only where it cannot decide, and only what is unknown`, () => {
    fc.assert(
      fc.property(fc.nat(), seed => {
        const wire = randomHousehold(seed, MONTHS)
        const { outcome, missing } = decided(pack, wire)
        assert.equal(missing.length > 0, outcome === 'undetermined')
        for (const path of missing) assert.equal(known(wire, path), false, path)
      }),
      { numRuns: 300 },
    )
  })
}

function known(wire: Wire, path: string): boolean {
  const [owner, ...rest] = path.split('.')
  if (owner === 'household') return (rest[0] as string) in wire.household
  const member = wire.members.find(each => each.id === rest[0])
  return member !== undefined && (rest[1] as string) in member
}

test('ma/ise is the exact sum, rounded once, for every household of any month', () => {
  fc.assert(
    fc.property(fc.nat(), seed => {
      const wire = randomHousehold(seed, MONTHS)
      const score = index(wire)
      const decision = decided('ma/ise', wire)
      assert.equal(decision.scores['ma/ise']?.replace('.', ''), score?.toString())
      assert.equal(decision.outcome, score === null ? 'undetermined' : 'scored')
    }),
    { numRuns: RUNS },
  )
})

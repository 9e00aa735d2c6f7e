// Every pack of Senegal and Mali against the oracle, on households drawn from the catalogue itself: any fact, any value.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decide, type Fact, parseCase } from '#rules'
import { openPolicy, type Policy } from './oracle/policy.ts'
import { random } from './oracle/random-household.ts'
import type { Wire } from './oracle/truth.ts'
import { expected, PACKS } from './oracle/west-africa.ts'

const policies: Record<string, Policy> = { sn: openPolicy('sn'), ml: openPolicy('ml') }
const AMOUNTS = [
  0, 45_000, 60_000, 100_050, 149_999, 150_000, 249_999, 250_000, 449_999, 450_000, 750_000, 1_500_000, 1_500_001,
]
const RATES = ['0.03999', '0.04', '0.055', '0.0625', '0.15', '0.15001']

/** Months around every date on which something changes, and some others. */
const MONTHS = [
  '2010-09', '2010-10', '2012-07', '2012-08', '2012-12', '2013-01', '2013-02', '2013-03', '2013-08', '2013-09', '2013-12',
  '2014-01', '2017-12', '2018-01', '2019-12', '2020-01', '2021-12', '2022-01', '2022-12', '2023-01', '2023-03', '2023-04', '2026-10',
] // biome-ignore format: one list

function household(seed: number, { catalogue, territories }: Policy): Wire {
  const next = random(seed)
  const below = (limit: number) => Math.floor(next() * limit)
  const pick = <Value>(list: readonly Value[]) => list[below(list.length)] as Value
  const at = pick(MONTHS)
  const year = Number(at.slice(0, 4))
  const gap = pick([0, 0, 0.05, 0.3])
  const drawn = (fact: Fact): unknown => {
    switch (fact.type) {
      case 'boolean':
        return next() < 0.6
      case 'integer':
        return fact.min + below(400)
      case 'decimal':
        return pick(RATES)
      case 'money':
        return String(pick(AMOUNTS))
      case 'date':
        return `${year - pick([0, 1, 3, 5, 6, 12, 13, 17, 18, 40])}-${at.slice(5)}-${pick(['01', '02', '28'])}`
      case 'code':
        return pick([...fact.codes.keys()])
      case 'territory':
        return pick(territories.all).code
    }
  }
  const facts = (all: ReadonlyMap<string, Fact>) =>
    Object.fromEntries([...all.values()].filter(() => next() >= gap).map(fact => [fact.name, drawn(fact)]))
  const size = 1 + below(6)
  const head = below(size)
  const members = Array.from({ length: size }, (_, index) => {
    const { relation, ...own } = facts(catalogue.member)
    const other = relation === undefined || relation === 'head' ? 'child' : relation
    return { ...own, id: `m${index + 1}`, relation: index === head ? 'head' : other }
  })
  return { id: `s${seed}`, at, household: facts(catalogue.household), members }
}

for (const pack of Object.keys(PACKS)) {
  test(`${pack} decides every household as the reference says`, () => {
    const policy = policies[pack.slice(0, 2)] as Policy
    fc.assert(
      fc.property(fc.nat(), seed => {
        const wire = household(seed, policy)
        const subject = parseCase(wire, policy.catalogue, policy.territories)
        assert.ok(subject.ok, JSON.stringify(subject))
        const { outcome, amount, reasons, lines } = decide(policy.book, pack, subject.value)
        assert.deepEqual(
          {
            outcome,
            amount: amount?.value ?? null,
            reasons: reasons.map(each => [each.code, each.holds]),
            lines: lines.map(each => each.value),
          },
          expected(pack, wire),
        )
      }),
      { numRuns: 600 },
    )
  })
}

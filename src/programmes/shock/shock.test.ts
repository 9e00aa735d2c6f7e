import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inspect } from 'node:util'
import fc from 'fast-check'
import { openCountry } from '#countries'
import { addMonths, type Month, newId } from '#kernel'
import type { ProposalId } from '#security'
import { lawOfShock } from './law-of-shock.ts'
import { LEAST_SHOWN, shownOf } from './reach.ts'
import {
  decideShock,
  decideShockEnd,
  holding,
  isInside,
  type Shock,
  type ShockAsked,
  type ShockEndRefusal,
  type ShockId,
  type ShockRefusal,
  shocksPaying,
} from './shock.ts'
import { scopeOfShocks } from './shock-run.ts'
import { dueMonths } from './tend-shocks.ts'

const country = openCountry('ma')
const now = '2026-11' as Month
const month = (text: string) => text as Month
const TOP_UP = { pack: 'ma/shock-top-up', values: { top_up: '500' } }
const TRANSFER = {
  pack: 'ma/shock-transfer',
  values: { amount_small: '800', amount_middle: '1000', amount_large: '1200' },
}

const asked: ShockAsked = {
  id: newId() as string as ProposalId,
  name: 'Drought 2026',
  kind: 'drought',
  territories: ['02', '08'],
  from: now,
  until: month('2027-01'),
  evidence: 'Bulletin of 28 October',
  reference: 'Decision 12/2026',
  expansions: [TOP_UP, TRANSFER],
  waives: false,
  says: 'No harvest.',
}
const shock = (change: Partial<Shock> = {}): Shock => {
  const { id: _, ...terms } = asked
  return {
    ...terms,
    id: newId() as string as ShockId,
    country: 'ma',
    declaredUntil: terms.until,
    declaredAt: new Date('2026-11-03T10:00:00Z'),
    declaredBy: 'staff:x',
    changes: [],
    ...change,
  }
}

const refused: Readonly<
  Record<ShockRefusal['code'], readonly (readonly [Partial<ShockAsked>, (readonly Shock[])?])[]>
> = {
  name_missing: [[{ name: ' ', kind: 'rain' as never }]],
  name_too_long: [[{ name: 'x'.repeat(121) }]],
  kind_unknown: [[{ kind: 'rain' as never }]],
  territory_missing: [[{ territories: [] }]],
  territory_unknown: [[{ territories: ['02', '99'] }], [{ territories: ['SN.DK'] }]],
  territory_within: [[{ territories: ['02', '02'] }], [{ territories: ['', '02'] }]],
  months_reversed: [[{ until: month('2026-10') }]],
  month_past: [[{ from: month('2026-04') }]],
  too_long: [[{ until: month('2027-11') }]],
  nothing_follows: [[{ expansions: [] }]],
  pack_unknown: [[{ expansions: [{ pack: 'ma/asd', values: {} }] }], [{ expansions: [{ pack: 'x', values: {} }] }]],
  pack_twice: [[{ expansions: [TOP_UP, TOP_UP] }]],
  value_missing: [
    [{ expansions: [{ ...TOP_UP, values: {} }] }],
    [{ expansions: [{ ...TOP_UP, values: { top_up: ' ' } }] }],
  ],
  value_refused: ['0', '-5', '1e3', '5,5', '5.555', '1'.repeat(16), '5; value: 9'].map(top_up => [
    { expansions: [{ ...TOP_UP, values: { top_up } }] },
  ]),
  value_unexpected: [[{ expansions: [{ ...TOP_UP, values: { top_up: '500', other: '5' } }] }]],
  reference_missing: [[{ reference: '' }]],
  evidence_missing: [[{ evidence: ' ' }]],
  reason_missing: [[{ says: '' }]],
  reason_too_long: [[{ evidence: 'x'.repeat(1001) }]],
  name_taken: [
    [{}, [shock({ name: 'DROUGHT 2026 ' })]],
    [{ from: month('2027-01'), until: month('2027-03') }, [shock()]],
  ],
  pack_in_use: [[{}, [shock({ name: 'Flood', expansions: [{ ...TOP_UP, values: { top_up: '400' } }] })]]],
}
for (const [code, cases] of Object.entries(refused)) {
  for (const [at, [change, standing = []]] of cases.entries()) {
    test(`a shock is not declared: ${code} (${at + 1})`, () => {
      const decided = decideShock(country, { ...asked, ...change }, standing, now)
      assert.equal(decided.ok ? 'declared' : decided.refusal.code, code)
    })
  }
}

const declared: readonly (readonly [string, Partial<ShockAsked>, (readonly Shock[])?])[] = [
  ['two regions, two packs', {}],
  ['the whole country', { territories: [''] }],
  ['waivers alone need no reference', { expansions: [], waives: true, reference: '' }],
  ['months ago', { from: month('2026-05') }],
  ['the name of one that is over', {}, [shock({ until: month('2026-10') })]],
  [
    'another place with the same amounts, written otherwise',
    { name: 'Flood' },
    [shock({ expansions: [{ ...TOP_UP, values: { top_up: '500.00' } }] })],
  ],
]
for (const [says, change, standing = []] of declared) {
  test(`a shock may be declared: ${says}`, () => {
    assert.deepEqual(decideShock(country, { ...asked, ...change }, standing, now), { ok: true, value: undefined })
  })
}

const first = shock()
type EndAsked = { readonly until: Month; readonly says: string }
const ends: Readonly<Record<ShockEndRefusal['code'], readonly [Shock | undefined, EndAsked, (readonly Shock[])?]>> = {
  shock_unknown: [undefined, { until: now, says: 'x' }],
  same_end: [first, { until: first.until, says: 'x' }],
  shock_over: [shock({ from: month('2026-08'), until: month('2026-10') }), { until: now, says: 'x' }],
  month_past: [first, { until: month('2026-10'), says: 'x' }],
  months_reversed: [shock({ from: month('2026-12') }), { until: now, says: 'x' }],
  too_long: [first, { until: month('2028-02'), says: 'x' }],
  reason_missing: [first, { until: now, says: ' ' }],
  reason_too_long: [first, { until: now, says: 'x'.repeat(1001) }],
  name_taken: [
    first,
    { until: month('2027-03'), says: 'x' },
    [first, shock({ from: month('2027-02'), until: month('2027-04') })],
  ],
  pack_in_use: [
    first,
    { until: month('2027-03'), says: 'x' },
    [
      shock({
        name: 'Flood',
        from: month('2027-02'),
        until: month('2027-04'),
        expansions: [{ ...TOP_UP, values: { top_up: '1' } }],
      }),
    ],
  ],
}
for (const [code, [of, end, standing = []]] of Object.entries(ends)) {
  test(`an end is not moved: ${code}`, () => {
    const decided = decideShockEnd(of, end, standing, now)
    assert.equal(decided.ok ? 'moved' : decided.refusal.code, code)
  })
}
test('an end is moved earlier, to the month under way, and later', () => {
  for (const until of [now, '2026-12', '2027-06'] as Month[]) {
    assert.ok(decideShockEnd(first, { until, says: 'x' }, [first], now).ok)
  }
})

test('the amounts of a declaration stand in the text of the law for the month, with the declaration as their source', () => {
  const law = lawOfShock(country, TRANSFER.pack, now, {
    ...asked,
    name: 'Séisme : « Al Haouz »',
    reference: 'n° 3 {x}',
  })
  const pack = law.book.packs.get(TRANSFER.pack)!
  const [declaredValue, ...others] = pack.parameters.get('amount_middle')!.values
  assert.deepEqual(
    declaredValue?.value,
    law.book.packs.get(TRANSFER.pack)!.parameters.get('amount_middle')!.values[0]!.value,
  )
  assert.match(declaredValue?.sources[0]?.text ?? '', /Al Haouz.*2026-11.*n° 3 \{x\}/)
  assert.equal(others.length, 2)
  assert.notEqual(pack.version, country.book.packs.get(TRANSFER.pack)!.version)
  assert.equal(law.book.packs.get('ma/asd')!.version, country.book.packs.get('ma/asd')!.version)
  assert.equal(
    lawOfShock(country, TRANSFER.pack, now, {
      ...asked,
      name: 'Séisme : « Al Haouz »',
      reference: 'n° 3 {x}',
    }).book.packs.get(TRANSFER.pack)!.version,
    pack.version,
  )
})

test('a pack pays in the months of a shock and in no other', () => {
  const pays = (at: string) => shocksPaying([first], TOP_UP.pack, month(at)).length
  assert.deepEqual(['2026-10', '2026-11', '2027-01', '2027-02'].map(pays), [0, 1, 1, 0])
  assert.equal(shocksPaying([first], 'ma/asd', now).length, 0)
})

test('two shocks of one pack are one area', () => {
  const scope = scopeOfShocks(country.shocks[0]!, [
    shock({ territories: ['02.1', '08'] }),
    shock({ territories: ['02'] }),
  ])
  assert.deepEqual(scope.territories, ['02', '08'])
})

for (const [places, holds] of [
  [['02'], '02'],
  [['02.113', '02.411'], '02'],
  [['02.113', '08'], ''],
  [['02', '02.113'], '02'],
  [['', '02'], ''],
] as const) {
  test(`who decides on ${places.join(' and ') || 'nothing'} decides in ${holds || 'the country'}`, () => {
    assert.equal(holding(places), holds)
    assert.ok(places.every(place => isInside(place, holds)))
  })
}

test('a month is due from the declaration on, one that came later from the change that brought it, none after the end', () => {
  const at = new Date('2026-11-20T10:00:00Z')
  const longer = shock({ until: month('2027-03'), changes: [{ until: month('2027-03'), says: 'x', at, by: 'y' }] })
  const due = dueMonths([longer], TOP_UP.pack, month('2027-06'))
  assert.deepEqual(
    due.map(each => each.month),
    ['2026-11', '2026-12', '2027-01', '2027-02', '2027-03'],
  )
  assert.deepEqual(
    due.map(each => each.since === at),
    [false, false, false, true, true],
  )
  assert.deepEqual(
    dueMonths([shock({ until: now })], TOP_UP.pack, month('2027-06')).map(each => each.month),
    [now],
  )
  assert.deepEqual(dueMonths([shock({ from: addMonths(now, 1) })], TOP_UP.pack, now), [])
})

test('no few families can be told from what is shown of a reach, whatever the regions', () => {
  const rows = fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 13 })
  fc.assert(
    fc.property(rows, counts => {
      const regions = counts.map((households, at) => ({
        region: String(at).padStart(2, '0'),
        households,
        members: 3 * households,
        amountMinor: BigInt(households) * 50_000n,
      }))
      const { total, regions: shown } = shownOf(regions)
      const all = counts.reduce((sum, each) => sum + each, 0)
      if (all > 0 && all < LEAST_SHOWN) return assert.deepEqual([total, shown], [null, []])
      assert.equal(total?.households, all)
      assert.equal(
        shown.reduce((sum, each) => sum + each.households, 0),
        all,
      )
      for (const each of shown) assert.ok(each.households >= LEAST_SHOWN || all === 0, inspect(shown))
    }),
  )
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Id, type Month, newId } from '#kernel'
import type { Decision } from '#rules'
import { type Before, type Difference, determinationOf, differenceOf, goneOf } from './determination.ts'
import { hashRanges, hashRows, hashStates, StateBytes } from './state.ts'

const member = newId<'Person'>()
const decided = {
  householdId: newId<'Household'>(),
  declarationId: newId<'Declaration'>(),
  territory: '07.351',
  weight: '1',
}
const decision: Decision = {
  id: decided.householdId,
  pack: 'ma/asd',
  at: '2026-12' as Month,
  outcome: 'eligible',
  amount: { value: '500.00', currency: 'MAD', per: 'month', direction: 'receives' },
  scores: { 'ma/ise': '9.1234567' },
  reasons: [
    { code: 'score_above_threshold', holds: false },
    { code: 'family_allowance_received', holds: null },
  ],
  lines: [{ member, code: 'child_allowance', value: '300.00' }],
  covered: [],
  notes: {},
  missing: ['members.m2.receives_family_allowance'],
  to_confirm: [],
}

test('the row of a decision keeps what refuses apart from what cannot be told', () => {
  const row = determinationOf(decided, decision)
  assert.deepEqual([row.refusals, row.openRefusals, row.amountMinor], [[], ['family_allowance_received'], 50000n])
  const refused = determinationOf(decided, { ...decision, amount: null, reasons: [{ code: 'taxed', holds: true }] })
  assert.deepEqual([refused.refusals, refused.amountMinor], [['taxed'], null])
})

test('an amount that its currency cannot carry is a bug, never rounded away', () => {
  const amount = { value: '500.005', currency: 'MAD', per: 'month', direction: 'receives' } as const
  assert.throws(() => determinationOf(decided, { ...decision, amount }), /500\.005 MAD: too_many_places/)
})

const row = determinationOf(decided, decision)
const changes: readonly [string, Partial<typeof row>][] = [
  ['household', { householdId: newId<'Household'>() }],
  ['place', { territory: '07.352' }],
  ['outcome', { outcome: 'undetermined' }],
  ['amount', { amountMinor: 50001n }],
  ['amount, where there is none', { amountMinor: null }],
  ['refusals', { refusals: ['taxed'] }],
  ['open refusals', { openRefusals: [] }],
  ['missing facts', { missing: [] }],
  ['scores', { scores: { 'ma/ise': '9.1234568' } }],
  ['scores, where one is unknown', { scores: { 'ma/ise': null } }],
  ['line of a member', { lines: [{ member, code: 'child_allowance', value: '300.01' }] }],
  ['member who has a line', { lines: [{ member: newId(), code: 'child_allowance', value: '300.00' }] }],
]
function digest(of: typeof row): string {
  const states = new StateBytes()
  states.append(of)
  const { high, low } = states.digestFrom(0)
  return `${high} ${low}`
}
for (const [what, change] of changes) {
  test(`another hash, and another digest, when the ${what} changes`, () => {
    assert.notEqual(hashStates([{ ...row, ...change }]), hashStates([row]))
    assert.notEqual(digest({ ...row, ...change }), digest(row))
  })
}

test('whose facts were read, and for how many a household stands, is in the hash of a row and not in that of a state', () => {
  const written = { ...row, difference: 'first', before: null } as const
  for (const change of [{ declarationId: newId<'Declaration'>() }, { weight: '2' }]) {
    assert.equal(hashStates([{ ...row, ...change }]), hashStates([row]))
    assert.notEqual(hashRows([{ ...written, ...change }]), hashRows([written]))
  }
  const before: Before = { outcome: 'not_eligible', amountMinor: null, refusals: ['taxed'] }
  const hashes = [before, { ...before, refusals: [] }, { ...before, amountMinor: 0n }].map(each =>
    hashRows([{ ...written, difference: 'entered', before: each }]),
  )
  assert.equal(new Set([...hashes, hashRows([written])]).size, 4)
})

test('the hash is of what was decided, in order: keys may come in any order, rows may not', () => {
  const other = { ...row, householdId: newId<'Household'>() as Id<'Household'> }
  const line = row.lines[0]!
  const turned = { value: line.value, code: line.code, member: line.member }
  assert.equal(hashStates([{ ...row, lines: [turned] }]), hashStates([row]))
  const two = { 'ma/ise': '1.0000000', 'ma/other': '2.0000000' }
  const reversed = Object.fromEntries(Object.entries(two).reverse())
  assert.equal(hashStates([{ ...row, scores: two }]), hashStates([{ ...row, scores: reversed }]))
  assert.notEqual(hashStates([row, other]), hashStates([other, row]))
  assert.notEqual(hashRanges(['a', 'b']), hashRanges(['b', 'a']))
})

const eligible: Before = { outcome: 'eligible', amountMinor: 50000n, refusals: [] }
const refused: Before = { outcome: 'not_eligible', amountMinor: null, refusals: ['taxed'] }
const gone: Before = { outcome: 'gone', amountMinor: null, refusals: [] }
const turned = { ...row, outcome: 'not_eligible', amountMinor: null } as const
const differences: readonly [Difference, string, typeof row, Before | null, boolean][] = [
  ['first', 'the first run of a pack', row, null, true],
  ['entered', 'a household that is new, and eligible', row, null, false],
  ['first', 'a household that is new, and refused', turned, null, false],
  ['entered', 'refused before, eligible now', row, refused, false],
  ['entered', 'gone before, eligible now', row, gone, false],
  ['first', 'gone before, refused now', turned, gone, false],
  ['left', 'eligible before, refused now', turned, eligible, false],
  ['left', 'eligible before, gone now', goneOf(row), eligible, false],
  ['gone', 'refused before, gone now', goneOf(row), refused, false],
  ['amount_changed', 'eligible with another amount', { ...row, amountMinor: 1n }, eligible, false],
  ['other', 'eligible with the same amount', row, eligible, false],
  ['other', 'refused for another reason', turned, refused, false],
]
for (const [difference, situation, now, before, isFirst] of differences) {
  test(`${situation}: ${difference}`, () => assert.equal(differenceOf(now, before, isFirst), difference))
}

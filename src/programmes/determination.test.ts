import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Id, Month } from '#kernel'
import type { Decision } from '#rules'
import { determinationOf, hashDeterminations, hashRanges } from './determination.ts'

const decided = {
  householdId: 'h' as Id<'Household'>,
  declarationId: 'd' as Id<'Declaration'>,
  territory: '07.351',
  weight: '1',
}
const decision: Decision = {
  id: 'h',
  pack: 'ma/asd',
  at: '2026-12' as Month,
  outcome: 'eligible',
  amount: { value: '500.00', currency: 'MAD', per: 'month', direction: 'receives' },
  scores: { 'ma/ise': '9.1234567' },
  reasons: [
    { code: 'score_above_threshold', holds: false },
    { code: 'family_allowance_received', holds: null },
  ],
  lines: [{ member: 'm3', code: 'child_allowance', value: '300.00' }],
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
  ['household', { householdId: 'i' as Id<'Household'> }],
  ['outcome', { outcome: 'undetermined' }],
  ['amount', { amountMinor: 50001n }],
  ['refusals', { refusals: ['taxed'] }],
  ['open refusals', { openRefusals: [] }],
  ['missing facts', { missing: [] }],
  ['scores', { scores: { 'ma/ise': '9.1234568' } }],
  ['lines', { lines: [{ member: 'm3', code: 'child_allowance', value: '300.01' }] }],
]
for (const [what, change] of changes) {
  test(`another hash when the ${what} change`, () => {
    assert.notEqual(hashDeterminations([{ ...row, ...change }]), hashDeterminations([row]))
  })
}

test('the hash is of what was decided, in order: keys may come in any order, rows may not', () => {
  const other = { ...row, householdId: 'i' as Id<'Household'> }
  const line = row.lines[0]!
  const turned = { value: line.value, code: line.code, member: line.member }
  assert.equal(hashDeterminations([{ ...row, lines: [turned] }]), hashDeterminations([row]))
  assert.notEqual(hashDeterminations([row, other]), hashDeterminations([other, row]))
  assert.notEqual(hashRanges(['a', 'b']), hashRanges(['b', 'a']))
})

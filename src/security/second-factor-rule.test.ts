import assert from 'node:assert/strict'
import { test } from 'node:test'
import { needsSecondFactor, requireSecondFactor } from './second-factor-rule.ts'

const never = { secondFactor: false, secondFactorAt: undefined }
const enrolled = { secondFactor: true, secondFactorAt: undefined }
const shown = { secondFactor: true, secondFactorAt: '2026-11-22T08:00:00.000Z' }

const cases = [
  { name: 'a file is read with a password alone', session: never, permission: 'household.read', refusal: undefined },
  {
    name: 'a run is prepared with a password alone',
    session: never,
    permission: 'payment_run.prepare',
    refusal: undefined,
  },
  {
    name: 'no run is approved with a password alone',
    session: never,
    permission: 'payment_run.approve',
    refusal: { code: 'second_factor_required', enrolled: false },
  },
  {
    name: 'nor by a session opened before the second factor was set up',
    session: enrolled,
    permission: 'payment_run.send',
    refusal: { code: 'second_factor_required', enrolled: true },
  },
  {
    name: 'a run is approved once it was shown',
    session: shown,
    permission: 'payment_run.approve',
    refusal: undefined,
  },
  {
    name: 'who gives rights gives those over money too',
    session: never,
    permission: 'staff.grant',
    refusal: { code: 'second_factor_required', enrolled: false },
  },
] as const

for (const { name, session, permission, refusal } of cases) {
  test(name, () => {
    const decided = requireSecondFactor(session, permission)
    assert.deepEqual(decided.ok ? undefined : decided.refusal, refusal)
    assert.equal(
      refusal !== undefined || needsSecondFactor(permission),
      permission !== 'household.read' && permission !== 'payment_run.prepare',
    )
  })
}

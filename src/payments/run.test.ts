import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newId, parseId } from '#kernel'
import {
  type ApprovalRefusal,
  decideApproval,
  decideCancelling,
  decideFile,
  decideSending,
  endToEndId,
  type Run,
  type RunState,
  runReference,
  runStates,
  stateOf,
} from './run.ts'

const path: Record<RunState, readonly RunState[]> = {
  drafted: ['drafted'],
  approved: ['drafted', 'approved'],
  file_made: ['drafted', 'approved', 'file_made'],
  sent: ['drafted', 'approved', 'file_made', 'sent'],
  cancelled: ['drafted', 'approved', 'cancelled'],
}
const who: Partial<Record<RunState, string>> = { drafted: 'staff:maker', approved: 'staff:checker' }

function runIn(state: RunState): Run {
  const facts = path[state].map(one => ({
    state: one,
    at: new Date(0),
    by: who[one] ?? 'staff:other',
    byName: 'Someone',
    reason: one === 'cancelled' ? 'wrong month' : null,
  }))
  return {
    id: newId(),
    reference: '7K3F9Q2M4A',
    budgetLine: 'ASD-2026',
    currency: 'MAD',
    label: 'Aide',
    period: '2026-12',
    totals: { instructions: 2, amount: 1000n, contentHash: 'ab' },
    facts,
  }
}

type ApprovalCase = {
  name: string
  state: RunState
  by: string
  available: bigint
  close?: number
  paidAfterAll?: number
  limit?: bigint
  refusal: object
}
const refused: Record<Exclude<ApprovalRefusal['code'], 'run_unknown'>, readonly ApprovalCase[]> = {
  run_not_in_state: [
    {
      name: 'another checker comes too late, whatever else is wrong',
      state: 'approved',
      by: 'worker:x',
      available: 0n,
      refusal: { reference: '7K3F9Q2M4A', state: 'approved', needs: ['drafted'] },
    },
    {
      name: 'a cancelled run stays cancelled',
      state: 'cancelled',
      by: 'staff:checker',
      available: 1000n,
      refusal: { reference: '7K3F9Q2M4A', state: 'cancelled', needs: ['drafted'] },
    },
  ],
  checker_not_staff: [
    {
      name: 'a program approves nothing',
      state: 'drafted',
      by: 'worker:x',
      available: 0n,
      refusal: { by: 'worker:x' },
    },
  ],
  maker_is_checker: [
    {
      name: 'who prepared cannot approve, before money is looked at',
      state: 'drafted',
      by: 'staff:maker',
      available: 0n,
      refusal: { by: 'staff:maker' },
    },
  ],
  checker_is_close: [
    {
      name: 'who is close to one of the payees does not approve, before money is looked at',
      state: 'drafted',
      by: 'staff:checker',
      available: 0n,
      close: 1,
      refusal: { payees: 1 },
    },
  ],
  beyond_limit: [
    {
      name: 'the limit of the roles is below the run, and it is said which roles approve it',
      state: 'drafted',
      by: 'staff:checker',
      available: 0n,
      limit: 999n,
      refusal: { currency: 'MAD', limit: 999n, asked: 1000n, roles: ['payment_director'] },
    },
  ],
  paid_after_all: [
    {
      name: 'what may have been paid since is not paid again, before money is looked at',
      state: 'drafted',
      by: 'staff:checker',
      available: 0n,
      paidAfterAll: 2,
      refusal: { reference: '7K3F9Q2M4A', lines: 2 },
    },
  ],
  budget_exceeded: [
    {
      name: 'the line does not cover it, and the numbers are said',
      state: 'drafted',
      by: 'staff:checker',
      available: 999n,
      refusal: { budgetLine: 'ASD-2026', currency: 'MAD', available: 999n, asked: 1000n, missing: 1n },
    },
  ],
}
for (const [code, cases] of Object.entries(refused)) {
  for (const { name, state, by, available, close = 0, paidAfterAll = 0, limit, refusal } of cases) {
    test(`${code}: ${name}`, () => {
      assert.deepEqual(
        decideApproval(runIn(state), by, available, {
          close,
          paidAfterAll,
          limit: { amount: limit, roles: ['payment_director'] },
        }),
        {
          ok: false,
          refusal: { code, ...refusal },
        },
      )
    })
  }
}

test('a checker approves what the line covers to the last unit, and may say so again', () => {
  assert.deepEqual(decideApproval(runIn('drafted'), 'staff:checker', 1000n), { ok: true, value: 'take' })
  assert.deepEqual(decideApproval(runIn('approved'), 'staff:checker', 0n), { ok: true, value: 'already' })
})

const steps = { decideFile, decideSending, decideCancelling }
const allowed: Record<keyof typeof steps, Partial<Record<RunState, 'take' | 'already'>>> = {
  decideFile: { approved: 'take', file_made: 'already', sent: 'already' },
  decideSending: { file_made: 'take', sent: 'already' },
  decideCancelling: { drafted: 'take', approved: 'take', cancelled: 'already' },
}
for (const [name, decide] of Object.entries(steps)) {
  for (const state of runStates) {
    const expected = allowed[name as keyof typeof steps][state]
    test(`${name} of a run that is ${state}: ${expected ?? 'refused'}`, () => {
      const answer = decide(runIn(state))
      assert.equal(stateOf(runIn(state).facts), state)
      if (expected) assert.deepEqual(answer, { ok: true, value: expected })
      else assert.ok(!answer.ok && answer.refusal.code === 'run_not_in_state' && answer.refusal.state === state)
    })
  }
}

test('a reference comes from the random end of the id, and identifies an instruction in 19 characters', () => {
  const id = parseId<'payment-run'>('0199c0de-0000-7000-8000-00000000001f')!
  assert.equal(runReference(id), '000000000Z')
  assert.match(runReference(newId()), /^[0-9A-HJKMNP-TV-Z]{10}$/)
  assert.equal(endToEndId('000000000Z', 42), '000000000Z-00000042')
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { err, ok } from '#kernel'

test('a result is a value or a refusal, told apart by ok', () => {
  assert.deepEqual(ok(1n), { ok: true, value: 1n })
  assert.deepEqual(err({ code: 'amount_not_positive' }), { ok: false, refusal: { code: 'amount_not_positive' } })
})

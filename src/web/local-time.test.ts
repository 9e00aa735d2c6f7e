import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inLocalTime } from './local-time.ts'

test('instants anywhere in the data become the time of the country, and nothing else changes', () => {
  const data = {
    at: '2026-07-01T23:30:00.123456Z',
    rows: [{ at: '2026-01-01T11:00:00Z', day: '2026-01-01', text: 'at 2026-01-01T11:00:00Z' }],
    none: null,
    amount: 12,
    missing: undefined,
  }
  assert.deepEqual(inLocalTime(data, 'Europe/Paris'), {
    at: '2026-07-02T01:30',
    rows: [{ at: '2026-01-01T12:00', day: '2026-01-01', text: 'at 2026-01-01T11:00:00Z' }],
    none: null,
    amount: 12,
    missing: undefined,
  })
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JourneyEvent } from '../context.ts'
import { foldReadings } from './fold-readings.ts'

type Reading = Extract<JourneyEvent, { kind: 'access' }>
const reading = (at: string, change: Partial<Reading> = {}): Reading => ({
  kind: 'access',
  at,
  by: 'Salma',
  action: 'household.read',
  purpose: undefined,
  listed: undefined,
  ...change,
})
const timesOf = (...events: readonly JourneyEvent[]) => foldReadings(events).map(each => each.times)

test('the same file read again and again on one day is one line, with the latest instant', () => {
  const folded = foldReadings([reading('2026-11-22T10:05'), reading('2026-11-22T10:01'), reading('2026-11-22T09:00')])
  assert.deepEqual(
    folded.map(({ event, times }) => [event.at, times]),
    [['2026-11-22T10:05', 3]],
  )
})

test('another person, another day, another act or another list is another line', () => {
  const first = reading('2026-11-22T10:05')
  assert.deepEqual(timesOf(first, reading('2026-11-21T10:05')), [1, 1])
  assert.deepEqual(timesOf(first, reading('2026-11-22T10:05', { by: 'Karim' })), [1, 1])
  assert.deepEqual(timesOf(first, reading('2026-11-22T10:05', { action: 'household.export' })), [1, 1])
  assert.deepEqual(timesOf(first, reading('2026-11-22T10:05', { listed: 25 })), [1, 1])
})

test('what happened in between parts them: the order of the journey stays', () => {
  assert.deepEqual(
    timesOf(reading('2026-11-22T10:05'), reading('2026-11-22T10:04', { by: 'Karim' }), reading('2026-11-22T10:03')),
    [1, 1, 1],
  )
})

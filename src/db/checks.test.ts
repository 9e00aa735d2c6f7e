import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decideBackupAge } from './checks.sql.ts'

const now = new Date('2026-11-22T12:00:00Z')
const daysAgo = (days: number) => new Date(now.getTime() - days * 86_400_000)

const ages: Record<string, readonly [Parameters<typeof decideBackupAge>[0], readonly string[]]> = {
  'no backup at all': [
    { writtenFor: null, soundFor: null, latestUnsound: null },
    ['warning No backup was ever written here.'],
  ],
  'written tonight, never verified': [
    { writtenFor: daysAgo(0), soundFor: null, latestUnsound: null },
    ['warning No backup was ever verified by restoring it.'],
  ],
  'written and verified tonight': [{ writtenFor: daysAgo(0), soundFor: daysAgo(0), latestUnsound: null }, []],
  'verified a week ago': [{ writtenFor: daysAgo(1), soundFor: daysAgo(7), latestUnsound: null }, []],
  'nothing for a month': [
    { writtenFor: daysAgo(30), soundFor: daysAgo(31), latestUnsound: null },
    [
      'warning The latest backup is 30 days old.',
      'warning The latest backup that was restored and found sound is 31 days old.',
    ],
  ],
  'the last verification found it bad': [
    { writtenFor: daysAgo(0), soundFor: daysAgo(1), latestUnsound: 'altered' },
    ['serious The last verification of a backup failed: altered'],
  ],
}
for (const [name, [state, says]] of Object.entries(ages)) {
  test(`backups: ${name}`, () => {
    assert.deepEqual(
      decideBackupAge(state, now).map(one => `${one.severity} ${one.says}`),
      says,
    )
  })
}

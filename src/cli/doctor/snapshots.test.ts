import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Manifest, SurveyedSnapshot } from '#households'
import { decideSnapshots } from './snapshots.ts'

const GB = 10 ** 9
const whole = (gigabytes: number): SurveyedSnapshot => ({
  folder: '/data/snapshots/ma-2026-12-31-0123456789ab',
  bytes: gigabytes * GB,
  manifest: {} as Manifest,
  damage: null,
})
const found = (
  snapshots: readonly SurveyedSnapshot[],
  free: number,
  leftOver: Parameters<typeof decideSnapshots>[0]['leftOver'] = [],
) =>
  decideSnapshots({
    folder: '/data/snapshots',
    snapshots,
    leftOver,
    freeBytes: free * GB,
    bytes: 100 * GB,
  }).map(({ severity, says, todo }) => `${severity} ${says} ${todo}`)

const cases: Readonly<Record<string, readonly [readonly string[], readonly RegExp[]]>> = {
  'none there are': [found([], 1), []],
  'room enough': [found([whole(2), whole(2)], 50), []],
  'a quarter of the disk': [
    found([whole(10), whole(10), whole(10)], 40),
    [/^notice 3 snapshots in \/data\/snapshots take 30\.0 GB; 40\.0 GB are free\. .*socle snapshot list.*remove/],
  ],
  'no room for a snapshot and a run': [found([whole(10)], 15), [/^warning 1 snapshot in .* takes 10\.0 GB; .*may not/]],
  'no room for a snapshot': [
    found([whole(10)], 5),
    [/^serious .* 5\.0 GB are free\. One more like the latest, 10\.0 GB/],
  ],
  damaged: [
    found([{ ...whole(1), damage: '07.arrow is gone' }], 50),
    [/^serious .*ab is damaged: 07\.arrow is gone\. .*back from a backup.*snapshot remove/],
  ],
  'left over': [
    found(
      [],
      50,
      [true, false].map(wasBeingRemoved => ({
        folder: `/data/snapshots/${wasBeingRemoved ? '.removed-x' : '.part-1-ma'}`,
        bytes: GB,
        wasBeingRemoved,
      })),
    ),
    [/^notice .*snapshot remove \/data\/snapshots\/x begins again/, /^notice .*1\.0 GB.*The next snapshot discards it/],
  ],
}
for (const [name, [said, expected]] of Object.entries(cases)) {
  test(`snapshots: ${name}`, () => {
    assert.equal(said.length, expected.length, said.join('\n'))
    for (const [index, pattern] of expected.entries()) assert.match(said[index] ?? '', pattern)
  })
}

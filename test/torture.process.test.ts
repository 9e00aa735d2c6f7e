// Fifty of the runs that `npm run torture` makes a thousand of.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { removeTorture, TOGETHER, torture } from './torture/torture.ts'

const RUNS = 50
after(removeTorture)

for (let first = 1; first <= RUNS; first += TOGETHER) {
  test(`runs of the seeds ${first} to ${first + TOGETHER - 1}: killed at any moment, everybody is paid once or waits with a reason, and the books agree`, async () => {
    const { kills, differences } = await torture(Array.from({ length: TOGETHER }, (_, index) => first + index))
    assert.ok(kills > 0, 'somebody was killed')
    assert.deepEqual(differences, [], `again: npm run torture -- --seed ${first} --runs ${TOGETHER}`)
  })
}

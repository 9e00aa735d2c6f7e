import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { openCountry } from '#countries'
import { enqueue, startWorker, transaction, workerActor } from '#db'
import { modelHouseholds, readHouseholdModel, registerHouseholds } from '#households'
import type { DateText, Month } from '#kernel'
import { determinationJob, entitlementTotals, latestRun } from '#programmes'
import { testDatabase } from '../../test/database.ts'

const databases = await testDatabase()
const actor = workerActor('test')
const month = '2026-12' as Month

test('a determination left to the workers is decided by one of them, with what is owed', async () => {
  const model = readHouseholdModel(fileURLToPath(new URL('../../packs/ma', import.meta.url)))
  const provenance = {
    country: 'ma',
    source: 'test',
    channel: 'generated',
    actor: 'test',
    effectiveOn: '2026-01-01' as DateText,
    modelled: true,
    head: openCountry('ma').catalogue.head,
  } as const
  await transaction(databases.worker, actor, tx =>
    registerHouseholds(tx, provenance, [...modelHouseholds(model, { seed: 2, from: 0, to: 50 })]),
  )
  const errors: Error[] = []
  const done = new AbortController()
  const watched = {
    ...determinationJob,
    async run(...args: Parameters<typeof determinationJob.run>) {
      await determinationJob.run(...args)
      done.abort()
    },
  }
  const workers = await Promise.all(
    [1, 2].map(() => startWorker(databases, { jobs: [watched], onError: error => errors.push(error) })),
  )
  try {
    const finished = once(done.signal, 'abort')
    const asked = { country: 'ma', pack: 'ma/asd', month, askedBy: 'test' }
    await transaction(
      databases.app,
      { kind: 'staff', staffId: 'a0000000-0000-7000-8000-000000000001', name: 'Agent', territories: [] },
      tx => enqueue(tx, watched, asked),
    )
    await finished
  } finally {
    await Promise.all(workers.map(worker => worker.stop()))
  }
  assert.deepEqual(errors, [])
  await transaction(databases.worker, actor, async tx => {
    const run = await latestRun(tx, { country: 'ma', pack: 'ma/asd', month })
    assert.equal(run?.rangesDone, run?.rangesTotal)
    assert.ok((await entitlementTotals(tx, 'ma/asd', month)).entitlements > 0)
  })
})

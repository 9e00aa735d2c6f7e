import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { sql } from 'kysely'
import { openCountry } from '#countries'
import { enqueue, startWorker, transaction, workerActor } from '#db'
import { modelHouseholds, readHouseholdModel, registerHouseholds } from '#households'
import type { DateText, Month } from '#kernel'
import {
  DETERMINE_JOB,
  determinationJobs,
  entitlementTotals,
  findRun,
  listRuns,
  type RunId,
  stateOf,
} from '#programmes'
import { testDatabase } from '../../test/database.ts'

const databases = await testDatabase()
const folder = mkdtempSync(join(tmpdir(), 'socle-job-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const actor = workerActor('test')
const month = '2026-12' as Month
const asked = { country: 'ma', pack: 'ma/asd', month, askedBy: 'test' }
const staff = {
  kind: 'staff',
  staffId: 'a0000000-0000-7000-8000-000000000001',
  name: 'Agent',
  territories: [],
} as const
const asking = <Value>(work: Parameters<typeof transaction<Value>>[2]) => transaction(databases.worker, actor, work)

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
await asking(tx => registerHouseholds(tx, provenance, [...modelHouseholds(model, { seed: 2, from: 0, to: 50 })]))

/** Every right recorded, without the ids that are drawn. */
async function owed() {
  return asking(tx => entitlementTotals(tx, 'ma/asd', month))
}

test('a determination left to the workers is decided by several of them, with what is owed; delivered again, nothing more', async () => {
  const errors: Error[] = []
  const done = new AbortController()
  const jobs = determinationJobs({ databases, folder, atOnce: 1 }).map(job => ({
    ...job,
    async run(...given: Parameters<typeof job.run>) {
      await job.run(...given)
      if ((await owed()).entitlements > 0) done.abort()
    },
  }))
  const workers = await Promise.all(
    [1, 2].map(() => startWorker(databases, { jobs, onError: error => errors.push(error) })),
  )
  let id: RunId
  try {
    const finished = once(done.signal, 'abort')
    id = (await transaction(databases.app, staff, tx => enqueue(tx, DETERMINE_JOB, asked))) as RunId
    await finished
    const run = await asking(tx => findRun(tx, id))
    assert.ok(run && stateOf(run) === 'finished')
    const first = await owed()

    // Every job of the run once more, with the id it had: as when a worker dies after the work and before it says so.
    const context = { attempt: 2, worker: databases.worker, signal: new AbortController().signal }
    const { rows } = await asking(tx =>
      sql<{ name: string; id: string; payload: never }>`
        select name, id, data -> 'payload' as payload from jobs.job where name like 'determine_%'`.execute(tx),
    )
    assert.ok(rows.length > 2)
    for (const row of rows) {
      const job = jobs.find(({ name }) => name === row.name)
      await job?.run(row.payload, { ...context, id: row.id })
    }
    assert.deepEqual(
      (await asking(tx => listRuns(tx, 'ma', 10))).map(each => [each.id, each.resultHash]),
      [[id, run.resultHash]],
    )
    assert.deepEqual(await owed(), first)
  } finally {
    await Promise.all(workers.map(worker => worker.stop()))
  }
  assert.deepEqual(errors, [])
})

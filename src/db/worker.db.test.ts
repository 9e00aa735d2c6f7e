import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { anonymous, defineJob, enqueue, startWorker, transaction } from '#db'
import { testDatabase } from '../../test/database.ts'
import { PG_BOSS } from './jobs-schema.ts'

const databases = await testDatabase()
const refuse = (error: Error) => assert.fail(error)

test('a job asked for in a transaction that commits is run once; one that rolls back is not', async () => {
  const runs: unknown[] = []
  const done = Promise.withResolvers<void>()
  const job = defineJob<{ month: string }>({
    name: 'determine',
    async run(payload, { id, attempt, worker }) {
      runs.push({ payload, id, attempt, role: worker.role })
      done.resolve()
    },
  })
  const working = await startWorker(databases, { jobs: [job], onError: refuse })
  await assert.rejects(
    transaction(databases.app, anonymous, async tx => {
      await enqueue(tx, job, { month: '2026-11' })
      throw new Error('no')
    }),
  )
  const id = await transaction(databases.app, anonymous, tx => enqueue(tx, job, { month: '2026-12' }))
  await done.promise
  await working.stop()
  assert.deepEqual(runs, [{ payload: { month: '2026-12' }, id, attempt: 1, role: 'worker' }])
})

test('a job asked for before any worker has started waits for the first', async () => {
  const done = Promise.withResolvers<unknown>()
  const job = defineJob<{ of: string }>({ name: 'early', run: async payload => done.resolve(payload) })
  await transaction(databases.app, anonymous, tx => enqueue(tx, job, { of: 'the first start' }))
  const working = await startWorker(databases, { jobs: [job], onError: refuse })
  assert.deepEqual(await done.promise, { of: 'the first start' })
  await working.stop()
})

test('a worker that stops tells its job, and the next worker runs it again', async () => {
  const started = Promise.withResolvers<void>()
  const finished = Promise.withResolvers<number>()
  const job = defineJob<null>({
    name: 'long',
    retries: 1,
    async run(_, { attempt, signal }) {
      if (attempt > 1) return finished.resolve(attempt)
      started.resolve()
      await new Promise((_resolve, reject) =>
        signal.addEventListener('abort', () => reject(new Error('stopped half-way'))),
      )
    },
  })
  const first = await startWorker(databases, { jobs: [job], onError: refuse })
  await transaction(databases.app, anonymous, tx => enqueue(tx, job, null))
  await started.promise
  await first.stop()
  const second = await startWorker(databases, { jobs: [job], onError: refuse })
  assert.equal(await finished.promise, 2)
  await second.stop()
})

test('the version of pg-boss whose tables are made is the one installed', () => {
  const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as { dependencies: Record<string, string> }
  assert.equal(dependencies['pg-boss'], PG_BOSS)
})

// The worker: delivers events and runs jobs. In the server's process, or alone (`socle worker`), on any number of machines.
import { setTimeout as sleep } from 'node:timers/promises'
import type { PgBoss } from 'pg-boss'
import type { Database } from './database.ts'
import { deliverEvents, registerSubscriptions, type Subscription } from './delivery.ts'
import { type JobDefinition, jobEventType } from './job.ts'
import { JOBS_SCHEMA } from './jobs-schema.ts'
import type { Databases } from './open.ts'
import { clientOf } from './transaction.ts'

/**
 * Short work that every worker process does again and again, with a pause between: more often than a job's cron can.
 * Where only one may be at it, it takes a lock of its own.
 */
export type RepeatedTask = {
  readonly pauseMs: number
  run(worker: Database, stopping: AbortSignal): Promise<unknown>
}

export type WorkerOptions = {
  readonly subscriptions?: readonly Subscription[]
  readonly jobs?: readonly JobDefinition<unknown>[]
  readonly tasks?: readonly RepeatedTask[]
  /** Told what goes wrong outside a job or a handler (database gone, clock askew); the worker carries on. */
  readonly onError: (error: Error) => void
}

export type Worker = {
  /** Takes nothing new, tells running jobs to stop, waits for them (30 s at most). */
  stop(): Promise<void>
}

const IDLE_MS = 200
const STOP_PATIENCE_MS = 30_000

export async function startWorker(databases: Databases, options: WorkerOptions): Promise<Worker> {
  const jobs = options.jobs ?? []
  const stopping = new AbortController()
  const boss = await startBoss(databases, options.onError)
  const subscriptions = [...(options.subscriptions ?? []), ...jobs.map(job => forward(boss, job))]
  await registerSubscriptions(databases.worker, subscriptions)
  for (const job of jobs) await serve(boss, job, databases, stopping.signal)
  const deliver: RepeatedTask = {
    pauseMs: IDLE_MS,
    run: (worker, signal) => deliverEvents(worker, subscriptions, signal),
  }
  const repeating = [deliver, ...(options.tasks ?? [])].map(task =>
    repeatUntil(stopping.signal, task, databases.worker, options.onError),
  )
  return {
    async stop() {
      stopping.abort()
      await Promise.all(repeating)
      await boss.stop({ graceful: true, timeout: STOP_PATIENCE_MS })
    },
  }
}

async function startBoss(databases: Databases, onError: (error: Error) => void): Promise<PgBoss> {
  const { PgBoss } = await import('pg-boss')
  const boss = new PgBoss({
    connectionString: databases.urls.worker,
    application_name: 'socle jobs',
    schema: JOBS_SCHEMA,
    max: 4,
    // The owner makes and mends the tables (jobs-schema.ts); this role could not.
    migrate: false,
    createSchema: false,
    reindex: false,
    monitorVacuum: false,
  })
  boss.on('error', onError)
  return boss.start()
}

async function serve(
  boss: PgBoss,
  job: JobDefinition<unknown>,
  databases: Databases,
  stopping: AbortSignal,
): Promise<void> {
  const queue = {
    retryLimit: job.retries ?? 3,
    retryDelay: 1,
    retryBackoff: true,
    expireInSeconds: (job.minutes ?? 60) * 60,
    heartbeatSeconds: 30,
  }
  await boss.createQueue(job.name, queue)
  await boss.updateQueue(job.name, queue)
  const work = { localConcurrency: job.atOnce ?? 1, pollingIntervalSeconds: 0.5, batchSize: 1 }
  await boss.work<unknown>(job.name, work, async ([taken]) => {
    const { id, retryCount, data, signal } = taken!
    await job.run((data as { payload: unknown }).payload, {
      id,
      attempt: retryCount + 1,
      worker: databases.worker,
      signal: AbortSignal.any([signal, stopping]),
    })
  })
  if (job.every) await boss.schedule(job.name, job.every.cron, { payload: job.every.payload })
}

// A job asked for is an event until it is in its queue: both happen in one transaction, so once.
function forward(boss: PgBoss, job: JobDefinition<unknown>): Subscription {
  return {
    subscriber: 'jobs',
    type: jobEventType(job.name),
    async handle(tx, event) {
      const client = clientOf(tx)
      const db = { executeSql: (text: string, values?: unknown[]) => client.query(text, values) }
      await boss.send(job.name, { payload: event.payload }, { id: event.id, db })
    },
  }
}

async function repeatUntil(
  stopping: AbortSignal,
  task: RepeatedTask,
  worker: Database,
  onError: (error: Error) => void,
): Promise<void> {
  while (!stopping.aborted) {
    try {
      await task.run(worker, stopping)
    } catch (error) {
      onError(error instanceof Error ? error : new Error(String(error)))
    }
    await sleep(task.pauseMs, undefined, { signal: stopping }).catch(() => {})
  }
}

// Jobs: long or repeated work, done by a worker process, in this process or on another machine.
import { newId } from '#kernel'
import type { Database } from './database.ts'
import { appendEvent } from './event.ts'
import type { Transaction } from './transaction.ts'

export type JobContext = {
  /** The id that {@link enqueue} answered; the same at every attempt. */
  readonly id: string
  /** 1 for the first attempt. */
  readonly attempt: number
  /** Connects as the worker's role. */
  readonly worker: Database
  /** Aborted when the worker stops: finish at the next safe point, the job is run again later. */
  readonly signal: AbortSignal
}

export type JobDefinition<Payload> = {
  /** Small letters, digits and underscores: 'determine_programme'. */
  readonly name: string
  /** May run more than once: what it has done already must not be done twice. */
  run(payload: Payload, context: JobContext): Promise<void>
  /** Attempts after the first, with growing pauses. Default 3. */
  readonly retries?: number
  /** How long one attempt may take. Default 60. A killed worker is noticed within a minute whatever this is. */
  readonly minutes?: number
  /** How many of these one worker process runs at once. Default 1. */
  readonly atOnce?: number
  /** Runs by itself at these times (cron, in UTC), with this payload. */
  readonly every?: { readonly cron: string; readonly payload: Payload }
}

/** Declares a job; `server.ts` hands it to {@link startWorker}. */
export function defineJob<Payload>(definition: JobDefinition<Payload>): JobDefinition<Payload> {
  if (!/^[a-z0-9_]+$/.test(definition.name)) throw new Error(`Not a job name: ${definition.name}`)
  return definition
}

/**
 * Asks for a job in the caller's transaction: it runs if and only if that commits. Payload: plain JSON. Answers its id.
 * It travels as an event, so that the application needs no right on the queues.
 */
export async function enqueue<Payload>(
  tx: Transaction,
  job: Pick<JobDefinition<Payload>, 'name'>,
  payload: Payload,
): Promise<string> {
  return appendEvent(tx, { type: jobEventType(job.name), key: newId<'job'>(), payload })
}

export function jobEventType(name: string): string {
  return `job.${name}`
}

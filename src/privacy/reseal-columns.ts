import type { Database, RepeatedTask } from '#db'
import { resealDrafts } from '#households'
import { resealMessages } from '#messaging'
import { resealNumbers } from '#payments'
import { resealDocuments, resealPhones } from '#population'
import { resealRectifications } from './reseal-rectifications.ts'

export type Resealed = {
  readonly numbers: number
  readonly phones: number
  readonly documents: number
  readonly messages: number
  /** What declarations in the making say, and the keys of papers. */
  readonly drafts: number
  /** What requests for a correction ask for, and the keys of their papers. */
  readonly requests: number
}

/** Seals every sealed column's values that stand in clear or under an earlier key. Stopped anywhere, asked again it goes on. */
export async function resealColumns(worker: Database, signal?: AbortSignal): Promise<Resealed> {
  return {
    numbers: await resealNumbers(worker, signal),
    phones: await resealPhones(worker, signal),
    documents: await resealDocuments(worker, signal),
    messages: await resealMessages(worker, signal),
    drafts: await resealDrafts(worker, signal),
    requests: await resealRectifications(worker, signal),
  }
}

/** Every worker looks once a minute for what was recorded in clear by a query, or sealed under an earlier key. */
export const sealingColumns: RepeatedTask = {
  pauseMs: 60_000,
  run: (worker, stopping) => resealColumns(worker, stopping),
}

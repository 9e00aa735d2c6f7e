// The thread that holds a register against itself: minutes of work without a pause, which the process that serves pages
// cannot spare.
import { parentPort } from 'node:worker_threads'
import { matchRecords } from '../matching/match-records.ts'
import type { Model } from '../matching/model.ts'
import { openRecords } from '../matching/open-records.ts'
import type { Settled } from '../matching/settle.ts'
import { REGISTER_COLUMNS } from './registered-person.ts'

/** Rows of the register, some at a time; then `null`: that was all. */
export type MatchThreadAsked = readonly (readonly string[])[] | null

export type MatchThreadAnswer =
  | { readonly stage: string; readonly done: number; readonly total: number }
  | { readonly model: Model; readonly pairs: Settled }

const port = parentPort!
const open = openRecords(REGISTER_COLUMNS)
const tell = (answer: MatchThreadAnswer) => port.postMessage(answer)

port.on('message', async (rows: MatchThreadAsked) => {
  if (rows) {
    for (const cells of rows) open.add(cells)
    return
  }
  const watch = (stage: string, done: number, total: number) => tell({ stage, done, total })
  const { model, pairs } = await matchRecords(open.close(), { watch })
  tell({ model, pairs })
  port.close()
})

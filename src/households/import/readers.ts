import { Worker } from 'node:worker_threads'
import { type ReadingTerms, type RowsAsked, type RowsGathered, rowReader } from './read-rows.ts'

/** Whoever turns rows into lines for staging: answers come in the order of the questions. */
export type Readers = {
  /** So many questions may wait for their answers: enough to keep everybody busy. */
  readonly most: number
  readonly read: (asked: RowsAsked) => Promise<RowsGathered>
  readonly close: () => Promise<void>
}

/** As many as the smallest server has processors. */
const THREADS = 2
/** A thread takes a second or two to begin and to become fast: smaller files are read by then. */
const WORTH_THREADS = 40_000_000
/** Meanwhile this process reads itself, and the thread helps with what is left. */
const WORTH_HELP = 8_000_000

export function openReaders(terms: ReadingTerms, bytes: number): Readers {
  if (bytes < WORTH_HELP) return readersHere(terms)
  return bytes < WORTH_THREADS ? readersWithHelp(terms) : readersInThreads(terms)
}

export function readersHere(terms: ReadingTerms): Readers {
  const read = rowReader(terms)
  return { most: 1, read: async asked => read(asked), close: async () => {} }
}

type Waiting = { readonly resolve: (rows: RowsGathered) => void; readonly reject: (error: unknown) => void }

/** The thread is asked once it has begun, and while it is not behind; this process reads the rest. */
export function readersWithHelp(terms: ReadingTerms): Readers & { readonly begun: Promise<void> } {
  const here = readersHere(terms)
  const thread = openThread(terms)
  let hasBegun = false
  let asked = 0
  const begin = () => {
    hasBegun = true
  }
  // One that does not begin is no help, and nothing is lost.
  const begun = thread.read({ kind: 'households', rows: [] }).then(begin, () => {})
  return {
    begun,
    most: MOST_AHEAD + 1,
    async read(rows) {
      if (!hasBegun || asked >= MOST_AHEAD) return here.read(rows)
      asked++
      try {
        return await thread.read(rows)
      } finally {
        asked--
      }
    },
    close: thread.close,
  }
}

/** Questions that a helping thread may have: one in hand and one to go on with. */
const MOST_AHEAD = 2

/** A thread takes its questions in turn; one that fails fails all that wait. */
export function readersInThreads(terms: ReadingTerms): Readers {
  const threads = Array.from({ length: THREADS }, () => openThread(terms))
  let turn = 0
  return {
    most: 2 * THREADS,
    read: asked => threads[turn++ % THREADS]!.read(asked),
    async close() {
      await Promise.all(threads.map(({ close }) => close()))
    },
  }
}

function openThread(terms: ReadingTerms) {
  const thread = new Worker(new URL('./reading-thread.ts', import.meta.url), { workerData: terms })
  const waiting: Waiting[] = []
  let failure: unknown
  const fail = (error: unknown) => {
    failure ??= error
    for (const { reject } of waiting.splice(0)) reject(failure)
  }
  thread.on('message', (rows: RowsGathered) => waiting.shift()?.resolve(rows))
  thread.on('error', fail)
  thread.on('exit', code => fail(new Error(`a thread that read rows stopped with code ${code}`)))
  return {
    read: (asked: RowsAsked) =>
      new Promise<RowsGathered>((resolve, reject) => {
        if (failure) return reject(failure)
        waiting.push({ resolve, reject })
        thread.postMessage(asked)
      }),
    async close() {
      await thread.terminate()
    },
  }
}

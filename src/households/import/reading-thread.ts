// A thread that reads rows of an import: names, keys and digests of hundreds of thousands of people are more work than the
// database has with them meanwhile.
import { parentPort, workerData } from 'node:worker_threads'
import { type ReadingTerms, type RowsAsked, rowReader } from './read-rows.ts'

const read = rowReader(workerData as ReadingTerms)
parentPort?.on('message', (asked: RowsAsked) => parentPort?.postMessage(read(asked)))

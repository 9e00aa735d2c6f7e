// A thread that writes regions, one after another, until there are none left.
import { parentPort, workerData } from 'node:worker_threads'
import { connectAs, disconnect } from '#db'
import { type CountryTerms, readTerms } from './country-terms.ts'
import { exportRegion, type RegionAsked } from './region-export.ts'
import type { WrittenFile } from './region-file.ts'

export type ThreadData = CountryTerms & { readonly workerUrl: string }
export type ThreadAnswer =
  /** Asks for a region. */
  | { readonly kind: 'ready' }
  | { readonly kind: 'rows'; readonly households: number }
  | { readonly kind: 'written'; readonly region: string; readonly file: WrittenFile }

const data = workerData as ThreadData
const terms = readTerms(data)
const worker = connectAs('worker', data.workerUrl, 1)
const tell = (answer: ThreadAnswer) => parentPort?.postMessage(answer)

parentPort?.on('message', async (asked: RegionAsked | null) => {
  if (asked === null) {
    await disconnect(worker)
    parentPort?.close()
    return
  }
  // What fails here ends the thread, and with it the snapshot.
  const file = await exportRegion(worker, terms, asked, households => tell({ kind: 'rows', households }))
  tell({ kind: 'written', region: asked.region, file })
  tell({ kind: 'ready' })
})
tell({ kind: 'ready' })

// A thread that writes regions, one after another, until there are none left.
import { parentPort, workerData } from 'node:worker_threads'
import { connectAs, disconnect } from '#db'
import { type Territory, territoryTree } from '#kernel'
import { parseCatalogue } from '#rules'
import { exportRegion, type RegionAsked } from './region-export.ts'
import type { WrittenFile } from './region-file.ts'

/** What a thread needs of a country, in a form that can be sent: the packs are left out, which take longest to read. */
export type ThreadData = {
  readonly workerUrl: string
  readonly catalogue: { readonly text: string; readonly path: string }
  readonly territories: readonly Territory[]
}
export type ThreadAnswer =
  | { readonly kind: 'rows'; readonly households: number }
  | { readonly kind: 'written'; readonly region: string; readonly file: WrittenFile }

const data = workerData as ThreadData
const catalogue = parseCatalogue(data.catalogue.text, data.catalogue.path)
const territories = territoryTree(data.territories)
if (!catalogue.ok || !territories.ok) throw new Error('the country was read before, and cannot be read now')
const terms = { catalogue: catalogue.value, territories: territories.value }
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
})

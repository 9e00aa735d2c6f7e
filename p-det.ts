import { mkdtempSync, rmSync, existsSync } from 'node:fs'
import { openCountry } from '#countries'
import { transaction, workerActor, clientOf } from '#db'
import { modelSnapshot, openSnapshot } from '#households'
import { determine, verifyRun } from '#programmes'
import { scratchDatabase } from './test/database.ts'
import { processorTime } from './bench/processor.ts'
const N = Number(process.argv[2] ?? 100000), T = Number(process.argv[3] ?? 0)
const country = openCountry('ma')
const folder = `/tmp/det/snap-${N}`
const databases = await scratchDatabase()
const port = new URL(databases.urls.worker).port
let snapshot
if (existsSync(folder)) { const { readdirSync } = await import('node:fs'); const { readFileSync } = await import('node:fs'); const d = `${folder}/${readdirSync(folder)[0]}`; const o = openSnapshot(d, country); snapshot = (o as any).value ?? o }
else { let c = performance.now(); snapshot = await modelSnapshot({ country, folder, households: N, seed: 1, threads: 2 }); console.log('model', ((performance.now() - c)/1000).toFixed(1)) }
for (const month of ['2026-12', '2026-12', '2027-01']) {
  const b = processorTime(port); const t = performance.now()
  const run = await determine(databases, { country, pack: 'ma/asd', month, askedBy: 'x', snapshot } as never, { threads: T })
  if (!run.ok) throw new Error(JSON.stringify(run))
  const a = processorTime(port)
  console.log(month, ((performance.now() - t) / 1000).toFixed(2), 's', a.since(b, N), run.value.resultHash.slice(0, 12))
}
await databases.close()

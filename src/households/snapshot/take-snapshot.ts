import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { sql } from 'kysely'
import type { Country } from '#countries'
import { type Databases, exportView, type Transaction, transaction, workerActor } from '#db'
import { type DateText, err, ok, type Result } from '#kernel'
import { appendAudit } from '#security'
import { catalogueKept } from './catalogue-kept.ts'
import type { ThreadAnswer, ThreadData } from './export-thread.ts'
import { type Manifest, manifestText, type SnapshotFile, sealManifest } from './manifest.ts'
import type { RegionAsked } from './region-export.ts'
import type { Snapshot } from './snapshot.ts'

export type SnapshotAsked = {
  readonly country: Country
  /** Folder of snapshots: each is a folder in it. */
  readonly folder: string
  /** Facts in effect on this day; what is learnt of it later is in another snapshot. */
  readonly effectiveOn: DateText
  /** Threads that read; each holds one connection. */
  readonly threads: number
}

export type SnapshotWatch = {
  readonly onProgress?: (households: number, total: number) => void
  /** Stops it: what was written is removed. */
  readonly signal?: AbortSignal
}

export type TakeRefusal = { readonly code: 'no_household'; readonly country: string }

type Region = { readonly region: string; readonly households: number }

/**
 * Freezes the register: everything that is known at this instant, in one view of the database shared by some threads, each
 * writing one region's file at a time. The folder takes its name when all is written and checked; until then it is a
 * hidden one, discarded by the next snapshot if this process dies. Memory does not grow with the register.
 */
export async function takeSnapshot(
  databases: Databases,
  asked: SnapshotAsked,
  watch: SnapshotWatch = {},
): Promise<Result<Snapshot, TakeRefusal>> {
  const { country, folder } = asked
  mkdirSync(folder, { recursive: true })
  discardLeftOvers(folder)
  const part = join(folder, `.part-${process.pid}-${country.code}`)
  rmSync(part, { recursive: true, force: true })
  mkdirSync(part)
  try {
    const manifest = await freeze(databases, asked, part, watch)
    if (manifest === undefined) return err({ code: 'no_household', country: country.code })
    writeFileSync(join(part, 'manifest.json'), manifestText(manifest))
    const named = join(folder, `${country.code}-${manifest.effectiveOn}-${manifest.hash.slice(0, 12)}`)
    renameSync(part, named)
    await transaction(databases.worker, workerActor('snapshot'), tx => tellAudit(tx, manifest))
    return ok({ folder: named, manifest })
  } finally {
    rmSync(part, { recursive: true, force: true })
  }
}

async function freeze(
  databases: Databases,
  { country, effectiveOn, threads }: SnapshotAsked,
  part: string,
  watch: SnapshotWatch,
): Promise<Manifest | undefined> {
  const options = { isolation: 'repeatable read', readOnly: true } as const
  return transaction(
    databases.worker,
    workerActor('snapshot'),
    async tx => {
      const view = await exportView(tx)
      const { asOf, modelled, regions } = await outline(tx, country.code)
      if (regions.length === 0) return undefined
      const terms = threadData(databases.urls.worker, country)
      const pathOf = (region: string) => `${region}.arrow`
      const work = regions.map(({ region }) => ({ region, effectiveOn, view, path: join(part, pathOf(region)) }))
      const total = regions.reduce((sum, { households }) => sum + households, 0)
      const written = await exportAll(work, terms, threads, total, watch)
      const files: SnapshotFile[] = [...written.entries()]
        .map(([region, file]) => ({ region, path: pathOf(region), ...file }))
        .sort((one, other) => (one.region < other.region ? -1 : 1))
      return sealManifest({
        format: 'socle-snapshot/1',
        country: country.code,
        asOf,
        effectiveOn,
        catalogue: catalogueKept(country.catalogue),
        households: files.reduce((sum, file) => sum + file.households, 0),
        members: files.reduce((sum, file) => sum + file.members, 0),
        modelled,
        files,
      })
    },
    options,
  )
}

function threadData(workerUrl: string, { policy, territories, code }: Country): ThreadData {
  const catalogue = policy.find(({ path }) => path.endsWith('/facts.yaml'))
  if (catalogue === undefined) throw new Error(`${code} keeps no facts.yaml`)
  return { workerUrl, catalogue, territories: territories.all }
}

type Written = Extract<ThreadAnswer, { kind: 'written' }>['file']

/** Hands the regions, the largest first, to threads as they become free. */
async function exportAll(
  work: readonly RegionAsked[],
  data: ThreadData,
  threads: number,
  total: number,
  { onProgress, signal }: SnapshotWatch,
): Promise<Map<string, Written>> {
  const waiting = [...work]
  const written = new Map<string, Written>()
  let households = 0
  onProgress?.(0, total)
  const workers = Array.from(
    { length: Math.max(1, Math.min(threads, work.length)) },
    () => new Worker(new URL('./export-thread.ts', import.meta.url), { workerData: data }),
  )
  const runs = workers.map(
    worker =>
      new Promise<void>((resolve, reject) => {
        worker.on('error', reject)
        worker.on('exit', code => (code === 0 ? resolve() : reject(new Error('a thread of the snapshot stopped'))))
        worker.on('message', (answer: ThreadAnswer) => {
          if (answer.kind === 'rows') {
            households += answer.households
            onProgress?.(households, total)
            return
          }
          written.set(answer.region, answer.file)
          worker.postMessage(waiting.shift() ?? null)
        })
        worker.postMessage(waiting.shift() ?? null)
      }),
  )
  const stopped = new Promise<never>((_, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
  try {
    signal?.throwIfAborted()
    await Promise.race([Promise.all(runs), stopped])
    return written
  } finally {
    await Promise.all(workers.map(worker => worker.terminate()))
  }
}

type Outline = { readonly asOf: string; readonly modelled: boolean; readonly regions: readonly Region[] }

async function outline(tx: Transaction, country: string): Promise<Outline> {
  const { rows } = await sql<Region & { modelled: boolean }>`
    select split_part(territory, '.', 1) as region, count(*)::int as households, bool_or(modelled) as modelled
    from households.household where country = ${country}
    group by 1 order by 2 desc, 1`.execute(tx)
  const now = await sql<{ asOf: string }>`
    select to_char(transaction_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as "asOf"`.execute(tx)
  return {
    asOf: (now.rows[0] as { asOf: string }).asOf,
    modelled: rows.some(row => row.modelled),
    regions: rows.map(({ region, households }) => ({ region, households })),
  }
}

async function tellAudit(
  tx: Transaction,
  { country, effectiveOn, hash, households, members }: Manifest,
): Promise<void> {
  await appendAudit(tx, {
    action: 'snapshot.take',
    subject: { kind: 'snapshot', id: hash },
    purpose: 'statistics: snapshot',
    detail: { country, effectiveOn, households, members },
  })
}

/** Folders of processes that died while they wrote. */
function discardLeftOvers(folder: string): void {
  for (const name of readdirSync(folder)) {
    const pid = Number(/^\.part-(\d+)-/.exec(name)?.[1])
    if (pid && pid !== process.pid && !isRunning(pid)) rmSync(join(folder, name), { recursive: true, force: true })
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as { code?: string }).code === 'EPERM'
  }
}

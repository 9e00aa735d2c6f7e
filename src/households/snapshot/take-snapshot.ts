import { join } from 'node:path'
import { sql } from 'kysely'
import type { Country } from '#countries'
import { type Database, type Databases, exportView, type Transaction, transaction, workerActor } from '#db'
import { type DateText, err, ok, type Result } from '#kernel'
import { appendAudit } from '#security'
import { countryTerms } from './country-terms.ts'
import type { ThreadAnswer, ThreadData } from './export-thread.ts'
import type { Manifest, SnapshotFile } from './manifest.ts'
import { type Filled, inNewFolder } from './new-folder.ts'
import { exportRegion, type RegionAsked } from './region-export.ts'
import type { WrittenFile } from './region-file.ts'
import { registerIdentity } from './register-identity.ts'
import { runThreads } from './run-threads.ts'
import type { Snapshot } from './snapshot.ts'

export type SnapshotAsked = {
  readonly country: Country
  /** Folder of snapshots: each is a folder in it. */
  readonly folder: string
  /** Facts in effect on this day; what is learnt of it later is in another snapshot. */
  readonly effectiveOn: DateText
  /** Threads that read; each holds one connection. 0 reads in the caller's own thread: right for some thousands of households. */
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
  databases: Pick<Databases, 'worker' | 'urls'>,
  asked: SnapshotAsked,
  watch: SnapshotWatch = {},
): Promise<Result<Snapshot, TakeRefusal>> {
  const { country, folder } = asked
  const taken = await inNewFolder(folder, country, part => freeze(databases, asked, part, watch))
  if (taken.ok) await transaction(databases.worker, workerActor('snapshot'), tx => tellAudit(tx, taken.value.manifest))
  return taken
}

async function freeze(
  databases: Pick<Databases, 'worker' | 'urls'>,
  { country, effectiveOn, threads }: SnapshotAsked,
  part: string,
  watch: SnapshotWatch,
): Promise<Result<Filled, TakeRefusal>> {
  const options = { isolation: 'repeatable read', readOnly: true } as const
  return transaction(
    databases.worker,
    workerActor('snapshot'),
    async tx => {
      const view = await exportView(tx)
      const { asOf, modelled, regions } = await outline(tx, country.code)
      if (regions.length === 0) return err({ code: 'no_household', country: country.code })
      const terms = { ...countryTerms(country), workerUrl: databases.urls.worker }
      const pathOf = (region: string) => `${region}.arrow`
      const work = regions.map(({ region }) => ({ region, effectiveOn, view, path: join(part, pathOf(region)) }))
      const total = regions.reduce((sum, { households }) => sum + households, 0)
      const written =
        threads === 0
          ? await exportHere(databases.worker, country, work, total, watch)
          : await exportAll(work, terms, threads, total, watch)
      const files = written.map(({ region, file }): SnapshotFile => ({ region, path: pathOf(region), ...file }))
      const origin = { kind: 'register', register: await registerIdentity(tx) } as const
      return ok({ asOf, effectiveOn, modelled, origin, files })
    },
    options,
  )
}

async function exportHere(
  worker: Database,
  country: Country,
  work: readonly RegionAsked[],
  total: number,
  { onProgress, signal }: SnapshotWatch,
) {
  const written: { readonly region: string; readonly file: WrittenFile }[] = []
  let households = 0
  for (const asked of work) {
    signal?.throwIfAborted()
    const file = await exportRegion(worker, country, asked, read => {
      households += read
      onProgress?.(households, total)
    })
    written.push({ region: asked.region, file })
  }
  return written
}

/** Hands the regions, the largest first, to threads as they become free. */
function exportAll(
  work: readonly RegionAsked[],
  data: ThreadData,
  threads: number,
  total: number,
  { onProgress, signal }: SnapshotWatch,
) {
  const waiting = [...work]
  let households = 0
  onProgress?.(0, total)
  return runThreads(
    new URL('./export-thread.ts', import.meta.url),
    new Array<ThreadData>(Math.max(1, Math.min(threads, work.length))).fill(data),
    (answer: ThreadAnswer, reply) => {
      switch (answer.kind) {
        case 'ready':
          reply(waiting.shift() ?? null)
          return undefined
        case 'rows':
          households += answer.households
          onProgress?.(households, total)
          return undefined
        case 'written':
          return answer
      }
    },
    signal,
  )
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

// A nation decided into PostgreSQL: everybody for the first time, then the next month, of which what is new is written.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { openCountry } from '#countries'
import { type Databases, transaction, workerActor } from '#db'
import { modelSnapshot, type Snapshot } from '#households'
import type { Month } from '#kernel'
import { determine, runDifferences, verifyRun } from '#programmes'
import { scratchDatabase } from '../test/database.ts'
import { type Benchmark, memoryHeld, thousands, timed } from './benchmark.ts'
import { duckdbSeconds, postgresSeconds } from './plain-sql.ts'

const THREADS = 2
const PACK = 'ma/asd'
const country = openCountry('ma')

export const benchmark: Benchmark = async ({ nation, row, print }) => {
  const firsts = new Map<number, number>()
  for (const households of nation ? [500_000, 1_000_000, 2_000_000, 5_500_000] : [100_000]) {
    const folder = mkdtempSync(join(tmpdir(), 'bench-runs-'))
    const databases = await scratchDatabase()
    try {
      const snapshot = await modelSnapshot({ country, folder, households, seed: 1, threads: THREADS })
      const size = [households, 'households'] as const
      for (const [what, month] of [
        ['decided and written for the first time', '2026-12'],
        ['the same month again', '2026-12'],
        ['the next month', '2027-01'],
      ] as const) {
        const { seconds, value } = await timed(() => decided(databases, snapshot, month as Month))
        const beside = `${thousands(value.written)} rows written; the database grew to ${value.size}`
        row({ what: `${PACK}: ${what}, ${THREADS} threads`, size, seconds, memory: memoryHeld(), beside })
        if (!firsts.has(households)) firsts.set(households, seconds)
        if (month !== '2027-01') continue
        const verified = await timed(() => verifyRun(databases, { country, snapshot, run: value.run }))
        if (!verified.value.ok || verified.value.value.findings.length > 0) throw new Error('the run does not verify')
        row({ what: 'verified', size, seconds: verified.seconds, memory: memoryHeld() })
      }
    } finally {
      rmSync(folder, { recursive: true, force: true })
      await databases.close()
    }
  }
  await plain(nation ? 1_000_000 : 100_000)

  /** What the same law takes where nobody asks why: a statement of an analyst's, once it is written. */
  async function plain(households: number): Promise<void> {
    const databases = await scratchDatabase()
    const size = [households, 'households'] as const
    const own = firsts.get(households) as number
    const beside = (seconds: number) => `the run, with reasons and history: ${(own / seconds).toFixed(1)} times as long`
    try {
      const seconds = await postgresSeconds(databases.owner, households)
      row({ what: 'plain: one SQL statement in PostgreSQL', size, seconds, beside: beside(seconds) })
    } finally {
      await databases.close()
    }
    const seconds = await duckdbSeconds(households)
    if (seconds !== null)
      row({ what: 'plain: DuckDB, one thread, nothing written', size, seconds, beside: beside(seconds) })
  }
  print('PostgreSQL on the same cores, its writes not forced to the disk.')
}

async function decided(databases: Databases, snapshot: Snapshot, month: Month) {
  const asked = { country, pack: PACK, month, askedBy: 'bench', snapshot, trial: true }
  const run = await determine(databases, asked, { threads: THREADS })
  if (!run.ok) throw new Error(run.refusal.code)
  return transaction(databases.worker, workerActor('bench'), async tx => {
    const differences = await runDifferences(tx, run.value.id)
    const { rows } = await sql<{ size: string }>`
      select pg_size_pretty(pg_total_relation_size('programmes.determination')) as size`.execute(tx)
    const written = differences.reduce((all, each) => all + each.households, 0)
    return { run: run.value.id, written, size: rows[0]?.size ?? '' }
  })
}

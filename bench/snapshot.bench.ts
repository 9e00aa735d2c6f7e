// A register frozen: households registered as always, multiplied in place up to the size asked, then read into files.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openCountry } from '#countries'
import type { Databases } from '#db'
import { takeSnapshot } from '#households'
import type { DateText } from '#kernel'
import { scratchDatabase } from '../test/database.ts'
import { type Benchmark, type Measured, memoryHeld, thousands, timed } from './benchmark.ts'
import { grow, registerSeeds, SEEDS } from './grown-register.ts'

const country = openCountry('ma')
const THREADS = 2

export const benchmark: Benchmark = async ({ nation, row }) => {
  const databases = await scratchDatabase()
  try {
    await registerSeeds(databases)
    let held = SEEDS
    for (const households of nation ? [500_000, 1_000_000, 2_000_000, 5_500_000] : [SEEDS, 100_000]) {
      await grow(databases, held, households, 'households')
      held = households
      row(await measure(databases, households))
    }
  } finally {
    await databases.close()
  }
}

async function measure(databases: Databases, households: number): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-snapshot-'))
  try {
    const asked = { country, folder, effectiveOn: '2026-12-01' as DateText, threads: THREADS }
    const { seconds, value } = await timed(() => takeSnapshot(databases, asked))
    if (!value.ok) throw new Error(value.refusal.code)
    const { households: written, members, files } = value.value.manifest
    if (written !== households) throw new Error(`${written} households written of ${households}`)
    const mebibytes = files.reduce((sum, file) => sum + file.bytes, 0) / 2 ** 20
    return {
      what: `frozen into files, ${THREADS} threads`,
      size: [households, 'households'],
      seconds,
      memory: memoryHeld(),
      beside: `${thousands(members)} members, ${thousands(mebibytes)} MiB of files`,
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

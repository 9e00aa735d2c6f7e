// The import with matching: a file into an empty register, then one from another source in which every tenth household is
// known. Wall clock and processor time, part by part: on a machine that others use too, the second is what can be compared.
// Nothing is eased for the benchmark: PostgreSQL waits for the disk at every commit.
import { mkdtempSync, rmSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Databases, removeCluster } from '#db'
import { type ImportPhase, importHouseholds, type ModelledHousehold, modelHouseholds, openTable } from '#households'
import type { DateText } from '#kernel'
import { scratchDatabase } from '../test/database.ts'
import { type Benchmark, thousands } from './benchmark.ts'
import { country, type HouseholdFiles, model, writeHouseholds } from './household-files.ts'
import { processorTime } from './processor.ts'

const SEED = 23
/** A PostgreSQL of its own, as `socle` starts one: what is registered is on the disk, and its memory is that of a server. */
const DATA = '.cache/bench-import'
/** Every so many households of the second file are known. */
const KNOWN = 10

/** From another source: nine in ten that nobody has seen, and one in ten of the first file, under numbers of its own. */
function* secondFile(first: number, count: number): Iterable<ModelledHousehold> {
  const fresh = modelHouseholds(model, { seed: SEED, from: first, to: first + count })
  let at = 0
  for (const household of fresh) {
    const step = Math.floor(first / count) * at
    const known =
      at % KNOWN === 0 ? [...modelHouseholds(model, { seed: SEED, from: step, to: step + 1 })][0] : undefined
    yield { ...(known ?? household), sourceId: `B-${at}` }
    at++
  }
}

type Part = { readonly phase: ImportPhase; readonly seconds: number; readonly here: number; readonly postgres: number }

async function bringIn(databases: Databases, source: string, files: HouseholdFiles) {
  const postmaster = `port=${databases.embeddedPort}`
  const marks: { phase: ImportPhase; at: number; spent: ReturnType<typeof processorTime> }[] = []
  const mark = (phase: ImportPhase) => marks.push({ phase, at: performance.now(), spent: processorTime(postmaster) })
  const asked = {
    country,
    households: await openTable(files.households),
    members: await openTable(files.members),
    source,
    effectiveOn: '2026-01-01' as DateText,
    askedBy: 'bench',
    dryRun: false,
  }
  const result = await importHouseholds(databases.worker, asked, {
    onRead: () => {},
    onResume: () => {},
    onReject: async () => {},
    onRegistered: () => {},
    onPhase: mark,
    signal: new AbortController().signal,
  })
  mark('match')
  if (!result.ok) throw new Error(JSON.stringify(result))
  const parts = marks.slice(0, -1).map(({ phase, at, spent }, i): Part => {
    const next = marks[i + 1]!
    return {
      phase,
      seconds: (next.at - at) / 1000,
      here: (next.spent.here - spent.here) / 1000,
      postgres: ((next.spent.postgres ?? 0) - (spent.postgres ?? 0)) / 1000,
    }
  })
  return { report: result.value, parts }
}

export const benchmark: Benchmark = async ({ nation, print }) =>
  nation ? importRun(200_000, 20_000, print) : importRun(20_000, 4000, print)

/** So many households of one source into an empty register, then so many of another. */
export async function importRun(first: number, second: number, print: (line: string) => void): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'socle bench import '))
  const databases = await scratchDatabase(DATA)
  let all = 0
  try {
    const files = [
      ['first', first, () => modelHouseholds(model, { seed: SEED, from: 0, to: first })],
      ['second', second, () => secondFile(first, second)],
    ] as const
    for (const [source, count, households] of files) {
      const written = await writeHouseholds(folder, source, households)
      const load = loadavg()[0]!.toFixed(1)
      const { report, parts } = await bringIn(databases, source, written)
      const seconds = parts.reduce((sum, part) => sum + part.seconds, 0)
      all += seconds
      const processor = parts.reduce((sum, part) => sum + part.here + part.postgres, 0)
      const { compared, same, toSettle } = report.matched
      print(
        `${thousands(report.registered)} households of ${source} source: ${thousands(count / seconds)}/s by the clock (load ${load} before, ` +
          `${loadavg()[0]!.toFixed(1)} after); ${((processor * 1e6) / count).toFixed(0)} µs of processor each, ` +
          `so ${thousands((2 * count) / processor)}/s on two cores kept busy`,
      )
      for (const { phase, seconds: wall, here, postgres } of parts) {
        print(
          `  ${phase.padEnd(9)}${wall.toFixed(1).padStart(7)} s; processor ${here.toFixed(1).padStart(6)} s here, ${postgres.toFixed(1).padStart(6)} s in PostgreSQL`,
        )
      }
      print(
        `  ${thousands(compared)} pairs compared: ${thousands(same)} persons proposed as the same, ${thousands(toSettle)} to settle`,
      )
    }
    print(`both files: ${thousands((first + second) / all)} households a second by the clock`)
    print(`memory of this process at most ${thousands(process.resourceUsage().maxRSS / 1024)} MB`)
  } finally {
    await databases.close()
    await removeCluster(DATA)
    rmSync(folder, { recursive: true })
  }
}

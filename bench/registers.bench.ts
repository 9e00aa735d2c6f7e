// The registers: files of modelled households brought in by the import, brought in again, and searched.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Databases, transaction } from '#db'
import { importHouseholds, type ModelledHousehold, modelHouseholds, openTable, searchHouseholds } from '#households'
import { type DateText, newId } from '#kernel'
import { scratchDatabase } from '../test/database.ts'
import { type Benchmark, quantile, thousands, timed } from './benchmark.ts'
import { country, model, writeHouseholds } from './household-files.ts'

/** Every tenth has one more car in the second edition. */
function* edition(number: 1 | 2, count: number): Iterable<ModelledHousehold> {
  let i = 0
  for (const household of modelHouseholds(model, { seed: 11, from: 0, to: count })) {
    const { facts } = household
    yield number === 2 && i++ % 10 === 0
      ? { ...household, facts: { ...facts, cars: Number(facts.cars ?? 0) + 1 } }
      : household
  }
}

async function bringIn({ worker }: Databases, files: { households: string; members: string }) {
  const asked = {
    country,
    households: await openTable(files.households),
    members: await openTable(files.members),
    source: 'bench',
    effectiveOn: '2026-01-01' as DateText,
    askedBy: 'bench',
    dryRun: false,
  }
  const started = performance.now()
  const before = process.cpuUsage()
  let spent = before
  let checked = 0
  const result = await importHouseholds(worker, asked, {
    onRead: () => {},
    onResume: () => {},
    onReject: async () => {},
    onRegistered: () => {
      if (checked === 0) spent = process.cpuUsage(before)
      checked ||= performance.now()
    },
    signal: new AbortController().signal,
  })
  if (!result.ok) throw new Error(JSON.stringify(result))
  return {
    report: result.value,
    cpu: (spent.user + spent.system) / 1e6,
    reading: (checked - started) / 1000,
    registering: (performance.now() - checked) / 1000,
  }
}

async function searchTimes({ app }: Databases, count: number): Promise<number[]> {
  const times: number[] = []
  const actor = { kind: 'staff', staffId: newId(), name: 'Bench', territories: [''] } as const
  for (const { members } of modelHouseholds(model, { seed: 11, from: 0, to: count })) {
    const { givenName, familyName, familyNameAr } = members.at(-1)!
    const text = times.length % 2 === 0 ? `${givenName} ${familyName}` : (familyNameAr ?? familyName ?? '')
    const { seconds } = await timed(() =>
      transaction(app, actor, tx => searchHouseholds(tx, { country: 'ma', text, head: 'head', limit: 20, skip: 0 })),
    )
    times.push(seconds * 1000)
  }
  return times
}

export const benchmark: Benchmark = async ({ nation, print }) => {
  const count = nation ? 200_000 : 20_000
  const folder = mkdtempSync(join(tmpdir(), 'socle bench '))
  const databases = await scratchDatabase()
  try {
    for (const number of [1, 1, 2] as const) {
      const files = await writeHouseholds(folder, `edition-${number}`, () => edition(number, count))
      const { report, cpu, reading, registering } = await bringIn(databases, files)
      const { registered, changed, unchanged } = report
      const rate = thousands(count / (reading + registering))
      print(
        `${thousands(registered)} new, ${thousands(changed)} changed, ${thousands(unchanged)} unchanged: read and checked in ` +
          `${reading.toFixed(1)} s (${cpu.toFixed(1)} s of this process), registered in ${registering.toFixed(1)} s (${thousands(count / registering)}/s), ${rate} households/s in all`,
      )
    }
    print(`memory of this process at most ${thousands(process.resourceUsage().maxRSS / 1024)} MB`)
    const times = await searchTimes(databases, 200)
    print(
      `search among ${thousands(count)} households: half under ${quantile(times, 0.5).toFixed(1)} ms, 95 % under ${quantile(times, 0.95).toFixed(1)} ms`,
    )
  } finally {
    await databases.close()
    rmSync(folder, { recursive: true })
  }
}

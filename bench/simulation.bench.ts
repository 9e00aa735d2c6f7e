// Snapshots and reforms: a nation modelled into files, read back, and reforms tried on it by two threads.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openCountry } from '#countries'
import { modelSnapshot, readRows } from '#households'
import { readStudy, simulate } from '#simulation'
import { type Benchmark, thousands, timed } from './benchmark.ts'

const THREADS = 2
const STUDY = `
pack: ma/asd
month: 2027-01
scenarios:
  - { name: another threshold, parameters: [{ name: threshold, value: 9.6 }] }
  - { name: another minimum, parameters: [{ name: minimum, value: 600 }] }
  - { name: another amount for each child, parameters: [{ name: young_or_in_school, value: 350 }] }
  - { name: another start of the index, parameters: [{ pack: ma/ise, name: constant_urban, value: 9.1 }] }
`

export const benchmark: Benchmark = async ({ nation, print }) => {
  const country = openCountry('ma')
  for (const households of nation ? [500_000, 1_000_000, 2_000_000, 5_500_000] : [200_000]) {
    const folder = mkdtempSync(join(tmpdir(), 'bench-snapshot-'))
    try {
      await measure(country, households, folder, print)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  }
}

async function measure(
  country: ReturnType<typeof openCountry>,
  households: number,
  folder: string,
  print: (line: string) => void,
): Promise<void> {
  const made = await timed(() => modelSnapshot({ country, folder, households, seed: 1, threads: THREADS }))
  const { members, files } = made.value.manifest
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0)
  print(`${thousands(households)} households, ${thousands(members)} members`)
  print(
    `  modelled into ${thousands(bytes / 2 ** 20)} MiB of files: ${made.seconds.toFixed(1)} s, ${thousands(households / made.seconds)} households a second`,
  )
  const read = await timed(() => readRows(made.value, country))
  if (!read.value.ok) throw new Error(read.value.refusal.code)
  print(`  read and checked, one thread: ${read.seconds.toFixed(2)} s`)
  const study = readStudy(STUDY)
  if (!study.ok) throw new Error(study.refusal.problems.join('\n'))
  const tried = await timed(() => simulate(country, made.value, study.value, { threads: THREADS }))
  if (!tried.value.ok) throw new Error(JSON.stringify(tried.value.refusal))
  print(
    `  a study of ${study.value.scenarios.length} scenarios, reading included, ${THREADS} threads: ${tried.seconds.toFixed(2)} s`,
  )
  for (const { name, seconds } of tried.value.value.scenarios) print(`  ${name}: ${seconds.toFixed(2)} s`)
  print(`  memory ${thousands(process.memoryUsage().rss / 2 ** 20)} MiB`)
}

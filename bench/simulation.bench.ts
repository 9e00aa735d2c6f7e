// Snapshots and reforms: a nation modelled into files, read back, and reforms tried on it by two threads.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openCountry } from '#countries'
import { modelSnapshot, readRows } from '#households'
import { readStudy, simulate } from '#simulation'
import { type Benchmark, type Measured, memoryHeld, thousands, timed } from './benchmark.ts'

const THREADS = 2
const STUDY = `
pack: ma/asd
month: 2027-01
scenarios:
  - { name: another threshold, parameters: [{ name: threshold, value: 9.6 }] }
  - { name: another minimum, parameters: [{ name: minimum, value: 600 }] }
  - { name: another amount for each child, parameters: [{ name: young_or_in_school, value: 350 }] }
  - { name: another start of the index, parameters: [{ pack: ma/ise, name: constant_urban, value: 9.1 }] }
  - { name: a dearer telephone, facts: [{ fact: household.telecom_annual, times: 1.08 }] }
  - { name: nearly all at school, facts: [{ fact: member.schooling, ages: [6, 14], value: public, share: 0.99 }] }
`

export const benchmark: Benchmark = async ({ nation, row }) => {
  const country = openCountry('ma')
  for (const households of nation ? [500_000, 1_000_000, 2_000_000, 5_500_000] : [200_000]) {
    const folder = mkdtempSync(join(tmpdir(), 'bench-snapshot-'))
    try {
      await measure(country, households, folder, row)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  }
}

async function measure(
  country: ReturnType<typeof openCountry>,
  households: number,
  folder: string,
  row: (measured: Measured) => void,
): Promise<void> {
  const made = await timed(() => modelSnapshot({ country, folder, households, seed: 1, threads: THREADS }))
  const { members, files } = made.value.manifest
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0)
  const size = [households, 'households'] as const
  row({
    what: `modelled into files, ${THREADS} threads`,
    size,
    seconds: made.seconds,
    memory: memoryHeld(),
    beside: `${thousands(members)} members, ${thousands(bytes / 2 ** 20)} MiB of files`,
  })
  const read = await timed(() => readRows(made.value, country))
  if (!read.value.ok) throw new Error(read.value.refusal.code)
  row({ what: 'read and checked, one thread', size, seconds: read.seconds, memory: memoryHeld() })
  const study = readStudy(STUDY)
  if (!study.ok) throw new Error(study.refusal.problems.join('\n'))
  const tried = await timed(() => simulate(country, made.value, study.value, { threads: THREADS }))
  if (!tried.value.ok) throw new Error(JSON.stringify(tried.value.refusal))
  const { scenarios } = tried.value.value
  row({
    what: `a study of ${scenarios.length} scenarios, reading included`,
    size,
    seconds: tried.seconds,
    memory: memoryHeld(),
  })
  for (const { name, seconds } of scenarios) row({ what: `tried: ${name}`, size, seconds })
}

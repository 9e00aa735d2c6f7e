// Matching, on generated records with truth: how well, at the threshold chosen without it, and how long.
import { loadavg } from 'node:os'
import { matchGenerated } from '../test/matching/generated.ts'
import { historicalRecords } from '../test/matching/historical-records.ts'
import { moroccanRecords } from '../test/matching/moroccan-records.ts'
import { type Generated, personRecords } from '../test/matching/person-records.ts'
import { type Benchmark, thousands } from './benchmark.ts'

export const benchmark: Benchmark = async ({ nation, print }) => {
  const clean = { seed: 41, originals: 5000, most: 1, share: 1, modified: { perField: 2, perRecord: 4 } }
  const worn = { seed: 42, originals: 2000, most: 5, share: 0.9, modified: { perField: 3, perRecord: 10 } }
  await measure('clean, two files', personRecords(clean), row => row[0]!.endsWith('org'))
  await measure('up to five copies', personRecords(worn))
  await measure('Moroccan, two scripts', moroccanRecords({ seed: 43, families: 2500, again: 0.5 }), row =>
    row[0]!.startsWith('A'),
  )
  const historical = { seed: 44, persons: nation ? 5000 : 1000, most: 20, missing: 0.25 }
  await measure('historical', historicalRecords(historical))
  if (nation) await measure('a large register', moroccanRecords({ seed: 45, families: 200_000, again: 0.25 }))

  async function measure(
    name: string,
    generated: Generated,
    isFirst?: (row: readonly string[]) => boolean,
  ): Promise<void> {
    const before = process.cpuUsage()
    const { measures, matching } = await matchGenerated(generated, isFirst)
    const { user, system } = process.cpuUsage(before)
    const { precision, recall, f1 } = measures.automatic
    const shown = (value: number) => value.toFixed(4)
    print(
      `${name}: ${thousands(generated.rows.length)} records, precision ${shown(precision)}, recall ${shown(recall)}, F1 ${shown(f1)} ` +
        `(best ${shown(measures.best.f1)}); ${thousands(matching.report.compared)} pairs compared, ` +
        `${((user + system) / 1e6).toFixed(1)} s of processor, load of the machine ${loadavg()[0]!.toFixed(1)}`,
    )
  }
}

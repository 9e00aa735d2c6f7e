// `npm run bench` runs every benchmark at its small size; `npm run bench -- rules` those named; `--nation` the full size.
// Figures belong here and not in tests: machines are shared and noisy, and a ratio measured side by side says more.
// What was measured is kept in docs/benchmarks.md, one part for each benchmark and size: those not run stay as they were.
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { basename } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Benchmark } from './benchmark.ts'
import { header, machine, Report, withPart } from './report.ts'

process.chdir(fileURLToPath(new URL('..', import.meta.url)))
const KEPT = 'docs/benchmarks.md'
const args = process.argv.slice(2)
const names = args.filter(word => !word.startsWith('--'))
const nation = args.includes('--nation')
const benches = globSync('bench/*.bench.ts').sort()
const known = benches.map(path => basename(path, '.bench.ts'))

const unknown = names.find(name => !known.includes(name))
if (unknown !== undefined) {
  console.error(`There is no benchmark ${unknown}; there are: ${known.join(', ')}`)
  process.exitCode = 2
} else {
  console.log(machine())
  for (const path of benches) {
    const name = basename(path, '.bench.ts')
    if (names.length > 0 && !names.includes(name)) continue
    console.log(`\n${name}`)
    const { benchmark } = (await import(pathToFileURL(path).href)) as { benchmark: Benchmark }
    const report = new Report({ name, nation, day: new Date().toISOString().slice(0, 10), load: loadavg()[0]! })
    const say = (line: string) => console.log(`  ${line}`)
    await benchmark({ nation, row: measured => say(report.row(measured)), print: line => say(report.line(line)) })
    const kept = existsSync(KEPT) ? readFileSync(KEPT, 'utf8') : header
    writeFileSync(KEPT, withPart(kept, report, loadavg()[0]!))
  }
}

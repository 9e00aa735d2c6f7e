// `npm run bench` runs every benchmark at its small size; `npm run bench -- rules` those named; `--nation` the full size.
// Figures belong here and not in tests: machines are shared and noisy, and a ratio measured side by side says more.
// What was measured is kept in docs/benchmarks.md, one part for each benchmark and size: those not run stay as they were.
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { basename, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import type { Benchmark } from './benchmark.ts'
import { header, machine, Report, withPart } from './report.ts'

const KEPT = 'docs/benchmarks.md'
// Said where the command was given; all else is found from the root.
const folder = (said: string) => resolve(process.env.INIT_CWD ?? '.', said)
process.chdir(fileURLToPath(new URL('..', import.meta.url)))
const benches = globSync('bench/*.bench.ts').sort()
const known = benches.map(path => basename(path, '.bench.ts'))
const { values, positionals: names } = parseArgs({
  allowPositionals: true,
  options: { nation: { type: 'boolean' }, keep: { type: 'string' }, help: { type: 'boolean' } },
})
const nation = values.nation ?? false
const keep = values.keep === undefined ? undefined : folder(values.keep)
const HELP = `npm run bench -- [NAME …] [--nation] [--keep FOLDER]

  NAME           those benchmarks; all where none is named: ${known.join(', ')}
  --nation       at the size of a nation
  --keep FOLDER  search: keeps its register in the folder, and finds it there the next time instead of filling it anew;
                 one folder for each size. To be removed by hand.`

const unknown = names.find(name => !known.includes(name))
if (values.help) console.log(HELP)
else if (unknown !== undefined) {
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
    await benchmark({ nation, keep, row: measured => say(report.row(measured)), print: line => say(report.line(line)) })
    const kept = existsSync(KEPT) ? readFileSync(KEPT, 'utf8') : header
    writeFileSync(KEPT, withPart(kept, report, loadavg()[0]!))
  }
}

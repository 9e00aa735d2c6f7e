// `npm run bench` runs every benchmark at its small size; `npm run bench -- rules` those named; `--nation` the full size.
// Figures belong here and not in tests: machines are shared and noisy, and a ratio measured side by side says more.
import { globSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { basename } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Benchmark } from './benchmark.ts'

process.chdir(fileURLToPath(new URL('..', import.meta.url)))
const args = process.argv.slice(2)
const names = args.filter(word => !word.startsWith('--'))
const benches = globSync('bench/*.bench.ts').sort()
const known = benches.map(path => basename(path, '.bench.ts'))

const unknown = names.find(name => !known.includes(name))
if (unknown !== undefined) {
  console.error(`There is no benchmark ${unknown}; there are: ${known.join(', ')}`)
  process.exitCode = 2
} else {
  const [cpu] = cpus()
  console.log(
    `${cpu?.model.trim() ?? 'unknown processor'}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, ` +
      `Node ${process.versions.node}, ${process.platform} ${process.arch}`,
  )
  for (const path of benches) {
    const name = basename(path, '.bench.ts')
    if (names.length > 0 && !names.includes(name)) continue
    console.log(`\n${name}`)
    const { benchmark } = (await import(pathToFileURL(path).href)) as { benchmark: Benchmark }
    await benchmark({ nation: args.includes('--nation'), print: line => console.log(`  ${line}`) })
  }
}

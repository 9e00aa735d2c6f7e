// `npm run torture`: a thousand runs, or `-- --seed N --runs K`. The same seed treats the same families alike.
import { removeTorture, TOGETHER, torture } from './torture.ts'

const args = process.argv.slice(2)
const number = (name: string, usual: number) => {
  const at = args.indexOf(`--${name}`)
  const value = at < 0 ? usual : Number(args[at + 1])
  if (!Number.isInteger(value) || value < 0) throw new Error(`--${name} takes a whole number`)
  return value
}
const first = number('seed', 1)
const runs = number('runs', 1000)
let bad = 0
for (let from = first; from < first + runs; from += TOGETHER) {
  const seeds = Array.from({ length: Math.min(TOGETHER, first + runs - from) }, (_, index) => from + index)
  const started = performance.now()
  const { kills, differences } = await torture(seeds)
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  const says =
    differences.length === 0 ? 'paid once each, and the books agree' : `DIFFER:\n  ${differences.join('\n  ')}`
  process.stdout.write(`seeds ${seeds[0]} to ${seeds.at(-1)}: ${kills} kills, ${seconds} s: ${says}\n`)
  if (differences.length > 0) {
    bad++
    process.stdout.write(`again: npm run torture -- --seed ${seeds[0]} --runs ${seeds.length}\n`)
  }
}
await removeTorture()
process.exitCode = bad === 0 ? 0 : 1

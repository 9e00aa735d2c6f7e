// `npm run check` (--fast) and `npm test`: types, format and lint, advisories against dependencies, then the tests. Files named after these words
// narrow the run: `npm run check -- money ledger` runs the tests whose path contains one of them, and `--name="a part of the
// name"` those of their tests that are called so.
import { spawn } from 'node:child_process'
import { globSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { askAdvice } from './advisories.ts'
import { holdTestCluster } from './database.ts'

process.chdir(fileURLToPath(new URL('..', import.meta.url)))
const args = process.argv.slice(2)
const fast = args.includes('--fast')
const words = args.filter(word => !word.startsWith('--'))
const name = args.find(word => word.startsWith('--name='))?.slice('--name='.length)

function run(command: string, parameters: string[]): Promise<boolean> {
  const started = performance.now()
  return new Promise(resolve => {
    const child = spawn(command, parameters, { stdio: 'inherit' })
    child.on('error', error => {
      console.error(`${command}: ${error.message}`)
      resolve(false)
    })
    child.on('exit', code => {
      const seconds = ((performance.now() - started) / 1000).toFixed(1)
      console.log(
        `${code === 0 ? 'passed' : 'FAILED'}: ${[command, ...parameters.slice(0, 3)].join(' ')} (${seconds} s)`,
      )
      resolve(code === 0)
    })
  })
}

// What the quick check leaves to `npm test`, besides journeys in a browser and commands run, stopped and killed as real
// processes: tests that take many seconds each, of parts that are changed seldom or by whoever names them.
const LONG = [
  'src/cli/commands/start.db',
  'src/db/backup/',
  'src/cli/commands/match.test',
  'src/db/embedded/',
  'src/households/events/',
  'src/households/import/import-households',
  'src/households/import/indexes-aside',
  'src/households/model/',
  'src/households/snapshot/',
  'src/payments/answers/import-stream',
  'src/payments/points/points.db',
  'src/payments/providers/hand-over',
  'src/payments/run-history',
  'src/population/duplicates/',
  'src/population/matching/match-records',
  'src/privacy/',
  'src/programmes/arrears/',
  'src/programmes/shock/shock.db.test.ts',
  'src/rules/broken-packs',
  'src/security/account.db',
  'src/security/audit-verify',
  'src/security/second-factor.db',
  'src/security/seal.db',
  'src/security/sign-in.db',
  'src/simulation/',
  'test/simulation-recomputed.test',
  'src/web/pages',
  'test/abuse/',
  'test/number-within-the-day',
  'test/walk.db',
]
const isLong = (path: string) => path.endsWith('.process.test.ts') || LONG.some(part => path.startsWith(part))
const tests = globSync([
  'src/**/*.test.ts',
  'test/*.test.ts',
  'test/abuse/*.test.ts',
  ...(fast ? [] : ['test/journeys/**/*.test.ts']),
])
  .filter(path => !fast || words.length > 0 || !isLong(path))
  .filter(path => words.length === 0 || words.some(word => path.includes(word)))
  .sort()

let good = true
if (words.length === 0) {
  const [advice, ...checks] = await Promise.all([
    askAdvice(),
    run('node_modules/.bin/tsc', ['--noEmit']),
    run('node_modules/.bin/biome', ['ci', '--colors=off', '--error-on-warnings', '.']),
  ])
  console.log(advice.says)
  good = checks.every(Boolean) && advice.outcome !== 'grave'
}
if (tests.length === 0) {
  console.error(`No test file contains ${words.join(' or ')}.`)
  good = false
} else {
  // One PostgreSQL for the whole run: without this, each file would start it anew.
  const release = tests.some(path => /\.(db|process)\.test\.ts$/.test(path)) ? await holdTestCluster() : undefined
  // Tests of the database wait more than they work: one more file at a time than there are cores.
  const atOnce = `--test-concurrency=${availableParallelism() + 1}`
  const options = ['--test', atOnce, '--test-timeout=180000', '--test-reporter=spec']
  if (name !== undefined) options.push(`--test-name-pattern=${RegExp.escape(name)}`)
  good = (await run(process.execPath, [...options, ...tests])) && good
  await release?.()
}
process.exitCode = good ? 0 : 1

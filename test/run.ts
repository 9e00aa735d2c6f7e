// `npm run check` (--fast) and `npm test`: types, format and lint, then the tests. Files named after these words
// narrow the run: `npm run check -- money ledger` runs the tests whose path contains one of them.
import { spawn } from 'node:child_process'
import { globSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { holdTestCluster } from './database.ts'

process.chdir(fileURLToPath(new URL('..', import.meta.url)))
const args = process.argv.slice(2)
const fast = args.includes('--fast')
const words = args.filter(word => !word.startsWith('--'))

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

const tests = globSync(['src/**/*.test.ts', 'test/*.test.ts', ...(fast ? [] : ['test/journeys/**/*.test.ts'])])
  .filter(path => words.length === 0 || words.some(word => path.includes(word)))
  .sort()

let good = true
if (words.length === 0) {
  const checks = await Promise.all([
    run('node_modules/.bin/tsc', ['--noEmit']),
    run('node_modules/.bin/biome', ['ci', '--colors=off', '--error-on-warnings', '.']),
  ])
  good = checks.every(Boolean)
}
if (tests.length === 0) {
  console.error(`No test file contains ${words.join(' or ')}.`)
  good = false
} else {
  // One PostgreSQL for the whole run: without this, each file would start it anew.
  const release = tests.some(path => path.endsWith('.db.test.ts')) ? await holdTestCluster() : undefined
  good = (await run(process.execPath, ['--test', '--test-timeout=180000', '--test-reporter=spec', ...tests])) && good
  await release?.()
}
process.exitCode = good ? 0 : 1

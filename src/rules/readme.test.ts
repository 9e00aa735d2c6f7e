import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const text = readFileSync(new URL('README.md', import.meta.url), 'utf8')
const examples = [...text.matchAll(/^```ts\n(.*?)^```$/gms)].map(match => match[1] as string)

test('every example of the README runs as it stands', () => {
  assert.ok(examples.length > 0)
  for (const example of examples) {
    const run = spawnSync(process.execPath, ['--input-type=module-typescript', '--eval', example], { cwd: root })
    assert.equal(run.status, 0, run.stderr.toString())
  }
})

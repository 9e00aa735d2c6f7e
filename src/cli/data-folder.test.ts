import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { dataFolder } from './data-folder.ts'

test('whatever the program puts into its data folder is listed, with what becomes of it in a backup', () => {
  const written = /join\((?:\w+\.)*(?:data|dataFolder), '([\w.-]+)'/g
  const names = globSync('src/**/*.ts')
    .filter(path => !path.endsWith('.test.ts'))
    .flatMap(path => [...readFileSync(path, 'utf8').matchAll(written)].map(found => found[1]!))
  assert.ok(names.length > 8)
  assert.deepEqual(
    [...new Set(names)].filter(name => !(name in dataFolder)),
    [],
    'add it to src/cli/data-folder.ts',
  )
})

// The example of docs/snapshots.md, as it is written there, on a snapshot whose households are known.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { openCountry } from '#countries'
import { modelHouseholds, modelSnapshot, readHouseholdModel } from '../index.ts'

const folder = mkdtempSync(join(tmpdir(), 'snapshot-elsewhere-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const HOUSEHOLDS = 300

test('the files open with Arrow and in DuckDB as the documentation says', async () => {
  const country = openCountry('ma')
  const snapshot = await modelSnapshot({ country, folder, households: HOUSEHOLDS, seed: 3, threads: 1 })
  const code = /```js\n(.*?)```/s.exec(readFileSync('docs/snapshots.md', 'utf8'))?.[1]
  assert.ok(code)
  const said = execFileSync(process.execPath, ['--input-type=module', '--eval', code, snapshot.folder])
  const expected = new Map<string, { area: string; households: number; people: number }>()
  for (const { facts, members } of modelHouseholds(readHouseholdModel('packs/ma'), {
    seed: 3,
    from: 0,
    to: HOUSEHOLDS,
  })) {
    const { area } = facts as { area: string }
    const { households, people } = expected.get(area) ?? { households: 0, people: 0 }
    expected.set(area, { area, households: households + 1, people: people + members.length })
  }
  assert.deepEqual(
    JSON.parse(said.toString()),
    [...expected.values()].sort((one, other) => (one.area < other.area ? -1 : 1)),
  )
})

import assert from 'node:assert/strict'
import { mkdtempSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { openCountry } from '#countries'
import { modelSnapshot, type Snapshot } from '#households'
import { openStudio, readStudy, type StudyResult, simulate } from './index.ts'

const country = openCountry('ma')
const root = mkdtempSync(join(tmpdir(), 'studio-'))
let snapshot: Snapshot
before(async () => {
  snapshot = await modelSnapshot({ country, folder: root, households: 1500, seed: 4, threads: 2 })
})
after(() => rmSync(root, { recursive: true, force: true }))

function study(scenarios: string, more = '') {
  const read = readStudy(`pack: ma/asd\nmonth: 2027-01\n${more}\nscenarios: ${scenarios}`)
  assert.ok(read.ok, JSON.stringify(read))
  return read.value
}
const threshold = (value: number) => `[{ name: t, parameters: [{ name: threshold, value: ${value} }] }]`
const plain = (result: StudyResult) => result.scenarios.map(({ seconds: _, ...rest }) => rest)

async function alone(...[text, more]: Parameters<typeof study>) {
  const result = await simulate(country, snapshot, study(text, more), { threads: 0 })
  assert.ok(result.ok)
  return plain(result.value)
}

test('a nation that is held gives what one read for the study gives, whoever is meant, and is not read again', async () => {
  const studio = openStudio({ country, threads: 2, idleMs: 60_000 })
  const asked = [
    study(threshold(9.5)),
    study(threshold(9.6), 'reference: { poorest: 30, by: ma/ise }'),
    study(threshold(9.7), 'reference: { where: { household.area: rural } }'),
  ]
  const expected = [
    await alone(threshold(9.5)),
    await alone(threshold(9.6), 'reference: { poorest: 30, by: ma/ise }'),
    await alone(threshold(9.7), 'reference: { where: { household.area: rural } }'),
  ]
  // Asked all at once: one after the other they are answered.
  const results = await Promise.all(asked.map(each => studio.simulate(snapshot, each)))
  assert.deepEqual(
    results.map(each => (each.ok ? plain(each.value) : each.refusal)),
    expected,
  )
  // The files are gone, and the nation still answers.
  const away = `${snapshot.folder}-away`
  renameSync(snapshot.folder, away)
  const again = await studio.simulate(snapshot, asked[0]!)
  renameSync(away, snapshot.folder)
  assert.deepEqual(again.ok && plain(again.value), expected[0])
  await studio.close()
})

test('a nation that nobody asks is let go, and one that was given up is read again', async t => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const studio = openStudio({ country, threads: 1, idleMs: 1000 })
  const asked = study(threshold(9.5))
  assert.ok((await studio.simulate(snapshot, asked)).ok)
  t.mock.timers.tick(1000)
  renameSync(snapshot.folder, `${snapshot.folder}-away`)
  const gone = await studio.simulate(snapshot, asked)
  renameSync(`${snapshot.folder}-away`, snapshot.folder)
  assert.ok(!gone.ok && gone.refusal.code === 'file_refused')
  const stop = new AbortController()
  const given = studio.simulate(snapshot, asked, { signal: stop.signal, onProgress: () => stop.abort() })
  await assert.rejects(given, { name: 'AbortError' })
  assert.ok((await studio.simulate(snapshot, asked)).ok)
  await studio.close()
})

test('a cell that differs by fewer than ten from an earlier study of the same households is hidden', async () => {
  const studio = openStudio({ country, threads: 0, idleMs: 60_000 })
  const first = await studio.simulate(snapshot, study(threshold(9.5)))
  assert.ok(first.ok)
  const published = first.value.scenarios.flatMap(each => each.published)
  const second = study(threshold(9.53))
  const [free, held] = [await studio.simulate(snapshot, second), await studio.simulate(snapshot, second, { published })]
  assert.ok(free.ok && held.ok)
  const [before, one, other] = [first.value, free.value, held.value].map(each => each.scenarios[0]!)
  let hidden = 0
  for (const [index, { by, rows }] of one!.tables.entries()) {
    for (const [place, row] of rows.entries()) {
      const earlier = before!.tables[index]!.rows[place]!.reached
      const later = other!.tables[index]!.rows[place]!.reached
      if (earlier === null || row.reached === null) continue
      const difference = Math.abs(earlier - row.reached)
      if (difference > 0 && difference < 10) {
        hidden++
        assert.equal(later, null, `${by} ${row.code}`)
      }
    }
    // What is hidden is never alone in its column.
    const alone = other!.tables[index]!.rows.filter(row => row.reached === null).length
    assert.notEqual(alone, 1, by)
  }
  assert.ok(hidden > 0, 'the two studies differ by little somewhere')
  await studio.close()
})

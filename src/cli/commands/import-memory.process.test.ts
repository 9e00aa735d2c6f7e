import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Databases } from '#db'
import { modelHouseholds, readHouseholdModel } from '#households'
import { testDatabase } from '../../../test/database.ts'

const one = await testDatabase()
const other = await testDatabase()
const root = fileURLToPath(new URL('../../..', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'socle import memory '))
after(() => rmSync(folder, { recursive: true }))

/** Households of the model, each with its members, and how many bytes of files they are. */
function files(count: number) {
  const model = readHouseholdModel(join(root, 'packs/ma'))
  const households = ['source_id,territory']
  const members = ['household_source_id,source_id,given_name,family_name,phone,birth_date,sex,relation']
  for (const { sourceId, facts, members: family } of modelHouseholds(model, { seed: 31, from: 0, to: count })) {
    households.push(`${sourceId},${facts.territory}`)
    for (const { sourceId: id, givenName, familyName, phone, facts: said } of family) {
      members.push([sourceId, id, givenName, familyName, phone, said.birth_date, said.sex, said.relation].join(','))
    }
  }
  const [h, m] = [join(folder, `h-${count}.csv`), join(folder, `m-${count}.csv`)]
  const [own, theirs] = [`${households.join('\n')}\n`, `${members.join('\n')}\n`]
  writeFileSync(h, own)
  writeFileSync(m, theirs)
  return { args: ['--households', h, '--members', m], bytes: own.length + theirs.length }
}

/** The most memory that a real import took, in megabytes. Node collects in time: otherwise it takes what the machine has to spare. */
async function peakOf({ urls }: Databases, args: readonly string[]): Promise<number> {
  const call = ['import', 'households', '--country', 'ma', '--source', 'census', ...args]
  const child = spawn(process.execPath, [join(root, 'src/cli/main.ts'), ...call], {
    env: {
      DATABASE_URL: urls.owner,
      DATABASE_WORKER_URL: urls.worker,
      DATABASE_APP_URL: urls.app,
      SOCLE_DATA: folder,
      NODE_OPTIONS: '--max-old-space-size=96 --max-semi-space-size=8',
    },
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', piece => (said += piece))
  let peak = 0
  // The kernel keeps the highest mark: the last look before the end is enough.
  const looking = setInterval(() => {
    const status = `/proc/${child.pid}/status`
    const mark = existsSync(status) ? /VmHWM:\s+(\d+) kB/.exec(readFileSync(status, 'utf8'))?.[1] : undefined
    if (mark !== undefined) peak = Number(mark) / 1024
  }, 20)
  const [code] = await once(child, 'exit')
  clearInterval(looking)
  assert.equal(code, 0, said)
  return peak
}

const skip = existsSync('/proc/self/status') ? false : 'the kernel tells the memory of a process on Linux alone'

test('a file seven times as long takes no more memory: an import holds neither its rows nor its persons', {
  skip,
}, async () => {
  const [small, large] = [files(4000), files(28_000)]
  // Both are read by the process itself: a thread more would be memory more, whatever the file.
  assert.ok(large.bytes > 6 * small.bytes && large.bytes < 8_000_000, `${small.bytes} and ${large.bytes} bytes`)
  const peaks = [await peakOf(one, small.args), await peakOf(other, large.args)] as const
  // Held, the rows alone would be some 45 MB; measured, the difference is under 10.
  assert.ok(peaks[1] < peaks[0] + 30, `${peaks.map(Math.round).join(' MB, then ')} MB`)
})

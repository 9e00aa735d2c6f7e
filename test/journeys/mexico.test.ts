// A country is a folder, and the chain runs on data that nobody here made: the 58,121 households of Mexico's survey of
// 2014, imported, killed half-way, imported again, and decided. The figures to reach come with the data.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { sql } from 'kysely'
import { transaction, workerActor } from '#db'
import { testDatabase } from '../database.ts'
import { shared, sharedMissing } from '../shared.ts'

const HOUSEHOLDS = 58_121
const root = fileURLToPath(new URL('../..', import.meta.url))

test('58,121 real households, whatever happens to their import; 33.28 % of those they stand for qualify', {
  skip: sharedMissing,
}, async t => {
  const { worker, urls } = await testDatabase(t)
  const folder = mkdtempSync(join(tmpdir(), 'socle mexico '))
  t.after(() => rmSync(folder, { recursive: true }))
  const env = {
    DATABASE_URL: urls.owner,
    DATABASE_WORKER_URL: urls.worker,
    DATABASE_APP_URL: urls.app,
    SOCLE_DATA: folder,
  }

  function socle(...args: string[]) {
    const child = spawn(process.execPath, [join(root, 'src/cli/main.ts'), ...args], { env })
    let out = ''
    child.stdout.on('data', piece => {
      out += piece
    })
    child.stderr.resume()
    return { child, ended: once(child, 'exit').then(([code, signal]) => ({ code, signal, out })) }
  }
  const file = shared('reference/data/mx_households_2014.csv')
  const importing = () =>
    socle('import', 'households', '--country', 'mx', '--households', file, '--map', join(root, 'packs/mx/import.yaml'))
  const counted = () =>
    transaction(worker, workerActor('test'), async tx => {
      const { rows } = await sql<{ households: number; declarations: number }>`
        select (select count(*)::int from households.household) as households,
          (select count(*)::int from households.declaration) as declarations`.execute(tx)
      return rows[0]!
    })

  const killed = importing()
  while (killed.child.exitCode === null && (await counted()).households < HOUSEHOLDS / 2);
  killed.child.kill('SIGKILL')
  assert.equal((await killed.ended).signal, 'SIGKILL')
  assert.ok((await counted()).households < HOUSEHOLDS)

  assert.equal((await importing().ended).code, 0)
  assert.deepEqual(await counted(), { households: HOUSEHOLDS, declarations: HOUSEHOLDS })
  const again = await importing().ended
  assert.match(again.out, /0 new, 0 changed, 58\D121 unchanged/)
  assert.deepEqual(await counted(), { households: HOUSEHOLDS, declarations: HOUSEHOLDS })

  const decided = await socle('determine', '--programme', 'mx/multidimensional', '--month', '2014-12').ended
  assert.equal(decided.code, 0)
  assert.match(decided.out, /weighted share 33\.28 %/)
})

// A run by real processes, one of them killed in the middle of a range: what it was writing is not there, and others end the run.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { sql } from 'kysely'
import { openCountry } from '#countries'
import { transaction, workerActor } from '#db'
import { modelHouseholds, readHouseholdModel, registerHouseholds } from '#households'
import type { DateText } from '#kernel'
import { listRuns } from '#programmes'
import { testDatabase } from '../../test/database.ts'
import { lockWaiters } from '../../test/lock-waiters.ts'

const databases = await testDatabase()
const folder = mkdtempSync(join(tmpdir(), 'socle-killed-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const actor = workerActor('test')
const main = fileURLToPath(new URL('../cli/main.ts', import.meta.url))
const model = readHouseholdModel(fileURLToPath(new URL('../../packs/ma', import.meta.url)))
const provenance = {
  country: 'ma',
  source: 'test',
  channel: 'generated',
  actor: 'test',
  effectiveOn: '2026-01-01' as DateText,
  modelled: true,
  head: openCountry('ma').catalogue.head,
} as const
await transaction(databases.worker, actor, tx =>
  registerHouseholds(tx, provenance, [...modelHouseholds(model, { seed: 6, from: 0, to: 150 })]),
)

function determining(month: string) {
  const { urls } = databases
  const env = {
    DATABASE_URL: urls.owner,
    DATABASE_WORKER_URL: urls.worker,
    DATABASE_APP_URL: urls.app,
    SOCLE_DATA: folder,
  }
  const child = spawn(process.execPath, [main, 'determine', '--programme', 'ma/asd', '--month', month], { env })
  let out = ''
  child.stdout.on('data', piece => {
    out += piece
  })
  child.stderr.resume()
  return { child, ended: once(child, 'exit').then(([code, signal]) => ({ code, signal, out })) }
}

const count = (query: ReturnType<typeof sql<{ n: number }>>) =>
  transaction(databases.owner, actor, async tx => (await query.execute(tx)).rows[0]!.n)
const runs = () => transaction(databases.worker, actor, tx => listRuns(tx, 'ma', 10))

test('a process killed in the middle of a range leaves nothing of it; the next one ends the run with the same list', async () => {
  const whole = await determining('2026-12').ended
  assert.equal(whole.code, 0)
  const [first] = await runs()

  // Held before its totals, a range has its rows written and not committed: there the process is killed.
  const held = Promise.withResolvers<void>()
  const holding = transaction(databases.owner, actor, async tx => {
    await sql`lock table programmes.determination_total in share mode`.execute(tx)
    await held.promise
  })
  const killed = determining('2026-12')
  const waiting = () =>
    transaction(databases.owner, actor, tx => lockWaiters(tx, { table: 'programmes.determination_total' }))
  while (killed.child.exitCode === null && (await waiting()) === 0);
  killed.child.kill('SIGKILL')
  assert.equal((await killed.ended).signal, 'SIGKILL')
  held.resolve()
  await holding
  const [left] = await runs()
  assert.ok(left && left.id !== first?.id && left.finishedAt === null)

  const both = [determining('2026-12'), determining('2026-12')]
  const ended = await Promise.all(both.map(each => each.ended))
  assert.ok(
    ended.some(({ code }) => code === 0),
    JSON.stringify(ended),
  )
  const all = await runs()
  const resumed = all.find(({ id }) => id === left.id)
  assert.deepEqual([resumed?.householdsDone, resumed?.resultHash], [150, first?.resultHash])
  assert.equal(
    await count(sql`select count(*)::int as n from programmes.determination where run_id <> ${first!.id}`),
    0,
  )
  assert.equal(
    await count(sql`
      select count(*)::int as n from programmes.entitlement group by household_id having count(*) > 1
      union all select 0`),
    0,
  )
  const verified = spawn(process.execPath, [main, 'determine', '--verify', left.id], {
    env: { DATABASE_URL: databases.urls.owner, SOCLE_DATA: folder },
  })
  verified.stdout.resume()
  verified.stderr.resume()
  assert.deepEqual(await once(verified, 'exit'), [0, null])
})

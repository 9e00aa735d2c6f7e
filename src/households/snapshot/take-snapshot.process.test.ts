// A process that freezes the register, killed as it writes: nothing of it is taken for a snapshot, and the next one is whole.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { sql } from 'kysely'
import { openCountry } from '#countries'
import { transaction, workerActor } from '#db'
import type { DateText } from '#kernel'
import { testDatabase } from '../../../test/database.ts'
import { lockWaiters } from '../../../test/lock-waiters.ts'
import { modelHouseholds, readHouseholdModel, registerHouseholds } from '../index.ts'
import { listSnapshots, openSnapshot, verifyFiles } from './snapshot.ts'

const HOUSEHOLDS = 200
const country = openCountry('ma')
const { owner, worker, urls } = await testDatabase()
const folder = mkdtempSync(join(tmpdir(), 'socle-frozen-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const main = fileURLToPath(new URL('../../cli/main.ts', import.meta.url))
const actor = workerActor('test')
await transaction(worker, actor, tx =>
  registerHouseholds(
    tx,
    {
      country: 'ma',
      source: 'test',
      channel: 'generated',
      actor: 'test',
      effectiveOn: '2026-01-01' as DateText,
      modelled: true,
      head: country.catalogue.head,
    },
    [...modelHouseholds(readHouseholdModel('packs/ma'), { seed: 6, from: 0, to: HOUSEHOLDS })],
  ),
)

function freezing() {
  const env = { DATABASE_URL: urls.owner, DATABASE_WORKER_URL: urls.worker, SOCLE_DATA: folder }
  const words = ['snapshot', '--country', 'ma', '--to', folder, '--threads', '2', '--effective-on', '2026-12-31']
  const child = spawn(process.execPath, [main, ...words], { env })
  let err = ''
  child.stderr.on('data', piece => {
    err += piece
  })
  child.stdout.resume()
  return { child, ended: once(child, 'exit').then(([code, signal]) => ({ code, signal, err })) }
}

const parts = () => readdirSync(folder).filter(name => name.startsWith('.part-'))
const filesIn = (part: string) => readdirSync(join(folder, part))

test('killed as its threads write, it leaves no snapshot; the next call takes a whole one and clears what was left', async () => {
  // Held where declarations are read, both threads have opened their files: there the process is killed.
  const held = Promise.withResolvers<void>()
  const holding = transaction(owner, actor, async tx => {
    await sql`lock table households.declaration in access exclusive mode`.execute(tx)
    await held.promise
  })
  const killed = freezing()
  const waiting = async () => transaction(owner, actor, tx => lockWaiters(tx, { table: 'households.declaration' }))
  while (killed.child.exitCode === null && (await waiting()) === 0);
  killed.child.kill('SIGKILL')
  const { signal, err } = await killed.ended
  assert.equal(signal, 'SIGKILL', err)
  held.resolve()
  await holding

  const [part] = parts()
  assert.ok(part && filesIn(part).some(name => name.endsWith('.arrow')), 'what was written so far is there')
  assert.ok(!existsSync(join(folder, part, 'manifest.json')))
  assert.deepEqual(listSnapshots(folder, country), [])
  const opened = openSnapshot(join(folder, part), country)
  assert.equal(opened.ok ? 'opened' : opened.refusal.code, 'no_snapshot')

  const next = await freezing().ended
  assert.equal(next.code, 0, next.err)
  const snapshots = listSnapshots(folder, country)
  assert.deepEqual(
    snapshots.map(({ manifest }) => manifest.households),
    [HOUSEHOLDS],
  )
  assert.ok(verifyFiles(snapshots[0]!).ok)
  assert.deepEqual(parts(), [])
})

// A snapshot that is not of this register is decided as a trial or not at all: nothing of it stands among what was decided for
// the households of the register.
import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { sql } from 'kysely'
import { openCountry } from '#countries'
import { transaction, workerActor } from '#db'
import {
  modelHouseholds,
  modelSnapshot,
  openSnapshot,
  readHouseholdModel,
  registerHouseholds,
  type Snapshot,
} from '#households'
import type { DateText, Month } from '#kernel'
import {
  cancelRun,
  determine,
  determineRegister,
  entitle,
  latestRun,
  listRuns,
  programmeChecks,
  type RunRow,
  removeSnapshot,
  restingOn,
  runDifferences,
  runFigures,
  verifyRun,
} from '#programmes'
import { testDatabase } from '../../test/database.ts'

const databases = await testDatabase()
const folder = mkdtempSync(join(tmpdir(), 'socle-trials-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const country = openCountry('ma')
const model = readHouseholdModel(fileURLToPath(new URL('../../packs/ma', import.meta.url)))
const asking = <Value>(work: Parameters<typeof transaction<Value>>[2]) =>
  transaction(databases.worker, workerActor('test'), work)
const provenance = {
  country: 'ma',
  source: 'test',
  channel: 'generated',
  actor: 'test',
  effectiveOn: '2026-01-01' as DateText,
  modelled: true,
  head: country.catalogue.head,
} as const
await asking(tx => registerHouseholds(tx, provenance, [...modelHouseholds(model, { seed: 3, from: 0, to: 60 })]))
const modelled = await modelSnapshot({ country, folder, households: 150, seed: 8, threads: 1 })

const asked = (pack: string, month: string) => ({ country, pack, month: month as Month, askedBy: 'test' })
async function decided(run: ReturnType<typeof determine>): Promise<RunRow> {
  const found = await run
  assert.ok(found.ok, JSON.stringify(found))
  return found.value
}
const own = (month: string, pack = 'ma/asd') => decided(determineRegister(databases, { ...asked(pack, month), folder }))
const tried = (month: string, pack = 'ma/asd') =>
  decided(determine(databases, { ...asked(pack, month), snapshot: modelled, trial: true }))
const told = (run: RunRow) => asking(tx => runDifferences(tx, run.id))
const snapshotOf = (run: RunRow): Snapshot => {
  const opened = openSnapshot(join(folder, run.snapshot ?? ''), country)
  assert.ok(opened.ok)
  return opened.value
}

const december = await own('2026-12')

test('modelled households are refused unless they are tried, and those of the register are not tried', async () => {
  const refused = await determine(databases, { ...asked('ma/asd', '2026-12'), snapshot: modelled })
  assert.deepEqual(refused, {
    ok: false,
    refusal: {
      code: 'snapshot_of_another_register',
      snapshot: modelled.folder.split('/').at(-1),
      modelled: true,
    },
  })
  const other = await determine(databases, {
    ...asked('ma/asd', '2026-12'),
    snapshot: snapshotOf(december),
    trial: true,
  })
  assert.equal(other.ok ? '' : other.refusal.code, 'trial_of_own_register')
})

test('the snapshot of another register is refused as well, and one that does not say where it is from', async () => {
  const { id } = await asking(async tx => {
    const { rows } = await sql<{ id: string }>`select id from households.register`.execute(tx)
    return rows[0]!
  })
  const { manifest } = snapshotOf(december)
  assert.deepEqual(manifest.origin, { kind: 'register', register: id })
  const { origin: _, ...silent } = manifest
  const elsewhere = { ...manifest, origin: { kind: 'register', register: crypto.randomUUID() } as const }
  for (const changed of [elsewhere, silent]) {
    const snapshot = { ...snapshotOf(december), manifest: changed }
    const refused = await determine(databases, { ...asked('ma/asd', '2026-12'), snapshot })
    assert.equal(refused.ok ? '' : refused.refusal.code, 'snapshot_of_another_register')
  }
})

test('where a snapshot is from cannot be rewritten: its hash covers it', () => {
  const path = join(modelled.folder, 'manifest.json')
  const text = readFileSync(path, 'utf8')
  const { manifest } = snapshotOf(december)
  writeFileSync(path, JSON.stringify({ ...JSON.parse(text), origin: manifest.origin }))
  const opened = openSnapshot(modelled.folder, country)
  writeFileSync(path, text)
  assert.equal(opened.ok ? '' : opened.refusal.code, 'manifest_refused')
})

test('trials are a chain of their own: the register does not see them, nor they the register, nor is anybody owed', async () => {
  const first = await tried('2026-12')
  assert.deepEqual([first.trial, first.households], [true, 150])
  assert.deepEqual(
    (await told(first)).map(({ difference, households }) => [difference, households]),
    [['first', 150]],
  )
  assert.equal((await asking(tx => runFigures(tx, first.id))).households, 150)
  assert.deepEqual(
    await told(await tried('2027-01')).then(rows => rows.map(row => row.difference).includes('gone')),
    false,
  )
  const again = await tried('2026-12')
  assert.equal(again.resultHash, first.resultHash)

  const owed = await entitle(databases.worker, { country, runId: first.id, askedBy: 'test' })
  assert.equal(owed.ok ? '' : owed.refusal.code, 'run_is_trial')
  const verified = await verifyRun(databases, { country, snapshot: modelled, run: first.id })
  assert.deepEqual(verified.ok && verified.value.findings, [])

  const january = await own('2027-01')
  const differences = await told(january)
  assert.ok(!differences.some(({ difference }) => difference === 'gone' || difference === 'first'))
  assert.equal(january.sequence, december.sequence + 1)
  const latest = await asking(tx => latestRun(tx, { country: 'ma', pack: 'ma/asd', month: '2026-12' as Month }))
  assert.equal(latest?.id, december.id)
  const runs = await asking(tx => listRuns(tx, 'ma', 20))
  assert.ok(runs.every(run => !run.trial))
})

test('a trial of a score leaves no score, and the checks of the data find nothing amiss', async () => {
  await tried('2026-12', 'ma/ise')
  const { rows } = await asking(tx =>
    sql<{ scores: number }>`select count(*)::int as scores from households.score`.execute(tx),
  )
  assert.equal(rows[0]?.scores, 0)
  for (const check of programmeChecks) assert.deepEqual(await asking(tx => check.run(tx)), [], check.name)
})

test('a snapshot on which a run rests is not removed; one without runs, or whose runs were given up, is, and the audit says so', async () => {
  const refused = await removeSnapshot(databases.worker, snapshotOf(december), 'test')
  assert.ok(!refused.ok && refused.refusal.runs.some(run => run.id === december.id))
  assert.ok(existsSync(join(folder, december.snapshot ?? '')))
  const alone = await modelSnapshot({ country, folder, households: 20, seed: 9, threads: 1 })
  const stop = new AbortController()
  const given = determine(
    databases,
    { ...asked('ma/asd', '2027-02'), snapshot: alone, trial: true },
    { signal: stop.signal, onProgress: () => stop.abort() },
  )
  await given.catch(() => undefined)
  const resting = await asking(tx => restingOn(tx, alone))
  assert.equal(resting.length, 1)
  for (const { id } of resting) {
    assert.equal((await removeSnapshot(databases.worker, alone, 'test')).ok, false)
    assert.ok((await asking(tx => cancelRun(tx, id, 'test'))).ok)
  }
  assert.deepEqual(await removeSnapshot(databases.worker, alone, 'test'), { ok: true, value: null })
  assert.ok(!existsSync(alone.folder))
  const { rows } = await transaction(databases.owner, workerActor('test'), tx =>
    sql<{ subject: string }>`
      select subject_id as subject from security.audit_record where action = 'snapshot.remove'`.execute(tx),
  )
  assert.deepEqual(rows, [{ subject: alone.manifest.hash }])
})

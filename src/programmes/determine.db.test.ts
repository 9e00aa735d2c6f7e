import assert from 'node:assert/strict'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { sql } from 'kysely'
import { openCountry } from '#countries'
import { type StaffActor, transaction, workerActor } from '#db'
import { modelHouseholds, readHouseholdModel, registerHouseholds, type Snapshot, takeSnapshot } from '#households'
import { type DateText, type Id, languages, type Month, money, newId, sumMoney } from '#kernel'
import {
  cancelRun,
  type DetermineRefusal,
  determinationsOf,
  determine,
  determineRegister,
  type EntitleRefusal,
  entitle,
  entitlementsOf,
  entitlementTotals,
  explainDetermination,
  findRun,
  latestRun,
  listRuns,
  payableFor,
  type RunId,
  type RunRow,
  runDifferences,
  runFigures,
  runFiguresByTerritory,
  runRefusals,
} from '#programmes'
import { checkPacks } from '#rules'
import { testDatabase } from '../../test/database.ts'

const databases = await testDatabase()
const folder = mkdtempSync(join(tmpdir(), 'socle-runs-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const morocco = openCountry('ma')
const model = readHouseholdModel(fileURLToPath(new URL('../../packs/ma', import.meta.url)))
const december = '2026-12' as Month
const live = { country: morocco, pack: 'ma/asd', month: december, askedBy: 'test', folder }
const worker = workerActor('test')

const from = {
  country: 'ma',
  source: 'test',
  channel: 'generated',
  actor: 'test',
  effectiveOn: '2026-01-01' as DateText,
  modelled: true,
  head: morocco.catalogue.head,
} as const

async function frozen(): Promise<Snapshot> {
  const taken = await takeSnapshot(databases, {
    country: morocco,
    folder,
    effectiveOn: '2026-12-31' as DateText,
    threads: 0,
  })
  assert.ok(taken.ok)
  return taken.value
}

await transaction(databases.worker, worker, tx =>
  registerHouseholds(tx, from, [...modelHouseholds(model, { seed: 11, from: 0, to: 120 })]),
)
const snapshot = await frozen()
const asked = { country: morocco, pack: 'ma/asd', month: december, askedBy: 'test', snapshot }

test('a register without households has nothing to determine', async () => {
  const senegal = openCountry('sn')
  const pack = [...senegal.book.packs.values()].find(({ life }) => life.to === null)?.id as string
  const refused = await determineRegister(databases, { ...live, country: senegal, pack })
  assert.deepEqual(refused, { ok: false, refusal: { code: 'no_household', country: 'sn' } })
})

function altered(change: (folder: string) => void): Snapshot {
  const copy = `${snapshot.folder}-altered`
  cpSync(snapshot.folder, copy, { recursive: true })
  change(copy)
  return { ...snapshot, folder: copy }
}

function withoutFact(name: string): Snapshot {
  const { catalogue } = snapshot.manifest
  const member = catalogue.member.filter(fact => fact.name !== name)
  return { ...snapshot, manifest: { ...snapshot.manifest, catalogue: { ...catalogue, member } } }
}

/** Tried in trial.db.test.ts and shock/shock.db.test.ts. */
type OfTrials = 'no_shock' | 'snapshot_of_another_register' | 'trial_of_own_register' | 'run_is_trial'
type Refused = Exclude<DetermineRefusal['code'], 'no_household' | 'run_open' | OfTrials>
const refused: Record<Refused, () => Partial<typeof asked>> = {
  pack_unknown: () => ({ pack: 'ma/asdd' }),
  programme_not_in_force: () => ({ month: '2023-11' as Month }),
  facts_lacking: () => ({ snapshot: withoutFact('schooling') }),
  snapshot_later: () => ({ month: '2026-11' as Month }),
  snapshot_refused: () => ({
    snapshot: altered(copy => {
      const path = join(copy, snapshot.manifest.files[0]!.path)
      const bytes = readFileSync(path)
      bytes[bytes.length >> 1]! ^= 1
      writeFileSync(path, bytes)
    }),
  }),
}
for (const [code, change] of Object.entries(refused)) {
  test(`a determination is refused before anything is written: ${code}`, async () => {
    const result = await determine(databases, { ...asked, ...change() })
    assert.ok(!result.ok && result.refusal.code === code)
    if (result.refusal.code === 'facts_lacking') assert.deepEqual(result.refusal.facts, ['member.schooling'])
    const runs = await transaction(databases.worker, worker, tx => listRuns(tx, 'ma', 10))
    assert.equal(runs.length, 0)
  })
}

let run: RunRow

test('every household is decided once, and the figures open to their rows', async () => {
  const first = await determine(databases, asked)
  assert.ok(first.ok)
  run = first.value
  await transaction(databases.worker, worker, async tx => {
    const figures = await runFigures(tx, run.id)
    assert.equal(figures.households, 120)
    assert.ok(figures.eligible > 0 && figures.eligible < 120)
    const byRegion = await runFiguresByTerritory(tx, run.id, 1)
    assert.equal(
      byRegion.reduce((total, row) => total + row.households, 0),
      120,
    )
    assert.equal(
      byRegion.reduce((total, row) => total + row.amountMinor, 0n),
      figures.amountMinor,
    )
    const { rows } = await sql<{ amount: bigint | null; outcome: string; refusals: string[] }>`
      select amount_minor as amount, outcome, refusals from programmes.determination where run_id = ${run.id}`.execute(
      tx,
    )
    assert.equal(rows.filter(row => row.outcome === 'eligible').length, figures.eligible)
    const amounts = rows.map(row => money(row.amount ?? 0n, 'MAD'))
    assert.deepEqual(sumMoney(amounts, 'MAD'), money(figures.amountMinor, 'MAD'))
    for (const { code, households } of await runRefusals(tx, run.id))
      assert.equal(households, rows.filter(row => row.refusals.includes(code)).length)
    const { amountMinor } = figures
    assert.deepEqual(await runDifferences(tx, run.id), [{ difference: 'first', households: 120, amountMinor }])
  })
  const files = snapshot.manifest.files.length
  assert.deepEqual([run.rangesDone, run.rangesTotal, run.currency], [files, files, 'MAD'])
  assert.deepEqual([run.sequence, run.householdsDone, run.snapshotHash], [1, 120, snapshot.manifest.hash])
})

test('the same snapshot, pack and month give the same hash, and nothing new to write', async () => {
  const again = await determine(databases, asked)
  assert.ok(again.ok && again.value.id !== run.id)
  assert.deepEqual([again.value.resultHash, again.value.sequence], [run.resultHash, 2])
  await transaction(databases.worker, worker, async tx => {
    assert.deepEqual(await runDifferences(tx, again.value.id), [])
    assert.deepEqual(await runFigures(tx, again.value.id), await runFigures(tx, run.id))
    const { rows } = await sql<{ rows: number }>`
      select count(*)::int as rows from programmes.determination where run_id = ${again.value.id}`.execute(tx)
    assert.equal(rows[0]?.rows, 0)
  })
})

/** Households decided so far at which a run is stopped: after its first ranges. */
async function interrupted(change: Partial<typeof asked> = {}): Promise<RunRow> {
  const stop = new AbortController()
  const stopped = determine(
    databases,
    { ...asked, ...change },
    { signal: stop.signal, onProgress: done => done > 20 && stop.abort() },
  )
  await assert.rejects(stopped, { name: 'AbortError' })
  const [left] = await transaction(databases.worker, worker, tx => listRuns(tx, 'ma', 1))
  assert.ok(left && left.rangesDone > 0 && left.rangesDone < left.rangesTotal && left.finishedAt === null)
  return left
}

test('an interrupted run is resumed where it stopped, and ends as if nothing had happened', async () => {
  const left = await interrupted()
  const seen: number[] = []
  const resumed = await determine(databases, asked, { onProgress: done => seen.push(done) })
  assert.ok(resumed.ok)
  assert.equal(resumed.value.id, left.id)
  assert.deepEqual([seen[0], seen.at(-1)], [left.householdsDone, 120])
  assert.equal(resumed.value.resultHash, run.resultHash)
})

test('what is decided on the register goes on with the snapshot on which it began', async () => {
  const left = await interrupted()
  const resumed = await determineRegister(databases, live)
  assert.ok(resumed.ok)
  assert.deepEqual([resumed.value.id, resumed.value.resultHash], [left.id, run.resultHash])
})

test('two processes at one run share its ranges and write each once', async () => {
  await interrupted()
  const both = await Promise.all([determine(databases, asked), determine(databases, asked)])
  for (const result of both) assert.ok(result.ok)
  const ids = both.map(result => (result.ok ? result.value.id : undefined))
  assert.equal(ids[0], ids[1])
  const ended = await transaction(databases.worker, worker, tx => findRun(tx, ids[0] as RunId))
  assert.equal(ended?.resultHash, run.resultHash)
})

test('while a run of a pack is under way no other may begin, until it is cancelled; what it wrote counts for nothing', async () => {
  const pack = 'ma/amo-achamil'
  const january = { pack, month: '2027-01' as Month }
  const left = await interrupted(january)
  for (const change of [
    { pack },
    { ...january, snapshot: { ...snapshot, manifest: { ...snapshot.manifest, hash: 'x' } } },
  ]) {
    const other = await determine(databases, { ...asked, ...change })
    assert.ok(!other.ok && other.refusal.code === 'run_open' && other.refusal.run.id === left.id)
  }
  const cancel = (id: RunId) => transaction(databases.worker, worker, tx => cancelRun(tx, id, 'test'))
  const cancelled = await cancel(left.id)
  assert.ok(cancelled.ok && cancelled.value.cancelledBy === 'test')
  assert.deepEqual(await cancel(left.id), cancelled)
  const none = await cancel(newId<'DeterminationRun'>())
  assert.ok(!none.ok && none.refusal.code === 'run_unknown')
  const finished = await cancel(run.id)
  assert.ok(!finished.ok && finished.refusal.code === 'run_finished')
  const next = await determine(databases, { ...asked, pack })
  assert.ok(next.ok)
  await transaction(databases.worker, worker, async tx => {
    assert.deepEqual(
      (await runDifferences(tx, next.value.id)).map(({ difference, households }) => [difference, households]),
      [['first', 120]],
    )
    const { rows } = await sql<{ household: Id<'Household'> }>`
      select household_id as household from programmes.determination where run_id = ${left.id}`.execute(tx)
    assert.ok(rows.length > 0)
    const decided = (await determinationsOf(tx, rows[0]!.household)).filter(each => each.pack === pack)
    assert.deepEqual(
      decided.map(each => [each.runId, each.month, each.until]),
      [[next.value.id, december, december]],
    )
  })
})

test('a score pack leaves its scores with the households, once', async () => {
  const score = { ...asked, pack: 'ma/ise' }
  for (let i = 0; i < 2; i++) {
    const result = await determine(databases, score)
    assert.ok(result.ok)
    assert.equal(result.value.currency, null)
  }
  await transaction(databases.worker, worker, async tx => {
    const { rows } = await sql<{ scores: number; households: number }>`
      select count(*)::int as scores, count(distinct household_id)::int as households from households.score`.execute(tx)
    assert.ok((rows[0]?.scores ?? 0) > 100)
    assert.equal(rows[0]?.scores, rows[0]?.households)
  })
})

async function lastOfDecember(): Promise<RunRow> {
  const asked = { country: 'ma', pack: 'ma/asd', month: december }
  return (await transaction(databases.worker, worker, tx => latestRun(tx, asked)))!
}

test('what is owed is recorded once per household, pack and month, however many runs there are', async () => {
  const { id: runId } = await lastOfDecember()
  const one = await entitle(databases.worker, { country: morocco, runId, askedBy: 'test' })
  const two = await entitle(databases.worker, { country: morocco, runId, askedBy: 'test' })
  assert.ok(one.ok && two.ok)
  assert.deepEqual([two.value.added, two.value.standing], [0, one.value.added])
  await transaction(databases.worker, worker, async tx => {
    const figures = await runFigures(tx, run.id)
    const totals = await entitlementTotals(tx, 'ma/asd', december)
    assert.deepEqual(totals, { entitlements: figures.eligible, amountMinor: figures.amountMinor })
    const { rows } = await sql<{ payees: number; named: number }>`
      select count(distinct payee_id)::int as payees, count(nullif(payee_name, ''))::int as named
      from (${payableFor('ma/asd', december)}) as payable`.execute(tx)
    assert.deepEqual(rows[0], { payees: figures.eligible, named: figures.eligible })
    const { rows: some } = await sql<{ household: Id<'Household'> }>`
      select household_id as household from programmes.entitlement where pack = 'ma/asd' limit 1`.execute(tx)
    assert.equal((await entitlementsOf(tx, some[0]!.household)).length, 1)
  })
})

const notEntitled: Record<Exclude<EntitleRefusal['code'], OfTrials>, () => Promise<RunId>> = {
  run_unknown: async () => newId<'DeterminationRun'>(),
  run_not_finished: async () => {
    const left = await interrupted({ month: '2027-01' as Month })
    return left.id
  },
  run_overtaken: async () => {
    const [first, second] = [
      await determine(databases, { ...asked, pack: 'ma/asd-birth' }),
      await determine(databases, { ...asked, pack: 'ma/asd-birth' }),
    ]
    assert.ok(first.ok && second.ok && first.value.id !== second.value.id)
    return first.value.id
  },
  programme_pays_nothing: async () => {
    const covered = await determine(databases, { ...asked, pack: 'ma/amo-tadamon' })
    assert.ok(covered.ok)
    return covered.value.id
  },
}
for (const [code, makeRun] of Object.entries(notEntitled)) {
  test(`nothing is owed by such a run: ${code}`, async () => {
    const result = await entitle(databases.worker, { country: morocco, runId: await makeRun(), askedBy: 'test' })
    assert.ok(!result.ok && result.refusal.code === code)
  })
}

test('a member of staff sees the decisions of the territories granted, and counts no others', async () => {
  const staff = (territories: string[]): StaffActor => ({ kind: 'staff', staffId: newId(), name: 'Agent', territories })
  const regions = await transaction(databases.worker, worker, tx => runFiguresByTerritory(tx, run.id, 1))
  const region = regions[0]
  assert.ok(region && regions.length > 1)
  await transaction(databases.app, staff([region.territory]), async tx => {
    assert.equal((await runFigures(tx, run.id)).households, region.households)
    assert.deepEqual(await runFiguresByTerritory(tx, run.id, 1), [region])
  })
  await transaction(databases.app, staff([]), async tx => {
    assert.equal((await runFigures(tx, run.id)).households, 0)
  })
})

test('what was decided cannot be edited or removed, by the application or the worker', async () => {
  for (const [database, actor] of [
    [databases.app, { kind: 'staff', staffId: newId(), name: 'Agent', territories: [''] }],
    [databases.worker, worker],
  ] as const) {
    for (const statement of [
      sql`update programmes.determination set amount_minor = 1`,
      sql`delete from programmes.determination`,
      sql`update programmes.entitlement set amount_minor = 1`,
      sql`delete from programmes.entitlement`,
      sql`delete from programmes.determination_run`,
    ]) {
      await assert.rejects(
        transaction(database, actor, tx => statement.execute(tx)),
        { code: '42501' },
      )
    }
  }
})

test('the audit tells who asked, and how many were decided and entitled', async () => {
  const last = await lastOfDecember()
  const { rows } = await transaction(databases.owner, worker, tx =>
    sql<{ action: string; rows: number }>`
      select action, coalesce(sum(row_count), 0)::int as rows from security.audit_record
      where detail ->> 'run' = ${run.id} or subject_id = ${run.id}
        or action = 'entitlement.record' and detail ->> 'run' = ${last.id} group by action order by action`.execute(tx),
  )
  const figures = await transaction(databases.worker, worker, tx => runFigures(tx, run.id))
  const told = Object.fromEntries(rows.map(row => [row.action, row.rows]))
  assert.equal(told['determination.decide'], 120)
  assert.ok((told['entitlement.record'] ?? 0) >= figures.eligible)
  assert.ok('determination_run.ask' in told)
})

test('a stored decision is computed again with its explanation, and agrees', async () => {
  await transaction(databases.worker, worker, async tx => {
    const { rows } = await sql<{ household: Id<'Household'> }>`
      select household_id as household from programmes.determination where run_id = ${run.id}`.execute(tx)
    for (const { household } of rows.slice(0, 20)) {
      const explained = await explainDetermination(tx, morocco, { household, run: run.id })
      assert.ok(explained?.agrees)
      const { explanation } = explained.decision
      assert.equal(explanation?.version, run.packVersion)
      for (const language of languages) assert.ok(explanation?.sentence[language])
      const [latest] = await determinationsOf(tx, household)
      assert.ok(latest)
    }
    assert.equal(await explainDetermination(tx, morocco, { household: newId(), run: run.id }), undefined)
  })
})

test('when the law has changed since, the text that decided then explains the decision', async () => {
  const changed = morocco.policy.map(file =>
    file.path.endsWith('asd/pack.yaml') ? { ...file, text: file.text.replace('value: 9.743001', 'value: 1.5') } : file,
  )
  const book = checkPacks(
    changed.filter(file => !file.path.endsWith('/facts.yaml')),
    morocco.catalogue,
  )
  assert.ok(book.ok)
  const reformed = { ...morocco, book: book.value, policy: changed }
  assert.notEqual(reformed.book.packs.get('ma/asd')?.version, run.packVersion)
  await transaction(databases.worker, worker, async tx => {
    const { rows } = await sql<{ household: Id<'Household'> }>`
      select household_id as household from programmes.determination
      where run_id = ${run.id} and outcome = 'eligible' limit 1`.execute(tx)
    const household = rows[0]?.household as Id<'Household'>
    const explained = await explainDetermination(tx, reformed, { household, run: run.id })
    assert.ok(explained?.agrees)
    assert.equal(explained.decision.outcome, 'eligible')
  })
})

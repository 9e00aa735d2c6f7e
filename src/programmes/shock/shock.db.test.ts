// A drought in one region: declared by two, decided, owed, and over; on a real PostgreSQL.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { inspect } from 'node:util'
import { sql } from 'kysely'
import { openCountry } from '#countries'
import { transaction, workerActor } from '#db'
import { listSnapshots, modelHouseholds, readHouseholdModel, registerHouseholds } from '#households'
import { addMonths, type DateText, type Id, isWithin, type Month, newId } from '#kernel'
import {
  answerShock,
  askShockRuns,
  cancelRun,
  determineRegister,
  enrolmentsOf,
  entitle,
  explainDetermination,
  findScope,
  latestOwnSnapshot,
  listShocks,
  listWaivers,
  previewShock,
  proposeShock,
  proposeShockEnd,
  type RunRow,
  type ShockAsked,
  type ShockId,
  verifyRun,
} from '#programmes'
import { findProposal, findStaffActor, type ProposalId, recordGrant, registerStaff, type StaffId } from '#security'
import { testDatabase } from '../../../test/database.ts'
import { waiversOf } from '../conditions/waivers.ts'

const databases = await testDatabase()
const { app, worker, owner } = databases
const folder = mkdtempSync(join(tmpdir(), 'socle-shock-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const country = openCountry('ma')
const actor = workerActor('test')
const asking = <Value>(work: Parameters<typeof transaction<Value>>[2]) => transaction(worker, actor, work)
const [ASD, TOP_UP, TRANSFER] = ['ma/asd', 'ma/shock-top-up', 'ma/shock-transfer'] as const
const now = '2026-11' as Month

await asking(tx =>
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
    [
      ...modelHouseholds(readHouseholdModel(fileURLToPath(new URL('../../../packs/ma', import.meta.url))), {
        seed: 5,
        from: 0,
        to: 400,
      }),
    ],
  ),
)

async function decided(pack: string, month: Month): Promise<RunRow> {
  const run = await determineRegister(databases, { country, pack, month, askedBy: 'test', folder })
  assert.ok(run.ok, inspect(run))
  return run.value
}
async function owed(pack: string, month: Month) {
  const run = await decided(pack, month)
  const done = await entitle(worker, { country, runId: run.id, askedBy: 'test' })
  assert.ok(done.ok, inspect(done))
  return { run, ...done.value }
}

await owed(ASD, now)
type Home = { readonly id: Id<'Household'>; readonly territory: string; readonly members: number }
const homes = await asking(async tx => {
  const { rows } = await sql<Home>`
    select h.id, h.territory, (select count(*)::int from households.membership m where m.household_id = h.id) as members
    from households.published_household h order by h.id`.execute(tx)
  return rows
})
const inAsd = new Set(
  (await asking(tx => enrolmentsOf(tx, { households: homes.map(each => each.id), month: now, pack: ASD })))
    .filter(each => each.state === 'enrolled')
    .map(each => each.household),
)
/** The region with most families. */
const region = Object.entries(Object.groupBy(homes, each => each.territory.split('.')[0] as string)).sort(
  ([, one], [, other]) => other!.length - one!.length,
)[0]![0]
const here = homes.filter(each => isWithin(each.territory, region))
const covered = here.filter(each => inAsd.has(each.id))

async function staff(name: string): Promise<StaffId> {
  const id = newId<'staff'>() as StaffId
  await asking(async tx => {
    await registerStaff(tx, { id, name })
    await recordGrant(tx, id, { id: newId(), role: 'programme_manager' } as never)
  })
  return id
}
async function acting<Value>(id: StaffId, work: Parameters<typeof transaction<Value>>[2]): Promise<Value> {
  const manager = await findStaffActor(app, id, 'programme.change')
  assert.ok(manager)
  return transaction(app, manager, work)
}
const [one, other] = [await staff('One'), await staff('Other')]

const drought = (change: Partial<ShockAsked> = {}): ShockAsked => ({
  id: newId() as string as ProposalId,
  name: 'Drought 2026',
  kind: 'drought',
  territories: [region],
  from: now,
  until: addMonths(now, 1),
  evidence: 'Bulletin of 28 October 2026',
  reference: 'Decision 12/2026 of 3 November 2026',
  expansions: [
    { pack: TOP_UP, values: { top_up: '500' } },
    { pack: TRANSFER, values: { amount_small: '800', amount_middle: '1000.50', amount_large: '1200' } },
  ],
  waives: true,
  says: 'Two seasons without a harvest.',
  ...change,
})

async function answered(by: StaffId, id: ProposalId, change: { secondFactorAt?: Date | null; step?: 'refused' } = {}) {
  const proposal = await acting(by, tx => findProposal(tx, id))
  const { step = 'approved', secondFactorAt = new Date() } = change
  const answer = { step, contentHash: proposal!.contentHash, reason: 'x', secondFactorAt } as const
  const done = await acting(by, tx => answerShock(tx, by, country, id, answer, now))
  return done.ok ? 'done' : done.refusal.code
}

async function reachNow(asked: ShockAsked) {
  const preview = await asking(async tx =>
    previewShock(tx, country, asked, { now, snapshot: await latestOwnSnapshot(tx, country, folder) }),
  )
  assert.ok(preview.ok, inspect(preview))
  return preview.value
}

const asked = drought()
const amountFor = (home: Home) => (home.members <= 2 ? 80_000n : home.members <= 4 ? 100_050n : 120_000n)
let shock: ShockId
let topUp: RunRow
let transfer: RunRow

test('there is something to see: families of the programme and others, here and elsewhere', () => {
  assert.ok(covered.length > 5 && covered.length < here.length - 5 && here.length < homes.length - 50)
})

test('without a declared shock its packs decide nothing', async () => {
  const refused = await determineRegister(databases, { country, pack: TOP_UP, month: now, askedBy: 'test', folder })
  assert.deepEqual(refused, { ok: false, refusal: { code: 'no_shock', pack: TOP_UP, month: now } })
})

test('before it is declared it says whom it would reach', async () => {
  const reach = await reachNow(asked)
  assert.equal(listSnapshots(folder, country)[0]?.manifest.effectiveOn, reach?.on)
  const [vertical, horizontal] = reach!.packs
  assert.equal(vertical?.total?.households ?? covered.length, covered.length)
  if (vertical?.total) assert.equal(vertical.total.amountMinor, 50_000n * BigInt(covered.length))
  assert.ok(horizontal!.total!.households <= here.length - covered.length)
})

test('one person alone declares nothing, and a password alone neither', async () => {
  const proposed = await acting(one, async tx =>
    proposeShock(tx, country, asked, { now, reach: await reachNow(asked) }),
  )
  assert.ok(proposed.ok, inspect(proposed))
  assert.equal(await answered(one, asked.id), 'own_proposal')
  assert.equal(await answered(other, asked.id, { secondFactorAt: null }), 'second_factor_missing')
  assert.deepEqual(await asking(tx => listShocks(tx, 'ma')), [])
})

test('a second person declares it, once; the workers are told, and conditions do not count there', async () => {
  assert.equal(await answered(other, asked.id), 'done')
  assert.equal(await answered(other, asked.id), 'not_waiting')
  const [declared] = await asking(tx => listShocks(tx, 'ma'))
  assert.ok(declared)
  shock = declared.id
  assert.deepEqual(
    [declared.name, declared.territories, declared.from, declared.until],
    ['Drought 2026', [region], now, asked.until],
  )
  const waived = await asking(tx => listWaivers(tx, 'ma', 10))
  assert.deepEqual(
    waived.map(each => [each.pack, each.territory, each.shock]),
    [['ma/tayssir', region, shock]],
  )
})

test('what was declared is not edited, by whoever', async () => {
  for (const database of [app, worker]) {
    await assert.rejects(
      transaction(database, actor, tx => sql`update programmes.shock set until_month = '2029-01'`.execute(tx)),
      /permission denied/,
    )
  }
})

test('another of that name is refused when it is approved as well, and so are other amounts of the same pack', async () => {
  const late = drought({ name: 'Flood' })
  assert.ok((await acting(one, tx => proposeShock(tx, country, late, { now, reach: null }))).ok)
  const same = await acting(one, tx =>
    proposeShock(tx, country, drought({ name: 'drought 2026' }), { now, reach: null }),
  )
  assert.equal(same.ok ? '' : same.refusal.code, 'name_taken')
  const dearer = drought({ name: 'Hail', expansions: [{ pack: TOP_UP, values: { top_up: '700' } }] })
  const refused = await acting(one, tx => proposeShock(tx, country, dearer, { now, reach: null }))
  assert.equal(refused.ok ? '' : refused.refusal.code, 'pack_in_use')
  assert.equal(await answered(other, late.id, { step: 'refused' }), 'done')
})

test('the runs of the month are asked for, each once', async () => {
  const runs = await askShockRuns(worker, country, now)
  assert.equal(runs.length, 2)
  assert.deepEqual(await askShockRuns(worker, country, now), [])
})

test('families of the programme in the area are owed the top-up, and nobody else', async () => {
  const { run, added } = await owed(TOP_UP, now)
  topUp = run
  assert.equal(added, covered.length)
  const { rows } = await asking(tx =>
    sql<{ household: string; amount: bigint }>`select household_id as household, amount_minor as amount
      from programmes.entitlement where pack = ${TOP_UP} order by household_id`.execute(tx),
  )
  assert.deepEqual(
    rows.map(each => each.household),
    covered.map(each => each.id),
  )
  assert.deepEqual([...new Set(rows.map(each => each.amount))], [50_000n])
})

test('families whom it does not cover are owed the transfer by their size', async () => {
  const { run } = await owed(TRANSFER, now)
  transfer = run
  const { rows } = await asking(tx =>
    sql<{ household: Id<'Household'>; outcome: string; amount: bigint | null; owed: bigint | null }>`
      select d.household_id as household, d.outcome, d.amount_minor as amount, e.amount_minor as owed
      from programmes.determination d left join programmes.entitlement e
        on e.household_id = d.household_id and e.pack = d.pack and e.month = ${now}
      where d.run_id = ${run.id} order by 1`.execute(tx),
  )
  const outside = here.filter(each => !inAsd.has(each.id))
  assert.deepEqual(
    rows.map(each => each.household),
    outside.map(each => each.id),
  )
  let eligible = 0
  for (const [at, { outcome, amount, owed }] of rows.entries()) {
    assert.equal(owed, outcome === 'eligible' ? amount : null)
    if (outcome !== 'eligible') continue
    eligible += 1
    assert.equal(amount, amountFor(outside[at]!))
  }
  assert.ok(eligible > 5)
})

test('what was shown before is what the runs gave', async () => {
  const { rows } = await asking(tx =>
    sql<{ pack: string; households: number; amount: bigint }>`
      select pack, count(*)::int as households, sum(amount_minor)::bigint as amount from programmes.entitlement
      where pack = any (${[TOP_UP, TRANSFER]}::text[]) group by pack order by pack`.execute(tx),
  )
  const reach = await reachNow({ ...asked, name: 'Other' })
  for (const row of rows) {
    const { total } = reach!.packs.find(each => each.pack === row.pack)!
    if (total === null) continue
    assert.deepEqual([total.households, total.amountMinor], [row.households, row.amount])
  }
})

test('a run keeps whom it is about, and is verified again from that', async () => {
  const scope = await asking(tx => findScope(tx, topUp.id))
  assert.deepEqual([scope?.way, scope?.of, scope?.territories, scope?.shocks], ['vertical', ASD, [region], [shock]])
  for (const run of [topUp, transfer]) {
    const snapshot = listSnapshots(folder, country).find(each => each.manifest.hash === run.snapshotHash)!
    const verified = await verifyRun(databases, { country, snapshot, run: run.id })
    assert.deepEqual(verified.ok && verified.value.findings, [])
  }
})

test('a family is told by the very text that decided, with the declaration as its source', async () => {
  const household = covered[0]!.id
  const explained = await asking(tx => explainDetermination(tx, country, { household, run: topUp.id }))
  assert.ok(explained?.agrees)
  assert.equal(explained.decision.amount?.value, '500.00')
  assert.match(JSON.stringify(explained.decision.explanation), /Drought 2026.*Decision 12\/2026/)
})

test('a household taken out of the set behind the back of all is found', async () => {
  await transaction(owner, actor, tx =>
    sql`delete from programmes.shock_run_household where run_id = ${topUp.id} and household_id = ${covered[0]!.id}`.execute(
      tx,
    ),
  )
  const snapshot = listSnapshots(folder, country).find(each => each.manifest.hash === topUp.snapshotHash)!
  const verified = await verifyRun(databases, { country, snapshot, run: topUp.id })
  assert.ok(verified.ok)
  const found = verified.value.findings.map(each => each.what)
  assert.ok(found.includes('scope') && found.includes('decided'), found.join())
  await transaction(owner, actor, tx =>
    sql`insert into programmes.shock_run_household (household_id, run_id, territory)
      values (${covered[0]!.id}, ${topUp.id}, ${covered[0]!.territory})`.execute(tx),
  )
})

test('its end is moved earlier by two persons: no run after it, waivers end with it, what was owed stays', async () => {
  const asked = { id: newId() as string as ProposalId, shock, until: now, says: 'It rained.' }
  assert.ok((await acting(one, tx => proposeShockEnd(tx, country, asked, now))).ok)
  assert.equal(await answered(one, asked.id), 'own_proposal')
  assert.equal(await answered(other, asked.id), 'done')
  const next = addMonths(now, 1)
  const refused = await determineRegister(databases, { country, pack: TOP_UP, month: next, askedBy: 'test', folder })
  assert.equal(refused.ok ? '' : refused.refusal.code, 'no_shock')
  const waived = async (month: Month) => (await asking(tx => waiversOf(tx, 'ma/tayssir', month))).length
  assert.deepEqual([await waived(now), await waived(next)], [1, 0])
  const { rows } = await asking(tx =>
    sql<{
      months: string[]
    }>`select array_agg(distinct month) as months from programmes.entitlement where pack = ${TOP_UP}`.execute(tx),
  )
  assert.deepEqual(rows[0]?.months, [now])
})

test('lengthened, it counts again: the months that come with it are asked for, and waived anew', async () => {
  const until = addMonths(now, 2)
  const asked = { id: newId() as string as ProposalId, shock, until, says: 'It did not rain.' }
  assert.ok((await acting(one, tx => proposeShockEnd(tx, country, asked, now))).ok)
  assert.equal(await answered(other, asked.id), 'done')
  const next = addMonths(now, 1)
  assert.equal((await asking(tx => waiversOf(tx, 'ma/tayssir', until))).length, 1)
  assert.deepEqual(await askShockRuns(worker, country, now), [])
  assert.equal((await askShockRuns(worker, country, next)).length, 2)
  const { added } = await owed(TOP_UP, next)
  assert.equal(added, covered.length)
})

test('an open run keeps its area and amounts though the shock ends meanwhile, and is given up like any other', async () => {
  const until = addMonths(now, 2)
  const controller = new AbortController()
  const month = until
  const stopped = determineRegister(
    databases,
    { country, pack: TOP_UP, month, askedBy: 'test', folder },
    { signal: controller.signal, onProgress: () => controller.abort() },
  )
  await assert.rejects(stopped)
  const [open] = await asking(async tx => {
    const { rows } = await sql<{ id: RunRow['id'] }>`select id from programmes.determination_run
      where pack = ${TOP_UP} and finished_at is null and cancelled_at is null`.execute(tx)
    return rows
  })
  assert.ok(open)
  assert.ok(await asking(tx => findScope(tx, open.id)))
  assert.ok((await asking(tx => cancelRun(tx, open.id, 'test'))).ok)
})

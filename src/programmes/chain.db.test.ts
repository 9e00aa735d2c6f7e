// Runs of a pack one after another, while the register changes: at any run the chain says of every household what the desk
// says, whoever was written when.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { sql } from 'kysely'
import { openCountry } from '#countries'
import { transaction, workerActor } from '#db'
import {
  casesOf,
  householdRanges,
  modelHouseholds,
  openSnapshot,
  readHouseholdModel,
  registerHouseholds,
} from '#households'
import type { DateText, Id, Month } from '#kernel'
import {
  type Difference,
  determineRegister,
  differencesOf,
  entitle,
  explainDetermination,
  outcomesOf,
  type RunRow,
  runDifferences,
  runFigures,
  runReasons,
  SAMPLED,
  sampleOfRun,
  verifyRun,
} from '#programmes'
import { decide, parseCase } from '#rules'
import { testDatabase } from '../../test/database.ts'

const databases = await testDatabase()
const folder = mkdtempSync(join(tmpdir(), 'socle-chain-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const country = openCountry('ma')
const model = readHouseholdModel(fileURLToPath(new URL('../../packs/ma', import.meta.url)))
const actor = workerActor('test')
const PACK = 'ma/asd'
const asking = <Value>(work: Parameters<typeof transaction<Value>>[2]) => transaction(databases.worker, actor, work)

async function register(from: number, to: number, effectiveOn: string, seed = 4): Promise<void> {
  const provenance = {
    country: 'ma',
    source: 'test',
    channel: 'generated',
    actor: 'test',
    effectiveOn: effectiveOn as DateText,
    modelled: true,
    head: country.catalogue.head,
  } as const
  const households = [...modelHouseholds(model, { seed, from, to })]
  await asking(tx => registerHouseholds(tx, provenance, households))
}

async function decided(month: string, pack = PACK): Promise<RunRow> {
  const asked = { country, pack, month: month as Month, askedBy: 'test', folder }
  const run = await determineRegister(databases, asked)
  assert.ok(run.ok, JSON.stringify(run))
  return run.value
}

/** What the desk says of every household in a month, by the interpreter on the register as it is now. */
async function atTheDesk(month: Month): Promise<Map<string, readonly [string, string | null]>> {
  return asking(async tx => {
    const said = new Map<string, readonly [string, string | null]>()
    for (const { first, last } of await householdRanges(tx, 'ma', 1000)) {
      for await (const found of casesOf(tx, { country: 'ma', first, last, month })) {
        const subject = parseCase(found.case, country.catalogue, country.territories)
        assert.ok(subject.ok)
        const { outcome, amount } = decide(country.book, PACK, subject.value)
        said.set(found.household, [outcome, amount?.value.replace('.', '') ?? null])
      }
    }
    return said
  })
}

async function inTheChain(run: RunRow): Promise<Map<string, readonly [string, string | null]>> {
  const [first, last] = ['00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff']
  const range = { first: first as Id<'Household'>, last: last as Id<'Household'> }
  const rows = await asking(tx => outcomesOf(tx, run, range))
  return new Map([...rows].map(([id, { outcome, amountMinor }]) => [id, [outcome, amountMinor?.toString() ?? null]]))
}

const sorted = <Value>(map: ReadonlyMap<string, Value>) => [...map].sort(([one], [other]) => (one < other ? -1 : 1))

async function agrees(run: RunRow): Promise<void> {
  const desk = await atTheDesk(run.month)
  assert.deepEqual(sorted(await inTheChain(run)), sorted(desk))
  const figures = await asking(tx => runFigures(tx, run.id))
  const eligible = [...desk.values()].filter(([outcome]) => outcome === 'eligible')
  assert.deepEqual([figures.households, figures.eligible], [desk.size, eligible.length])
  assert.equal(
    figures.amountMinor,
    eligible.reduce((all, [, amount]) => all + BigInt(amount ?? 0), 0n),
  )
}

async function told(run: RunRow): Promise<Partial<Record<Difference, number>>> {
  const rows = await asking(tx => runDifferences(tx, run.id))
  return Object.fromEntries(rows.map(({ difference, households }) => [difference, households]))
}

await register(0, 200, '2026-01-01')
const first = await decided('2026-12')
const months: RunRow[] = [first]

test('the first run writes everybody, and says of each what the desk says', async () => {
  assert.deepEqual(await told(first), { first: 200 })
  await agrees(first)
})

test('the next month writes whom something is new for: changed facts, new households, households that ended', async () => {
  // Twenty households declare what others of the model would; five come in; three end.
  const twenty = [...modelHouseholds(model, { seed: 4, from: 0, to: 20 })]
  const others = [...modelHouseholds(model, { seed: 9, from: 0, to: 20 })]
  const swapped = twenty.map((each, place) => ({
    ...each,
    // Where they live stays: a place that changes is another matter.
    facts: { ...others[place]!.facts, ...('territory' in each.facts && { territory: each.facts.territory }) },
  }))
  const provenance = {
    country: 'ma',
    source: 'test',
    channel: 'generated',
    actor: 'test',
    effectiveOn: '2027-01-05' as DateText,
    modelled: true,
    head: country.catalogue.head,
  } as const
  await asking(tx => registerHouseholds(tx, provenance, swapped))
  await register(200, 205, '2027-01-05')
  await transaction(databases.owner, actor, tx =>
    sql`update households.household set closed_on = '2027-01-10', closed_at = now()
      where id in (select id from households.household order by id limit 3 offset 100)`.execute(tx),
  )
  const run = await decided('2027-01')
  months.push(run)
  await agrees(run)
  const differences = await told(run)
  const written = Object.values(differences).reduce((all, each) => all + each, 0)
  assert.ok(written >= 8 && written < 60, JSON.stringify(differences))
  const { rows } = await asking(tx =>
    sql<{ gone: number }>`
      select count(*)::int as gone from programmes.determination where run_id = ${run.id} and outcome = 'gone'`.execute(
      tx,
    ),
  )
  assert.equal(rows[0]?.gone, 3)
  assert.equal(run.householdsDone, 202)
})

test('what differs carries what stood before, and the refusal behind it', async () => {
  const { rows } = await asking(tx =>
    sql<{ difference: Difference; outcome: string; was: string | null; refusals: string[]; before: string[] | null }>`
      select difference, outcome, before_outcome as was, refusals, before_refusals as before
      from programmes.determination where run_id = ${months[1]!.id}`.execute(tx),
  )
  for (const row of rows) {
    if (row.difference === 'entered') assert.ok(row.outcome === 'eligible' && row.was !== 'eligible')
    if (row.difference === 'entered' && row.was === 'not_eligible') assert.ok((row.before ?? []).length > 0)
    if (row.difference === 'left') assert.equal(row.was, 'eligible')
    if (row.outcome === 'not_eligible') assert.ok(row.refusals.length > 0)
  }
})

test('a household that comes back is decided again, and earlier runs say what they said', async () => {
  await transaction(databases.owner, actor, tx =>
    sql`update households.household set closed_on = null, closed_at = null where closed_on = '2027-01-10'`.execute(tx),
  )
  const before = await inTheChain(months[1]!)
  const run = await decided('2027-02')
  months.push(run)
  await agrees(run)
  assert.deepEqual(await inTheChain(months[1]!), before)
  assert.equal(before.size, 202)
  assert.equal((await inTheChain(run)).size, 205)
})

test('what is owed in a month comes from every state of its list, new or not', async () => {
  for (const run of months) {
    const owed = await entitle(databases.worker, { country, runId: run.id, askedBy: 'test' })
    const { eligible } = await asking(tx => runFigures(tx, run.id))
    assert.ok(owed.ok)
    assert.deepEqual([owed.value.added, owed.value.standing], [eligible, 0])
  }
})

test('a decision of any run of the chain is explained from the facts of that run, wherever its row stands', async () => {
  for (const run of months) {
    for (const [household] of [...(await inTheChain(run))].slice(0, 40)) {
      const of = { household: household as Id<'Household'>, run: run.id }
      const explained = await asking(tx => explainDetermination(tx, country, of))
      assert.equal(explained?.agrees, true, `${run.month} ${household}`)
      assert.equal(explained.decision.at, run.month)
    }
  }
})

test('why households left or entered is counted as their rows say it', async () => {
  const run = months[1]!
  const rows = await asking(tx => differencesOf(tx, run, { limit: 1000 }))
  const counted = (reasons: readonly string[]) => {
    const by = new Map<string, number>()
    for (const code of reasons) by.set(code, (by.get(code) ?? 0) + 1)
    return [...by].map(([code, households]) => ({ code, households }))
  }
  const byCode = (one: { code: string }, other: { code: string }) => (one.code < other.code ? -1 : 1)
  const left = rows.filter(row => row.difference === 'left')
  const entered = rows.filter(row => row.difference === 'entered')
  const { left: whyLeft, entered: keptOut } = await asking(tx => runReasons(tx, run.id))
  assert.ok(left.length > 0 && entered.length > 0)
  assert.deepEqual(
    [...whyLeft].sort(byCode),
    counted(left.flatMap(row => (row.refusals.length > 0 ? row.refusals : [`outcome:${row.outcome}`]))).sort(byCode),
  )
  assert.deepEqual(
    [...keptOut].sort(byCode),
    counted(
      entered.flatMap(({ before }) =>
        before && before.refusals.length > 0 ? before.refusals : [`outcome:${before?.outcome ?? 'none'}`],
      ),
    ).sort(byCode),
  )
})

test('what is new is listed a page at a time, each household once, with what stood before', async () => {
  const run = months[1]!
  const whole = await asking(tx => differencesOf(tx, run, { limit: 1000 }))
  const differences = await told(run)
  assert.equal(
    whole.length,
    Object.values(differences).reduce((all, each) => all + each, 0),
  )
  const pages: string[] = []
  for (let after: Id<'Household'> | undefined; ; ) {
    const page = await asking(tx => differencesOf(tx, run, { limit: 7, ...(after && { after }) }))
    pages.push(...page.map(row => row.household))
    after = page.at(-1)?.household
    if (page.length < 7) break
  }
  assert.deepEqual(
    pages,
    whole.map(row => row.household),
  )
  for (const difference of Object.keys(differences) as Difference[]) {
    const those = await asking(tx => differencesOf(tx, run, { difference, limit: 1000 }))
    assert.deepEqual(
      those,
      whole.filter(row => row.difference === difference),
    )
  }
  const before = await inTheChain(first)
  for (const row of whole) {
    const [outcome, amount] = before.get(row.household) ?? [undefined, null]
    assert.deepEqual([row.before?.outcome, row.before?.amountMinor?.toString() ?? null], [outcome, amount])
  }
})

test('a sample of a run is the same at every look, of every kind there is, and each of its decisions is explained', async () => {
  for (const run of months) {
    const [one, other] = [await asking(tx => sampleOfRun(tx, run, 3)), await asking(tx => sampleOfRun(tx, run, 3))]
    assert.deepEqual(one, other)
    const decided = await asking(tx => differencesOf(tx, run, { limit: 1000 }))
    for (const kind of SAMPLED) {
      const found = one.get(kind) ?? []
      if (kind !== 'undetermined') {
        const all = decided.filter(row => row.difference === kind && row.outcome !== 'gone')
        assert.equal(found.length, Math.min(3, all.length), `${run.month} ${kind}`)
        assert.ok(found.every(row => row.difference === kind))
      } else {
        const { undetermined } = await asking(tx => runFigures(tx, run.id))
        assert.equal(found.length, Math.min(3, undetermined), run.month)
        assert.ok(found.every(row => row.outcome === 'undetermined' && row.missing.length > 0))
      }
      for (const { household, outcome } of found) {
        const explained = await asking(tx => explainDetermination(tx, country, { household, run: run.id }))
        assert.deepEqual([explained?.agrees, explained?.decision.outcome], [true, outcome])
      }
    }
  }
})

async function verified(run: RunRow, threads = 0) {
  const snapshot = openSnapshot(join(folder, run.snapshot ?? ''), country)
  assert.ok(snapshot.ok)
  const found = await verifyRun(databases, { country, snapshot: snapshot.value, run: run.id }, { threads })
  assert.ok(found.ok, JSON.stringify(found))
  return found.value
}

test('every run of the chain verifies from its snapshot; a row altered behind the triggers does not', async () => {
  for (const run of months) {
    const { findings, households } = await verified(run)
    assert.deepEqual([findings, households], [[], run.households])
  }
  assert.deepEqual(await verified(first, 2), await verified(first))
  const { rows } = await transaction(databases.owner, actor, tx =>
    sql<{ household: string }>`
      update programmes.determination set amount_minor = amount_minor + 1
      where (household_id, pack, sequence) = (
        select household_id, pack, sequence from programmes.determination
        where run_id = ${first.id} and outcome = 'eligible'
          and household_id not in (select household_id from programmes.determination where run_id <> ${first.id})
        order by household_id limit 1)
      returning household_id as household`.execute(tx),
  )
  const [altered] = rows
  assert.ok(altered)
  for (const run of months) {
    const { findings } = await verified(run)
    assert.deepEqual(
      findings.map(({ what, household }) => [what, household]),
      [['stored', altered.household]],
    )
    if (run === first) assert.deepEqual(await verified(run, 2), await verified(run))
  }
})

test('another snapshot than that which was decided is refused', async () => {
  const snapshot = openSnapshot(join(folder, first.snapshot ?? ''), country)
  assert.ok(snapshot.ok)
  const asked = { country, snapshot: snapshot.value, run: months[1]!.id }
  const refused = await verifyRun(databases, asked)
  assert.ok(!refused.ok && refused.refusal.code === 'snapshot_differs')
})

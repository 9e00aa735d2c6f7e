// The desk and the batch: a register of random households is determined by columns; households drawn from the finished runs
// are asked one by one, by the interpreter, of the facts that the register holds now. Another draw each time it runs.
import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import { openCountry } from '#countries'
import { transaction, workerActor } from '#db'
import { casesOfHouseholds, type HouseholdCase, registerHouseholds } from '#households'
import type { DateText, Id, Month } from '#kernel'
import { determineRegister, type RunRow } from '#programmes'
import { type Decision, decide, parseCase } from '#rules'
import { testDatabase } from '../../test/database.ts'
import { random, randomHousehold } from '../../test/oracle/random-household.ts'
import { findDetermination } from './determination.sql.ts'
import { determinationOf } from './determination.ts'
import { hashStates } from './state.ts'

const databases = await testDatabase()
const folder = mkdtempSync(join(tmpdir(), 'socle-desk-batch-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const country = openCountry('ma')
const asking = <Value>(work: Parameters<typeof transaction<Value>>[2]) =>
  transaction(databases.worker, workerActor('test'), work)

const SEED = randomInt(2 ** 31)
const HOUSEHOLDS = 400
const DRAWN = 120
const PACKS = ['ma/asd', 'ma/amo-tadamon', 'ma/amo-achamil', 'ma/ise']
const MONTHS = ['2026-12', '2027-01'] as Month[]

/** Household `place` as it declares itself for the `time`th time: every other one says something else the second time. */
function household(place: number, time: number) {
  const again = time === 0 || place % 2 === 0 ? 0 : HOUSEHOLDS
  const wire = randomHousehold(SEED + place + again, ['2026-12'])
  // Nobody is registered before birth.
  const born = (facts: Record<string, unknown>) =>
    'birth_date' in facts && String(facts.birth_date) > '2026-12-01' ? { ...facts, birth_date: '2026-11-30' } : facts
  return {
    sourceId: `h${place}`,
    territory: '07.351.01.02',
    weight: `${1 + (place % 3)}`,
    facts: wire.household,
    members: wire.members.map(({ id, ...facts }) => ({ sourceId: `${time}-${id}`, facts: born(facts) })),
  }
}

async function declared(time: number, effectiveOn: string): Promise<void> {
  const provenance = {
    country: 'ma',
    source: 'test',
    channel: 'generated',
    actor: 'test',
    effectiveOn: effectiveOn as DateText,
    modelled: true,
    head: country.catalogue.head,
  } as const
  const all = Array.from({ length: HOUSEHOLDS }, (_, place) => household(place, time))
  await asking(tx => registerHouseholds(tx, provenance, all as never))
}

async function determined(pack: string, month: Month): Promise<RunRow> {
  const run = await determineRegister(databases, { country, pack, month, askedBy: 'test', folder })
  assert.ok(run.ok, JSON.stringify(run))
  return run.value
}

/** What the desk answers: the interpreter on the facts of the register as they are now. */
function atTheDesk(found: HouseholdCase, pack: string): Decision {
  const subject = parseCase(found.case, country.catalogue, country.territories)
  assert.ok(subject.ok, JSON.stringify(subject))
  return decide(country.book, pack, subject.value)
}

/** Compares households drawn from a run, all that is said of each: outcome, amount, refusals, what lacks, scores and lines. */
async function agrees(run: RunRow, outcomes: Set<string>): Promise<void> {
  const { rows } = await asking(tx =>
    sql<{ id: Id<'Household'> }>`select id from households.household where country = 'ma' order by source_id`.execute(
      tx,
    ),
  )
  const next = random(SEED ^ run.sequence)
  const drawn = Array.from({ length: DRAWN }, () => rows[Math.floor(next() * rows.length)]?.id as Id<'Household'>)
  const cases = await asking(tx => casesOfHouseholds(tx, { households: drawn, month: run.month }))
  assert.equal(cases.length, new Set(drawn).size)
  for (const found of cases) {
    const stored = await asking(tx => findDetermination(tx, run, found.household))
    assert.ok(stored)
    const said = determinationOf({ ...stored }, atTheDesk(found, run.pack))
    outcomes.add(said.outcome)
    assert.equal(
      hashStates([said]),
      hashStates([stored]),
      `seed ${SEED}, ${run.pack}, ${run.month}, household ${found.household}`,
    )
  }
}

for (const [time, month] of MONTHS.entries()) {
  test(`households drawn from the runs of ${month} are told at the desk what the batch decided`, async () => {
    await declared(time, `${month}-01`)
    const outcomes = new Set<string>()
    for (const pack of PACKS) await agrees(await determined(pack, month), outcomes)
    assert.deepEqual([...outcomes].sort(), ['eligible', 'not_eligible', 'scored', 'undetermined'])
  })
}

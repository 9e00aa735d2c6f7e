import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import { openCountry } from '#countries'
import { transaction, workerActor } from '#db'
import { type Id, newId } from '#kernel'
import { add, type ExplainedStep, numberToText, parseNumber, round, whole } from '#rules'
import { type Role, recordGrant, registerStaff } from '#security'
import { demonstrate } from '../src/cli/demonstration/demonstrate.ts'
import type { StaffMember } from '../src/web/context.ts'
import { fillDoors } from '../src/web/doors/fill.ts'
import { testDatabase } from './database.ts'
import { exampleDoors } from './example-doors.ts'

const databases = await testDatabase()
const data = mkdtempSync(join(tmpdir(), 'socle-doors-'))
after(() => rmSync(data, { recursive: true, force: true }))
const country = openCountry('ma')
const doors = fillDoors({
  app: databases.app,
  worker: databases.worker,
  payments: { retriesMost: 3, coolingDays: 7, amountTimes: 10 },
  country,
  staff: exampleDoors().staff,
  modelled: true,
})
const HOUSEHOLDS = 150

async function reader(name: string, ...territories: string[]): Promise<StaffMember> {
  const id = newId<'staff'>()
  await transaction(databases.worker, workerActor('test'), async tx => {
    await registerStaff(tx, { id, name })
    for (const role of ['territory_supervisor', 'payment_preparer'] satisfies Role[]) {
      for (const territory of territories) await recordGrant(tx, id, { id: newId(), role, territory })
    }
  })
  return { id, name, email: `${id}@socle.test` }
}

const everyone = { text: '', page: 1, perPage: 20 }

test('a reader of the whole country sees the register, what was decided and what was paid', async () => {
  const quiet = {
    out() {},
    err() {},
    stdin: process.stdin,
    interactive: false,
    signal: new AbortController().signal,
    flush: async () => {},
  }
  await demonstrate(databases, { country, households: HOUSEHOLDS, seed: 5, data }, quiet)
  const national = await reader('National', '')
  const work = await doors.console.work(national)
  assert.equal(work.households, HOUSEHOLDS)
  assert.ok(work.members > HOUSEHOLDS)
  assert.ok(work.determinations.every(run => run.finished && run.households === HOUSEHOLDS))
  assert.equal(
    work.regions.reduce((sum, region) => sum + region.households, 0),
    HOUSEHOLDS,
  )
  const [run] = work.paymentRuns
  assert.ok(run && run.state === 'sent')
  const file = await doors.console.paymentRun(national, run.reference)
  assert.equal(file?.amount.value, file?.ledger?.sent.value)
  assert.equal(
    file?.groups.reduce((sum, group) => sum + group.lines, 0),
    run.instructions,
  )
  const xml = await doors.console.paymentFile(national, run.reference)
  // What is handed over at our own counters leaves in no file.
  const left = (file?.groups ?? []).filter(({ leavesBy }) => leavesBy !== 'counter')
  assert.ok(left.length > 0 && left.length < (file?.groups.length ?? 0))
  const cents = left.reduce((sum, { amount }) => sum + Math.round(Number(amount.value) * 100), 0)
  assert.ok(xml?.content.includes(`<CtrlSum>${(cents / 100).toFixed(2)}</CtrlSum>`))
  assert.equal(await doors.ready(), true)
  assert.ok((await doors.programmes()).some(card => card.id === 'ma/asd'))
})

test('a household is a file whose opening is written, and whose decisions explain themselves to the last decimal', async () => {
  const national = await reader('Reader of files', '')
  const found = await doors.console.search(national, { ...everyone, text: 'MA-5-' })
  const finder = await reader('Finder of a household whose facts are all known', '')
  let household: Id<'Household'> | undefined
  for (const hit of found.hits) {
    const decisions = (await doors.console.household(finder, hit.household))?.decisions ?? []
    if (decisions.every(each => each.outcome !== 'undetermined')) household = hit.household
  }
  assert.ok(household)
  const file = await doors.console.household(national, household)
  assert.ok(file?.modelled)
  assert.ok(file.journey.some(event => event.kind === 'declaration'))
  const readingsBy = (journey: typeof file.journey) =>
    journey.flatMap(event => (event.kind === 'access' && event.by === national.name ? [event] : []))
  const listings = readingsBy(file.journey)
  assert.deepEqual(
    listings.map(({ action, listed, purpose }) => [action, listed, purpose]),
    [['household.list', found.hits.length, 'examination']],
    'to be found by a search is to be read',
  )
  let scored = 0
  for (const { run } of file.decisions) {
    const explained = await doors.console.decision(national, household, run)
    assert.ok(explained?.decision.explanation)
    for (const score of explained.decision.explanation.scores) {
      const index = [...stepsBelow(score)].find(step => step.terms.length > 0)
      assert.ok(index && [28, 35].includes(index.terms.length))
      assert.ok(index.terms.every(term => term.sources.length > 0 && term.value !== null))
      const parts = [...index.parameters.map(each => each.value), ...index.terms.map(each => each.contribution)]
      const sum = parts.reduce((total, part) => add(total, parseNumber(part ?? '0')!), whole(0))
      assert.equal(Number(numberToText(round(sum, 7, 'half_up'))).toFixed(7), score.value)
      scored++
    }
  }
  assert.ok(scored > 0)
  const again = await doors.console.household(national, household)
  const opened = readingsBy(again?.journey ?? []).filter(({ action }) => action === 'household.read')
  assert.equal(opened.length, 1 + file.decisions.length)
})

test('whoever is shown a payment, takes a list away or downloads the file has read the payee', async () => {
  const national = await reader('Reader of payments', '')
  const [run] = await doors.console.paymentRuns(national)
  assert.ok(run)
  await doors.console.instructions(national, run.id, { limit: 5, after: 0 })
  await doors.console.instructions(national, run.id, { limit: 5, after: 0, exported: true })
  await doors.console.paymentFile(national, run.reference)
  await doors.console.search(national, { ...everyone, text: 'MA-5-', perPage: 1000, exported: true })
  const { rows } = await transaction(databases.worker, workerActor('test'), tx =>
    sql<{ household: Id<'Household'> }>`
      select membership.household_id as household from payments.instruction join households.membership
        on membership.person_id = instruction.payee_id where run_id = ${run.id} and position = 1`.execute(tx),
  )
  const file = await doors.console.household(national, rows[0]!.household)
  const seen = file?.journey.flatMap(event => (event.kind === 'access' && event.by === national.name ? [event] : []))
  assert.deepEqual(
    seen?.map(({ action, listed, purpose }) => [action, listed, purpose]),
    [
      ['household.export', HOUSEHOLDS, 'examination'],
      ['payment_file.export', undefined, 'payment'],
      ['payment_instruction.export', 5, 'payment'],
      ['payment_instruction.list', 5, 'payment'],
    ],
  )
})

function* stepsBelow(step: ExplainedStep): Iterable<ExplainedStep> {
  yield step
  for (const inner of step.steps) yield* stepsBelow(inner)
}

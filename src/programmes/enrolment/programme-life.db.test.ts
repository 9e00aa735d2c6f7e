import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { sql } from 'kysely'
import { type Country, openCountry, type ProgrammeTerms } from '#countries'
import { type Transaction, transaction, workerActor } from '#db'
import { type ModelledHousehold, modelHouseholds, readHouseholdModel, registerHouseholds } from '#households'
import { addMonths, type DateText, firstDay, type Id, type Month, newId } from '#kernel'
import {
  answerExceptional,
  applyFor,
  changeEnrolments,
  determineRegister,
  type EnrolmentState,
  enrolFromRun,
  enrolmentSteps,
  enrolmentsOf,
  entitle,
  exceptionalOf,
  openCampaign,
  proposeExceptional,
  type RunId,
} from '#programmes'
import { actorFor, findProposal, findStaffAccess, recordGrant, registerStaff, serveCountry } from '#security'
import { testDatabase } from '../../../test/database.ts'

const databases = await testDatabase()
const folder = mkdtempSync(join(tmpdir(), 'socle-life-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const worker = workerActor('test')
const morocco = openCountry('ma')
const model = readHouseholdModel(fileURLToPath(new URL('../../../packs/ma', import.meta.url)))
const ASD = 'ma/asd'
const june = '2026-06' as Month
const modelled = [...modelHouseholds(model, { seed: 5, from: 0, to: 80 })]

async function register(households: readonly ModelledHousehold[], on: string): Promise<void> {
  const from = { country: 'ma', source: 'test', channel: 'generated', actor: 'test', modelled: true } as const
  await transaction(databases.worker, worker, tx =>
    registerHouseholds(tx, { ...from, effectiveOn: on as DateText, head: morocco.catalogue.head }, [...households]),
  )
}
await register(modelled, '2026-01-01')

async function runOf(month: Month, country: Country = morocco): Promise<RunId> {
  const run = await determineRegister(databases, { country, pack: ASD, month, askedBy: 'test', folder })
  assert.ok(run.ok)
  return run.value.id
}
const applied = (runId: RunId, country: Country = morocco) =>
  enrolFromRun(databases.worker, { country, runId, askedBy: 'test' })
const owe = (runId: RunId, country: Country = morocco) => entitle(databases.worker, { country, runId, askedBy: 'test' })

async function rows<Row>(query: ReturnType<typeof sql<Row>>): Promise<readonly Row[]> {
  return transaction(databases.worker, worker, async tx => (await query.execute(tx)).rows)
}
const eligibleIn = async (run: RunId) =>
  (
    await rows(sql<{ id: Id<'Household'> }>`
    select household_id as id from programmes.determination where run_id = ${run} and outcome = 'eligible' order by 1`)
  ).map(({ id }) => id)
const stateOf = async (household: Id<'Household'>, month: Month): Promise<EnrolmentState | null> => {
  const [found] = await transaction(databases.worker, worker, tx =>
    enrolmentsOf(tx, { households: [household], month, pack: ASD }),
  )
  return found?.state ?? null
}

let first: RunId
let enrolled: Id<'Household'>[]

test('a run enrols whoever is eligible, once, and owes to them', async () => {
  first = await runOf(june)
  enrolled = await eligibleIn(first)
  assert.ok(enrolled.length > 10 && enrolled.length < 80)
  assert.deepEqual(await applied(first), { ok: true, value: { exists: false, counts: { enrolled: enrolled.length } } })
  assert.deepEqual(await applied(first), { ok: true, value: { exists: true, counts: { enrolled: enrolled.length } } })
  const owed = await owe(first)
  assert.equal(owed.ok && owed.value.added, enrolled.length)
})

test('who is suspended stays so and is owed nothing; who left by hand is not brought back by a run', async () => {
  const [suspended, gone] = enrolled as [Id<'Household'>, Id<'Household'>]
  for (const [change, household] of [
    ['suspend', suspended],
    ['exit', gone],
  ] as const) {
    await transaction(databases.worker, worker, tx =>
      changeEnrolments(tx, {
        id: newId(),
        country: morocco,
        pack: ASD,
        change,
        month: addMonths(june, 1),
        reason: 'by_hand',
        which: { households: [household] },
      }),
    )
  }
  const july = await runOf(addMonths(june, 1))
  const owed = await owe(july)
  assert.equal(owed.ok && owed.value.added, enrolled.length - 2)
  assert.equal(await stateOf(suspended, addMonths(june, 1)), 'suspended')
  assert.equal(await stateOf(gone, addMonths(june, 1)), 'exited')
  const written = await rows(sql<{ n: number }>`
    select count(*)::int as n from programmes.enrolment_event where effective_month = ${addMonths(june, 1)}`)
  assert.equal(written[0]!.n, 2, 'a month in which nothing changes writes nothing')
})

test('who has no right any more leaves with the refusal as the reason, and comes back with the right', async () => {
  const one = enrolled[2]!
  const [named] = await rows(sql<{ sourceId: string }>`
    select source_id as "sourceId" from households.published_household where id = ${one}`)
  const household = modelled.find(({ sourceId }) => sourceId === named!.sourceId)!
  const members = household.members.map(member => ({
    ...member,
    facts: { ...member.facts, receives_family_allowance: true },
  }))
  await register([{ ...household, members }], '2026-08-01')
  const august = await runOf(addMonths(june, 2))
  await owe(august)
  const [step] = await transaction(databases.worker, worker, tx => enrolmentSteps(tx, one))
  assert.deepEqual([step!.change, step!.reason, step!.month], ['exit', 'family_allowance_received', addMonths(june, 2)])
  await register([household], '2026-09-01')
  await owe(await runOf(addMonths(june, 3)))
  assert.equal(await stateOf(one, addMonths(june, 2)), 'exited')
  assert.equal(await stateOf(one, addMonths(june, 3)), 'enrolled')
})

test('an earlier month decided again changes no enrolment', async () => {
  const again = await runOf(june)
  const result = await applied(again)
  assert.ok(!result.ok && result.refusal.code === 'later_run_applied')
})

test('who applies is decided on the spot; asked again, it is the same application', async () => {
  const outsiders = await rows(sql<{ id: Id<'Household'> }>`
    select h.id from households.published_household h
    where not exists (select from programmes.enrolment e where e.household_id = h.id) order by h.id limit 1`)
  const asked = {
    id: newId<'Application'>(),
    household: outsiders[0]!.id,
    pack: ASD,
    channel: 'desk',
    on: firstDay(addMonths(june, 4)),
  } as const
  const ask = (more: object = {}) =>
    transaction(databases.worker, worker, tx => applyFor(tx, morocco, { ...asked, ...more }))
  const taken = await ask()
  assert.ok(taken.ok)
  assert.equal(taken.value.state, 'refused')
  assert.ok(taken.value.refusals.length > 0)
  assert.deepEqual(await ask(), taken)
  const steps = await transaction(databases.worker, worker, tx => enrolmentSteps(tx, asked.household))
  assert.deepEqual(
    steps.map(({ change }) => change),
    ['refuse', 'apply'],
  )
  const back = await ask({ id: newId(), household: enrolled[1]! })
  assert.equal(back.ok && back.value.state, 'enrolled', 'who left by hand comes back by asking')
  const twice = await ask({ id: newId(), household: enrolled[1]! })
  assert.ok(!twice.ok && twice.refusal.code === 'already_asked')
})

test('a programme that takes applications in campaigns takes them inside one alone', async () => {
  const terms = { ...morocco.programmes.get(ASD)!, byCampaign: true } satisfies ProgrammeTerms
  const country = { ...morocco, programmes: new Map([...morocco.programmes, [ASD, terms]]) }
  const household = (
    await rows(sql<{ id: Id<'Household'> }>`
    select household_id as id from programmes.enrolment where state = 'refused' limit 1`)
  )[0]!.id
  const ask = (on: string) =>
    transaction(databases.worker, worker, tx =>
      applyFor(tx, country, { id: newId(), household, pack: ASD, channel: 'web', on: on as DateText }),
    )
  const campaign = {
    id: newId<'Campaign'>(),
    pack: ASD,
    territory: '',
    names: { fr: 'Automne', ar: 'الخريف', en: 'Autumn' },
    opensOn: '2026-11-01' as DateText,
    closesOn: '2026-11-30' as DateText,
  }
  const open = (today: string) =>
    transaction(databases.worker, worker, tx => openCampaign(tx, country, campaign, today as DateText))
  assert.deepEqual(await open('2026-12-01'), { ok: false, refusal: { code: 'closed_already' } })
  assert.ok((await open('2026-10-01')).ok)
  assert.deepEqual(await ask('2026-10-20'), { ok: false, refusal: { code: 'no_campaign_open', next: '2026-11-01' } })
  assert.deepEqual(await ask('2026-12-20'), { ok: false, refusal: { code: 'no_campaign_open', next: null } })
  const taken = await ask('2026-11-20')
  assert.equal(taken.ok && taken.value.campaign, campaign.id)
})

const manager = async (name: string): Promise<Id<'staff'>> => {
  const id = newId<'staff'>()
  await transaction(databases.worker, worker, async tx => {
    await registerStaff(tx, { id, name })
    await recordGrant(tx, id, { id: newId<'grant'>(), role: 'programme_manager', territory: '' })
  })
  return id
}
const deciding = async <Value>(id: Id<'staff'>, work: (tx: Transaction) => Promise<Value>): Promise<Value> => {
  const access = (await findStaffAccess(databases.app, id))!
  return transaction(databases.app, actorFor(access, 'enrolment.decide'), work)
}

test('what is besides the law takes two persons, is owed as decided, and leaves decision and enrolment as they are', async () => {
  await serveCountry(databases.owner, 'ma')
  const staff = [await manager('Salma'), await manager('Karim')] as const
  const [household] = enrolled as [Id<'Household'>]
  const month = addMonths(june, 5)
  const asked = {
    id: newId<'Proposal'>(),
    household,
    pack: ASD,
    effect: 'owed',
    amountMinor: 123_00n,
    from: month,
    to: month,
    motive: 'Incendie du logement',
  } as const
  assert.deepEqual(await deciding(staff[0], tx => proposeExceptional(tx, morocco, asked, month)), {
    ok: true,
    value: undefined,
  })
  const answer = (by: (typeof staff)[number]) =>
    deciding(by, async tx => {
      const proposal = (await findProposal(tx, asked.id as never))!
      const { contentHash } = proposal
      return answerExceptional(tx, by, asked.id as never, {
        step: 'approved',
        reason: '',
        contentHash,
        secondFactorAt: new Date(),
      })
    })
  const own = await answer(staff[0])
  assert.ok(!own.ok && own.refusal.code === 'own_proposal')
  assert.ok((await answer(staff[1])).ok)
  const [kept] = await transaction(databases.worker, worker, tx => exceptionalOf(tx, household))
  assert.equal(kept!.amountMinor, 123_00n)
  assert.equal(await stateOf(household, month), 'suspended')
  const run = await runOf(month)
  await owe(run)
  const [owed] = await rows(sql<{ amount: bigint; exceptional: string }>`
    select amount_minor as amount, exceptional_id as exceptional from programmes.entitlement
    where household_id = ${household} and month = ${month}`)
  assert.deepEqual(owed, { amount: 123_00n, exceptional: asked.id })
  await assert.rejects(
    deciding(staff[0], tx =>
      sql`insert into programmes.exceptional_decision (household_id, id, pack, territory, effect, amount_minor, currency,
          from_month, to_month, motive, proposal_id)
        select household_id, gen_random_uuid(), pack, territory, 'owed', 1000000, 'MAD', from_month, to_month, motive, proposal_id
        from programmes.exceptional_decision`.execute(tx),
    ),
    /what one person proposed and another approved|unique/,
  )
})

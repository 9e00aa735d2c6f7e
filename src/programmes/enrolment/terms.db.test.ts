// What the terms of a programme say, on a register: the order of a waiting list, places by territory, time that passes.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { sql } from 'kysely'
import { type Country, openCountry, type ProgrammeTerms } from '#countries'
import { transaction, workerActor } from '#db'
import { modelHouseholds, readHouseholdModel, registerHouseholds } from '#households'
import { addMonths, type DateText, type Id, type Month, newId } from '#kernel'
import {
  changeEnrolments,
  determineRegister,
  enrolFromRun,
  enrolmentSteps,
  enrolmentsOf,
  programmeChecks,
} from '#programmes'
import { parseExpression } from '#rules'
import { testDatabase } from '../../../test/database.ts'

const databases = await testDatabase()
const folder = mkdtempSync(join(tmpdir(), 'socle-terms-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const worker = workerActor('test')
const morocco = openCountry('ma')
const ASD = 'ma/asd'
const asking = <Value>(work: Parameters<typeof transaction<Value>>[2]) => transaction(databases.worker, worker, work)
const rows = async <Row>(query: ReturnType<typeof sql<Row>>) => asking(async tx => (await query.execute(tx)).rows)

const model = readHouseholdModel(fileURLToPath(new URL('../../../packs/ma', import.meta.url)))
const from = { country: 'ma', source: 'test', channel: 'generated', actor: 'test', modelled: true } as const
await asking(tx =>
  registerHouseholds(tx, { ...from, effectiveOn: '2024-01-01' as DateText, head: morocco.catalogue.head }, [
    ...modelHouseholds(model, { seed: 11, from: 0, to: 60 }),
  ]),
)
type Home = { readonly id: Id<'Household'>; readonly region: string; readonly rooms: number }
const homes = await rows(sql<Home>`
  select household_id as id, split_part(territory, '.', 1) as region, (facts ->> 'rooms')::int as rooms
  from households.published_said where facts ? 'rooms' order by household_id`)
const regionOf = new Map(homes.map(({ id, region }) => [id as string, region]))
const roomsOf = new Map(homes.map(({ id, rooms }) => [id as string, rooms]))
const region = [...Map.groupBy(homes, home => home.region)].toSorted(
  (one, other) => other[1].length - one[1].length,
)[0]![0]
const [clock] = await rows(sql<{ month: Month }>`select to_char(now(), 'YYYY-MM') as month`)
const now = clock!.month

const chosen = { sources: [], confidence: 'chosen' } as const
function withTerms(terms: Partial<ProgrammeTerms>): Country {
  const own = { ...morocco.programmes.get(ASD)!, notWith: [], ...terms }
  return { ...morocco, programmes: new Map([...morocco.programmes, [ASD, own]]) }
}
async function emptied(): Promise<void> {
  await transaction(databases.owner, worker, tx =>
    sql`truncate programmes.enrolment, programmes.enrolment_event, programmes.enrolment_act`.execute(tx),
  )
}
async function applied(country: Country, month: Month) {
  const run = await determineRegister(databases, { country, pack: ASD, month, askedBy: 'test', folder })
  assert.ok(run.ok)
  const done = await enrolFromRun(databases.worker, { country, runId: run.value.id, askedBy: 'test' })
  assert.ok(done.ok)
  return done.value.counts
}
const stateOf = async (household: Id<'Household'>, month: Month) =>
  (await asking(tx => enrolmentsOf(tx, { households: [household], month, pack: ASD })))[0]?.state ?? null
const stepsOf = (household: Id<'Household'>) => asking(tx => enrolmentSteps(tx, household))

const rooms = parseExpression('rooms')
assert.ok(rooms.ok)
const byRooms = {
  ...chosen,
  ties: 'drawn',
  terms: [
    {
      by: { formula: { text: 'rooms', written: rooms.value, expr: rooms.value } },
      first: 'lowest',
      label: { fr: 'Pièces', ar: 'غرف', en: 'Rooms' },
    },
  ],
} as const

test('places of a region and of the country are given in the stated order, and the waiting list keeps it', async () => {
  await emptied()
  const [inRegion, inAll] = [3, 8]
  const country = withTerms({
    order: byRooms,
    quotas: [
      { ...chosen, territory: '', from: '2023-12' as Month, households: inAll },
      { ...chosen, territory: region, from: '2023-12' as Month, households: inRegion },
    ],
  })
  const ids = homes.map(({ id }) => id)
  const done = await asking(tx =>
    changeEnrolments(tx, {
      id: newId(),
      country,
      pack: ASD,
      change: 'enrol',
      month: now,
      reason: 'test',
      which: { households: ids },
    }),
  )
  assert.deepEqual(done.ok && done.value.counts, { enrolled: inAll, waiting: ids.length - inAll })
  const found = await rows(sql<{ id: string; state: string; rank: number | null; place: string | null }>`
    select e.household_id as id, e.state, (v.detail ->> 'rank')::int as rank, v.detail ->> 'territory' as place
    from programmes.enrolment e join programmes.enrolment_event v using (household_id, pack, sequence) where pack = ${ASD}`)
  const sorted = (list: readonly string[]) => list.map(id => roomsOf.get(id)!).toSorted((one, other) => one - other)
  const enrolled = found.filter(({ state }) => state === 'enrolled').map(({ id }) => id)
  const there = enrolled.filter(id => regionOf.get(id) === region)
  const lowest = sorted(ids.filter(id => regionOf.get(id) === region)).slice(0, inRegion)
  assert.ok(there.length <= inRegion)
  assert.deepEqual(sorted(there), lowest.slice(0, there.length), 'of the region, those with the fewest rooms')
  const others = sorted(ids.filter(id => regionOf.get(id) !== region))
    .concat(lowest)
    .toSorted((one, other) => one - other)
  assert.deepEqual(
    sorted(enrolled),
    others.slice(0, inAll),
    'of the country, those with the fewest rooms that the regions let through',
  )
  for (const list of Map.groupBy(
    found.filter(({ state }) => state === 'waiting'),
    each => each.place,
  ).values()) {
    const inOrder = list.toSorted((one, other) => one.rank! - other.rank!)
    assert.deepEqual(
      inOrder.map(({ rank }) => rank),
      inOrder.map((_, index) => index + 1),
      'ranks from one, none twice',
    )
    assert.deepEqual(
      inOrder.map(({ id }) => roomsOf.get(id)),
      sorted(inOrder.map(({ id }) => id)),
    )
  }
})

test('when the time of a right is over the household leaves, and a run alone does not bring it back', async () => {
  await emptied()
  const country = withTerms({ duration: { ...chosen, months: 3 } })
  const came = addMonths(now, -6)
  const first = await applied(country, came)
  assert.ok(first.enrolled! > 5)
  assert.deepEqual((await applied(country, addMonths(came, 2))).exited ?? 0, 0)
  assert.equal((await applied(country, addMonths(came, 3))).exited, first.enrolled)
  const [gone] = await rows(sql<{ id: Id<'Household'> }>`
    select household_id as id from programmes.enrolment where state = 'exited' limit 1`)
  const [step] = await stepsOf(gone!.id)
  assert.deepEqual([step!.reason, step!.month], ['duration_over', addMonths(came, 3)])
  assert.equal(await stateOf(gone!.id, addMonths(came, 2)), 'enrolled', 'the months before stay as they were')
  await applied(country, addMonths(came, 4))
  assert.equal(await stateOf(gone!.id, addMonths(came, 4)), 'exited')
})

test('who said anew how it stands is certified again; who did not is suspended, and comes back by saying it', async () => {
  await emptied()
  const every = (months: number) => withTerms({ recertification: { ...chosen, months } })
  const first = await applied(every(6), addMonths(now, -6))
  // The register heard of them this month.
  await applied(every(6), now)
  const [one] = await rows(sql<{ id: Id<'Household'> }>`
    select household_id as id from programmes.enrolment_event where change = 'recertify' order by 1 limit 1`)
  assert.ok(one)
  const state = await rows(sql<{ n: number }>`
    select count(*)::int as n from programmes.enrolment where state = 'enrolled' and certified_month = ${now}`)
  assert.equal(state[0]!.n >= first.enrolled! - 5, true)
  // Six months later nobody has heard of them since.
  const late = addMonths(now, 6)
  await applied(every(6), late)
  assert.equal(await stateOf(one.id, late), 'suspended')
  assert.equal((await stepsOf(one.id))[0]!.reason, 'recertification_due')
  // Under terms for which what they said is recent enough, as when they declare again.
  await applied(every(8), addMonths(late, 1))
  assert.equal(await stateOf(one.id, addMonths(late, 1)), 'enrolled')
  assert.equal((await stepsOf(one.id))[0]!.reason, 'recertified')
})

test('the state that is kept is what the events come to: altered, the check says so', async () => {
  const check = programmeChecks.find(({ name }) => name === 'enrolment-states')!
  assert.deepEqual(await asking(tx => check.run(tx)), [])
  const alter = (text: string) => transaction(databases.owner, worker, tx => sql.raw(text).execute(tx))
  await alter(`update programmes.enrolment set state = 'exited', since_month = null
    where household_id = (select household_id from programmes.enrolment where state = 'enrolled' limit 1)`)
  const [finding] = await asking(tx => check.run(tx))
  assert.match(finding!.says, /^1 enrolment/)
  await alter(
    'delete from programmes.enrolment where household_id = (select min(household_id::text)::uuid from programmes.enrolment)',
  )
  const [both] = await asking(tx => check.run(tx))
  assert.match(both!.says, /1 enrolment.* and 1 household/)
})

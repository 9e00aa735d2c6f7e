import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { sql } from 'kysely'
import { type Country, openCountry, type ProgrammeTerms } from '#countries'
import { transaction, workerActor } from '#db'
import { modelHouseholds, readHouseholdModel, registerHouseholds } from '#households'
import { addMonths, type Id, type Month, newId } from '#kernel'
import {
  changeEnrolments,
  decideEnrolment,
  type EnrolmentNow,
  type EnrolmentState,
  enrolmentSteps,
  enrolmentsOf,
  isIn,
  stateIn,
} from '#programmes'
import { testDatabase } from '../../../test/database.ts'

const databases = await testDatabase()
const worker = workerActor('test')
const morocco = openCountry('ma')
const model = readHouseholdModel(fileURLToPath(new URL('../../../packs/ma', import.meta.url)))
const [ASD, CARE] = ['ma/asd', 'ma/amo-tadamon'] as const
const may = '2026-05' as Month

await transaction(databases.worker, worker, tx =>
  registerHouseholds(
    tx,
    {
      country: 'ma',
      source: 'test',
      channel: 'generated',
      actor: 'test',
      effectiveOn: '2026-01-01' as never,
      modelled: true,
      head: morocco.catalogue.head,
    },
    [...modelHouseholds(model, { seed: 3, from: 0, to: 40 })],
  ),
)
const households = await transaction(databases.worker, worker, async tx => {
  const { rows } = await sql<{
    id: Id<'Household'>
  }>`select id from households.published_household order by id`.execute(tx)
  return rows.map(({ id }) => id)
})

const chosen = { sources: [], confidence: 'chosen' } as const

/** Morocco with other terms for two programmes that are both in force in 2026. */
function withTerms(change: { readonly [pack: string]: Partial<ProgrammeTerms> }): Country {
  const programmes = new Map(morocco.programmes)
  for (const [pack, terms] of Object.entries(change))
    programmes.set(pack, { ...programmes.get(pack)!, notWith: [], ...terms })
  return { ...morocco, programmes }
}

type Asked = Partial<Parameters<typeof changeEnrolments>[1]> & { readonly households?: readonly Id<'Household'>[] }
const change = ({ households: of = [], ...asked }: Asked, database = databases.worker) =>
  transaction(database, worker, tx =>
    changeEnrolments(tx, {
      id: newId(),
      country: morocco,
      pack: ASD,
      change: 'enrol',
      month: may,
      reason: 'test',
      which: { households: of },
      ...asked,
    }),
  )

async function emptied(): Promise<void> {
  await transaction(databases.owner, worker, tx =>
    sql`truncate programmes.enrolment, programmes.enrolment_event, programmes.enrolment_act`.execute(tx),
  )
}

const stateOf = async (
  household: Id<'Household'>,
  month: Month,
  pack: string = ASD,
): Promise<EnrolmentState | null> => {
  const found = await transaction(databases.worker, worker, tx =>
    enrolmentsOf(tx, { households: [household], month, pack }),
  )
  return found[0]?.state ?? null
}

test('a set is done once, with one event for each household that changes', async () => {
  await emptied()
  const of = households.slice(0, 5)
  const id = newId<'EnrolmentAct'>()
  const first = await change({ id, households: of })
  assert.deepEqual(first, { ok: true, value: { exists: false, counts: { enrolled: 5 } } })
  assert.deepEqual(await change({ id, households: of }), { ok: true, value: { exists: true, counts: { enrolled: 5 } } })
  assert.deepEqual(await change({ id, households: of, reason: 'other' }), {
    ok: false,
    refusal: { code: 'exists_with_different_terms', id },
  })
  assert.deepEqual(await change({ households: households.slice(0, 7) }), {
    ok: true,
    value: { exists: false, counts: { already: 5, enrolled: 2 } },
  })
  const steps = await transaction(databases.worker, worker, tx => enrolmentSteps(tx, of[0]!))
  assert.deepEqual(
    steps.map(({ change: done, state, month, reason }) => [done, state, month, reason]),
    [['enrol', 'enrolled', may, 'test']],
  )
})

test('suspension, restoration and exit count from their months, and the states before stay readable', async () => {
  await emptied()
  const [one] = households as [Id<'Household'>]
  for (const [what, month] of [
    ['enrol', 0],
    ['suspend', 2],
    ['restore', 4],
    ['exit', 6],
  ] as const) {
    const done = await change({ change: what, month: addMonths(may, month), households: [one] })
    assert.ok(done.ok)
  }
  const found = await Promise.all([-1, 0, 1, 2, 3, 4, 5, 6, 9].map(month => stateOf(one, addMonths(may, month))))
  assert.deepEqual(found, [
    null,
    'enrolled',
    'enrolled',
    'suspended',
    'suspended',
    'enrolled',
    'enrolled',
    'exited',
    'exited',
  ])
})

const refusals = [
  { name: 'a programme without terms enrols nobody', asked: { pack: 'ma/asd-birth' }, code: 'programme_without_terms' },
  { name: 'nobody is enrolled before the programme opens', asked: { month: '2023-11' as Month }, code: 'not_open_yet' },
  { name: 'nobody is enrolled after the programme ended', asked: { pack: 'ma/tayssir' }, code: 'programme_over' },
] as const
for (const { name, asked, code } of refusals) {
  test(name, async () => {
    const done = await change({ ...asked, households: households.slice(0, 1) })
    assert.ok(!done.ok && done.refusal.code === code)
  })
}

test('who is in a programme that goes before stands as eligible, with the reason', async () => {
  await emptied()
  const country = withTerms({ [ASD]: { notWith: [{ ...chosen, pack: CARE, yields: 'this' }] } })
  const [one, other] = households as [Id<'Household'>, Id<'Household'>]
  await change({ country, pack: CARE, households: [one] })
  const done = await change({ country, households: [one, other] })
  assert.deepEqual(done.ok && done.value.counts, { eligible: 1, enrolled: 1 })
  const [step] = await transaction(databases.worker, worker, tx => enrolmentSteps(tx, one))
  assert.deepEqual([step!.reason, step!.detail], ['not_cumulable', { pack: CARE }])
})

test('a programme that gives way is left from the month of the other one', async () => {
  await emptied()
  const country = withTerms({ [ASD]: { notWith: [{ ...chosen, pack: CARE, yields: 'other' }] } })
  const [one] = households as [Id<'Household'>]
  await change({ country, pack: CARE, month: addMonths(may, -3), households: [one] })
  await change({ country, households: [one] })
  assert.equal(await stateOf(one, addMonths(may, -1), CARE), 'enrolled')
  assert.equal(await stateOf(one, may, CARE), 'exited')
  assert.equal(await stateOf(one, may), 'enrolled')
})

const four = withTerms({
  [ASD]: {
    quotas: [{ ...chosen, territory: '', from: '2023-12' as Month, households: 4 }],
    order: { ...chosen, terms: [], ties: 'drawn' },
  },
})

test('beyond the places the waiting list says the rank, and who comes later waits behind', async () => {
  await emptied()
  const done = await change({ country: four, households: households.slice(0, 6) })
  assert.deepEqual(done.ok && done.value.counts, { enrolled: 4, waiting: 2 })
  await change({ country: four, change: 'exit', households: await enrolledNow(1) })
  const later = await change({ country: four, households: households.slice(6, 7) })
  assert.deepEqual(later.ok && later.value.counts, { waiting: 1 }, 'a place is free, and two others wait for it')
})

async function enrolledNow(most = 100): Promise<Id<'Household'>[]> {
  const { rows } = await transaction(databases.worker, worker, tx =>
    sql<{ id: Id<'Household'> }>`
      select household_id as id from programmes.enrolment where pack = ${ASD} and state = 'enrolled' limit ${most}`.execute(
      tx,
    ),
  )
  return rows.map(({ id }) => id)
}

test('many at once never take more places than there are', async () => {
  await emptied()
  await Promise.all(households.slice(0, 16).map(one => change({ country: four, households: [one] })))
  assert.equal((await enrolledNow()).length, 4)
})

test('the set and the decision on one household agree, after any history', async () => {
  const changes = ['enrol', 'suspend', 'restore', 'exit'] as const
  const step = fc.record({
    change: fc.constantFrom(...changes),
    month: fc.integer({ min: -6, max: 6 }),
    which: fc.subarray([0, 1, 2], { minLength: 1 }),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), async steps => {
      await emptied()
      const now = new Map<number, EnrolmentNow>()
      const events = new Map<number, { month: Month; state: EnrolmentState }[]>([0, 1, 2].map(each => [each, []]))
      for (const { change: what, month: later, which } of steps) {
        const month = addMonths(may, later)
        const done = await change({ change: what, month, households: which.map(each => households[each]!) })
        assert.ok(done.ok)
        for (const each of which) {
          const decided = decideEnrolment(now.get(each), { change: what, month, reason: 'test' })
          if (!decided.ok) continue
          now.set(each, decided.value.now)
          events.get(each)!.push(decided.value.event)
        }
      }
      for (const each of [0, 1, 2]) {
        for (let later = -8; later <= 8; later += 2) {
          const month = addMonths(may, later)
          assert.equal(await stateOf(households[each]!, month), stateIn(events.get(each)!, month))
        }
      }
    }),
    { numRuns: 8 },
  )
})

test('nobody is ever in two programmes that exclude each other, nor more than there are places, whatever is asked', async () => {
  const country = withTerms({
    [ASD]: { ...four.programmes.get(ASD), notWith: [{ ...chosen, pack: CARE, yields: 'other' }] },
    [CARE]: {},
  })
  const step = fc.record({
    pack: fc.constantFrom(ASD, CARE),
    change: fc.constantFrom('enrol', 'enrol', 'suspend', 'restore', 'exit'),
    month: fc.integer({ min: -4, max: 4 }),
    which: fc.subarray([0, 1, 2, 3, 4, 5], { minLength: 1 }),
  })
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(step, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 5 }),
      async rounds => {
        await emptied()
        for (const together of rounds) {
          await Promise.all(
            together.map(({ pack, change: what, month, which }) =>
              change({
                country,
                pack,
                change: what as 'enrol',
                month: addMonths(may, month),
                households: which.map(each => households[each]!),
              }),
            ),
          )
        }
        for (let later = -5; later <= 6; later++) {
          const found = await transaction(databases.worker, worker, tx =>
            enrolmentsOf(tx, { households: households.slice(0, 6), month: addMonths(may, later) }),
          )
          const inOne = found.filter(({ state }) => isIn(state))
          assert.equal(new Set(inOne.map(({ household }) => household)).size, inOne.length, 'in one of them at most')
          assert.ok(inOne.filter(({ pack }) => pack === ASD).length <= 4, 'four places')
        }
      },
    ),
    { numRuns: 10 },
  )
})

// Renewal and visits on a register that has stood for some years: what is drawn, told, expired, and done once.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { sql } from 'kysely'
import { type Country, openCountry } from '#countries'
import { deliverEvents, registerSubscriptions, type StaffActor, type Transaction, transaction, workerActor } from '#db'
import {
  agentFigures,
  assessSlice,
  drawVisits,
  listSamples,
  qualityByTerritory,
  recordVisit,
  registerHouseholds,
  renewalCounts,
  renewalQueue,
  renewRegister,
  signsOf,
  visitsOf,
} from '#households'
import { type DateText, type Id, type Month, newId } from '#kernel'
import { determineRegister, followingHouseholds, lookAgainOf } from '#programmes'
import { testDatabase } from '../../../test/database.ts'
import { staffIn } from '../../../test/demonstrated.ts'

const databases = await testDatabase()
const { app, worker } = databases
const morocco = openCountry('ma')
/** Morocco with a time that nobody set: for this test alone. */
const country: Country = {
  ...morocco,
  upkeep: {
    ...morocco.upkeep,
    renewal: {
      validity: [
        { where: { area: 'rural' }, months: 24, source: null, confidence: 'chosen' },
        { where: {}, months: null, source: null, confidence: null },
      ],
      remindBefore: [60, 7],
      graceDays: 30,
    },
  },
}
const day = (text: string) => text as DateText
const asWorker = <Value>(work: (tx: Transaction) => Promise<Value>) => transaction(worker, workerActor('test'), work)

type Family = { id: string; territory: string; area: string; agent: string; rooms?: number; head?: string }
async function say(families: readonly Family[], on: string) {
  for (const { id, territory, area, agent, rooms = 2, head = '1980-01-01' } of families) {
    await asWorker(tx =>
      registerHouseholds(
        tx,
        {
          country: 'ma',
          source: 'test',
          channel: 'desk',
          actor: agent,
          effectiveOn: day(on),
          modelled: false,
          head: { fact: 'relation', code: 'head' },
        },
        [
          {
            sourceId: id,
            territory,
            facts: { territory, area, rooms },
            members: [{ sourceId: '1', givenName: 'Idir', facts: { relation: 'head', birth_date: head } }],
          },
        ],
      ),
    )
  }
}

const families: Family[] = Array.from({ length: 60 }, (_, i) => ({
  id: `h${String(i).padStart(2, '0')}`,
  territory: i % 3 === 0 ? '01.051' : '07.351',
  area: i % 2 === 0 ? 'rural' : 'urban',
  agent: i % 5 === 0 ? 'Omar' : 'Amina',
  // Omar writes round ages, and heads too old to be.
  head: i % 5 === 0 ? (i % 10 === 0 ? '1915-01-01' : '1986-01-01') : `19${50 + (i % 40)}-03-04`,
}))
await say(families, '2024-11-01')
await asWorker(tx => assessSlice(tx, country, null, day('2024-11-02')))

const household = async (id: string) => {
  const { rows } = await asWorker(tx =>
    sql<{ id: Id<'Household'> }>`select id from households.household where source_id = ${id}`.execute(tx),
  )
  return rows[0]!.id
}
const supervisor: StaffActor = staffIn('')
const draw = (seed: string, size: number, territory = '', by: StaffActor = supervisor) => {
  const id = newId<'VisitSample'>()
  return transaction(app, by, async tx => {
    const drawn = await drawVisits(tx, country, { id, territory, seed, size, by: 'Zineb' })
    assert.ok(drawn.ok, JSON.stringify(drawn))
    return { id, visits: await visitsOf(tx, id, { after: 0, limit: 100 }) }
  })
}
/** The same draw on the same register: undone, so that the households are free again. */
const undone = Symbol('undone')
async function tryDraw(seed: string, size: number, territory = '') {
  let visits: readonly { sourceId: string; part: string; agent: string; territory: string }[] = []
  await transaction(app, supervisor, async tx => {
    const id = newId<'VisitSample'>()
    const drawn = await drawVisits(tx, country, { id, territory, seed, size, by: 'Zineb' })
    assert.ok(drawn.ok)
    visits = await visitsOf(tx, id, { after: 0, limit: 100 })
    throw undone
  }).catch(error => assert.equal(error, undone))
  return visits.map(({ sourceId, part, agent, territory: at }) => ({ sourceId, part, agent, at }))
}

test('one seed draws the same households again, another draws others', async () => {
  const first = await tryDraw('novembre', 20)
  assert.deepEqual(await tryDraw('novembre', 20), first)
  assert.notDeepEqual(await tryDraw('decembre', 20), first)
  assert.equal(first.length, 20)
})

test('the risk part is of the lowest quality; the rest keeps the shares of territories and agents', async () => {
  for (const seed of ['a', 'b', 'c', 'd']) {
    const drawn = await tryDraw(seed, 20)
    const risky = drawn.filter(each => each.part === 'risk')
    assert.equal(risky.length, 6, 'thirty in a hundred')
    assert.ok(risky.every(each => each.agent === 'Omar'))
    const random = drawn.filter(each => each.part === 'random')
    const at = (territory: string, agent: string) =>
      random.filter(each => each.at === territory && each.agent === agent).length
    // Of 54: Amina has 16 and 32; Omar 12, of whom six are visited already.
    assert.ok(Math.abs(at('07.351', 'Amina') - 2 * at('01.051', 'Amina')) <= 2)
    assert.ok(random.some(each => each.agent === 'Omar'))
  }
})

test('who sees one province draws there alone, and a sample asked twice is one', async () => {
  const here = staffIn('01.051')
  const drawn = await transaction(app, here, async tx => {
    const asked = { id: newId<'VisitSample'>(), territory: '01.051', seed: 's', size: 5, by: 'Zineb' }
    const one = await drawVisits(tx, country, asked)
    assert.deepEqual(await drawVisits(tx, country, asked), one)
    return visitsOf(tx, asked.id, { after: 0, limit: 100 })
  })
  assert.equal(drawn.length, 5)
  assert.ok(drawn.every(visit => visit.territory === '01.051'))
  const again = await tryDraw('s', 60, '01.051')
  assert.equal(again.length, 15, 'those whose visit is open are left out')
})

const refusals = [
  { name: 'a territory that does not exist', change: { territory: '99' }, code: 'territory_unknown' },
  { name: 'no seed', change: { seed: '  ' }, code: 'seed_missing' },
  { name: 'a seed too long', change: { seed: 'x'.repeat(61) }, code: 'seed_too_long' },
  { name: 'nobody asked', change: { size: 0 }, code: 'size_out_of_range' },
  { name: 'too many asked', change: { size: 5001 }, code: 'size_out_of_range' },
  { name: 'a territory without households', change: { territory: '12' }, code: 'nobody_to_visit' },
] as const
for (const { name, change, code } of refusals) {
  test(`a sample is refused: ${name}`, async () => {
    const asked = { id: newId<'VisitSample'>(), territory: '', seed: 's', size: 5, by: 'Zineb', ...change }
    const answer = await transaction(app, supervisor, tx => drawVisits(tx, country, asked))
    assert.equal(!answer.ok && answer.refusal.code, code)
  })
}

test('a visit is recorded once; not found may be visited again; what differs is a fact of the household', async () => {
  const { id, visits } = await draw('visites', 10)
  const [first, second] = visits
  const found = (change: object) =>
    transaction(app, supervisor, tx =>
      recordVisit(
        tx,
        country,
        {
          id: newId(),
          sample: id,
          household: first!.household,
          outcome: 'confirmed',
          differs: [],
          says: '',
          visitedOn: '2026-11-20',
          by: 'Zineb',
          ...change,
        },
        day('2026-11-22'),
      ),
    )
  const code = async (change: object) => {
    const answer = await found(change)
    return answer.ok ? 'ok' : answer.refusal.code
  }
  assert.equal(await code({ visitedOn: '2026-11-23' }), 'day_in_future')
  assert.equal(await code({ visitedOn: 'hier' }), 'day_malformed')
  assert.equal(await code({ outcome: 'differs' }), 'differs_in_nothing')
  assert.equal(await code({ outcome: 'differs', differs: ['household.chambers'] }), 'fact_unknown')
  assert.equal(await code({ outcome: 'differs', differs: ['member.sex|somebody'] }), 'fact_unknown')
  assert.equal(await code({ says: 'x'.repeat(1001) }), 'says_too_long')
  assert.equal(await code({ household: newId() }), 'visit_unknown')
  assert.equal(await code({ outcome: 'not_found' }), 'ok')
  const same = { id: newId(), outcome: 'differs', differs: ['household.rooms'] }
  assert.equal(await code(same), 'ok')
  assert.equal(await code(same), 'ok', 'a retry')
  assert.equal(await code({}), 'answered_already')
  const raced = await Promise.all([1, 2, 3].map(() => code({ household: second!.household })))
  assert.deepEqual(raced.toSorted(), ['answered_already', 'answered_already', 'ok'])
  const [sample] = await transaction(app, supervisor, tx => listSamples(tx, 'ma', id))
  assert.deepEqual([sample!.visits, sample!.answered, sample!.differing], [10, 2, 1])
  assert.deepEqual([sample!.seed, sample!.method.name], ['visites', 'hash-strata-1'])
})

test('what an agent recorded: quality, warnings, ages, and what stands out', async () => {
  const figures = await transaction(app, supervisor, tx => agentFigures(tx, 'ma', day('2020-01-01')))
  const omar = figures.find(each => each.agent === 'Omar')!
  const amina = figures.find(each => each.agent === 'Amina')!
  assert.deepEqual([omar.declarations, amina.declarations], [12, 48])
  assert.ok(omar.quality! < amina.quality!)
  const terms = {
    ...country.upkeep.agents,
    leastDeclarations: 10,
    warningsPercent: 101,
    unknownPercent: 101,
    hourMost: 48,
  }
  assert.deepEqual(
    signsOf(amina, terms).map(sign => sign.sign),
    ['speed'],
  )
  assert.deepEqual(signsOf(omar, { ...terms, leastDeclarations: 13, hourMost: 1 }), [], 'too few say nothing')
  const rounded = { ...omar, adults: 30, roundAgesPercent: 60 }
  assert.deepEqual(
    signsOf(rounded, terms).map(sign => sign.sign),
    ['round_ages'],
  )
  const regions = await transaction(app, staffIn('01'), tx => qualityByTerritory(tx, 'ma'))
  assert.deepEqual(
    regions.map(each => [each.territory, each.households, each.assessed]),
    [['01', 20, 20]],
  )
})

const renew = (today: string) => renewRegister(worker, country, day(today))

test('a renewal opens, the family is told once for each day, and a turn asked again does nothing', async () => {
  assert.deepEqual(await renew('2026-08-01'), { opened: 0, reminded: 0, expired: 0, renewed: 0 })
  assert.deepEqual(await renew('2026-09-05'), { opened: 30, reminded: 30, expired: 0, renewed: 0 })
  assert.deepEqual(await renew('2026-09-05'), { opened: 0, reminded: 0, expired: 0, renewed: 0 })
  assert.deepEqual(await renew('2026-10-30'), { opened: 0, reminded: 30, expired: 0, renewed: 0 })
  const both = await Promise.all([renew('2026-10-31'), renew('2026-10-31')])
  assert.deepEqual(
    both.map(each => each.reminded),
    [0, 0],
  )
  const { rows } = await asWorker(tx =>
    sql<{
      messages: number
    }>`select count(*)::int as messages from messaging.message where kind = 'renewal_due'`.execute(tx),
  )
  assert.equal(rows[0]!.messages, 60)
})

test('the queue goes by urgency, then by risk, within what the reader sees; what was said anew leaves it', async () => {
  await say([{ ...families[2]!, rooms: 3 }], '2026-11-01')
  const answer = await renew('2026-11-05')
  assert.deepEqual([answer.renewed, answer.expired], [1, 0])
  const queue = await transaction(app, supervisor, tx =>
    renewalQueue(tx, { country: 'ma', territory: '', skip: 0, limit: 100 }),
  )
  assert.equal(queue.length, 29)
  assert.ok(queue.every(row => row.state === 'grace' && row.dueOn === '2026-11-01' && row.reminded === 7))
  assert.deepEqual(
    queue.map(row => row.priority),
    queue.map(row => row.priority).toSorted((a, b) => b - a),
  )
  assert.ok(queue[0]!.quality! < queue.at(-1)!.quality!, 'the riskiest first')
  const counts = await transaction(app, staffIn('01'), tx => renewalCounts(tx, 'ma', ''))
  assert.deepEqual(counts, [{ territory: '01', due: 0, grace: 10, expired: 0 }])
  assert.deepEqual(
    (await transaction(app, supervisor, tx => renewalCounts(tx, 'ma', '07'))).map(each => each.territory),
    ['07.351'],
  )
})

test('past grace the facts are too old: never a refusal, said once to whoever decides', async t => {
  const subscriptions = followingHouseholds(country, () => day('2026-12-05'))
  await registerSubscriptions(worker, subscriptions)
  const folder = mkdtempSync(join(tmpdir(), 'socle-renewals-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const month = '2026-11' as Month
  const run = await determineRegister(databases, { country, pack: 'ma/ise', month, askedBy: 'test', folder })
  assert.ok(run.ok)
  assert.equal((await renew('2026-12-01')).expired, 0)
  assert.equal((await renew('2026-12-02')).expired, 29)
  assert.equal((await renew('2026-12-03')).expired, 0)
  await deliverEvents(worker, subscriptions, new AbortController().signal)
  const id = await household('h04')
  const items = await transaction(app, supervisor, tx => lookAgainOf(tx, id))
  assert.deepEqual(
    items.map(item => [item.kind, item.because.kind, item.because.on]),
    [['facts_too_old', 'expired', '2026-11-01']],
  )
  const expired = () =>
    asWorker(async tx => {
      const { rows } = await sql<{ household: Id<'Household'> }>`
        select household_id as household from households.renewal where state = 'expired'`.execute(tx)
      return new Set(rows.map(row => row.household))
    })
  const tooOld = await expired()
  assert.ok(tooOld.has(id) && !tooOld.has(await household('h02')) && tooOld.size === 29)
  await say([{ ...families[4]!, rooms: 3 }], '2026-12-04')
  assert.equal((await renew('2026-12-05')).renewed, 1)
  assert.ok(!(await expired()).has(id))
})

test('where no time is set the register is left alone', async () => {
  assert.deepEqual(await renewRegister(worker, morocco, day('2090-01-01')), {
    opened: 0,
    reminded: 0,
    expired: 0,
    renewed: 0,
  })
})

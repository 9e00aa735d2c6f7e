// Tayssir in the winter of 2019: what schools tell, what the pack decides, and what follows for families, month by month.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import { type Country, openCountry } from '#countries'
import { transaction, workerActor } from '#db'
import { registerHouseholds, takeFeed } from '#households'
import { type DateText, type Id, type Month, newId } from '#kernel'
import {
  answerWaiver,
  assessConditions,
  changeEnrolments,
  conditionFigures,
  conditionSets,
  conditionStepsIn,
  conditionStepsOf,
  determinationJobs,
  determineRegister,
  enrolmentsOf,
  explainDetermination,
  listWaivers,
  proposeWaiver,
  proposeWaiverEnd,
  runFollowed,
  type WaiverAsked,
  waiverReach,
} from '#programmes'
import {
  findProposal,
  findStaffActor,
  type ProposalId,
  recordGrant,
  registerStaff,
  type StaffId,
  verifySets,
} from '#security'
import { testDatabase } from '../../../test/database.ts'

const databases = await testDatabase()
const { worker } = databases
const folder = mkdtempSync(join(tmpdir(), 'socle-conditions-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const morocco = openCountry('ma')
/** As if the programme stated two months: no source read gives a number. */
const country: Country = {
  ...morocco,
  conditions: {
    ...morocco.conditions,
    conditions: morocco.conditions.conditions.map(each => ({ ...each, suspendAfter: 2 })),
  },
}
const actor = workerActor('test')
const PACK = 'ma/tayssir'
const asking = <Value>(work: Parameters<typeof transaction<Value>>[2]) => transaction(worker, actor, work)

await asking(tx =>
  registerHouseholds(
    tx,
    {
      country: 'ma',
      source: 'test',
      channel: 'import',
      actor: 'test',
      effectiveOn: '2018-12-01' as DateText,
      modelled: false,
      head: country.catalogue.head,
    },
    ['A', 'B', 'C'].map(sourceId => ({
      sourceId,
      territory: '07.351',
      facts: { territory: '07.351', area: 'rural', ramed_card_until: '2021-12-31' },
      recipient: '1',
      members: [
        {
          sourceId: '1',
          givenName: 'Tuda',
          facts: { relation: 'head', sex: 'female', birth_date: '1984-01-01', schooling: 'none' },
        },
        {
          sourceId: '2',
          givenName: `Izza ${sourceId}`,
          facts: {
            relation: 'child',
            sex: 'female',
            birth_date: '2009-03-05',
            schooling: 'public',
            school_level: 'primary_3',
            absences_health_month: 0,
            disability: sourceId === 'C' ? 'severe' : 'none',
          },
        },
      ],
    })),
  ),
)
const { rows: known } = await asking(tx =>
  sql<{ source: string; household: Id<'Household'>; person: Id<'Person'> }>`
    select h.source_id as source, h.id as household, m.person_id as person
    from households.household h join households.membership m on m.household_id = h.id and m.source_id = '2'`.execute(
    tx,
  ),
)
const of = (source: string) => known.find(each => each.source === source)!
await asking(async tx => {
  for (const { source, person } of known) {
    await sql`insert into households.feed_identity (country, source, source_person, person_id)
      values ('ma', 'massar', ${source}, ${person}) on conflict do nothing`.execute(tx)
  }
  const enrolled = await changeEnrolments(tx, {
    id: newId<'EnrolmentAct'>(),
    country,
    pack: PACK,
    change: 'enrol',
    month: '2018-12' as Month,
    reason: 'test',
    which: { households: known.map(each => each.household) },
  })
  assert.ok(enrolled.ok, JSON.stringify(enrolled))
})

async function told(month: string, days: Readonly<Record<string, number>>) {
  const rows = Object.entries(days).map(([source, absences], at) => ({
    row: at + 2,
    cells: { source_person: source, absences_month: String(absences) },
  }))
  const asked = {
    country,
    kind: 'school',
    source: 'massar',
    header: ['source_person', 'absences_month'],
    month: month as Month,
  } as const
  const given = {
    content: JSON.stringify([month, days]),
    channel: 'file',
    label: month,
    askedBy: 'test',
    decimalComma: false,
  } as const
  const taken = await takeFeed(
    worker,
    actor,
    { ...asked, ...given, today: '2019-12-31' as DateText },
    async function* () {
      yield rows
    },
  )
  assert.ok(taken.ok && taken.value.recorded + taken.value.unchanged === rows.length, JSON.stringify(taken))
}

async function month(text: string, days: Readonly<Record<string, number>>) {
  await told(text, days)
  const run = await determineRegister(databases, { country, pack: PACK, month: text as Month, askedBy: 'test', folder })
  assert.ok(run.ok, JSON.stringify(run))
  const assessed = await assessConditions(worker, country, run.value.id)
  assert.ok(assessed.ok, JSON.stringify(assessed))
  return { run: run.value, ...assessed.value }
}

const stepsOf = async (source: string) => {
  const { rows } = await asking(tx =>
    sql<{ said: string }>`select month || ' ' || step as said from programmes.condition_step
      where household_id = ${of(source).household} order by month`.execute(tx),
  )
  return rows.map(each => each.said)
}
const messages = async () => {
  const { rows } = await asking(tx =>
    sql<{ kind: string }>`select kind from messaging.message order by queued_at, key`.execute(tx),
  )
  return rows.map(each => each.kind)
}
const stateOf = async (source: string, at: string) => {
  const asked = { pack: PACK, month: at as Month, households: [of(source).household] }
  return (await asking(tx => enrolmentsOf(tx, asked)))[0]?.state
}

async function staff(name: string, territory = ''): Promise<StaffId> {
  const id = newId<'staff'>() as StaffId
  await asking(async tx => {
    await registerStaff(tx, { id, name })
    await recordGrant(tx, id, { id: newId(), role: 'programme_manager', territory } as never)
  })
  return id
}

async function acting<Value>(id: StaffId, work: Parameters<typeof transaction<Value>>[2]): Promise<Value> {
  const manager = await findStaffActor(databases.app, id, 'programme.change')
  assert.ok(manager)
  return transaction(databases.app, manager, work)
}

/** Nobody approves what they propose, nor without a second factor; then the other does. */
async function approvedByOther(one: StaffId, other: StaffId, id: ProposalId): Promise<void> {
  const { contentHash } = (await acting(other, tx => findProposal(tx, id)))!
  const answered = async (by: StaffId, secondFactorAt: Date | null) => {
    const answer = { step: 'approved', contentHash, reason: '', secondFactorAt } as const
    const done = await acting(by, tx => answerWaiver(tx, by, id, answer))
    return done.ok ? 'ok' : done.refusal.code
  }
  const codes = [await answered(one, new Date()), await answered(other, null), await answered(other, new Date())]
  assert.deepEqual(codes, ['own_proposal', 'second_factor_missing', 'ok'])
}

test('whoever misses too many days is warned, once, and the family is told', async () => {
  const { findings, steps } = await month('2019-01', { A: 9, B: 1, C: 2 })
  assert.deepEqual(findings, { met: 0, unmet: 1, unknown: 0, waived: 0 })
  assert.deepEqual(steps, { warned: 1, suspended: 0, restored: 0 })
  assert.deepEqual([await stepsOf('A'), await stepsOf('B')], [['2019-01 warned'], []])
  assert.deepEqual(await messages(), ['condition_warning'])
})

test('assessed again, nothing is found and nobody told again', async () => {
  const { findings, steps } = await month('2019-01', { A: 9, B: 1, C: 2 })
  assert.deepEqual([findings.unmet, steps.warned, (await messages()).length], [0, 0, 1])
})

test('the stated number of months suspends from the month after; a pupil of whom the school says nothing is warned', async () => {
  const { findings, steps, run } = await month('2019-02', { A: 8, C: 1 })
  assert.deepEqual(findings, { met: 0, unmet: 1, unknown: 1, waived: 0 })
  assert.deepEqual(steps, { warned: 1, suspended: 1, restored: 0 })
  assert.deepEqual([await stateOf('A', '2019-02'), await stateOf('A', '2019-03')], ['enrolled', 'suspended'])
  assert.deepEqual(await stepsOf('B'), ['2019-02 warned'])
  const explained = await asking(tx => explainDetermination(tx, country, { household: of('A').household, run: run.id }))
  assert.ok(explained?.agrees)
  assert.match(JSON.stringify(explained.decision.explanation), /massar/)
})

test('met again, the family comes back', async () => {
  const { findings, steps } = await month('2019-03', { A: 2, B: 0, C: 1 })
  assert.deepEqual(findings, { met: 2, unmet: 0, unknown: 0, waived: 0 })
  assert.deepEqual(steps, { warned: 0, suspended: 0, restored: 1 })
  assert.equal(await stateOf('A', '2019-04'), 'enrolled')
})

test('a waiver for a group takes two persons, and then counts in its place and months, for its group alone', async () => {
  const [one, other] = [await staff('One'), await staff('Other')]
  const asked: WaiverAsked = {
    id: newId() as string as ProposalId,
    pack: PACK,
    code: 'attendance',
    territory: '07',
    from: '2019-04' as Month,
    until: '2019-05' as Month,
    members: { disability: ['severe', 'moderate'] },
    says: 'The special school was closed.',
  }
  assert.ok((await acting(one, tx => proposeWaiver(tx, country, asked))).ok)
  await approvedByOther(one, other, asked.id)
  const { findings } = await month('2019-04', { A: 9, B: 0, C: 20 })
  assert.deepEqual(findings, { met: 0, unmet: 1, unknown: 0, waived: 1 })
  assert.deepEqual(await stepsOf('C'), [])
})

test('a waiver of a condition, a place or a group that does not exist is refused', async () => {
  const [from, until] = ['2019-04', '2019-05'] as [Month, Month]
  const id = newId() as string as ProposalId
  const asked: WaiverAsked = {
    id,
    pack: PACK,
    code: 'attendance',
    territory: '',
    from,
    until,
    members: null,
    says: 'x',
  }
  const cases: readonly [Partial<WaiverAsked>, string][] = [
    [{ code: 'weather' }, 'condition_unknown'],
    [{ pack: 'ma/asd' }, 'condition_unknown'],
    [{ territory: '99' }, 'territory_unknown'],
    [{ until: '2019-03' as Month }, 'months_reversed'],
    [{ members: { disability: ['green'] } }, 'group_unknown'],
    [{ says: ' ' }, 'reason_missing'],
  ]
  for (const [change, code] of cases) {
    const refused = await asking(tx => proposeWaiver(tx, country, { ...asked, ...change }))
    assert.equal(refused.ok ? '' : refused.refusal.code, code)
  }
})

test('a month is counted by place, and what followed is listed, for who may see the families alone', async () => {
  const february = { pack: PACK, month: '2019-02' as Month, code: null, step: null, skip: 0, limit: 10 }
  const run = await asking(tx => runFollowed(tx, { country: 'ma', ...february }))
  assert.ok(run)
  const [figures, ...others] = await asking(tx => conditionFigures(tx, run, 'attendance'))
  assert.deepEqual([figures?.territory, others.length], ['07.351', 0])
  const { unmet, unknown, unmetMembers, warned, suspended, restored } = figures!
  assert.deepEqual({ unmet, unknown, unmetMembers, warned, suspended, restored }, { unmet: 1, unknown: 1, unmetMembers: 1, warned: 1, suspended: 1, restored: 0 }) // biome-ignore format: one row
  const suspensions = await asking(tx => conditionStepsIn(tx, { ...february, step: 'suspended' }))
  assert.deepEqual(
    suspensions.map(({ sourceId, step, breaches, found }) => ({ sourceId, step, breaches, found })),
    [
      {
        sourceId: 'A',
        step: 'suspended',
        breaches: 2,
        found: [{ finding: 'unmet', name: ['Izza A', null, null, null] }],
      },
    ],
  )
  const pages = [0, 1].map(skip => asking(tx => conditionStepsIn(tx, { ...february, skip, limit: 1 })))
  const listed = (await Promise.all(pages)).flat().map(each => `${each.sourceId} ${each.step}`)
  assert.deepEqual(listed.toSorted(), ['A suspended', 'B warned'])
  const elsewhere = await staff('Elsewhere', '01')
  assert.deepEqual(await acting(elsewhere, tx => conditionStepsIn(tx, february)), [])
  assert.deepEqual(await acting(elsewhere, tx => conditionFigures(tx, run, 'attendance')), [])
})

test('whom a waiver would cover is counted from what was decided last, for its place and its group', async () => {
  const asked = { pack: PACK, code: 'attendance', territory: '07', members: null }
  const whole = await asking(tx => waiverReach(tx, country, asked))
  assert.deepEqual(whole, { month: '2019-04', households: 3, members: 3, failing: 2, isWhole: true })
  const group = { disability: ['severe'] }
  const disabled = await asking(tx => waiverReach(tx, country, { ...asked, members: group }))
  assert.deepEqual(disabled, { month: '2019-04', households: 1, members: 1, failing: 1, isWhole: true })
  const elsewhere = await asking(tx => waiverReach(tx, country, { ...asked, territory: '01' }))
  assert.deepEqual(elsewhere, { month: '2019-04', households: 0, members: 0, failing: 0, isWhole: true })
  assert.equal(await asking(tx => waiverReach(tx, country, { ...asked, pack: 'ma/daam' })), null)
})

test('a waiver ends earlier by two persons, and then no longer counts', async () => {
  const [standing] = await asking(tx => listWaivers(tx, 'ma', 1))
  assert.deepEqual([standing?.until, standing?.untilNow], ['2019-05', '2019-05'])
  const now = '2019-05' as Month
  const asked = { id: newId() as string as ProposalId, waiver: standing!.id, until: '2019-04' as Month, says: 'Open again.' } // biome-ignore format: one line
  const [one, other] = [await staff('First'), await staff('Second')]
  assert.ok((await acting(one, tx => proposeWaiverEnd(tx, country, asked, now))).ok)
  await approvedByOther(one, other, asked.id)
  const [ended] = await asking(tx => listWaivers(tx, 'ma', 1))
  assert.deepEqual([ended?.until, ended?.untilNow, ended?.ends.map(each => each.says)], ['2019-05', '2019-04', ['Open again.']]) // biome-ignore format: one line
  const { findings } = await month('2019-05', { A: 0, B: 0, C: 20 })
  assert.equal(findings.waived, 0)
  assert.deepEqual(await stepsOf('C'), ['2019-05 warned'])
})

test('the pack of the country as it stands states no number: nobody is suspended by it', () => {
  assert.deepEqual(
    morocco.conditions.conditions.map(each => [each.programme, each.suspendAfter]),
    [[PACK, null]],
  )
})

test('the workers who end a determination follow its conditions; delivered twice, and at once, nothing twice', async () => {
  await told('2019-06', { A: 1, B: 9, C: 1 })
  const asked = { country, pack: PACK, month: '2019-06' as Month, askedBy: 'test', folder }
  const run = await determineRegister(databases, asked)
  assert.ok(run.ok)
  const before = (await messages()).length
  const slice = determinationJobs({ databases, folder, atOnce: 1 }).find(({ name }) => name === 'determine_slice')!
  const deliver = () =>
    slice.run(
      { country: 'ma', run: run.value.id, askedBy: 'test', begin: 0 },
      { id: 'x', attempt: 1, worker, signal: new AbortController().signal },
    )
  await Promise.all([deliver(), deliver()])
  await deliver()
  assert.equal((await stepsOf('B')).filter(step => step === '2019-06 warned').length, 1)
  assert.equal((await messages()).length, before + 1)
})

test('a warning is taken back, once, when the corrected register shows that the condition was met', async () => {
  assert.deepEqual((await month('2019-07', { A: 9, B: 0, C: 0 })).steps, { warned: 1, suspended: 0, restored: 0 })
  const before = (await messages()).length
  const kinds = async () => (await messages()).slice(before)
  await month('2019-07', { A: 9, B: 0, C: 0 })
  assert.deepEqual(await kinds(), [], 'decided again, nothing changed')
  await month('2019-07', { A: 0, B: 0, C: 0 })
  await month('2019-07', { A: 0, B: 0, C: 0 })
  assert.deepEqual(await kinds(), ['condition_warning_withdrawn'])
  const [last] = await asking(tx => conditionStepsOf(tx, of('A').household))
  assert.deepEqual([last?.step, last?.month], ['withdrawn', '2019-07'])
})

test('a month that was put right counts for no suspension', async () => {
  const { steps } = await month('2019-08', { A: 9, B: 0, C: 0 })
  assert.deepEqual(steps, { warned: 1, suspended: 0, restored: 0 })
})

test('findings can be read again from the audit', async () => {
  assert.deepEqual((await verifySets(worker, conditionSets)).findings, [])
})

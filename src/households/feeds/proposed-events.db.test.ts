// What the civil register proposes, on real PostgreSQL: recorded once, known, or set aside; and what happens when two cross.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { openCountry } from '#countries'
import { transaction, workerActor } from '#db'
import {
  answerProposedEvent,
  countProposedEvents,
  type EventAnswer,
  type FeedRecord,
  householdAt,
  type IncomingHousehold,
  openProposedEvents,
  type ProposedEvent,
  recordEvent,
  registerHouseholds,
  takeFeed,
} from '#households'
import { type DateText, type Id, newId } from '#kernel'
import { numberEverybody, refreshMatchKeys } from '#population'
import { testDatabase } from '../../../test/database.ts'
import { staffIn } from '../../../test/demonstrated.ts'

const { app, worker, owner } = await testDatabase()
const country = openCountry('ma')
const tester = workerActor('test')
const day = (text: string) => text as DateText
const TODAY = day('2022-12-20')

const family = (sourceId: string, territory = '07.351'): IncomingHousehold => {
  const member = (id: string, givenName: string, relation: string, sex: string, born: string) => ({
    sourceId: id,
    givenName: `${givenName} ${sourceId}`,
    familyName: 'Ait Ali',
    facts: { relation, sex, birth_date: born },
  })
  return {
    sourceId,
    territory,
    facts: { territory, area: 'rural', rooms: 2 },
    members: [
      member('1', 'Idir', 'head', 'male', '1980-01-01'),
      member('2', 'Tuda', 'spouse', 'female', '1984-01-01'),
      member('3', 'Izza', 'child', 'female', '2004-03-05'),
    ],
  }
}

const FAMILIES = ['birth', 'twins', 'head', 'alive', 'known', 'crossed', 'by-hand', 'baby', 'feeds', 'moved', 'named']
await transaction(worker, tester, tx =>
  registerHouseholds(
    tx,
    {
      country: 'ma',
      source: 'test',
      channel: 'import',
      actor: 'test',
      effectiveOn: day('2022-09-01'),
      modelled: false,
      head: country.catalogue.head,
    },
    [...FAMILIES.map(name => family(name)), family('elsewhere', '09.001')],
  ),
)
await refreshMatchKeys(worker)
await numberEverybody(worker, { country: 'ma', length: 10 })

const { rows: people } = await transaction(worker, tester, tx =>
  sql<{ household: Id<'Household'>; source: string; member: string; person: Id<'Person'>; number: string }>`
    select h.id as household, h.source_id as source, m.source_id as member, m.person_id as person, n.number
    from households.household h join households.membership m on m.household_id = h.id
      join population.unique_number n on n.person_id = m.person_id`.execute(tx),
)
const who = (source: string, member: string) => people.find(each => each.source === source && each.member === member)!

type Cells = Readonly<Record<string, string>>
const NO_CHILD = { child_given_name: '', child_family_name: '', child_sex: '' }
const death = (of: { readonly number: string }, on: string): Cells => ({
  unique_number: of.number,
  event: 'death',
  effective_on: on,
  ...NO_CHILD,
})
const birth = (mother: { readonly number: string }, on: string, name: string): Cells => ({
  unique_number: mother.number,
  event: 'birth',
  effective_on: on,
  child_given_name: name,
  child_family_name: 'Ait Ali',
  child_sex: 'male',
})

let files = 0
async function tell(rows: readonly Cells[], source = 'bec') {
  const records = rows.map((cells, at): FeedRecord => ({ row: at + 2, cells }))
  const asked = {
    country,
    kind: 'civil',
    source,
    header: Object.keys(rows[0]!),
    content: `${files++}`,
    channel: 'file',
    label: 'civil.csv',
    askedBy: 'test',
    today: TODAY,
    decimalComma: false,
  } as const
  const taken = await takeFeed(worker, tester, asked, async function* () {
    yield records
  })
  assert.ok(taken.ok, JSON.stringify(taken))
  return [taken.value.recorded, taken.value.unchanged, taken.value.rejected]
}

const clerk = staffIn('07')
const open = (source: string, actor = clerk) =>
  transaction(app, actor, tx => openProposedEvents(tx, 'ma', { limit: 10, household: who(source, '1').household }))

type Said = { says?: string; successor?: Id<'Person'>; another?: boolean }
const answer = (of: ProposedEvent, said: EventAnswer, more: Said = {}, actor = clerk) =>
  transaction(app, actor, tx =>
    answerProposedEvent(tx, country, {
      feed: of.feed,
      row: of.row,
      household: of.household,
      answer: said,
      says: more.says ?? '',
      today: TODAY,
      ...more,
    }),
  )
const codeOf = async (answered: ReturnType<typeof answer>) => {
  const result = await answered
  return result.ok ? 'ok' : result.refusal.code
}
const membersOf = async (source: string) =>
  (await transaction(app, clerk, tx => householdAt(tx, who(source, '1').household, { on: TODAY })))!.members.length
const byHand = (source: string, terms: { kind: 'death'; person: Id<'Person'> } | { kind: 'birth'; name: string }) =>
  transaction(app, clerk, tx => {
    const common = {
      id: newId<'HouseholdEvent'>(),
      household: who(source, '1').household,
      on: day('2022-11-02'),
      says: '',
    }
    const child = { id: newId<'Person'>(), familyName: 'Ait Ali', givenNameAr: null, familyNameAr: null } as const
    const event =
      terms.kind === 'death'
        ? ({ ...common, kind: 'death', person: terms.person, successor: null, relations: {} } as const)
        : ({
            ...common,
            kind: 'birth',
            child: { ...child, givenName: terms.name, sex: 'male', birthDate: common.on },
            mother: who(source, '2').person,
            relation: null,
          } as const)
    return recordEvent(tx, country, event, { today: TODAY, channel: 'desk' })
  })

test('a birth is shown beside the file, recorded as an event, and not proposed again', async () => {
  const row = birth(who('birth', '2'), '2022-11-02', 'Sifaw')
  assert.deepEqual(await tell([row]), [1, 0, 0])
  const [told] = await open('birth')
  assert.deepEqual(
    [told!.kind, told!.on, told!.matched, told!.child?.givenName, told!.bornThen, told!.others.length],
    ['birth', '2022-11-02', 'identifier', 'Sifaw', [], 2],
  )
  assert.equal(await codeOf(answer(told!, 'recorded')), 'ok')
  assert.equal(await membersOf('birth'), 4)
  assert.deepEqual(await tell([row]), [0, 1, 0])
  assert.deepEqual(await open('birth'), [])
  const [kept] = await transaction(app, clerk, tx =>
    openProposedEvents(tx, 'ma', { limit: 1, answered: true, household: who('birth', '1').household }),
  )
  assert.deepEqual([kept!.answer, kept!.answeredBy], ['recorded', `staff:${clerk.staffId}`])
  const { rows } = await transaction(worker, tester, tx =>
    sql`select from households.proposed_event p join households.event e on e.id = p.event_id and e.household_id = p.household_id
      where e.kind = 'birth' and p.person_id = ${who('birth', '2').person}`.execute(tx),
  )
  assert.equal(rows.length, 1, 'the answer names the event')
})

test('a child born that day is in the file already: it is asked whether this is a twin', async () => {
  await tell([birth(who('twins', '2'), '2022-11-02', 'Sifaw'), birth(who('twins', '2'), '2022-11-02', 'Ziri')])
  const [one, other] = await open('twins')
  assert.equal(await codeOf(answer(one!, 'recorded')), 'ok')
  assert.equal(await codeOf(answer(other!, 'recorded')), 'born_that_day')
  assert.deepEqual((await open('twins'))[0]!.bornThen.length, 1)
  assert.equal(await codeOf(answer(other!, 'recorded', { another: true })), 'ok')
  assert.equal(await membersOf('twins'), 5)
})

test('the death of a head says who becomes head', async () => {
  await tell([death(who('head', '1'), '2022-11-21')])
  const [told] = await open('head')
  assert.equal(await codeOf(answer(told!, 'recorded')), 'successor_missing')
  assert.equal(
    await codeOf(answer(told!, 'recorded', { successor: who('alive', '2').person })),
    'successor_not_accepted',
  )
  assert.equal(await codeOf(answer(told!, 'recorded', { successor: who('head', '2').person })), 'ok')
  assert.equal(await membersOf('head'), 2)
})

test('set aside needs a reason; what was answered is a fact', async () => {
  const row = death(who('alive', '2'), '2022-11-20')
  await tell([row])
  const [told] = await open('alive')
  assert.equal(await codeOf(answer(told!, 'refused', { says: '  ' })), 'reason_missing')
  assert.equal(await codeOf(answer(told!, 'known')), 'not_in_file')
  assert.equal(await codeOf(answer(told!, 'refused', { says: 'She came today, with her card.' })), 'ok')
  assert.equal(await codeOf(answer(told!, 'recorded')), 'answered_before')
  assert.deepEqual([await tell([row]), await open('alive')], [[0, 1, 0], []])
  const change = transaction(owner, tester, tx =>
    sql`update households.proposed_event set says = 'other' where person_id = ${who('alive', '2').person}`.execute(tx),
  )
  await assert.rejects(change, /that was answered is not changed/)
})

test('what was recorded by hand meanwhile is not recorded again: the file says it already', async () => {
  await tell([death(who('known', '2'), '2022-11-02'), birth(who('known', '2'), '2022-11-02', 'Sifaw')])
  await byHand('known', { kind: 'birth', name: 'Sifaou' })
  await byHand('known', { kind: 'death', person: who('known', '2').person })
  const waiting = await open('known')
  const died = waiting.find(each => each.kind === 'death')!
  const born = waiting.find(each => each.kind === 'birth')!
  assert.deepEqual([died.diedOn, born.bornThen.length], ['2022-11-02', 1])
  assert.equal(await codeOf(answer(died, 'recorded')), 'deceased')
  assert.equal(await codeOf(answer(born, 'recorded')), 'born_that_day')
  assert.deepEqual([await codeOf(answer(died, 'known')), await codeOf(answer(born, 'known'))], ['ok', 'ok'])
  assert.equal(await membersOf('known'), 3)
})

test('a death that the file has is not proposed', async () => {
  await byHand('named', { kind: 'death', person: who('named', '2').person })
  assert.deepEqual(await tell([death(who('named', '2'), '2022-11-02')]), [0, 1, 0])
  assert.deepEqual(await open('named'), [])
})

test('nine agents who answer one proposal record it once', async () => {
  await tell([birth(who('crossed', '2'), '2022-11-02', 'Sifaw')])
  const [told] = await open('crossed')
  const answers = Array.from({ length: 9 }, (_, at) =>
    at % 3 === 2
      ? answer(told!, 'refused', { says: 'no' }, staffIn('07'))
      : answer(told!, 'recorded', {}, staffIn('07')),
  )
  const codes = await Promise.all(answers.map(codeOf))
  assert.deepEqual(codes.toSorted(), [...Array(8).fill('answered_before'), 'ok'])
  const isRecorded = codes.indexOf('ok') % 3 !== 2
  assert.equal(await membersOf('crossed'), isRecorded ? 4 : 3)
})

test('recorded by hand at the same moment, a death and a birth are recorded once', async () => {
  await tell([death(who('by-hand', '2'), '2022-11-02'), birth(who('baby', '2'), '2022-11-02', 'Sifaw')])
  const [died] = await open('by-hand')
  const deaths = await Promise.all([
    byHand('by-hand', { kind: 'death', person: who('by-hand', '2').person }).then(done => done.ok),
    codeOf(answer(died!, 'recorded')).then(code => code === 'ok'),
  ])
  assert.equal(deaths.filter(Boolean).length, 1)
  assert.equal(await membersOf('by-hand'), 2)
  const [born] = await open('baby')
  const hand = byHand('baby', { kind: 'birth', name: 'Sifaw' })
  const told = await codeOf(answer(born!, 'recorded'))
  assert.ok((await hand).ok)
  // Whichever came first: the page asks where the child was there before, and by hand nobody is asked.
  assert.equal(await membersOf('baby'), told === 'ok' ? 5 : 4)
})

test('two feeds that tell the same at one moment propose it once', async () => {
  const row = death(who('feeds', '2'), '2022-11-20')
  await Promise.all([tell([row], 'bec'), tell([row], 'rabat')])
  assert.equal((await open('feeds')).length, 1)
})

test('who has moved since is found in the household of today', async () => {
  await tell([death(who('moved', '3'), '2022-12-10')])
  const [told] = await open('moved')
  const target = who('birth', '1').household
  await transaction(app, clerk, tx =>
    recordEvent(
      tx,
      country,
      {
        id: newId<'HouseholdEvent'>(),
        household: target,
        on: day('2022-12-01'),
        says: '',
        kind: 'arrival',
        person: who('moved', '3').person,
        relation: 'other',
      },
      { today: TODAY, channel: 'desk' },
    ),
  )
  const [there] = await open('birth')
  assert.deepEqual([there?.row, there?.household, there?.livesIn], [told!.row, told!.household, target])
  assert.equal(await codeOf(answer(told!, 'recorded')), 'ok')
  assert.deepEqual([await membersOf('moved'), await membersOf('birth')], [2, 4])
})

test('whoever works elsewhere sees none, counts none and answers none', async () => {
  await tell([death(who('elsewhere', '2'), '2022-11-20')])
  const count = (territory: string) =>
    transaction(app, staffIn(territory), tx => countProposedEvents(tx, 'ma', who('elsewhere', '1').household))
  assert.deepEqual([await count('07'), await count('09')], [0, 1])
  const [told] = await open('elsewhere', staffIn('09'))
  assert.deepEqual(await open('elsewhere'), [])
  assert.equal(await codeOf(answer(told!, 'refused', { says: 'no' })), 'proposal_unknown')
})

// Declarations in the making against the real database: taken up by another, saved by two at once, sent twice, overtaken.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { openCountry } from '#countries'
import { type StaffActor, transaction, workerActor } from '#db'
import { recordEvent } from '#households'
import { type DateText, type Id, newId } from '#kernel'
import { testDatabase } from '../../../test/database.ts'
import { staffIn } from '../../../test/demonstrated.ts'
import { broken } from '../../../test/household-invariants.ts'
import type { Said } from './answers.ts'
import { beginAgain, beginDraft } from './begin-draft.ts'
import { draftOfNumber, loadDraft, openDrafts } from './draft.sql.ts'
import type { Draft, DraftChange } from './draft.ts'
import { dropDraft, dropStaleDrafts, saveDraft, updateFromRegister } from './save-draft.ts'
import { sendToDesk, submitDraft } from './submit-draft.ts'

const { app, worker } = await testDatabase()
const country = openCountry('ma')
const today = '2026-11-22' as DateText
const zineb = staffIn('07.351')
const said: StaffActor = { ...staffIn('07'), name: 'Said' }
const PLACE = '07.351'

const as = <Value>(actor: StaffActor, work: Parameters<typeof transaction<Value>>[2]) => transaction(app, actor, work)
const begin = async (actor = zineb, territory = PLACE): Promise<Draft> => {
  const id = newId<'Draft'>()
  const begun = await as(actor, tx => beginDraft(tx, country, { id, territory, channel: 'desk', today }))
  assert.ok(begun.ok, JSON.stringify(begun))
  return begun.value
}
const save = (actor: StaffActor, draft: Draft, ...changes: DraftChange[]) =>
  as(actor, tx => saveDraft(tx, country, { draft: draft.id, version: draft.version, changes, today, by: actor.name }))
async function saved(actor: StaffActor, draft: Draft, ...changes: DraftChange[]): Promise<Draft> {
  const answer = await save(actor, draft, ...changes)
  assert.ok(answer.ok, JSON.stringify(answer))
  return answer.value
}
const answers = (member: string | null, values: Record<string, Said>): DraftChange => ({
  kind: 'answers',
  member,
  source: 'said',
  values,
})
const person = (member: string, givenName: string, familyName = 'Aït Lahcen', phone = ''): DraftChange => ({
  kind: 'names',
  member,
  names: { givenName, familyName, givenNameAr: '', familyNameAr: '', phone },
})
const submit = (actor: StaffActor, draft: Draft) =>
  as(actor, tx => submitDraft(tx, country, { draft: draft.id, version: draft.version, today }))

/** In Morocco every member has a number, or somebody says why not. */
const numberless: DraftChange = { kind: 'explains', fault: 'without_number  ', says: 'Numéro demandé ce jour.' }

const dwelling = { area: 'urban', dwelling: 'flat', rooms: 3, bathroom: true, electricity_meter: true, nuclei: 1 }
const adult = { marital_status: 'married', education: 'basic', diploma: 'none', literate: true, occupation: 'trader', income_activity: true, employer: false, retired_or_rentier: false, pays_income_tax: false, health_cover: 'none', disability: 'none', receives_pension: false, receives_family_allowance: false, receives_other_state_aid: false } // biome-ignore format: a list
const goods = { mobile_phones: 2, fixed_phone: false, computer: false, satellite_dish: true, cars: 0, motorcycles: 1, second_home: false, garage: false, professional_premises: false, non_agricultural_land: false, irrigated_land: false, cows: 0, butane_annual: '600.00', utilities_annual: '2400.00', telecom_annual: '1200.00', loan: false } // biome-ignore format: a list

/** Each has a telephone of its own: 0612345610 and up. */
let families = 9

/** A family of three, said whole. */
async function family(actor = zineb): Promise<{ draft: Draft; keys: string[] }> {
  families += 1
  const keys = [newId(), newId(), newId()] as string[]
  const draft = await saved(
    actor,
    await begin(actor),
    answers(null, { ...dwelling, ...goods, telecom_annual: `${1000 + families}.00` }),
    numberless,
    person(keys[0]!, 'Fatima', undefined, `06123456${families}`),
    answers(keys[0]!, { relation: 'head', sex: 'female', birth_date: '1988-02-03', ...adult }),
    person(keys[1]!, 'Brahim'),
    answers(keys[1]!, { relation: 'spouse', sex: 'male', birth_date: '1984-07-01', ...adult }),
    person(keys[2]!, 'Tiziri'),
    answers(keys[2]!, { relation: 'child', sex: 'female', birth_date: '2018-04-09', schooling: 'public', school_level: 'primary_2', education: 'basic', literate: true, health_cover: 'none', disability: 'none', father_deceased: false, receives_pension: false, receives_other_state_aid: false }), // biome-ignore format: a list
  )
  return { draft, keys }
}
async function registered() {
  const { draft, keys } = await family()
  const sent = await submit(zineb, draft)
  assert.ok(sent.ok, JSON.stringify(sent))
  return { household: sent.value.household, keys }
}
async function again(household: Id<'Household'>, actor = zineb): Promise<Draft> {
  const begun = await as(actor, tx => beginAgain(tx, country, { id: newId<'Draft'>(), household, channel: 'desk' }))
  assert.ok(begun.ok, JSON.stringify(begun))
  return begun.value
}
const latest = (household: Id<'Household'>) =>
  as(zineb, async tx => {
    const { rows } = await sql<{
      facts: Record<string, unknown>
      members: { id: string; facts: Record<string, unknown> }[]
      channel: string
      count: number
    }>`
      select facts, members, channel, (select count(*)::int from households.declaration where household_id = ${household}) as count
      from households.declaration where household_id = ${household}
      order by effective_on desc, recorded_at desc, id desc limit 1`.execute(tx)
    return rows[0]!
  })
const members = (household: Id<'Household'>) =>
  as(zineb, async tx => {
    const { rows } = await sql<{ name: string; relation: string }>`
      select given_name as name, relation from households.membership join population.published_person p on p.id = person_id
      where household_id = ${household} and ended_at is null order by given_name`.execute(tx)
    return rows.map(({ name, relation }) => `${name} ${relation}`)
  })
const sound = () => transaction(worker, workerActor('test'), tx => broken(tx))

test('a household of three is declared from nothing: registered, with what follows, its sources, and the news', async () => {
  const { draft, keys } = await family()
  const sent = await submit(zineb, draft)
  assert.ok(sent.ok, JSON.stringify(sent))
  const { household } = sent.value
  const { facts, members: people, channel } = await latest(household)
  assert.deepEqual([facts.rooms, facts.territory, channel], [3, PLACE, 'desk'])
  assert.equal(people.find(each => each.id === keys[2])?.facts.occupation, 'none', 'what follows is recorded')
  assert.deepEqual(await members(household), ['Brahim spouse', 'Fatima head', 'Tiziri child'])
  const [row] = await as(
    zineb,
    async tx =>
      (
        await sql<{
          number: string
          sources: Record<string, { by: string; source: string }>
          content: unknown
          told: number
        }>`
    select number, sources, content_sealed as content,
      (select count(*)::int from households.household h where h.source_id = number and h.id = household_id) as told
    from households.draft where id = ${draft.id}`.execute(tx)
      ).rows,
  )
  assert.deepEqual(
    [row?.sources.rooms?.by, row?.sources.rooms?.source, row?.content, row?.told],
    ['Zineb', 'said', null, 1],
  )
  const { rows: news } = await transaction(worker, workerActor('test'), tx =>
    sql`select from db.event where type = 'household.changed' and key = ${household}`.execute(tx),
  )
  assert.equal(news.length, 1)
  assert.deepEqual(await sound(), [])
})

test('where a country waives no number, a declaration with somebody who has none is refused, explained or not', async () => {
  const { draft } = await family()
  const upkeep = { ...country.upkeep, membersNumbered: { ...country.upkeep.membersNumbered, waiver: 'none' } as const }
  const sent = await as(zineb, tx =>
    submitDraft(tx, { ...country, upkeep }, { draft: draft.id, version: draft.version, today }),
  )
  assert.ok(!sent.ok)
  assert.equal(sent.refusal.code, 'draft_faulty')
  const { rows } = await as(zineb, tx =>
    sql`select from households.household where source_id = ${draft.number}`.execute(tx),
  )
  assert.equal(rows.length, 0)
  const free = { ...country.upkeep.membersNumbered, required: false, waiver: 'none' } as const
  const waived = { ...country, upkeep: { ...country.upkeep, membersNumbered: free } }
  const taken = await as(zineb, tx => submitDraft(tx, waived, { draft: draft.id, version: draft.version, today }))
  assert.ok(taken.ok, JSON.stringify(taken))
})

test('sent twice, also at once, it is one household', async () => {
  const { draft } = await family()
  const both = await Promise.all([submit(zineb, draft), submit(zineb, draft)])
  assert.ok(
    both.every(each => each.ok),
    JSON.stringify(both),
  )
  const [one, other] = both.map(each => (each.ok ? each.value : undefined))
  assert.equal(one?.household, other?.household)
  assert.deepEqual([one?.before, other?.before].sort(), [false, true])
  assert.equal((await latest(one!.household)).count, 1)
})

test('begun twice with one id, it is one draft; another agent of the territory takes it up by its number', async () => {
  const id = newId<'Draft'>()
  const asked = { id, territory: PLACE, channel: 'desk', today } as const
  const [one, other] = [
    await as(zineb, tx => beginDraft(tx, country, asked)),
    await as(zineb, tx => beginDraft(tx, country, asked)),
  ]
  assert.ok(one.ok && other.ok)
  assert.equal(one.value.number, other.value.number)
  assert.equal(await as(said, tx => draftOfNumber(tx, 'ma', one.value.number)), id)
  assert.ok((await as(said, tx => openDrafts(tx, 'ma', 50))).some(each => each.id === id))
})

test('two agents on one draft do not overwrite each other: the second is told who and keeps the page', async () => {
  const draft = await begin()
  const [first, second] = await Promise.all([
    save(zineb, draft, answers(null, { rooms: 2 })),
    save(said, draft, answers(null, { rooms: 4 })),
  ])
  const refused = [first, second].filter(each => !each.ok)
  assert.equal(refused.length, 1)
  const refusal = refused[0]!
  assert.ok(!refusal.ok && refusal.refusal.code === 'draft_changed')
  const winner = first.ok ? 'Zineb' : 'Said'
  assert.equal(refusal.refusal.by, winner)
  const now = await as(zineb, tx => loadDraft(tx, draft.id))
  assert.equal(now?.said.household.rooms?.by, winner)
  assert.equal(
    (await save(first.ok ? zineb : said, draft, answers(null, { rooms: first.ok ? 2 : 4 }))).ok,
    true,
    'a page sent again',
  )
})

test('who does not see the place sees no draft of it, and begins none there', async () => {
  const draft = await begin()
  const elsewhere = staffIn('01')
  assert.equal(await as(elsewhere, tx => loadDraft(tx, draft.id)), undefined)
  assert.deepEqual(await as(elsewhere, tx => openDrafts(tx, 'ma', 50)), [])
  const begun = await as(elsewhere, tx =>
    beginDraft(tx, country, { id: newId(), territory: PLACE, channel: 'desk', today }),
  )
  assert.ok(!begun.ok && begun.refusal.code === 'place_out_of_reach')
})

test('what a family says is sealed while it is under way', async () => {
  const { draft } = await family()
  await transaction(worker, workerActor('test'), async tx => {
    const { rows } = await sql<{ row: string; bytes: string }>`
      select to_jsonb(d)::text as row, encode(content_sealed, 'escape') as bytes
      from households.draft d where id = ${draft.id}`.execute(tx)
    for (const word of ['Fatima', `06123456${families}`, 'trader'])
      assert.ok(!`${rows[0]!.row}${rows[0]!.bytes}`.includes(word), word)
  })
})

test('an unfinished declaration is refused with what is missing; a warning wants its word', async () => {
  const { draft } = await family()
  const odd = await saved(zineb, draft, answers(null, { rooms: 14, territory: null }))
  const refused = await submit(zineb, odd)
  assert.ok(!refused.ok && refused.refusal.code === 'draft_faulty')
  assert.deepEqual(
    refused.refusal.errors.map(each => each.code),
    ['required'],
  )
  assert.deepEqual(
    refused.refusal.unexplained.map(each => each.code),
    ['number_unusual'],
  )
  const { key } = refused.refusal.unexplained[0]!
  const right = await saved(zineb, odd, answers(null, { territory: PLACE }), {
    kind: 'explains',
    fault: key,
    says: 'Ancienne pension.',
  })
  const sent = await submit(zineb, right)
  assert.ok(sent.ok, JSON.stringify(sent))
  const { rows } = await as(zineb, tx =>
    sql<{ explained: unknown }>`select explained from households.draft where id = ${draft.id}`.execute(tx),
  )
  assert.deepEqual(rows[0]?.explained, [{ code: 'without_number', person: null, says: 'Numéro demandé ce jour.' }])
  const { rows: doubts } = await as(zineb, tx =>
    sql<{ code: string; says: string }>`
      select code, says from households.doubt where declaration_id = ${sent.value.declaration}`.execute(tx),
  )
  assert.deepEqual(doubts, [{ code: 'number_unusual', says: 'Ancienne pension.' }])
})

test('a household declares again: answers change, one leaves, one joins, the rest stays as it was', async () => {
  const { household, keys } = await registered()
  const draft = await again(household)
  assert.equal(draft.said.household.rooms?.source, 'register')
  assert.equal(draft.said.members.find(({ key }) => key === keys[0])?.phone, `+2126123456${families}`)
  const baby = newId() as string
  const changed = await saved(
    zineb,
    draft,
    answers(null, { rooms: 4 }),
    numberless,
    { kind: 'leaves', member: keys[1]! },
    person(baby, 'Anir'),
    answers(baby, { relation: 'child', sex: 'male', birth_date: '2026-10-01', health_cover: 'none', disability: 'none', father_deceased: false, receives_pension: false, receives_other_state_aid: false }), // biome-ignore format: a list
  )
  const sent = await submit(zineb, changed)
  assert.ok(sent.ok, JSON.stringify(sent))
  assert.equal(sent.value.household, household)
  const now = await latest(household)
  assert.deepEqual([now.count, now.facts.rooms, now.facts.cows], [2, 4, 0])
  assert.deepEqual(await members(household), ['Anir child', 'Fatima head', 'Tiziri child'])
  assert.deepEqual(await sound(), [])
})

test('one draft at a time for a household: who comes second takes up the first', async () => {
  const { household } = await registered()
  assert.equal((await again(household)).id, (await again(household, said)).id)
})

test('a household that changed meanwhile is not overwritten: the draft is brought up to date, what was said stays', async () => {
  const { household, keys } = await registered()
  const draft = await saved(zineb, await again(household), answers(null, { rooms: 5 }))
  const died = await as(zineb, tx =>
    recordEvent(
      tx,
      country,
      {
        id: newId(),
        household,
        kind: 'death',
        on: today,
        says: '',
        person: keys[1]! as Id<'Person'>,
        successor: null,
        relations: {},
      },
      { today, channel: 'desk' },
    ),
  )
  assert.ok(died.ok, JSON.stringify(died))
  const refused = await submit(zineb, draft)
  assert.ok(!refused.ok && refused.refusal.code === 'household_changed')
  const updated = await as(zineb, tx => updateFromRegister(tx, country, { draft: draft.id, version: draft.version }))
  assert.ok(updated.ok)
  assert.deepEqual(updated.value.said.members.map(({ key }) => key).sort(), [keys[0], keys[2]].sort())
  const sent = await submit(zineb, updated.value)
  assert.ok(sent.ok, JSON.stringify(sent))
  assert.equal((await latest(household)).facts.rooms, 5)
  assert.deepEqual(await sound(), [])
})

test('somebody who belongs elsewhere is not taken by a declaration, nor by two at once', async () => {
  const { keys } = await registered()
  const { draft, keys: own } = await family()
  const taking = await saved(zineb, draft, { kind: 'same_as', member: own[2]!, person: keys[2]! })
  const refused = await submit(zineb, taking)
  assert.ok(!refused.ok && refused.refusal.code === 'person_elsewhere')
  assert.deepEqual(refused.refusal.members, [own[2]])
})

test('somebody of the register who belongs nowhere joins as the same person', async () => {
  const { household, keys } = await registered()
  const leaving = await submit(zineb, await saved(zineb, await again(household), { kind: 'leaves', member: keys[1]! }))
  assert.ok(leaving.ok, JSON.stringify(leaving))
  const one = await family()
  const other = await family()
  const drafts = [
    await saved(zineb, one.draft, { kind: 'same_as', member: one.keys[1]!, person: keys[1]! }),
    await saved(zineb, other.draft, { kind: 'same_as', member: other.keys[1]!, person: keys[1]! }),
  ]
  const sent = await Promise.all(drafts.map(each => submit(zineb, each)))
  assert.deepEqual(sent.map(each => (each.ok ? 'sent' : each.refusal.code)).sort(), ['person_elsewhere', 'sent'])
  assert.deepEqual(await sound(), [])
})

test('what a citizen says waits for the desk and counts for nothing before', async () => {
  const { household } = await registered()
  const draft = await saved(zineb, await again(household), answers(null, { rooms: 6 }))
  const waits = await as(zineb, tx => sendToDesk(tx, country, { draft: draft.id, version: draft.version, today }))
  assert.ok(waits.ok, JSON.stringify(waits))
  assert.equal((await latest(household)).facts.rooms, 3)
  assert.equal((await as(zineb, tx => openDrafts(tx, 'ma', 50)))[0]?.state, 'waiting')
  const sent = await submit(zineb, draft)
  assert.ok(sent.ok, JSON.stringify(sent))
  assert.equal((await latest(household)).facts.rooms, 6)
})

test('a draft dropped, or left alone too long, is forgotten', async () => {
  const draft = await begin()
  assert.ok((await as(zineb, tx => dropDraft(tx, country, { draft: draft.id, version: draft.version }))).ok)
  const saving = await save(zineb, draft, answers(null, { rooms: 2 }))
  assert.ok(!saving.ok && saving.refusal.code === 'draft_ended')
  const stale = await begin()
  assert.equal(await dropStaleDrafts(worker, 'ma', today), 0)
  assert.ok((await dropStaleDrafts(worker, 'ma', '2027-01-22' as DateText)) > 0)
  assert.equal(await as(zineb, tx => loadDraft(tx, stale.id)), undefined)
})

// Putting data right: asked by one, answered by another, never an edit, and what counts from then on is the corrected fact.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { type StaffActor, type Transaction, transaction, workerActor } from '#db'
import { declarationsOf, findHouseholdFile } from '#households'
import { type Id, newId } from '#kernel'
import {
  accessText,
  answerRectification,
  askRectification,
  collectAccessFile,
  heldCase,
  rectificationsOf,
} from '#privacy'
import { sealAudit, verifySets } from '#security'
import { demonstrated, staffIn } from '../../test/demonstrated.ts'
import { auditedSets } from '../cli/audited-sets.ts'

const { databases, country } = await demonstrated(20)
const { app, worker, owner } = databases
const [clerk, officer] = [staffIn(''), { ...staffIn(''), name: 'Salma' }]
const as = <Value>(actor: StaffActor, work: (tx: Transaction) => Promise<Value>) => transaction(app, actor, work)
const asOwner = <Value>(work: (tx: Transaction) => Promise<Value>) => transaction(owner, workerActor('test'), work)

const [household, other] = await asOwner(async tx => {
  const { rows } = await sql<{ id: Id<'Household'> }>`
    select household_id as id from households.membership where ended_at is null
    group by 1 having count(*) > 2 order by 1 limit 2`.execute(tx)
  return rows.map(row => row.id)
})
const file = () => as(officer, tx => findHouseholdFile(tx, household!)).then(found => found!)
const before = await file()
const person = before.members[1]!.person

function ask(
  field: string,
  value: string,
  change: { person?: string | null; says?: string; household?: Id<'Household'> } = {},
) {
  const request = {
    id: newId<'Rectification'>(),
    household: household!,
    field,
    value,
    person: null,
    says: 'Dit au guichet',
  }
  return as(clerk, tx => askRectification(tx, country, { ...request, ...change })).then(answer => ({
    answer,
    id: request.id,
  }))
}
const answer = (id: Id<'Rectification'>, outcome: 'accepted' | 'refused', motive = '', by: StaffActor = officer) =>
  as(by, tx => answerRectification(tx, country, { household: household!, id, outcome, motive }))

test('an accepted request is another declaration, true from the same day; the earlier one stays as it was', async () => {
  const rooms = Number(before.facts.rooms ?? 1) + 1
  const { id, answer: asked } = await ask('household.rooms', String(rooms))
  assert.ok(asked.ok, JSON.stringify(asked))
  assert.equal((await file()).facts.rooms, before.facts.rooms, 'nothing changes before somebody else has decided')
  const [first] = await as(officer, tx => declarationsOf(tx, household!))
  const decided = await answer(id, 'accepted')
  assert.ok(decided.ok)
  const now = await file()
  assert.deepEqual(now.facts, { ...before.facts, rooms })
  const [latest, earlier, ...more] = await as(officer, tx => declarationsOf(tx, household!))
  assert.deepEqual([latest?.channel, latest?.effectiveOn], ['desk', first?.effectiveOn])
  assert.deepEqual(earlier, first)
  assert.equal(more.length, 0)
  assert.equal(now.members.length, before.members.length)
})

test("a member's fact that tells who a person is corrects the person as well, and the past keeps the earlier state", async () => {
  const born = before.members[1]!.birthDate!
  const { id, answer: asked } = await ask('member.birth_date', '1990-05-17', { person })
  assert.ok(asked.ok, JSON.stringify(asked))
  assert.equal(asked.value.before, born)
  assert.ok((await answer(id, 'accepted')).ok)
  const member = (await file()).members.find(each => each.person === person)
  assert.equal(member?.birthDate, '1990-05-17')
  const past = await asOwner(async tx => {
    const { rows } = await sql<{ birth_date: string }>`
      select birth_date from population.person_past where id = ${person}`.execute(tx)
    return rows
  })
  assert.deepEqual(past, [{ birth_date: born }])
})

test('a name is put right as typed, without another declaration, and search finds it', async () => {
  const declared = (await as(officer, tx => declarationsOf(tx, household!))).length
  const { id } = await ask('person.family_name', "  N'Diaye-Ould  ", { person })
  assert.ok((await answer(id, 'accepted')).ok)
  const member = (await file()).members.find(each => each.person === person)
  assert.equal(member?.familyName, "N'Diaye-Ould")
  assert.equal(member?.givenName, before.members[1]!.givenName)
  assert.equal((await as(officer, tx => declarationsOf(tx, household!))).length, declared)
  const key = await asOwner(async tx => {
    const { rows } = await sql<{ key: string }>`
      select name_key as key from population.person where id = ${person}`.execute(tx)
    return rows[0]!.key
  })
  assert.match(key, /n diaye ould/)
})

test('a refused request changes nothing and carries its motive', async () => {
  const { id } = await ask('household.rooms', '40')
  const without = await answer(id, 'refused', '   ')
  assert.equal(without.ok ? 'ok' : without.refusal.code, 'motive_missing')
  const rooms = (await file()).facts.rooms
  assert.ok((await answer(id, 'refused', 'Le logement a été visité : trois pièces.')).ok)
  assert.equal((await file()).facts.rooms, rooms)
  const [latest] = await as(officer, tx => rectificationsOf(tx, household!))
  assert.deepEqual([latest?.decided, latest?.motive, latest?.decidedName], [
    'refused', 'Le logement a été visité : trois pièces.', 'Salma',
  ]) // biome-ignore format: a pair
  const again = await answer(id, 'accepted')
  assert.equal(again.ok ? 'ok' : again.refusal.code, 'decided_before')
})

test('who asked does not decide, and the database holds to it', async () => {
  const { id } = await ask('household.rooms', '9')
  const own = await answer(id, 'accepted', '', clerk)
  assert.equal(own.ok ? 'ok' : own.refusal.code, 'own_request')
  await assert.rejects(
    as(clerk, tx =>
      sql`insert into privacy.rectification_decision (household_id, id, outcome) values (${household!}, ${id}, 'accepted')`.execute(
        tx,
      ),
    ),
    /somebody else than who asked/,
  )
  for (const statement of [
    'update privacy.rectification set says = says',
    'delete from privacy.rectification_decision',
  ]) {
    await assert.rejects(
      asOwner(tx => sql.raw(statement).execute(tx)),
      /append-only/,
    )
  }
})

const refused: { name: string; field: string; value: string; change?: object; code: string }[] = [
  { name: 'a fact that the catalogue has not', field: 'household.religion', value: 'x', code: 'field_unknown' },
  { name: 'a field of the person that is none', field: 'person.id', value: 'x', change: { person }, code: 'field_unknown' },
  { name: 'where the household lives', field: 'household.territory', value: '08', code: 'field_declared_otherwise' },
  { name: 'a number that is none', field: 'household.rooms', value: 'three', code: 'value_not_accepted' },
  { name: 'a code outside its list', field: 'household.dwelling', value: 'castle', code: 'value_not_accepted' },
  { name: 'a day that does not exist', field: 'member.birth_date', value: '1990-02-30', change: { person }, code: 'value_not_accepted' },
  { name: 'a name with a formula', field: 'person.given_name', value: '=HYPERLINK(1)', change: { person }, code: 'value_not_accepted' },
  { name: 'somebody who does not belong', field: 'member.sex', value: 'male', change: { person: newId() }, code: 'member_unknown' },
  { name: 'nobody', field: 'member.sex', value: 'male', code: 'member_unknown' },
  { name: 'no reason', field: 'household.rooms', value: '8', change: { says: '  ' }, code: 'reason_missing' },
  { name: 'a household that is not seen', field: 'household.rooms', value: '8', change: { household: newId() }, code: 'household_unknown' },
] // biome-ignore format: a table
for (const { name, field, value, change, code } of refused) {
  test(`a request is refused: ${name}`, async () => {
    const { answer: asked } = await ask(field, value, change)
    assert.equal(asked.ok ? 'ok' : asked.refusal.code, code)
  })
}

test('the same value again changes nothing, and is told so', async () => {
  const rooms = (await file()).facts.rooms
  const { answer: asked } = await ask('household.rooms', String(rooms))
  assert.equal(asked.ok ? 'ok' : asked.refusal.code, 'nothing_changes')
})

test('who may not see the household neither asks, nor decides, nor reads', async () => {
  const foreign = staffIn('99')
  const { id } = await ask('household.rooms', '12')
  assert.deepEqual(await as(foreign, tx => rectificationsOf(tx, household!)), [])
  const decided = await answer(id, 'accepted', '', foreign)
  assert.equal(decided.ok ? 'ok' : decided.refusal.code, 'request_unknown')
  assert.equal(await as(foreign, tx => heldCase(tx, household!)), undefined)
})

test('two officers answer at once: one answer, one correction', async () => {
  const count = (await as(officer, tx => declarationsOf(tx, household!))).length
  const { id } = await ask('household.rooms', '13')
  const answers = await Promise.all([
    answer(id, 'accepted'),
    answer(id, 'accepted', '', { ...staffIn(''), name: 'Hind' }),
  ])
  assert.deepEqual(answers.map(each => (each.ok ? 'ok' : each.refusal.code)).sort(), ['decided_before', 'ok'])
  assert.equal((await as(officer, tx => declarationsOf(tx, household!))).length, count + 1)
})

test('requests stand in the file of the household, not in that of a neighbour; the audit still verifies', async () => {
  const made = await collectAccessFile(
    { app, worker },
    { country, subject: { kind: 'household', id: household! }, by: officer },
  )
  assert.ok(made.ok)
  assert.ok(made.value.tables['privacy.rectification']!.length >= 5)
  assert.ok(accessText(made.value).includes('Le logement a été visité'))
  const neighbour = await collectAccessFile(
    { app, worker },
    { country, subject: { kind: 'household', id: other! }, by: officer },
  )
  assert.ok(neighbour.ok && neighbour.value.tables['privacy.rectification']!.length === 0)
  await sealAudit(worker, new AbortController().signal)
  assert.deepEqual((await verifySets(worker, auditedSets)).findings, [])
})

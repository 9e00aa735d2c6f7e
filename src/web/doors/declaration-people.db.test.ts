// Who a declaration names: found by the unique number, or shown as somebody of the register whom it may be.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { transaction, workerActor } from '#db'
import { type Id, newId } from '#kernel'
import { drawWaiting, issueNumbers, matchRegister, numbersOf } from '#population'
import { recordGrant, registerStaff } from '#security'
import { demonstrated } from '../../../test/demonstrated.ts'
import { exampleStaff } from '../../../test/example-doors.ts'
import type { DraftChange, DraftId } from '../declaration-door.ts'
import { declarationDoor } from './declarations.ts'

const { databases, country } = await demonstrated(40)
const { app, worker, owner } = databases
const door = declarationDoor(app, country, undefined)
await matchRegister(worker, 'ma')

type Known = { id: Id<'Person'>; given: string; family: string; sex: string; birth: string; territory: string }
const known = await transaction(owner, workerActor('test'), async tx => {
  const { rows } = await sql<Known>`
    select p.id, given_name as given, family_name as family, sex, birth_date::text as birth, p.territory
    from population.person p join households.membership m on m.person_id = p.id and m.ended_at is null
    where given_name is not null and family_name is not null and birth_date is not null and sex is not null
    order by p.id limit 1`.execute(tx)
  return rows[0]!
})
await drawWaiting(worker, { country: 'ma', length: country.uniqueNumberLength, waiting: 50 })
const number = await transaction(worker, workerActor('test'), async tx => {
  await issueNumbers(tx, [known.id])
  return (await numbersOf(tx, [known.id]))[0]!.number
})

async function agent(territory: string) {
  const id = newId<'staff'>()
  const name = `Agent of ${territory === '' ? 'the country' : territory}`
  await transaction(worker, workerActor('test'), async tx => {
    await registerStaff(tx, { id, name })
    await recordGrant(tx, id, { id: newId(), role: 'desk_agent', territory, sensitivity: 'sensitive' })
  })
  return { ...exampleStaff, id, name }
}
const here = await agent('')

/** A declaration under way where the known person lives, with one member of these names. */
async function naming(names: { given: string; family: string; birth?: string }, reader = here) {
  const begun = await door.beginDeclaration(reader, { id: newId<'Draft'>(), territory: known.territory })
  assert.ok(begun.ok, JSON.stringify(begun))
  const member = newId() as string
  const said = { givenName: names.given, familyName: names.family, givenNameAr: '', familyNameAr: '', phone: '' }
  const values = { sex: known.sex, ...(names.birth ? { birth_date: names.birth } : {}) }
  const changes: DraftChange[] = [
    { kind: 'names', member, names: said },
    { kind: 'answers', member, source: 'said', values },
  ]
  const saved = await door.saveDeclaration(reader, { draft: begun.value, version: 1, changes, numbers: {} })
  assert.ok(saved.ok, JSON.stringify(saved))
  return { draft: begun.value, version: saved.value, member }
}
async function cardOf(draft: DraftId, member: string, reader = here) {
  const step = country.form!.sections.find(({ of }) => of === 'member')!.name
  const page = await door.declarationSection(reader, draft, step)
  const unit = page?.units.find(each => each.member?.key === member)
  assert.ok(unit?.member, 'the member has a card')
  return unit.member
}

test('somebody of the register who is named again is shown, likeliest first, with where they live and that they belong elsewhere', async () => {
  const { draft, member } = await naming(known)
  const { candidates, number: shown } = await cardOf(draft, member)
  assert.equal(candidates[0]?.person, known.id, JSON.stringify(candidates))
  assert.ok(candidates[0].percent >= 40)
  assert.equal(candidates[0].elsewhere, true)
  assert.ok(candidates.length <= 3)
  assert.equal(shown, '')
})

test('a stranger has no candidates, and nobody outside of the agent’s territory is shown as one', async () => {
  const stranger = await naming({ given: 'Xylophène', family: 'Quetzalcoatl', birth: '1901-03-09' })
  assert.deepEqual((await cardOf(stranger.draft, stranger.member)).candidates, [])
  const elsewhere = await agent(known.territory.startsWith('01') ? '02' : '01')
  const begun = await door.beginDeclaration(elsewhere, { id: newId<'Draft'>(), territory: known.territory })
  assert.ok(!begun.ok, 'nor is anything begun there')
})

test('a number that is typed takes over who bears it; one that nobody bears is named, and nothing is saved', async () => {
  const { draft, version, member } = await naming({ given: 'Autre', family: 'Nom' })
  const wrong = number.slice(0, -1) + String((Number(number.at(-1)) + 1) % 10)
  const refused = await door.saveDeclaration(here, { draft, version, changes: [], numbers: { [member]: wrong } })
  assert.deepEqual(refused, { ok: false, refusal: { code: 'number_unknown', members: [member] } })
  assert.equal((await cardOf(draft, member)).name.latin, 'Autre Nom')
  const saved = await door.saveDeclaration(here, { draft, version, changes: [], numbers: { [member]: number } })
  assert.ok(saved.ok, JSON.stringify(saved))
  const card = await cardOf(draft, member)
  assert.equal(card.number, number)
  assert.equal(card.name.latin, `${known.given} ${known.family}`)
  assert.deepEqual(card.candidates, [], 'who is known has no candidates any more')
})

test('“the same person” takes over who was shown, and nobody whom the agent does not see', async () => {
  const { draft, version, member } = await naming(known)
  const same = (person: string): DraftChange => ({
    kind: 'same_as',
    member,
    person,
    names: { givenName: '', familyName: '', givenNameAr: '', familyNameAr: '', phone: '' },
  })
  const nobody = await door.saveDeclaration(here, { draft, version, changes: [same(newId())], numbers: {} })
  assert.deepEqual(nobody, { ok: false, refusal: { code: 'number_unknown', members: [member] } })
  const taken = await door.saveDeclaration(here, { draft, version, changes: [same(known.id)], numbers: {} })
  assert.ok(taken.ok, JSON.stringify(taken))
  assert.equal((await cardOf(draft, member)).number, number)
})

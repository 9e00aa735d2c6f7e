// What citizens ask to have put right themselves: asked once, answered by an officer on proof, told to whoever asked.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtemp, readdir, rm, utimes } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import { type CitizenActor, type StaffActor, type Transaction, transaction, workerActor } from '#db'
import {
  declarationsOf,
  findHouseholdFile,
  type KeptFile,
  noScanner,
  openEvidenceStore,
  sweepEvidence,
} from '#households'
import { type Id, newId } from '#kernel'
import { documentsOf, phonesOf, recordDocument, statesOf } from '#population'
import {
  answerRectification,
  askRectification,
  attachToRequest,
  isPaperOfRequest,
  openRequestPaper,
  papersOfRequests,
  rectificationsOf,
  resealColumns,
  waitingRectifications,
} from '#privacy'
import { forgetColumnKeys, rotateColumnKeys } from '#security'
import { TEST_WRAPPING } from '../../test/database.ts'
import { demonstrated, staffIn } from '../../test/demonstrated.ts'

const { databases, country } = await demonstrated(20)
const { app, worker, owner } = databases
const officer = { ...staffIn(''), name: 'Salma' }
const folder = await mkdtemp(join(tmpdir(), 'socle-requests-'))
after(() => rm(folder, { recursive: true, force: true }))
const store = openEvidenceStore({ folder, scanner: noScanner })
const asOwner = <Value>(work: (tx: Transaction) => Promise<Value>) => transaction(owner, workerActor('test'), work)

/** Households of several, each used by one test. */
const households = await asOwner(async tx => {
  const { rows } = await sql<{ id: Id<'Household'>; territory: string }>`
    select h.id, h.territory from households.household h join households.membership m on m.household_id = h.id and m.ended_at is null
    group by h.id having count(*) > 2 order by h.id`.execute(tx)
  return rows
})
let next = 0
async function family() {
  const { id, territory } = households[next++]!
  const file = await transaction(app, officer, tx => findHouseholdFile(tx, id))
  const [head, member] = file!.members
  const citizen: CitizenActor = { kind: 'citizen', citizenId: head!.person, name: '', territories: [territory] }
  const ask = (field: string, value: string, change: { person?: Id<'Person'> | null; says?: string } = {}) => {
    const id = newId<'Rectification'>()
    const request = { id, household: file!.id, field, value, person: head!.person, says: 'Mal écrit', ...change }
    return transaction(app, citizen, tx =>
      askRectification(tx, country, { ...request, citizen: { person: head!.person, language: 'ar' } }),
    ).then(answer => ({ id, answer, code: answer.ok ? 'ok' : answer.refusal.code }))
  }
  const answer = (request: Id<'Rectification'>, said: { motive?: string; shown?: string; refused?: true } = {}) => {
    const outcome = said.refused ? ('refused' as const) : ('accepted' as const)
    const terms = { household: file!.id, id: request, outcome, motive: said.motive ?? '', shown: said.shown ?? '' }
    return transaction(app, officer as StaffActor, tx => answerRectification(tx, country, terms)).then(answered =>
      answered.ok ? 'ok' : answered.refusal.code,
    )
  }
  return { household: file!.id, file: file!, head: head!.person, member: member!.person, citizen, ask, answer }
}
const messagesOf = (person: Id<'Person'>) =>
  asOwner(async tx => {
    const { rows } = await sql<{ kind: string; language: string; to: boolean }>`
      select kind, language, to_sealed is not null as to from messaging.message where person_id = ${person}
      order by queued_at, key`.execute(tx)
    return rows
  })

test('a citizen’s name is put right on proof alone, by the web, with the request as its evidence; both are told', async () => {
  const { ask, answer, head, household, citizen } = await family()
  const { id, code } = await ask('person.family_name', 'El Fassi')
  assert.equal(code, 'ok')
  assert.deepEqual(await messagesOf(head), [{ kind: 'correction_received', language: 'ar', to: false }])
  assert.equal(await answer(id), 'proof_missing')
  assert.equal(await answer(id, { shown: 'Acte de naissance n° 12, original vu' }), 'ok')
  const [state] = await transaction(app, officer, tx => statesOf(tx, head))
  assert.equal(state?.familyName, 'El Fassi')
  assert.equal(state?.source, 'rectification')
  assert.match(state?.evidence ?? '', /^Acte de naissance n° 12, original vu \[[\da-f-]{36}\]$/)
  assert.deepEqual((await messagesOf(head)).map(({ kind }) => kind).sort(), [
    'correction_decided',
    'correction_received',
  ])
  const [seen] = await transaction(app, citizen, tx => rectificationsOf(tx, household))
  assert.deepEqual([seen?.channel, seen?.decided, seen?.language], ['web', 'accepted', 'ar'])
})

test('what says nothing of who somebody is needs no proof, and is another declaration, by the web', async () => {
  const { ask, answer, household, file } = await family()
  const rooms = Number(file.facts.rooms ?? 1) + 2
  const { id } = await ask('household.rooms', String(rooms), { person: null })
  assert.equal(await answer(id), 'ok')
  const [latest] = await transaction(app, officer, tx => declarationsOf(tx, household))
  assert.equal(latest?.channel, 'web')
})

test('a telephone stands sealed in the request; the former one is warned, the new one is told', async () => {
  const { ask, answer, head, household } = await family()
  const [former] = [...(await transaction(app, officer, tx => phonesOf(tx, [head]))).values()]
  const { id, answer: asked } = await ask('person.phone', '06 12 34 56 78')
  assert.ok(asked.ok)
  const { rows } = await asOwner(tx =>
    sql<{ clear: string | null; before: string | null; row: string }>`
      select value_asked as clear, value_before as before, r::text as row from privacy.rectification r where id = ${id}`.execute(
      tx,
    ),
  )
  assert.deepEqual([rows[0]?.clear, rows[0]?.before], [null, null])
  assert.doesNotMatch(rows[0]!.row, /612345678/)
  const [seen] = await transaction(app, officer, tx => rectificationsOf(tx, household))
  assert.equal(seen?.asked, '+212612345678')
  assert.equal(await answer(id), 'proof_missing')
  assert.equal(await answer(id, { shown: 'Carte vue au guichet' }), 'ok')
  assert.equal((await transaction(app, officer, tx => phonesOf(tx, [head]))).get(head), '+212612345678')
  const decided = (await messagesOf(head)).filter(({ kind }) => kind === 'correction_decided')
  assert.deepEqual(decided.map(({ to }) => to).sort(), former === undefined ? [false] : [false, true])
})

test('a document replaces that of the same kind, which stays as withdrawn', async () => {
  const { ask, answer, head } = await family()
  const earlier = {
    id: newId<'PersonDocument'>(),
    type: 'national_id',
    number: 'AB1',
    issuer: null,
    issuedOn: null,
    expiresOn: null,
  } as const
  await transaction(app, officer, tx => recordDocument(tx, head, earlier, { source: 'desk', evidence: 'vu' }))
  assert.equal((await ask('person.document', 'national_id AB1')).code, 'nothing_changes')
  assert.equal((await ask('person.document', 'library_card 7')).code, 'value_not_accepted')
  const { id } = await ask('person.document', 'national_id ab 12')
  assert.equal(await answer(id, { shown: 'Carte vue' }), 'ok')
  const documents = await transaction(app, officer, tx => documentsOf(tx, head))
  assert.deepEqual(
    documents.map(({ number, endedAt }) => [number, endedAt === null]).sort(),
    [['AB 12', true], ['AB1', false]],
  ) // biome-ignore format: a table
})

test('an address is put right as written; nonsense is refused', async () => {
  const { ask, answer, head } = await family()
  assert.equal((await ask('person.address', 'x'.repeat(301))).code, 'value_not_accepted')
  assert.equal((await ask('person.phone', '12')).code, 'value_not_accepted')
  const { id } = await ask('person.address', '12, rue du Four ')
  assert.equal(await answer(id), 'ok')
  const [state] = await transaction(app, officer, tx => statesOf(tx, head))
  assert.equal(state?.address, '12, rue du Four')
  assert.equal((await ask('person.address', '12, rue  du Four')).code, 'nothing_changes')
})

test('one field waits once, a family asks twenty things at most, and sent twice it is one request', async () => {
  const { ask, household, member, file } = await family()
  assert.equal((await ask('household.rooms', '31', { person: null })).code, 'ok')
  assert.equal((await ask('household.rooms', '32', { person: null })).code, 'asked_already')
  const names = ['given_name', 'family_name', 'given_name_ar', 'family_name_ar', 'address']
  const people = file.members.map(each => each.person)
  const codes: string[] = []
  for (const person of [...people, member])
    for (const name of names) codes.push((await ask(`person.${name}`, 'Autre', { person })).code)
  const waiting = await transaction(app, officer, tx => rectificationsOf(tx, household))
  assert.ok(waiting.length <= 20, String(waiting.length))
  assert.ok(
    codes.every(code => code === 'ok' || code === 'asked_already' || code === 'too_many_waiting'),
    codes.join(),
  )
})

test('twelve at once ask for one field: one request', async () => {
  const { ask, household } = await family()
  const answers = await Promise.all(
    Array.from({ length: 12 }, (_, at) => ask('household.rooms', String(20 + at), { person: null })),
  )
  assert.equal(answers.filter(({ code }) => code === 'ok').length, 1)
  assert.equal((await transaction(app, officer, tx => rectificationsOf(tx, household))).length, 1)
})

test('nobody asks about, reads or answers for another family; a citizen answers nothing', async () => {
  const [one, other] = [await family(), await family()]
  assert.equal((await one.ask('person.family_name', 'Autre', { person: other.head })).code, 'member_unknown')
  const { id } = await other.ask('person.family_name', 'Autre')
  const elsewhere: CitizenActor = { ...one.citizen, territories: ['zz'] }
  assert.deepEqual(await transaction(app, elsewhere, tx => rectificationsOf(tx, other.household)), [])
  const terms = { household: other.household, id, outcome: 'accepted', motive: '', shown: 'x' } as const
  const own = await transaction(app, other.citizen, tx => answerRectification(tx, country, terms))
  assert.equal(own.ok ? 'ok' : own.refusal.code, 'own_request')
})

test('papers: sealed, five at most, none after the answer, read by whoever sees the household, recorded', async () => {
  const { ask, answer, household, citizen } = await family()
  const { id: request } = await ask('person.given_name', 'Autre')
  const keep = async () => {
    const bytes = Buffer.concat([Buffer.from('%PDF-1.7\n'), randomBytes(200)])
    const file = await store.keep((async function* () { yield bytes })()) // biome-ignore format: one piece
    assert.ok(file.ok)
    return { bytes, file: file.value }
  }
  const attach = (file: KeptFile, id = newId<'Evidence'>()) =>
    transaction(app, citizen, tx => attachToRequest(tx, { household, request, id, name: 'acte.pdf' }, file)).then(
      done => (done.ok ? 'ok' : done.refusal.code),
    )
  const first = await keep()
  const paper = newId<'Evidence'>()
  assert.equal(await attach(first.file, paper), 'ok')
  assert.equal(await attach(first.file), 'attached_already')
  for (let more = 0; more < 4; more++) assert.equal(await attach((await keep()).file), 'ok')
  assert.equal(await attach((await keep()).file), 'too_many_papers')
  assert.equal((await transaction(app, officer, tx => papersOfRequests(tx, household))).length, 5)
  assert.equal(await transaction(app, staffIn('99'), tx => openRequestPaper(tx, paper)), undefined)
  const read = async () => {
    const opened = await transaction(app, officer, tx => openRequestPaper(tx, paper))
    const pieces: Buffer[] = []
    for await (const piece of store.open(opened!.stored, opened!.key)) pieces.push(piece)
    return Buffer.concat(pieces)
  }
  assert.deepEqual(await read(), first.bytes)
  const { rows } = await asOwner(tx =>
    sql<{ n: number }>`select count(*)::int as n from security.audit_record
      where action = 'evidence.read' and detail ->> 'evidence' = ${paper}`.execute(tx),
  )
  assert.equal(rows[0]?.n, 1)
  assert.equal(await answer(request, { refused: true, motive: 'Non' }), 'ok')
  assert.equal(await attach((await keep()).file), 'decided_before')
  // Everything of the folder is old: what a request names stays, what nothing names goes.
  for (const each of await readdir(folder, { recursive: true, withFileTypes: true }))
    if (each.isFile()) await utimes(join(each.parentPath, each.name), new Date(0), new Date(0))
  assert.equal(await sweepEvidence(worker, store, isPaperOfRequest), 2)
  assert.deepEqual(await read(), first.bytes)
})

test('the list of what waits holds what nobody answered, the oldest first, of the territories seen', async () => {
  const all = await transaction(app, officer, tx => waitingRectifications(tx, 'ma', { from: 0, count: 100 }))
  assert.ok(all.length > 3)
  assert.ok(all.every(each => each.decided === null && each.sourceId !== ''))
  assert.deepEqual(
    all.map(each => each.askedAt.getTime()),
    all.map(each => each.askedAt.getTime()).sort((a, b) => a - b),
  )
  assert.deepEqual(
    await transaction(app, staffIn('99'), tx => waitingRectifications(tx, 'ma', { from: 0, count: 100 })),
    [],
  )
})

test('after a rotation of keys requests and papers are sealed by the new one, and open as before', async () => {
  const before = await transaction(app, officer, tx => waitingRectifications(tx, 'ma', { from: 0, count: 100 }))
  await transaction(worker, workerActor('test'), tx =>
    rotateColumnKeys(tx, { from: [TEST_WRAPPING], to: TEST_WRAPPING }),
  )
  forgetColumnKeys([app, worker])
  const { requests } = await resealColumns(worker)
  assert.ok(requests >= 6, String(requests))
  assert.equal((await resealColumns(worker)).requests, 0)
  const now = await transaction(app, officer, tx => waitingRectifications(tx, 'ma', { from: 0, count: 100 }))
  assert.deepEqual(now, before)
})

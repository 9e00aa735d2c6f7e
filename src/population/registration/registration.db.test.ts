import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { anonymous, deliverEvents, registerSubscriptions, type StaffActor, transaction, workerActor } from '#db'
import { type Id, newId } from '#kernel'
import {
  announceNumbers,
  askPhoneCode,
  closePreRegistration,
  confirmPhoneCode,
  documentsOf,
  drawWaiting,
  findPreRegistration,
  isCodeAwaited,
  NUMBER_GIVEN,
  numberEverybody,
  openPreRegistration,
  type PersonDetails,
  type PreRegistrationId,
  personAsOf,
  readReference,
  registerPerson,
  shownPhone,
  statesOf,
  waitingPreRegistrations,
} from '#population'
import { testDatabase } from '../../../test/database.ts'

const { app, worker, owner } = await testDatabase()

const agent = (territory: string): StaffActor => ({
  kind: 'staff',
  staffId: newId(),
  name: 'Agent',
  territories: [territory],
  permission: 'person.register',
})
const asAgent = <Value>(work: Parameters<typeof transaction<Value>>[2], territory = '07') =>
  transaction(app, agent(territory), work)
const asNobody = <Value>(work: Parameters<typeof transaction<Value>>[2]) => transaction(app, anonymous, work)

let drawn = 0
const another = () => ({ phone: `+2126${String(++drawn).padStart(8, '0')}`, asker: `network ${drawn}` })

const ask = ({ phone, asker }: { phone: string; asker: string }) =>
  asNobody(tx =>
    askPhoneCode(tx, { purpose: 'pre_registration', asker, subject: phone, phone, person: null, isSent: true }),
  )
const confirm = (challenge: string, typed: string) =>
  asNobody(tx => confirmPhoneCode(tx, { purpose: 'pre_registration', asker: null, challenge, typed }))

async function shown() {
  const of = another()
  const asked = await ask(of)
  assert.ok(asked.ok)
  const { challenge, code } = asked.value
  assert.ok((await confirm(challenge, code)).ok)
  const phone = await asNobody(tx => shownPhone(tx, challenge))
  assert.ok(phone)
  return { challenge, phone }
}

const SAID = {
  territory: '07.351',
  givenName: 'Fatima Zahra',
  familyName: 'El Amrani',
  givenNameAr: 'فاطمة الزهراء',
  familyNameAr: 'العمراني',
  sex: 'female',
  birthDate: '1987-01-01',
  birthPrecision: 'year',
} as const

async function preRegistered(territory = '07.351') {
  const { phone } = await shown()
  const reference = await asNobody(tx => openPreRegistration(tx, phone, 'ma', 'ar', { ...SAID, territory }))
  return { phone, reference }
}

const rows = async (query: ReturnType<typeof sql<{ n: number }>>) =>
  (await transaction(owner, workerActor('test'), tx => query.execute(tx))).rows[0]!.n
const persons = () => rows(sql`select count(*)::int as n from population.person`)

test('a telephone is shown by the code that went there, in the browser that asked, within five tries', async () => {
  const asked = await ask(another())
  assert.ok(asked.ok)
  const { challenge, code } = asked.value
  assert.equal(await asNobody(tx => isCodeAwaited(tx, challenge)), true)
  const wrong = code === '111111' ? '222222' : '111111'
  assert.deepEqual(await confirm(challenge, wrong), { ok: false, refusal: { code: 'citizen_code_wrong', left: 4 } })
  assert.equal((await confirm('another browser', code)).ok, false)
  const typed = [...code].map(digit => '٠١٢٣٤٥٦٧٨٩'[Number(digit)]).join(' ')
  assert.ok((await confirm(challenge, typed)).ok)
  assert.equal((await confirm(challenge, code)).ok, false, 'it served once')
  const late = await ask(another())
  assert.ok(late.ok)
  const tries = await Promise.all(Array.from({ length: 9 }, () => confirm(late.value.challenge, 'x')))
  assert.equal(tries.filter(each => !each.ok && each.refusal.code === 'citizen_code_wrong').length, 5)
})

test('codes cannot be pumped: to one telephone, from one network, all at once', async () => {
  const { phone } = another()
  const same = await Promise.all(Array.from({ length: 6 }, (_, at) => ask({ phone, asker: `alone ${at}` })))
  assert.equal(same.filter(each => each.ok).length, 1)
  const many = await Promise.all(Array.from({ length: 15 }, () => ask({ ...another(), asker: 'one network' })))
  assert.equal(many.filter(each => each.ok).length, 10)
  assert.ok(many.every(each => each.ok || each.refusal.code === 'code_wait'))
})

test('the database holds neither the code nor the telephone nor what the browser keeps', async () => {
  const of = another()
  const asked = await ask(of)
  assert.ok(asked.ok)
  const { rows: held } = await transaction(owner, workerActor('test'), tx =>
    sql<{ all: string }>`select string_agg(c::text, '') as all from population.phone_code c`.execute(tx),
  )
  for (const secret of [of.phone.slice(1), of.asker, asked.value.challenge, `,${asked.value.code},`]) {
    assert.ok(!held[0]!.all.includes(secret), secret)
  }
})

test('a pre-registration is kept once for a telephone shown, beside the register and not in it', async () => {
  const before = await persons()
  const { phone } = await shown()
  const all = await Promise.all(
    Array.from({ length: 5 }, () => asNobody(tx => openPreRegistration(tx, phone, 'ma', 'fr', SAID))),
  )
  assert.equal(new Set(all).size, 1)
  assert.match(all[0]!, /^[2-9A-Z]{4}-[2-9A-Z]{4}$/)
  assert.equal(await persons(), before)
  const found = await asAgent(tx => findPreRegistration(tx, 'ma', { reference: all[0]! }))
  assert.equal(found?.phone, phone.phone)
  assert.equal(found?.familyNameAr, SAID.familyNameAr)
})

test('only agents of the territory see it; whoever is nobody reads none', async () => {
  const { reference } = await preRegistered()
  const seen = (territory: string) => asAgent(tx => findPreRegistration(tx, 'ma', { reference }), territory)
  assert.ok(await seen('07.351'))
  assert.ok(await seen(''))
  assert.equal(await seen('08'), undefined)
  assert.equal(await asNobody(tx => findPreRegistration(tx, 'ma', { reference })), undefined)
  assert.equal(await asAgent(tx => findPreRegistration(tx, 'sn', { reference })), undefined)
})

test('a reference is read however it is typed', () => {
  for (const typed of ['ab2c-9xyz', ' AB2C 9XYZ', 'ab2c9xyz']) assert.equal(readReference(typed), 'AB2C-9XYZ')
  for (const typed of ['', 'AB2C', 'AB2C-9XYZ-1', 'é']) assert.equal(readReference(typed), undefined)
})

const DETAILS: PersonDetails = {
  ...SAID,
  fatherName: 'Brahim',
  fatherNameAr: null,
  motherName: null,
  motherNameAr: null,
  nickname: null,
  nicknameAr: null,
  birthPlaceCode: '07.351',
  birthPlace: null,
  father: null,
  mother: null,
  nationalities: ['MA'],
  phone: '+212612345678',
  address: 'Douar Oulad Ali',
  photo: null,
  absentSince: null,
  biometricSystem: null,
  biometricReference: null,
}

const register = (person: Id<'Person'>, preRegistration: PreRegistrationId | null = null) =>
  asAgent(tx =>
    registerPerson(tx, {
      person,
      country: 'ma',
      details: DETAILS,
      documents: [
        {
          id: newId<'PersonDocument'>(),
          type: 'national_id',
          number: 'AB 123456',
          issuer: 'DGSN',
          issuedOn: '2020-02-01',
          expiresOn: '2030-02-01',
        },
      ],
      channel: 'desk',
      evidence: 'CNIE seen',
      language: 'fr',
      preRegistration,
      recordedBy: 'Agent',
    }),
  )

test('one state holds all that was registered, with the document that shows it, once whoever sends it again', async () => {
  const person = newId<'Person'>()
  const answers = await Promise.all(Array.from({ length: 4 }, () => register(person)))
  assert.deepEqual(answers.toSorted(), ['exists', 'exists', 'exists', 'registered'])
  const states = await asAgent(tx => statesOf(tx, person))
  assert.equal(states.length, 1)
  const state = await asAgent(tx => personAsOf(tx, person, new Date('9999-01-01')))
  for (const [field, value] of Object.entries(DETAILS)) {
    assert.deepEqual(state?.[field as keyof PersonDetails], value, field)
  }
  assert.deepEqual([state?.source, state?.evidence, state?.modelled], ['desk', 'CNIE seen', false])
  const documents = await asAgent(tx => documentsOf(tx, person))
  assert.deepEqual(
    documents.map(each => each.number),
    ['AB 123456'],
  )
})

test('a pre-registration is closed once; what it said goes, and it never changes again', async () => {
  const { reference } = await preRegistered()
  const found = await asAgent(tx => findPreRegistration(tx, 'ma', { reference }))
  const person = newId<'Person'>()
  await register(person, found!.id)
  const close = () => asAgent(tx => closePreRegistration(tx, found!.id, { outcome: 'registered', person }))
  assert.deepEqual([await close(), await close()], [true, false])
  const after = await asAgent(tx => findPreRegistration(tx, 'ma', { id: found!.id }))
  assert.deepEqual([after?.outcome, after?.person, after?.phone, after?.givenName], ['registered', person, null, null])
  await assert.rejects(
    transaction(owner, workerActor('test'), tx =>
      sql`update population.pre_registration set reason = 'x' where id = ${found!.id}`.execute(tx),
    ),
    /closed once/,
  )
  const waiting = await asAgent(tx => waitingPreRegistrations(tx, 'ma', 100))
  assert.ok(waiting.rows.every(each => each.id !== found!.id))
  assert.equal(waiting.total, waiting.rows.length)
})

test('the number is given by the task and announced once, to one subscriber', async () => {
  const person = newId<'Person'>()
  await register(person)
  const told: unknown[] = []
  const subscription = {
    subscriber: 'test',
    type: NUMBER_GIVEN,
    handle: async (_tx: unknown, event: { payload: unknown }) => void told.push(event.payload),
  }
  await registerSubscriptions(worker, [subscription])
  await Promise.all(Array.from({ length: 3 }, () => announceNumbers(worker)))
  await deliverEvents(worker, [subscription])
  assert.ok(!told.some(each => (each as { person: string }).person === person), 'not before it is given')
  const terms = { country: 'ma', length: 12, waiting: 100 }
  await drawWaiting(worker, terms)
  await numberEverybody(worker, terms)
  await Promise.all(Array.from({ length: 3 }, () => announceNumbers(worker)))
  await deliverEvents(worker, [subscription])
  const mine = told.filter(each => (each as { person: string }).person === person)
  assert.deepEqual(mine, [{ person, territory: '07.351', language: 'fr' }])
})

test('who never came is forgotten after ninety days, who was registered is not', async () => {
  const [gone, kept] = [await preRegistered(), await preRegistered()]
  const found = await asAgent(tx => findPreRegistration(tx, 'ma', { reference: kept.reference }))
  const person = newId<'Person'>()
  await register(person, found!.id)
  await asAgent(tx => closePreRegistration(tx, found!.id, { outcome: 'registered', person }))
  await transaction(owner, workerActor('test'), async tx => {
    await sql`alter table population.pre_registration disable trigger keep_pre_registration`.execute(tx)
    await sql`update population.pre_registration set said_at = said_at - interval '91 days',
      closed_at = closed_at - interval '91 days'`.execute(tx)
    await sql`alter table population.pre_registration enable trigger keep_pre_registration`.execute(tx)
  })
  await transaction(worker, workerActor('test'), tx => sql`select population.forget_registrations()`.execute(tx))
  assert.equal(await asAgent(tx => findPreRegistration(tx, 'ma', { reference: gone.reference })), undefined)
  assert.ok(await asAgent(tx => findPreRegistration(tx, 'ma', { reference: kept.reference })))
})

test('who leaves the register leaves nothing behind', async () => {
  const person = newId<'Person'>()
  const { reference } = await preRegistered()
  const found = await asAgent(tx => findPreRegistration(tx, 'ma', { reference }))
  await register(person, found!.id)
  await asAgent(tx => closePreRegistration(tx, found!.id, { outcome: 'registered', person }))
  await transaction(owner, workerActor('test'), tx =>
    sql`select population.erase_persons(array[${person}]::uuid[])`.execute(tx),
  )
  assert.equal(await rows(sql`select count(*)::int as n from population.registration where person_id = ${person}`), 0)
  assert.equal(await asAgent(tx => findPreRegistration(tx, 'ma', { reference })), undefined)
})

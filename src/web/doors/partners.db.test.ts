import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { openCountry } from '#countries'
import { type Transaction, transaction, workerActor } from '#db'
import { type Id, newId } from '#kernel'
import type { Notice } from '#messaging'
import { type Claimed, correctPerson, drawWaiting, issueAlias, issueNumbers, numbersOf, tellTokens } from '#population'
import { readingsOf, type Service } from '#security'
import { testDatabase } from '../../../test/database.ts'
import type { AuthenticationAsked } from '../api/partner-api.ts'
import { partnerDoor } from './partners.ts'

const { app, worker } = await testDatabase()
const country = openCountry('ma')
const asWorker = <Value>(work: (tx: Transaction) => Promise<Value>) => transaction(worker, workerActor('test'), work)
await drawWaiting(worker, { country: 'ma', length: 10, waiting: 50 })

const bank: Service = {
  id: newId<'service'>() as Service['id'],
  name: 'bank',
  organisation: 'A bank',
  scopes: ['person.authenticate'],
  territory: '07',
  programme: null,
  key: { id: newId<'service-key'>(), prefix: 'abcd1234', expiresAt: new Date(0) },
}

async function register(territory: string): Promise<{ person: Id<'Person'>; number: string }> {
  const person = newId<'Person'>()
  await asWorker(async tx => {
    await tx
      .insertInto('population.person')
      .values({ id: person, country: 'ma', territory, source: 'test', recorded_by: 'test' })
      .execute()
    const names = { givenName: 'Méryem', familyName: 'El-Alaoui', givenNameAr: 'مريم', familyNameAr: 'العلوي' }
    const birth = { birthDate: '1988-03-01', birthPrecision: 'month' } as const
    await correctPerson(tx, { person, ...names, ...birth, sex: 'female', phone: '+212612345678' }, 'test')
    await issueNumbers(tx, [person])
  })
  const [given] = await asWorker(tx => numbersOf(tx, [person]))
  return { person, number: given!.number }
}

/** Each question at a door of its own: how often one may ask is tried apart. */
const ask = (named: AuthenticationAsked['named'], claimed: Claimed, service = bank) =>
  partnerDoor(app, country, undefined).authenticate(service, { named, claimed }, 0)

const { person, number } = await register('07.351')
const named = { by: 'number', value: number } as const

const claims: readonly [says: string, claimed: Claimed, authentic: boolean][] = [
  ['names without accents, in capitals', { givenName: 'MERYEM', familyName: 'el alaoui' }, true],
  ['names in Arabic script', { givenName: 'مريم', familyName: 'العلوي' }, true],
  ['a birth date, as far as it is known', { birthDate: '1988-03-17' }, true],
  ['another month of birth', { birthDate: '1988-04-01' }, false],
  ['the telephone as it is typed in the country', { phone: '06 12 34 56 78' }, true],
  ['all that is known', { givenName: 'Meryem', birthDate: '1988-03-01', sex: 'female' }, true],
  ['one of them wrong', { givenName: 'Meryem', birthDate: '1988-03-01', sex: 'male' }, false],
  ['a name that is no name', { givenName: '---' }, false],
  ['nothing', {}, false],
]
for (const [says, claimed, authentic] of claims) {
  test(`${says}: ${authentic ? 'yes' : 'no'}`, async () => {
    assert.deepEqual(await ask(named, claimed), { authentic })
  })
}

test('by an alias and by the partner’s own token too, never by that of another', async () => {
  const alias = await asWorker(tx => issueAlias(tx, person, { expiresAt: null }))
  assert.ok(alias.ok)
  const master = Buffer.alloc(32, 3)
  const own = (await asWorker(tx => tellTokens(tx, master, 'partner:bank', [person]))).get(person)!
  const foreign = (await asWorker(tx => tellTokens(tx, master, 'partner:school', [person]))).get(person)!
  const claimed = { sex: 'female' } as const
  assert.deepEqual(await ask({ by: 'alias', value: alias.value }, claimed), { authentic: true })
  assert.deepEqual(await ask({ by: 'token', value: own }, claimed), { authentic: true })
  assert.deepEqual(await ask({ by: 'token', value: foreign }, claimed), { authentic: false })
})

test('nobody, somebody of elsewhere and somebody dead are answered alike: no', async () => {
  const elsewhere = await register('06.141')
  const dead = await register('07.351')
  await asWorker(tx =>
    sql`insert into population.death (person_id, died_on, recorded_by) values (${dead.person}, '2025-12-24', 'test')`.execute(
      tx,
    ),
  )
  for (const value of ['9999999999', elsewhere.number, dead.number]) {
    assert.deepEqual(await ask({ by: 'number', value }, { sex: 'female' }), { authentic: false })
  }
  const without = { ...bank, scopes: [] }
  assert.deepEqual(await ask(named, { sex: 'female' }, without), { authentic: false })
})

test('one partner tries one person five times and waits, whether or not the person exists; another partner does not', async () => {
  const door = partnerDoor(app, country, undefined)
  for (const value of [number, '8888888888']) {
    const asked: AuthenticationAsked = { named: { by: 'number', value }, claimed: { sex: 'male' } }
    for (let time = 0; time < 5; time++) assert.deepEqual(await door.authenticate(bank, asked, 0), { authentic: false })
    assert.deepEqual(Object.keys(await door.authenticate(bank, asked, 0)), ['wait'])
    const other = { ...bank, id: newId<'service'>() as Service['id'], name: 'other' }
    assert.deepEqual(await door.authenticate(other, asked, 0), { authentic: false })
  }
})

test('the person sees that the partner asked', async () => {
  const one = await register('07.351')
  await ask({ by: 'number', value: one.number }, { sex: 'female' })
  const read = await asWorker(tx =>
    readingsOf(tx, [{ kind: 'person', id: one.person }], { territory: '07.351', limit: 10 }),
  )
  assert.deepEqual(
    read.map(({ by, action, purpose }) => [by, action, purpose]),
    [['bank', 'authentication.read', 'exchange']],
  )
})

/** A door with messages, what left through it, and a code asked for. */
function withMessages() {
  const told: Notice[] = []
  const door = partnerDoor(app, country, async notice => void told.push(notice))
  const askCode = async (value: string, service = bank) => {
    const answer = await door.askCode!(service, { named: { by: 'number', value }, language: 'fr' })
    const notice = told.at(-1)
    const code = notice?.kind === 'partner_code' ? notice.values.code : undefined
    return { answer, code, challenge: answer.ok ? answer.value.challenge : '' }
  }
  return { door, told, askCode }
}

test('a code goes to the registered telephone and to no other; typed back by that partner it says yes, once', async () => {
  const { door, told, askCode } = withMessages()
  const one = await register('07.351')
  const { code, challenge } = await askCode(one.number)
  assert.deepEqual(
    told.map(({ to }) => to),
    [{ phone: '+212612345678' }],
  )
  const other = { ...bank, id: newId<'service'>() as Service['id'], name: 'other' }
  assert.deepEqual(await door.confirmCode(other, { challenge, code: code! }), { authentic: false })
  const wrong = code === '111111' ? '222222' : '111111'
  assert.deepEqual(await door.confirmCode(bank, { challenge, code: wrong }), { authentic: false })
  assert.deepEqual(await door.confirmCode(bank, { challenge, code: code! }), { authentic: true })
  assert.deepEqual(await door.confirmCode(bank, { challenge, code: code! }), { authentic: false })
  const read = await asWorker(tx =>
    readingsOf(tx, [{ kind: 'person', id: one.person }], { territory: '07.351', limit: 10 }),
  )
  assert.deepEqual(
    read.map(({ action }) => action),
    ['authentication.read', 'authentication_code.read'],
  )
})

test('where nobody is named, of elsewhere or dead, the answer is the same, nothing is sent and no code says yes', async () => {
  const { door, told, askCode } = withMessages()
  const elsewhere = await register('06.141')
  const dead = await register('07.351')
  await asWorker(tx =>
    sql`insert into population.death (person_id, died_on, recorded_by) values (${dead.person}, '2025-12-24', 'test')`.execute(
      tx,
    ),
  )
  for (const value of ['7777777777', elsewhere.number, dead.number]) {
    const { answer, challenge } = await askCode(value)
    assert.ok(answer.ok)
    assert.match(challenge, /^[\w-]{43}$/)
    assert.deepEqual(await door.confirmCode(bank, { challenge, code: '000000' }), { authentic: false })
    assert.deepEqual((await askCode(value)).answer.ok, false, 'what is the same to wait for anybody')
  }
  assert.deepEqual(told, [])
})

test('one person receives five codes a day at most, whatever partners ask; they are answered as before', async () => {
  const { told, askCode } = withMessages()
  const one = await register('07.351')
  for (let partner = 0; partner < 8; partner++) {
    const service = { ...bank, id: newId<'service'>() as Service['id'], name: `partner ${partner}` }
    assert.ok((await askCode(one.number, service)).answer.ok)
  }
  assert.equal(told.length, 5)
})

const school: Service = { ...bank, id: newId<'service'>() as Service['id'], name: 'school', scopes: ['feed.write'] }

test('a school tells of pupils where it may, and of nobody elsewhere', async () => {
  const pupil = await register('07.351')
  const elsewhere = await register('09.001')
  const rows = [pupil, elsewhere].map(each => ({ unique_number: each.number, month: '2022-10', absences_month: '2' }))
  const door = partnerDoor(app, country, undefined)
  const taken = await door.takeFeed(school, { kind: 'school', month: undefined, rows })
  assert.ok(taken.ok)
  const { report, rejects } = taken.value
  assert.deepEqual([report.recorded, report.rejected, rejects[0]?.code, rejects[0]?.row], [1, 1, 'nobody_found', 2])
  const again = await door.takeFeed(school, { kind: 'school', month: undefined, rows })
  assert.ok(again.ok && again.value.report.isAgain)
})

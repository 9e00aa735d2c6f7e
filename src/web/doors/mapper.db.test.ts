import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { sql } from 'kysely'
import { parse } from 'yaml'
import { openCountry } from '#countries'
import { type Transaction, transaction, workerActor } from '#db'
import { type DateText, type Id, newId } from '#kernel'
import { payeeAccountsOf, takeAccountChanges } from '#payments'
import { correctPerson, drawWaiting, issueNumbers, numbersOf, tellTokens } from '#population'
import { readingsOf, type Service } from '#security'
import { testDatabase } from '../../../test/database.ts'
import { exampleDoors } from '../../../test/example-doors.ts'
import { paymentTests } from '../../../test/payments.ts'
import { schemaFaults } from '../../../test/schema-faults.ts'
import { shared, sharedMissing } from '../../../test/shared.ts'
import { createPartnerApi } from '../api/partner-api.ts'
import { mapperDoor } from './mapper.ts'

const databases = await testDatabase()
const { app, worker } = databases
await paymentTests(databases)
const country = openCountry('ma')
const asWorker = <Value>(work: (tx: Transaction) => Promise<Value>) => transaction(worker, workerActor('test'), work)
await drawWaiting(worker, { country: 'ma', length: 10, waiting: 50 })

const account = (name: string, change: Partial<Service> = {}): Service => ({
  id: newId<'service'>() as Service['id'],
  name,
  organisation: name,
  scopes: ['payee_account.read', 'payee_account.write'],
  territory: '',
  programme: null,
  key: { id: newId<'service-key'>(), prefix: 'abcd1234', expiresAt: new Date(0) },
  ...change,
})
const accounts = [
  account('bank'),
  account('south', { territory: '07' }),
  account('reader', { scopes: ['payee_account.read'] }),
  account('none', { scopes: ['person.authenticate'] }),
]
const api = createPartnerApi({
  partners: {
    ...exampleDoors().partners,
    service: async key => {
      const found = accounts.find(each => each.name === key)
      return found ? { ok: true, value: found } : { ok: false, refusal: { code: 'key_unknown' } }
    },
    ...mapperDoor(app, country),
  },
  log: { error: facts => assert.fail(String((facts as { err?: Error }).err?.stack)) },
  pace: { burst: 1000, perSecond: 1000 },
})

async function register(territory: string) {
  const person = newId<'Person'>()
  await asWorker(async tx => {
    await tx
      .insertInto('population.person')
      .values({ id: person, country: 'ma', territory, source: 'test', recorded_by: 'test' })
      .execute()
    const birth = { birthDate: '1988-03-01', birthPrecision: 'month' } as const
    const names = { givenName: 'Aïcha', familyName: 'Test', givenNameAr: 'عائشة', familyNameAr: 'تجربة' }
    await correctPerson(tx, { person, ...names, ...birth, sex: 'female', phone: '+212612345678' }, 'test')
    await issueNumbers(tx, [person])
  })
  const [given] = await asWorker(tx => numbersOf(tx, [person]))
  return { person, id: `number:${given!.number}@ma` }
}

type Act = 'link' | 'update' | 'unlink' | 'resolve'
type Asked = { readonly id?: string; readonly fa?: string; readonly scope?: string; readonly reference_id?: string }
const TIMESTAMP = '2026-12-04T17:20:07-04:00'

const specification = sharedMissing
  ? undefined
  : parse(readFileSync(shared('standards/g2p-connect/openapi/mapper_core_api_v1.0.0.yaml'), 'utf8'))
const bodyOf = (act: Act, part: 'requestBody' | 'default') => {
  const post = specification.paths[`/mapper/sync/${act}`].post
  const holder = part === 'default' ? post.responses.default : post.requestBody
  return holder.content['application/json'].schema
}

/** Asks, as the specification writes it both ways; answers the status of HTTP and of each request. */
async function ask(act: Act, requests: readonly Asked[], key = 'bank', header: object = {}) {
  const body = {
    header: {
      version: '1.0.0',
      message_id: newId(),
      message_ts: TIMESTAMP,
      action: 'link',
      sender_id: 'bank.example.org',
      total_count: requests.length,
      ...header,
    },
    message: {
      transaction_id: 'T1',
      [`${act}_request`]: requests.map((one, at) => ({ reference_id: `R${at}`, timestamp: TIMESTAMP, ...one })),
    },
  }
  const response = await api.request(`/api/v1/mapper/sync/${act}`, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
  })
  const answer = await response.json()
  if (specification && response.status === 200) {
    assert.deepEqual(schemaFaults(specification, bodyOf(act, 'requestBody'), body), [], 'the question')
  }
  if (specification && response.status < 401) {
    assert.deepEqual(schemaFaults(specification, bodyOf(act, 'default'), answer), [], 'the answer')
  }
  const answers: { status: string; status_reason_code?: string; status_reason_message?: string; fa?: string }[] =
    answer.message?.[`${act}_response`] ?? []
  const said = answers.map(one => `${one.status} ${one.status_reason_code ?? one.status_reason_message ?? ''}`.trim())
  return { status: response.status, header: answer.header, said, answers }
}
const say = async (act: Act, asked: Asked, key?: string) => (await ask(act, [asked], key)).said[0]

const wallet = 'mobile:212600000001@wallet'
const other = 'mobile:212600000002@wallet'
const bankAccount = 'account:MA64011519000001205000534921@tresor'
const accountsOf = async (person: Id<'Person'>) =>
  (await asWorker(tx => payeeAccountsOf(tx, [person], '2099-01-01' as DateText))).map(
    one => `${one.kind} ${one.number ?? ''} ${one.recordedBy.split(':')[0]}`,
  )

test('a number is linked to an account, resolved, moved and unlinked, as the specification writes it', async () => {
  const { person, id } = await register('07.351')
  assert.equal(await say('resolve', { id }), 'succ succ.id.inactive')
  assert.equal(await say('link', { id, fa: wallet }), 'succ')
  assert.equal(await say('link', { id, fa: wallet }), 'succ', 'so already')
  assert.equal(await say('link', { id, fa: bankAccount }), 'rjct rjct.other.error')
  assert.equal(await say('resolve', { id }), 'succ succ.id.active')
  assert.equal(await say('resolve', { id, fa: wallet }), 'succ succ.fa.active')
  assert.equal(await say('resolve', { id, fa: other }), 'succ succ.fa.not_linked_to_id')
  const [details] = (await ask('resolve', [{ id, scope: 'details' }])).answers
  assert.equal(details!.fa, wallet)
  assert.equal((await ask('resolve', [{ id }])).answers[0]!.fa, undefined, 'yes or no says no account')
  assert.equal(await say('update', { id, fa: bankAccount }), 'succ')
  assert.equal(await say('resolve', { fa: bankAccount }), 'succ succ.fa.active')
  assert.equal(await say('unlink', { id, fa: wallet }), 'rjct linked_to_another')
  assert.equal(await say('unlink', { id }), 'succ')
  assert.equal(await say('resolve', { id }), 'succ succ.id.inactive')
  assert.equal(await say('update', { id, fa: wallet }), 'rjct not_linked')
  assert.deepEqual((await accountsOf(person)).toSorted(), [
    'bank MA64011519000001205000534921 service',
    'closed  service',
    'mobile +212600000001 service',
  ])
  const { changes } = await asWorker(tx => takeAccountChanges(tx, 100))
  assert.equal(changes.filter(one => one.payeeId === person).length, 2, 'the payee is to be told of both changes')
  const read = await asWorker(tx =>
    readingsOf(tx, [{ kind: 'person', id: person }], { territory: '07.351', limit: 50 }),
  )
  assert.ok(
    read.some(one => one.by === 'bank' && one.action === 'payee_account.read'),
    'the person sees who asked',
  )
})

test('a message said again, even after others, does nothing a second time', async () => {
  const { person, id } = await register('08')
  const header = { message_id: 'M-1' }
  assert.deepEqual((await ask('link', [{ id, fa: wallet }], 'bank', header)).said, ['succ'])
  assert.equal(await say('update', { id, fa: other }), 'succ')
  const update = { message_id: 'M-2' }
  assert.deepEqual((await ask('update', [{ id, fa: bankAccount }], 'bank', update)).said, ['succ'])
  assert.equal(await say('update', { id, fa: other }), 'succ')
  assert.deepEqual((await ask('update', [{ id, fa: bankAccount }], 'bank', update)).said, ['succ'])
  assert.equal(await say('resolve', { id, fa: other }), 'succ succ.fa.active')
  assert.equal((await accountsOf(person)).length, 4)
})

test('by the partner’s own token too; whom the service may not see, the dead and the unknown are nobody', async () => {
  const { person, id } = await register('07.351')
  const away = await register('08')
  const dead = await register('07.351')
  await asWorker(tx =>
    sql`insert into population.death (person_id, died_on, recorded_by) values (${dead.person}, '2026-01-01', 'test')`.execute(
      tx,
    ),
  )
  const token = (await asWorker(tx => tellTokens(tx, Buffer.alloc(32, 3), 'partner:south', [person]))).get(person)!
  assert.equal(await say('link', { id: `token:${token}@ma`, fa: wallet }, 'south'), 'succ')
  assert.equal(await say('resolve', { id, fa: wallet }, 'south'), 'succ succ.fa.active')
  assert.equal(await say('resolve', { id: `token:${token}@ma` }, 'bank'), 'succ succ.id.not_found', 'another’s token')
  for (const nobody of [away.id, dead.id, 'number:9999999999@ma']) {
    assert.equal(await say('link', { id: nobody, fa: wallet }, 'south'), 'rjct rjct.id.invalid')
    assert.equal(await say('resolve', { id: nobody }, 'south'), 'succ succ.id.not_found')
  }
  assert.equal(await say('link', { id: away.id, fa: other }, 'bank'), 'succ')
  assert.equal(await say('resolve', { fa: other }, 'south'), 'succ succ.fa.not_found', 'an account out of sight')
})

test('each request that cannot be done is refused by itself, with the code of the specification', async () => {
  const { id } = await register('08')
  const { said } = await ask('link', [
    { id, fa: wallet },
    { id, fa: wallet, reference_id: 'R0' },
    { id, fa: 'mobile:1@wallet' },
    { id, fa: 'mobile:212600000001@nobody' },
    { id: 'somebody', fa: wallet },
    { id: id.replace('@ma', '@sn'), fa: wallet },
  ])
  assert.deepEqual(said, [
    'succ',
    'rjct rjct.reference_id.duplicate',
    'rjct rjct.fa.invalid',
    'rjct rjct.fa.invalid',
    'rjct rjct.id.invalid',
    'rjct rjct.id.invalid',
  ])
})

const HEADERS: readonly [header: object, code: string][] = [
  [{ version: '2.0.0' }, 'rjct.version.invalid'],
  [{ message_ts: 'yesterday' }, 'rjct.message_ts.invalid'],
  [{ action: 'disburse' }, 'rjct.action.invalid'],
  [{ is_msg_encrypted: true }, 'rjct.action.not_supported'],
  [{ total_count: 7 }, 'rjct.total_count.invalid'],
]
for (const [header, code] of HEADERS) {
  test(`a message whose header is wrong does nothing: ${code}`, async () => {
    const { id } = await register('08')
    const answer = await ask('link', [{ id, fa: wallet }], 'bank', header)
    assert.deepEqual([answer.status, answer.header.status_reason_code], [400, code])
    assert.equal(await say('resolve', { id }), 'succ succ.id.inactive')
  })
}

test('a service asks what it was granted, in what pace, and at most so much at once', async () => {
  const { id } = await register('08')
  assert.equal((await ask('resolve', [{ id }], 'none')).status, 403)
  assert.equal((await ask('link', [{ id, fa: wallet }], 'reader')).status, 403)
  assert.equal((await ask('resolve', [{ id }], 'reader')).status, 200)
  const many = await ask(
    'resolve',
    Array.from({ length: 101 }, () => ({ id })),
  )
  assert.equal(many.header.status_reason_code, 'rjct.total_count.limit_exceeded')
  const tries = await ask(
    'resolve',
    Array.from({ length: 40 }, (_, at) => ({ id, reference_id: `T${at}` })),
  )
  assert.equal(tries.said.filter(one => one === 'succ succ.id.inactive').length, 20)
})

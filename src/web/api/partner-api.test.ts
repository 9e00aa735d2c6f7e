import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Service } from '#security'
import { exampleDoors } from '../../../test/example-doors.ts'
import { createPartnerApi, type PartnerDoor } from './partner-api.ts'

const service: Service = {
  id: '0199f000-0000-7000-8000-000000000001' as Service['id'],
  name: 'npu-registry',
  organisation: 'A partner',
  scopes: ['household.read'],
  territory: '07',
  programme: null,
  key: {
    id: '0199f000-0000-7000-8000-000000000002' as Service['key']['id'],
    prefix: 'abcd1234',
    expiresAt: new Date(0),
  },
}
const taken = {
  id: '0199f000-0000-7000-8000-000000000003' as never,
  kind: 'school',
  source: '',
  label: '',
  channel: 'api',
  month: null,
  askedBy: '',
  startedAt: new Date(0),
  finishedAt: new Date(0),
  position: 1,
  recorded: 0,
  unchanged: 0,
  doubtful: 0,
  rejected: 0,
  isAgain: false,
} as const
const door: PartnerDoor = {
  service: async key => {
    if (key === 'broken') throw new Error('the database is away')
    if (key === 'expired') return { ok: false, refusal: { code: 'key_expired', at: new Date(0) } }
    if (key === 'telling') return { ok: true, value: { ...service, scopes: ['feed.write'] } }
    if (key === 'applying') return { ok: true, value: { ...service, scopes: ['enrolment.write'], programme: null } }
    if (key === 'for-tayssir') {
      return { ok: true, value: { ...service, scopes: ['enrolment.write'], programme: 'ma/tayssir' } }
    }
    if (key === 'authenticating') return { ok: true, value: { ...service, scopes: ['person.authenticate'] } }
    return key === 'right' ? { ok: true, value: service } : { ok: false, refusal: { code: 'key_unknown' } }
  },
  authenticate: async (_service, { named, claimed }) =>
    named.value === '999999999' ? { wait: 30 } : { authentic: claimed.sex === 'female' },
  askCode: async (_service, { named }) =>
    named.value === '999999999'
      ? { ok: false, refusal: { wait: 60 } }
      : { ok: true, value: { challenge: 'c', seconds: 600 } },
  takeFeed: async (asker, { kind, rows }) =>
    kind === 'vaccination'
      ? { ok: false, refusal: { code: 'column_unknown', columns: ['absenses'], known: [] } }
      : { ok: true, value: { report: { ...taken, recorded: rows.length, source: asker.name }, rejects: [] } },
  apply: async (_service, { id, claimed, programme }) => {
    if (claimed.sex !== 'female') return { ok: false, refusal: { code: 'not_authentic' } }
    if (programme === 'ma/asd') return { ok: false, refusal: { code: 'channel_closed', open: ['web', 'desk'] } }
    return { ok: true, value: { id, state: 'enrolled' } }
  },
  mapAddresses: exampleDoors().partners.mapAddresses,
  confirmCode: async (_service, { code }) => ({ authentic: code === '123456' }),
  determinations: exampleDoors().partners.determinations,
}
const logged: string[] = []
const log = { error: (_facts: object, says: string) => void logged.push(says) }
const make = (pace?: { burst: number; perSecond: number }) => createPartnerApi({ partners: door, log, pace })
const api = make()
const ask = (path: string, key?: string, by = api) =>
  by.request(`/api/v1${path}`, key === undefined ? {} : { headers: { authorization: key } })

test('a key is told what it is for', async () => {
  const response = await ask('/whoami', 'Bearer right')
  assert.equal(response.status, 200)
  assert.equal(response.headers.get('cache-control'), 'no-store')
  assert.deepEqual(await response.json(), {
    ...service,
    key: { prefix: 'abcd1234', expiresAt: '1970-01-01T00:00:00.000Z' },
  })
})

const refused: readonly [says: string, path: string, key: string | undefined, status: number, code: string][] = [
  ['no key', '/whoami', undefined, 401, 'key_missing'],
  ['another scheme', '/whoami', 'Basic cmlnaHQ=', 401, 'key_missing'],
  ['an endless key', '/whoami', `Bearer ${'x'.repeat(5000)}`, 401, 'key_missing'],
  ['an unknown key', '/whoami', 'Bearer wrong', 401, 'key_unknown'],
  ['a key that has ended', '/whoami', 'Bearer expired', 401, 'key_expired'],
  ['an address without anything, for whoever has a key', '/nothing', 'Bearer right', 404, 'not_found'],
  ['an address without anything, for whoever has none', '/nothing', undefined, 401, 'key_missing'],
  ['something broken here', '/whoami', 'Bearer broken', 500, 'failed'],
]
for (const [says, path, key, status, code] of refused) {
  test(`refused as a problem: ${says}`, async () => {
    const response = await ask(path, key)
    assert.equal(response.status, status)
    assert.equal(response.headers.get('content-type'), 'application/problem+json')
    assert.equal(response.headers.get('www-authenticate'), status === 401 ? 'Bearer' : null)
    const problem = (await response.json()) as Record<string, unknown>
    assert.deepEqual([problem.type, problem.status], [`urn:socle:problem:${code}`, status])
    assert.ok(!JSON.stringify(problem).includes('database'))
  })
}

test('what broke is in the log', () => assert.deepEqual(logged, ['a request of a partner failed']))

test('one key asks so often and no more, however many processes of the partner use it', async () => {
  const slow = make({ burst: 3, perSecond: 0.01 })
  const answers = await Promise.all(Array.from({ length: 5 }, () => ask('/whoami', 'Bearer right', slow)))
  assert.deepEqual(answers.map(answer => answer.status).sort(), [200, 200, 200, 429, 429])
  const late = answers.find(answer => answer.status === 429)
  assert.ok(Number(late?.headers.get('retry-after')) > 1)
})

test('the description lists every route with its refusals, and needs no key', async () => {
  const response = await ask('/openapi.json')
  assert.equal(response.status, 200)
  const document = (await response.json()) as {
    openapi: string
    paths: Record<string, Record<string, { responses: object; security: object[] }>>
  }
  assert.equal(document.openapi, '3.1.0')
  assert.deepEqual(Object.keys(document.paths), [
    '/api/v1/whoami',
    '/api/v1/persons/authenticate',
    '/api/v1/persons/authenticate/code',
    '/api/v1/persons/authenticate/code/confirm',
    '/api/v1/runs',
    '/api/v1/runs/{run}',
    '/api/v1/runs/{run}/cancel',
    '/api/v1/runs/{run}/differences',
    '/api/v1/feeds/{kind}',
    '/api/v1/applications',
    '/api/v1/mapper/sync/link',
    '/api/v1/mapper/sync/update',
    '/api/v1/mapper/sync/unlink',
    '/api/v1/mapper/sync/resolve',
  ])
  for (const route of Object.values(document.paths).flatMap(path => Object.values(path))) {
    assert.ok('401' in route.responses && '429' in route.responses)
    assert.deepEqual(route.security, [{ key: [] }])
  }
})

const tell = (body: unknown, key = 'authenticating') =>
  api.request('/api/v1/persons/authenticate', {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
const asked = { named: { by: 'number', value: '7189756416' }, claimed: { sex: 'female' } }

test('a partner is told yes or no and nothing else', async () => {
  for (const [sex, authentic] of [
    ['female', true],
    ['male', false],
  ] as const) {
    const response = await tell({ ...asked, claimed: { sex } })
    assert.equal(response.status, 200)
    assert.equal(response.headers.get('cache-control'), 'no-store')
    assert.deepEqual(await response.json(), { authentic })
  }
})

const malformed: readonly [says: string, body: unknown, key: string | undefined, status: number, code: string][] = [
  ['a key without the scope', asked, 'right', 403, 'scope_missing'],
  ['one person too often', { ...asked, named: { by: 'number', value: '999999999' } }, undefined, 429, 'too_many_tries'],
  ['what is no JSON', '{"named":', undefined, 422, 'request_malformed'],
  ['nothing claimed', { ...asked, claimed: {} }, undefined, 422, 'request_malformed'],
  ['a field that is not asked', { ...asked, claimed: { religion: 'x' } }, undefined, 422, 'request_malformed'],
  [
    'a day that does not exist',
    { ...asked, claimed: { birthDate: '2026-02-30' } },
    undefined,
    422,
    'request_malformed',
  ],
  [
    'a number of letters',
    { ...asked, named: { by: 'number', value: "1' or 1=1" } },
    undefined,
    422,
    'request_malformed',
  ],
]
for (const [says, body, key, status, code] of malformed) {
  test(`an authentication is refused: ${says}`, async () => {
    const response = await tell(body, key)
    assert.equal(response.status, status)
    assert.equal(((await response.json()) as { type: string }).type, `urn:socle:problem:${code}`)
  })
}

const post = (path: string, body: object, key = 'authenticating', by = api) =>
  by.request(`/api/v1${path}`, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
  })

test('a code is asked for and confirmed, by whoever may authenticate, and each refusal has its status', async () => {
  const named = { by: 'number', value: '123456789' }
  const sent = await post('/persons/authenticate/code', { named })
  assert.deepEqual([sent.status, await sent.json()], [202, { challenge: 'c', seconds: 600 }])
  const yes = await post('/persons/authenticate/code/confirm', { challenge: 'c', code: '123456' })
  assert.deepEqual([yes.status, await yes.json()], [200, { authentic: true }])
  const often = await post('/persons/authenticate/code', { named: { ...named, value: '999999999' } })
  assert.deepEqual([often.status, often.headers.get('retry-after')], [429, '60'])
  assert.equal((await post('/persons/authenticate/code', { named }, 'right')).status, 403)
  assert.equal((await post('/persons/authenticate/code', { named, more: 1 })).status, 422)
  assert.equal((await post('/persons/authenticate/code/confirm', { challenge: 'c' })).status, 422)
  const without = createPartnerApi({ partners: { ...door, askCode: undefined }, log })
  assert.equal((await post('/persons/authenticate/code', { named }, 'authenticating', without)).status, 503)
})

const tellRows = (kind: string, body: unknown, key: string) =>
  api.request(`/api/v1/feeds/${kind}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
const rows = [{ unique_number: '1234567890', month: '2022-10', absences_month: '3' }]

test('a register tells rows under its own name, and is told what became of them', async () => {
  const response = await tellRows('school', { rows }, 'telling')
  assert.equal(response.status, 200)
  const told = (await response.json()) as { recorded: number; again: boolean }
  assert.deepEqual([told.recorded, told.again], [1, false])
})

const untold: readonly [says: string, kind: string, body: unknown, key: string, status: number, detail?: string][] = [
  ['without the scope', 'school', { rows }, 'right', 403],
  ['of a kind that there is not', 'weather', { rows }, 'telling', 422],
  ['without rows', 'school', { rows: [] }, 'telling', 422],
  ['in the name of another source', 'school', { rows, source: 'massar' }, 'telling', 422],
  ['with a misspelt column', 'vaccination', { rows }, 'telling', 422, 'column_unknown: absenses'],
]
for (const [says, kind, body, key, status, detail] of untold) {
  test(`rows ${says} are refused with ${status}`, async () => {
    const response = await tellRows(kind, body, key)
    assert.equal(response.status, status)
    assert.equal(((await response.json()) as { detail?: string }).detail, detail)
  })
}

const application = {
  ...asked,
  id: '019a0000-0000-7000-8000-000000000001',
  programme: 'ma/tayssir',
  channel: 'payment_point',
}

test('an application is taken for whoever was confirmed, and the partner is told where it led, not why', async () => {
  for (const key of ['applying', 'for-tayssir']) {
    const response = await post('/applications', application, key)
    assert.deepEqual([response.status, await response.json()], [200, { id: application.id, state: 'enrolled' }])
  }
})

const notTaken: readonly [says: string, change: object, key: string, status: number, code: string, detail?: string][] =
  [
    ['without the scope', {}, 'authenticating', 403, 'scope_missing'],
    ['to a programme that the account is not for', { programme: 'ma/asd' }, 'for-tayssir', 403, 'scope_missing'],
    ['as if it were made on the web', { channel: 'web' }, 'applying', 422, 'request_malformed'],
    ['under an id that is none', { id: 'mine' }, 'applying', 422, 'request_malformed'],
    ['with nothing claimed', { claimed: {} }, 'applying', 422, 'request_malformed'],
    ['of somebody who is not confirmed', { claimed: { sex: 'male' } }, 'applying', 422, 'not_authentic'],
    [
      'by a channel that is closed',
      { programme: 'ma/asd' },
      'applying',
      422,
      'application_refused',
      'channel_closed: web, desk',
    ],
  ]
for (const [says, change, key, status, code, detail] of notTaken) {
  test(`an application is refused ${says}`, async () => {
    const response = await post('/applications', { ...application, ...change }, key)
    const problem = (await response.json()) as { type: string; detail?: string }
    assert.deepEqual([response.status, problem.type, problem.detail], [status, `urn:socle:problem:${code}`, detail])
  })
}

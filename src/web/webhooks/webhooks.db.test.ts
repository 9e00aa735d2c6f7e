import assert from 'node:assert/strict'
import { createHash, createHmac } from 'node:crypto'
import { test } from 'node:test'
import { transaction, workerActor } from '#db'
import { readProviderSettings, registerProvider } from '#payments'
import { testDatabase } from '../../../test/database.ts'
import { exampleDoors } from '../../../test/example-doors.ts'
import { serveSite } from '../../../test/site.ts'
import { webhookDoor } from '../doors/webhooks.ts'

const { worker } = await testDatabase()
const secret = 'a secret of the tests, long enough'
const read = readProviderSettings(
  `{ wallet: { adapter: http, url: 'https://wallet.example', secret: '${secret}' }, tresor: { adapter: iso20022 } }`,
)
assert.ok(read.ok)
const webhooks = webhookDoor({ worker, ports: read.value, clock: Date.now })
const url = await serveSite({ ...exampleDoors(), webhooks })

await transaction(worker, workerActor('test'), tx =>
  registerProvider(tx, {
    code: 'wallet',
    name: 'Wallet',
    kind: 'mobile',
    bic: null,
    debtorName: 'Agence',
    debtorAccount: 'X',
  }),
)

/** As the provider is told to sign: the method, the path, the instant, the key and the hash of the body. */
function signatureOf(by: string, path: string, timestamp: string, body: string): string {
  const hash = createHash('sha256').update(body).digest('hex')
  return createHmac('sha256', by).update(`POST\n${path}\n${timestamp}\n\n${hash}`).digest('hex')
}

async function post(
  body: string,
  change: {
    provider?: string
    signedFor?: string
    secret?: string
    secondsAgo?: number
    headers?: Record<string, string>
  } = {},
) {
  const path = `/webhooks/payments/${change.provider ?? 'wallet'}`
  const timestamp = String(Math.floor(Date.now() / 1000) - (change.secondsAgo ?? 0))
  const response = await fetch(url + path, {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/json',
      'x-timestamp': timestamp,
      'x-signature': signatureOf(change.secret ?? secret, change.signedFor ?? path, timestamp, body),
      ...change.headers,
    },
  })
  return { status: response.status, text: await response.text() }
}

const nothing = JSON.stringify({ answers: [] })

test('a message that the provider signed is taken, and answered with nothing but that', async () => {
  assert.deepEqual(await post(nothing), { status: 204, text: '' })
  // The same again, as a provider that heard no answer sends it.
  assert.deepEqual(await post(nothing), { status: 204, text: '' })
})

const refused: readonly [says: string, status: number, body: string, change: Parameters<typeof post>[1]][] = [
  ['another secret', 401, nothing, { secret: 'another secret, which is long enough' }],
  ['no signature', 401, nothing, { headers: { 'x-signature': '' } }],
  ['copied six minutes ago', 401, nothing, { secondsAgo: 360 }],
  ['signed for another provider', 401, nothing, { signedFor: '/webhooks/payments/other' }],
  ['a provider that there is not', 401, nothing, { provider: 'nobody' }],
  ['a provider without an interface', 401, nothing, { provider: 'tresor' }],
  ['signed, but no answer', 422, '{"answers":1}', {}],
  ['a form', 415, nothing, { headers: { 'content-type': 'application/x-www-form-urlencoded' } }],
  ['packed', 415, nothing, { headers: { 'content-encoding': 'gzip' } }],
  ['longer than any message', 413, 'x'.repeat(70_000), {}],
  ['from the page of another site', 403, nothing, { headers: { 'sec-fetch-site': 'cross-site' } }],
]
for (const [says, status, body, change] of refused) {
  test(`a message is refused: ${says}`, async () => {
    const answer = await post(body, change)
    assert.equal(answer.status, status)
    if (status === 401 || status === 422) assert.equal(answer.text, '')
  })
}

test('reading it opens nothing', async () => {
  assert.equal((await fetch(`${url}/webhooks/payments/wallet`)).status, 404)
})

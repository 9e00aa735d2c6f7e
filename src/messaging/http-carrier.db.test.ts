// The carrier of production against a gateway of our own on this machine: signed, once, tried again, refused for good, in time.
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import { transaction, workerActor } from '#db'
import { type Id, newId } from '#kernel'
import { type CarriedMessage, httpCarrier, messagesOf, notify, sendMessages } from '#messaging'
import { testDatabase } from '../../test/database.ts'

const { app, worker, owner } = await testDatabase()
const SECRET = 'a secret shared with the gateway of the tests'
const TERRITORY = '07.351.01'

type Taken = CarriedMessage & { readonly headers: IncomingMessage['headers']; readonly body: string }
type Answering = (message: Taken, response: ServerResponse) => void

/** What the gateway was sent, and what it delivered: a message under one id once. */
const received: Taken[] = []
const delivered = new Map<string, CarriedMessage>()
const take: Answering = ({ id, to, text }, response) => {
  const before = delivered.has(id)
  delivered.set(id, { id, to, text })
  response.writeHead(before ? 409 : 200, { 'content-type': 'application/json' })
  response.end(JSON.stringify({ receipt: `r-${id}` }))
}
let answering: Answering = take
const gateway = createServer(async (request, response) => {
  const pieces: Buffer[] = []
  for await (const piece of request) pieces.push(piece as Buffer)
  const body = Buffer.concat(pieces).toString('utf8')
  const message: Taken = { ...(JSON.parse(body) as CarriedMessage), headers: request.headers, body }
  received.push(message)
  answering(message, response)
})
await new Promise<void>(resolve => gateway.listen(0, '127.0.0.1', resolve))
after(() => {
  gateway.closeAllConnections()
  gateway.close()
})
const url = `http://127.0.0.1:${(gateway.address() as AddressInfo).port}/messages?key=of-ours`
const nowSeconds = () => 1_795_363_200
const carrier = httpCarrier({ url, secret: SECRET, timeoutMs: 20_000, nowSeconds })
const hasty = httpCarrier({ url, secret: SECRET, timeoutMs: 300, nowSeconds })
const message = (): CarriedMessage => ({ id: newId<'Message'>(), to: '+212612345678', text: 'Votre code : é, ٣' })

test('what is sent is signed with its time, under the id of the message', async () => {
  answering = take
  const sent = message()
  assert.deepEqual(await carrier.carry(sent), { taken: true, receipt: `r-${sent.id}` })
  const { headers, body } = received.at(-1)!
  assert.deepEqual(JSON.parse(body), sent)
  assert.equal(headers['idempotency-key'], sent.id)
  const [, at, signature] = /^t=(\d+),v1=([\da-f]{64})$/.exec(String(headers['socle-signature']))!
  assert.equal(signature, createHmac('sha256', SECRET).update(`${at}.${body}`).digest('hex'))
  assert.equal(Number(at), nowSeconds())
  assert.equal(carrier.name, new URL(url).host, 'the address itself, which may hold a key, is not kept')
})

const status = (code: number, body = '') => ((_, response) => response.writeHead(code).end(body)) satisfies Answering
const answers: readonly { name: string; is: Answering; gives: object | RegExp }[] = [
  { name: 'taken, without a word', is: status(204), gives: { taken: true } },
  { name: 'taken, with words that are no JSON', is: status(200, 'OK'), gives: { taken: true } },
  { name: 'taken, with a receipt that is none', is: status(200, '{"receipt":{"a":1}}'), gives: { taken: true } },
  { name: 'taken, with a receipt without end', is: status(200, `{"receipt":"${'x'.repeat(300)}"}`), gives: { taken: true, receipt: 'x'.repeat(200) } },
  { name: 'taken, with an answer too large to read', is: status(200, 'x'.repeat(200_000)), gives: { taken: true } },
  { name: 'taken before', is: status(409), gives: { taken: true } },
  { name: 'malformed for the gateway: never', is: status(400, '+212612345678 is malformed'), gives: { taken: false, says: 'HTTP 400' } },
  { name: 'nobody has that number: never', is: status(422), gives: { taken: false, says: 'HTTP 422' } },
  { name: 'gone for good: never', is: status(410), gives: { taken: false, says: 'HTTP 410' } },
  { name: 'who we are is not known: again, once it is put right', is: status(401), gives: /^HTTP 401$/ },
  { name: 'the address is wrong: again, once it is put right', is: status(404), gives: /^HTTP 404$/ },
  { name: 'too many at once: again', is: status(429), gives: /^HTTP 429$/ },
  { name: 'broken down: again', is: status(500, 'stack'), gives: /^HTTP 500$/ },
  { name: 'away: again', is: status(503), gives: /^HTTP 503$/ },
  { name: 'a redirection is not followed: again', is: (_, response) => response.writeHead(307, { location: 'http://127.0.0.1:1/' }).end(), gives: /^no answer/ },
  { name: 'the line breaks: again', is: (_, response) => void response.destroy(), gives: /^no answer/ },
] // biome-ignore format: a table
for (const { name, is, gives } of answers) {
  test(`the gateway answers: ${name}`, async () => {
    answering = is
    if (gives instanceof RegExp) await assert.rejects(carrier.carry(message()), { message: gives })
    else assert.deepEqual(await carrier.carry(message()), gives)
  })
}

test('a gateway that does not answer in time: again', async () => {
  answering = () => {}
  await assert.rejects(hasty.carry(message()), { message: 'no answer in time' })
})

test('nobody answers at that address: again', async () => {
  const nobody = httpCarrier({ url: 'http://127.0.0.1:1/', secret: SECRET, timeoutMs: 400, nowSeconds })
  await assert.rejects(nobody.carry(message()), /^Error: no answer/)
})

const PHONE = '+212600000007'
const sending = {
  carrier,
  phonesOf: async (_tx: unknown, persons: readonly Id<'Person'>[]) => new Map(persons.map(id => [id as string, PHONE])),
}
async function queued(): Promise<Id<'Person'>> {
  const person = newId<'Person'>()
  const notice = { key: `number_given ${person}`, to: { person, territory: TERRITORY }, kind: 'number_given' } as const
  const values = { number: '123 456 789 012' }
  await transaction(app, agent, tx => notify(tx, [{ ...notice, values, language: 'fr' }]))
  return person
}
const agent = {
  kind: 'staff',
  staffId: newId(),
  name: 'Agent',
  territories: [TERRITORY],
  permission: 'household.read',
} as const
const told = async (of: Id<'Person'>) => (await transaction(app, agent, tx => messagesOf(tx, [of], 10)))[0]
const owned = (query: ReturnType<typeof sql>) => transaction(owner, workerActor('test'), tx => query.execute(tx))
const hurry = () =>
  owned(sql`update messaging.message set due_at = clock_timestamp() where sent_at is null and failed_at is null`)

test('a gateway that took it and was not heard delivers once: the next try is the same message', async () => {
  const before = delivered.size
  answering = (taken, response) => {
    delivered.set(taken.id, taken)
    response.destroy()
  }
  const person = await queued()
  assert.equal(await sendMessages(worker, sending), 0)
  assert.equal((await told(person))?.state, 'queued')
  answering = take
  await hurry()
  assert.equal(await sendMessages(worker, sending), 1)
  assert.equal((await told(person))?.state, 'sent')
  assert.equal(delivered.size, before + 1)
})

test('a worker killed between the gateway and the database sends nothing double', async () => {
  answering = take
  const person = await queued()
  const before = delivered.size
  // Killed: the try was counted and the gateway took it, and nothing of its answer was written.
  const { promise: taken, resolve: takes } = Promise.withResolvers<void>()
  const killed = {
    name: 'killed',
    carry: async (each: CarriedMessage) => {
      await carrier.carry(each)
      takes()
      return new Promise<never>(() => {})
    },
  }
  void sendMessages(worker, { ...sending, carrier: killed })
  await taken
  assert.equal(await sendMessages(worker, sending), 0, 'its lease still runs')
  await hurry()
  assert.equal(await sendMessages(worker, sending), 1)
  assert.equal(delivered.size, before + 1)
  assert.equal((await told(person))?.state, 'sent')
})

test('four workers at once over forty messages: each is posted once', async () => {
  answering = take
  const persons: Id<'Person'>[] = []
  for (let at = 0; at < 40; at++) persons.push(await queued())
  const [posted, before] = [received.length, delivered.size]
  const sent = await Promise.all([1, 2, 3, 4].map(() => sendMessages(worker, sending)))
  assert.equal(
    sent.reduce((sum, each) => sum + each, 0),
    40,
  )
  assert.deepEqual([received.length - posted, delivered.size - before], [40, 40])
})

test('what is refused for good is given up at once; what breaks down is tried again, later each time, and its words hold no telephone', async () => {
  answering = status(422, `${PHONE} does not exist`)
  const refused = await queued()
  await sendMessages(worker, sending)
  assert.equal((await told(refused))?.state, 'failed')
  answering = status(503, `${PHONE} later`)
  const again = await queued()
  await sendMessages(worker, sending)
  assert.equal((await told(again))?.state, 'queued')
  const { rows } = (await owned(sql`select last_error from messaging.message where last_error is not null`)) as {
    rows: { last_error: string }[]
  }
  assert.ok(rows.length >= 2)
  assert.ok(
    rows.every(row => !row.last_error.includes('600000007')),
    JSON.stringify(rows),
  )
})

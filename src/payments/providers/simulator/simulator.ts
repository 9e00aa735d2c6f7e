import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { signatureOf, trustOf } from '../http/signature.ts'
import { Books, type Said } from './books.ts'
import { type Script, scriptOf } from './script.ts'

export type SimulatorTerms = {
  readonly seed: number
  readonly host: string
  readonly port: number
  /** File of its books; kept from one process to the next. */
  readonly books: string
  readonly secret: string
  /** Where it sends answers by itself; undefined where it only answers. */
  readonly webhook: string | undefined
  /** The longest that a payment or a message waits. */
  readonly slowestMs: number
  readonly clock: () => number
}

export type Simulator = { readonly url: string; readonly close: () => Promise<void> }

const order = z.object({
  batch: z.string(),
  currency: z.string(),
  day: z.string(),
  count: z.int(),
  payments: z.array(z.object({ id: z.string(), amount: z.string() })),
})

const TICK_MS = 50
const MESSAGE_MOST = 40
const STALL_MS = 4_000

/**
 * A payment provider that does what a seed says: takes signed batches under their keys, pays, refuses, takes back, and tells it late,
 * twice, out of order or not at all. A key that it knows is answered and not paid again; a payment under another key is paid again,
 * as a provider would.
 */
export async function startSimulator(terms: SimulatorTerms): Promise<Simulator> {
  const books = new Books(terms.books)
  const script = scriptOf(terms.seed, terms.slowestMs)
  const attempts = new Map<string, number>()
  const stop = new AbortController()
  const server = createServer((request, response) => {
    answer({ terms, books, script, attempts }, request, response).catch(() => response.destroy())
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(terms.port, terms.host, resolve)
  })
  const working = [live(terms, books, script, stop.signal), tell(terms, books, script, stop.signal)]
  const { port } = server.address() as { port: number }
  return {
    url: `http://${terms.host}:${port}`,
    async close() {
      stop.abort()
      await Promise.all(working)
      await closed(server)
      books.close()
    },
  }
}

type At = { terms: SimulatorTerms; books: Books; script: Script; attempts: Map<string, number> }

async function answer(at: At, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { terms, books } = at
  const body = await bodyOf(request)
  const path = request.url ?? '/'
  const header = (name: string) => String(request.headers[name] ?? '')
  // What the books say, for whoever compares them.
  if (path === '/books') return send(response, 200, { said: [...books.said.values()].flat() })
  const signed = {
    method: request.method ?? '',
    path,
    timestamp: header('x-timestamp'),
    signature: header('x-signature'),
    key: header('idempotency-key'),
    body,
  }
  if (trustOf(terms.secret, signed, terms.clock()) !== 'trusted') return send(response, 401, { error: 'signature' })
  if (request.method === 'POST' && path === '/batches') return takeBatch(at, signed.key, body, response)
  const key = decodeURIComponent(/^\/batches\/([^/]+)$/.exec(path)?.[1] ?? '')
  if (!books.batches.has(key)) return send(response, 404, { error: 'unknown batch' })
  return send(response, 200, report(books, key))
}

async function takeBatch(
  { terms, books, script, attempts }: At,
  key: string,
  body: Buffer,
  response: ServerResponse,
): Promise<void> {
  const attempt = (attempts.get(key) ?? 0) + 1
  attempts.set(key, attempt)
  const reception = script.receptionOf(key, attempt)
  if (reception === 'fail') return send(response, 503, { error: 'busy' })
  const asked = order.safeParse(JSON.parse(body.toString('utf8')))
  if (!asked.success || key === '') return send(response, 422, { error: 'malformed' })
  const hash = createHash('sha256').update(body).digest('hex')
  const known = books.batches.get(key)
  if (known && known.hash !== hash) return send(response, 409, { error: 'another body under this key' })
  const { currency, day } = asked.data
  const payments = asked.data.payments.map(({ id, amount }) => ({ id, amount, currency }))
  if (!known) books.takeBatch({ key, hash, day, at: terms.clock(), payments })
  if (reception === 'lose') return void response.destroy()
  if (reception === 'stall') await sleep(STALL_MS)
  return send(response, 202, report(books, key))
}

/** Each payment with the last that was said of it. */
function report(books: Books, key: string): object {
  const { payments, day } = books.batches.get(key)!
  const answers = payments.map(({ id, amount, currency }) => {
    const last = books.of(key, id).at(-1)
    const { status, reason, transaction } = last ?? { status: 'pending', reason: '', transaction: '' }
    return { id, status, reason, amount, currency, day, transaction }
  })
  return { batch: key, answers }
}

/** Lets what the script says happen as its time comes, in the books before anybody is told. */
async function live(terms: SimulatorTerms, books: Books, script: Script, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const now = terms.clock()
    const said: Said[] = []
    for (const { key, payments, at } of books.batches.values()) {
      for (const { id } of payments) {
        const before = books.of(key, id)
        const fate = script.fateOf(id)
        const next = fate[before.length]
        const since = before.at(-1)?.at ?? at
        // A clock that was set back holds nothing up for longer than the script does.
        if (!next || (now >= since && now < since + next.afterMs)) continue
        const transaction = createHash('sha256').update(`${key}/${id}/${before.length}`).digest('hex').slice(0, 24)
        said.push({ batch: key, id, status: next.status, reason: next.reason, transaction, at: now })
      }
    }
    books.say(said)
    await sleep(TICK_MS, undefined, { signal }).catch(() => {})
  }
}

/** Sends what is said to the webhook as the script has it; a message that is not taken is sent again a few times. */
async function tell(terms: SimulatorTerms, books: Books, script: Script, signal: AbortSignal): Promise<void> {
  if (terms.webhook === undefined) return
  const queued = new Set<string>()
  let waiting: { said: Said; due: number; tries: number }[] = []
  while (!signal.aborted) {
    const now = performance.now()
    for (const said of [...books.said.values()].flat()) {
      if (queued.has(said.transaction)) continue
      queued.add(said.transaction)
      for (const afterMs of script.deliveryOf(said.transaction)) waiting.push({ said, due: now + afterMs, tries: 0 })
    }
    const due = waiting.filter(one => one.due <= now).slice(0, MESSAGE_MOST)
    if (due.length > 0) {
      waiting = waiting.filter(one => !due.includes(one))
      const taken = await post(
        terms,
        books,
        due.map(one => one.said),
        signal,
      )
      if (!taken)
        waiting.push(
          ...due.filter(one => one.tries < 20).map(one => ({ ...one, due: now + 300, tries: one.tries + 1 })),
        )
    }
    await sleep(TICK_MS, undefined, { signal }).catch(() => {})
  }
}

async function post(terms: SimulatorTerms, books: Books, said: readonly Said[], signal: AbortSignal): Promise<boolean> {
  const answers = said.map(({ batch, id, status, reason, transaction }) => {
    const { payments, day } = books.batches.get(batch)!
    const { amount, currency } = payments.find(one => one.id === id)!
    return { id, status, reason, amount, currency, day, transaction }
  })
  const body = Buffer.from(JSON.stringify({ answers }))
  const url = new URL(terms.webhook!)
  const timestamp = String(Math.floor(terms.clock() / 1000))
  const message = { method: 'POST', path: url.pathname, timestamp, key: '', body }
  const headers = {
    'content-type': 'application/json',
    'x-timestamp': timestamp,
    'x-signature': signatureOf(terms.secret, message),
  }
  try {
    const patience = AbortSignal.any([signal, AbortSignal.timeout(5_000)])
    const response = await fetch(url, { method: 'POST', headers, body, signal: patience })
    await response.arrayBuffer()
    return response.ok
  } catch {
    return false
  }
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = []
  for await (const piece of request) pieces.push(piece as Buffer)
  return Buffer.concat(pieces)
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

function closed(server: Server): Promise<void> {
  return new Promise(resolve => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}

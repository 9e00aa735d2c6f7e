import type { WireAnswer, WirePort } from '../provider-port.ts'
import { readReport } from './read-report.ts'
import { signatureOf, trustOf } from './signature.ts'

export type HttpTerms = {
  /** Address of the provider's interface, without a slash at its end. */
  readonly url: string
  /** Shared with the provider; signs both ways. */
  readonly secret: string
  /** Most payments in one batch. */
  readonly batch: number
  readonly askSeconds: number
  /** How long one request may take. */
  readonly patienceSeconds: number
}

const LARGEST_ANSWER = 16_000_000

/**
 * An interface in the style of the mobile-money operators: `POST /batches` under an idempotency key, `GET /batches/KEY` for what
 * became of it, and messages to our webhook. Every request and message is signed (HMAC-SHA256). A batch that is known is
 * answered as when it first arrived; what was refused at once stands in the answer.
 */
export function httpPort(terms: HttpTerms): WirePort {
  async function request(
    method: 'GET' | 'POST',
    path: string,
    key: string,
    body: string,
    now: number,
    stop?: AbortSignal,
  ) {
    const timestamp = String(Math.floor(now / 1000))
    const full = new URL(`${terms.url}${path}`)
    const signature = signatureOf(terms.secret, {
      method,
      path: full.pathname,
      timestamp,
      key,
      body: Buffer.from(body),
    })
    const patience = AbortSignal.timeout(terms.patienceSeconds * 1000)
    return fetch(full, {
      method,
      headers: {
        'content-type': 'application/json',
        'idempotency-key': key,
        'x-timestamp': timestamp,
        'x-signature': signature,
      },
      ...(method === 'POST' && { body }),
      // Money does not follow where an answer sends it.
      redirect: 'error',
      signal: stop ? AbortSignal.any([patience, stop]) : patience,
    })
  }

  async function answerOf(asking: Promise<Response>): Promise<WireAnswer> {
    try {
      const response = await asking
      const body = await bounded(response)
      if (!response.ok) return failed(`${response.status}: ${Buffer.from(body).toString('utf8')}`)
      return { outcome: 'accepted', report: body }
    } catch (error) {
      const { message, cause } = error as Error & { cause?: { code?: string } }
      return failed(cause?.code ? `${message}: ${cause.code}` : message)
    }
  }

  return {
    adapter: 'http',
    format: 'json',
    host: new URL(terms.url).host,
    batch: terms.batch,
    askSeconds: terms.askSeconds,
    send: ({ key, body }, now, stop) => answerOf(request('POST', '/batches', key, body, now, stop)),
    ask: (key, now, stop) => answerOf(request('GET', `/batches/${encodeURIComponent(key)}`, key, '', now, stop)),
    trusts: (message, now) => trustOf(terms.secret, message, now),
    read: readReport,
  }
}

const LONGEST_REASON = 200

function failed(why: string): WireAnswer {
  return { outcome: 'failed', why: why.replaceAll(/[\p{Cc}\s]+/gu, ' ').slice(0, LONGEST_REASON) }
}

async function bounded(response: Response): Promise<Uint8Array> {
  const pieces: Uint8Array[] = []
  let length = 0
  for await (const piece of response.body ?? []) {
    length += piece.length
    if (length > LARGEST_ANSWER) throw new Error(`the answer is larger than ${LARGEST_ANSWER} bytes`)
    pieces.push(piece)
  }
  return Buffer.concat(pieces)
}

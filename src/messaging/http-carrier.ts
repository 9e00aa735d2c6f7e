import { createHmac } from 'node:crypto'
import type { CarriedMessage, Carrier, CarrierAnswer } from './carrier.ts'

/** A gateway that takes messages over HTTP: docs/operations.md says what it has to answer. */
export type HttpCarrierTerms = {
  /** Where each message is posted. */
  readonly url: string
  /** Shared with the gateway: whoever bears it makes the signatures that it checks. */
  readonly secret: string
  /** How long an answer is waited for; less than the lease of a message, or two tries are under way at once. */
  readonly timeoutMs: number
  /** Seconds since 1970, signed with each message. */
  readonly nowSeconds: () => number
}

/** Of this message, and not of the moment or of us: it will not be taken however often it is tried. */
const REFUSED = [400, 410, 422]
/** Taken before: an earlier try arrived, its answer did not. */
const TAKEN_BEFORE = 409
const LONGEST_ANSWER = 64 * 1024
const LONGEST_RECEIPT = 200

/**
 * Posts each message as JSON (`id`, `to`, `text`), signed, under an idempotency key that is the message's id: a gateway that is
 * told twice takes it for one. What is no answer, such as a time-out, a line that breaks or any other status, is thrown, and tried again by
 * the queue.
 */
export function httpCarrier({ url, secret, timeoutMs, nowSeconds }: HttpCarrierTerms): Carrier {
  return {
    name: new URL(url).host,
    async carry(message) {
      const body = JSON.stringify({ id: message.id, to: message.to, text: message.text })
      const response = await fetch(url, {
        method: 'POST',
        headers: headersFor(message, body, { secret, at: nowSeconds() }),
        body,
        // A redirection would carry a telephone and a text to wherever it says.
        redirect: 'error',
        signal: AbortSignal.timeout(timeoutMs),
      }).catch((error: unknown) => {
        throw new Error(reasonOf(error))
      })
      return answerOf(response)
    },
  }
}

function headersFor({ id }: CarriedMessage, body: string, { secret, at }: { secret: string; at: number }) {
  return {
    'content-type': 'application/json',
    'idempotency-key': id,
    'socle-signature': `t=${at},v1=${signatureOf(secret, at, body)}`,
  }
}

/** HMAC-SHA-256 of `SECONDS.BODY`, in hexadecimal: the time is signed with the body, so that an old request is known as one. */
function signatureOf(secret: string, seconds: number, body: string): string {
  return createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')
}

async function answerOf(response: Response): Promise<CarrierAnswer> {
  const { status } = response
  const text = await shortText(response)
  if (response.ok || status === TAKEN_BEFORE) {
    const receipt = receiptIn(text)
    return receipt === undefined ? { taken: true } : { taken: true, receipt }
  }
  // The gateway's words may repeat the telephone or the text: its status alone is kept.
  if (REFUSED.includes(status)) return { taken: false, says: `HTTP ${status}` }
  throw new Error(`HTTP ${status}`)
}

/** What the gateway calls the message, where it says so. */
function receiptIn(text: string): string | undefined {
  try {
    const said: unknown = JSON.parse(text)
    const receipt = typeof said === 'object' && said !== null && 'receipt' in said ? said.receipt : undefined
    return typeof receipt === 'string' && /^[\x21-\x7e]+$/.test(receipt) ? receipt.slice(0, LONGEST_RECEIPT) : undefined
  } catch {
    return undefined
  }
}

/** An answer is a line; more than that is not read, and counts for nothing. */
async function shortText(response: Response): Promise<string> {
  const pieces: Uint8Array[] = []
  let length = 0
  try {
    for await (const piece of response.body ?? []) {
      length += piece.length
      if (length > LONGEST_ANSWER) return ''
      pieces.push(piece)
    }
  } catch {
    // The status has said what matters; the rest of the line is lost.
    return ''
  }
  return Buffer.concat(pieces).toString('utf8')
}

/** Why there was no answer, without the address: that may hold a key. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'no answer'
  if (error.name === 'TimeoutError') return 'no answer in time'
  const { cause } = error
  const code = cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined
  return code === undefined ? 'no answer' : `no answer: ${code}`
}

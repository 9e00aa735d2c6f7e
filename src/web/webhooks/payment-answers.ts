import type { Log } from '../context.ts'
import type { WebhookAnswer, WebhookDoor } from './webhook-door.ts'

/** What each answer is on the wire. Whoever is not trusted learns nothing of why, nor of which providers there are. */
const STATUS: Readonly<Record<WebhookAnswer, number>> = { taken: 204, untrusted: 401, early: 409, unreadable: 422 }

/** `POST /webhooks/payments/PROVIDER`: answers that a provider sends by itself. The body was bounded before it came here. */
export async function answerPaymentWebhook(
  request: Request,
  provider: string,
  { door, log }: { readonly door: WebhookDoor; readonly log: Log },
): Promise<Response> {
  const header = (name: string) => request.headers.get(name) ?? ''
  try {
    const answer = await door.payments(provider, {
      method: request.method,
      path: new URL(request.url).pathname,
      timestamp: header('x-timestamp'),
      signature: header('x-signature'),
      key: header('idempotency-key'),
      body: new Uint8Array(await request.arrayBuffer()),
    })
    return plain(STATUS[answer])
  } catch (error) {
    log.error({ err: error }, 'answers of a provider were not taken')
    return plain(503)
  }
}

function plain(status: number): Response {
  return new Response(null, { status, headers: { 'cache-control': 'no-store' } })
}

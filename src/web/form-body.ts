import { LARGEST_FORM } from './turned-away.ts'

const MOST_FIELDS = 500
const LONGEST_NAME = 200

/**
 * The same request with its form read, counted and known to be one: an action is never shown a body that breaks off, a
 * file where nobody asked for one, or a zero byte, which the database refuses. Undefined where it is no such form.
 */
export async function withForm(request: Request): Promise<Request | undefined> {
  const body = await bounded(request)
  if (!body) return undefined
  const copy = () =>
    new Request(request.url, { method: 'POST', headers: request.headers, body, signal: request.signal })
  const form = await copy()
    .formData()
    .catch(() => undefined)
  if (!form) return undefined
  let fields = 0
  for (const [name, value] of form) {
    if (++fields > MOST_FIELDS || name.length > LONGEST_NAME || typeof value !== 'string') return undefined
    if (name.includes('\0') || value.includes('\0')) return undefined
  }
  return copy()
}

/** The same request of a program with its whole body, no longer than a form may be; undefined otherwise. */
export async function withMessage(request: Request): Promise<Request | undefined> {
  const body = await bounded(request)
  return body && new Request(request.url, { method: 'POST', headers: request.headers, body, signal: request.signal })
}

/** At most the largest form, whatever length was announced; undefined where the body breaks off or goes on. */
async function bounded(request: Request): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const pieces: Uint8Array[] = []
  let length = 0
  try {
    for await (const piece of request.body ?? []) {
      length += piece.length
      if (length > LARGEST_FORM) return undefined
      pieces.push(piece)
    }
  } catch {
    return undefined
  }
  return new Uint8Array(Buffer.concat(pieces))
}

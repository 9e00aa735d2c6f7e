const FORMS = ['application/x-www-form-urlencoded', 'multipart/form-data']
/** Forms here are short: a sign-in, a preference. */
export const LARGEST_FORM = 64 * 1024

/**
 * The status with which a request is turned away before a page or an action sees it; undefined where it may pass. A form
 * is taken from our own pages alone, so that no other site can sign somebody in or out (CSRF): the browser's word for
 * where it comes from decides (Sec-Fetch-Site), else the site that it names (Origin).
 */
export function turnedAway(request: Request): 400 | 403 | 405 | 411 | 413 | 415 | undefined {
  // PostgreSQL's text holds no zero byte: nothing of ours has such an address.
  if (request.url.includes('%00')) return 400
  if (!['POST', 'PUT', 'PATCH', 'DELETE'].includes(request.method)) return undefined
  const { headers } = request
  if (isForeign(headers)) return 403
  if (request.method !== 'POST') return 405
  const kind = headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() ?? ''
  if (!FORMS.includes(kind)) return 415
  const length = headers.get('content-length')
  if (length === null) return 411
  return Number(length) > LARGEST_FORM ? 413 : undefined
}

function isForeign(headers: Headers): boolean {
  const site = headers.get('sec-fetch-site')
  if (site !== null) return site !== 'same-origin' && site !== 'none'
  const origin = headers.get('origin')
  if (origin === null) return false
  const host = headers.get('x-forwarded-host') ?? headers.get('host')
  return URL.parse(origin)?.host !== host?.split(',')[0]?.trim().toLowerCase()
}

import { isLoopback } from './client-address.ts'

/** What programs of partners send: they show a key in each request, and no cookie acts in anybody's name. */
const MESSAGES = ['application/json']
/** Addresses that programs ask, which sign or show a key: their message is whole, and no form. */
export const isOfProgram = (path: string): boolean => path.startsWith('/api/') || path.startsWith('/webhooks/')
const FORMS = ['application/x-www-form-urlencoded', 'multipart/form-data']
/** Forms here are short: a sign-in, a preference. */
export const LARGEST_FORM = 64 * 1024
/**
 * The forms that carry a file: a paper for a declaration, for a correction or for who receives, answers of a provider, what another
 * register tells; taken in piece by piece.
 */
const CARRIES_FILE =
  /^\/console\/declarations\/[\da-f-]{36}\/papers$|^\/console\/households\/[\da-f-]{36}\/recipient$|^\/console\/payments\/answers$|^\/console\/feeds\/new$|^(?:\/(?:fr|ar|en))?\/dossier\/corrections\/papier$/
export const carriesFile = (path: string): boolean => CARRIES_FILE.test(path)
/** The file, and the form around it; the file alone is measured where it is taken in. */
const LARGEST_UPLOAD = 11 * 1024 * 1024
/** Answers to over two million payments, which go to disk as they come; the reading refuses what is larger than its own bound. */
const LARGEST_ANSWERS = 1_000_064 * 1000
/** A month of a country's schools: a million rows. */
const LARGEST_FEED = 129 * 1024 * 1024
const LARGE: ReadonlyMap<string, number> = new Map([
  ['/console/payments/answers', LARGEST_ANSWERS],
  ['/console/feeds/new', LARGEST_FEED],
])
/** Where a file is so large that it may be on its way for long. */
export const takesLargeFile = (path: string): boolean => LARGE.has(path)
const largestOf = (path: string): number => {
  if (!carriesFile(path)) return LARGEST_FORM
  return LARGE.get(path) ?? LARGEST_UPLOAD
}
const LONGEST_ADDRESS = 4096

/** What a visitor can do about it tells the refusals apart: `site:error` has the words of each. */
export type Refusal = {
  readonly status: 400 | 403 | 405 | 411 | 413 | 414 | 415 | 421 | 429
  readonly kind: 'malformed' | 'foreign' | 'large' | 'hurried'
}

/** Where this site is reached. */
export type Reach = {
  /** The address that people type, where a setting says it. */
  readonly publicUrl: URL | undefined
  /** True where only this machine reaches the server. */
  readonly loopback: boolean
}

const malformed = (status: Refusal['status']): Refusal => ({ status, kind: 'malformed' })

/**
 * Why a request is turned away before a page or an action sees it; undefined where it may pass. A form is taken from our
 * own pages alone, so that no other site can act in somebody's name (CSRF, ADR 0034).
 */
export function turnedAway(request: Request, reach: Reach): Refusal | undefined {
  const { headers, method } = request
  if (!isOurs(headers.get('host'), reach)) return malformed(421)
  const path = pathOf(request.url)
  if (request.url.length > LONGEST_ADDRESS) return { status: 414, kind: 'large' }
  if (path === undefined) return malformed(400)
  if (method === 'GET' || method === 'HEAD') return undefined
  if (isForeign(headers, reach)) return { status: 403, kind: 'foreign' }
  if (method !== 'POST') return malformed(405)
  const kind = headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() ?? ''
  // Nothing here unfolds a packed body: one of a few kilobytes can hold gigabytes.
  const kinds = isOfProgram(path) ? MESSAGES : FORMS
  if (!kinds.includes(kind) || headers.has('content-encoding')) return malformed(415)
  const length = headers.get('content-length')
  if (length === null) return malformed(411)
  return Number(length) > largestOf(path) ? { status: 413, kind: 'large' } : undefined
}

/** The path as it was meant; undefined where no page can have such an address. */
function pathOf(url: string): string | undefined {
  const { pathname, search } = new URL(url)
  // PostgreSQL's text holds no zero byte; // and \ begin the address of another site once a redirect repeats them.
  if (`${pathname}${search}`.includes('%00') || pathname.includes('//') || /%5c|\\/i.test(pathname)) return undefined
  try {
    const path = decodeURIComponent(pathname)
    return /[\p{Cc}\u2028\u2029]/u.test(path) ? undefined : path
  } catch {
    return undefined
  }
}

/**
 * Whether the host that a request names is this site. A page of another site whose name was made to lead here (DNS
 * rebinding) reads nothing, and no link, message or redirect can be built on a name that a stranger chose.
 */
function isOurs(host: string | null, { publicUrl, loopback }: Reach): boolean {
  const name = URL.parse(`http://${host}`)?.hostname.replace(/^\[|\]$/g, '')
  if (host === null || name === undefined) return false
  if (name === 'localhost' || isLoopback(name) || name === publicUrl?.hostname) return true
  // A name that somebody chose is refused where the right one is known; what watches by number is let in.
  if (publicUrl) return /^[\d.]+$|:/.test(name)
  return !loopback
}

/** The browser's word for where a form comes from decides; else the site it names; else the page it names. */
function isForeign(headers: Headers, { publicUrl }: Reach): boolean {
  const site = headers.get('sec-fetch-site')
  if (site !== null) return site !== 'same-origin' && site !== 'none'
  const named = headers.get('origin') ?? headers.get('referer')
  // A program names nothing; it acts in nobody's name unless it carries a cookie.
  if (named === null) return headers.has('cookie')
  const from = URL.parse(named)
  if (from === null) return true
  return from.origin !== publicUrl?.origin && from.host !== headers.get('host')?.trim().toLowerCase()
}

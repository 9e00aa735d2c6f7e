const everywhere: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'origin-agent-cluster': '?1',
  'permissions-policy': [
    ...['accelerometer', 'camera', 'display-capture', 'geolocation', 'gyroscope', 'magnetometer', 'microphone'],
    ...['midi', 'payment', 'usb'],
  ]
    .map(each => `${each}=()`)
    .join(', '),
}

/** Two years, for whoever came once over TLS. Only of this name: other sites of the ministry decide for themselves. */
const OVER_TLS_ALONE = 'max-age=63072000'

/** Citizen pages run nothing: no script at all, no style but our own file. */
const citizenPolicy = [
  "default-src 'none'",
  "style-src 'self'",
  "font-src 'self'",
  "img-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

/**
 * The console runs scripts that carry this answer's nonce, and what these import; an address of ours is no pass. Its component library writes
 * style attributes (never style elements without the nonce): they can be attributes only.
 */
function consolePolicy(nonce: string): string {
  return [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src 'self' 'nonce-${nonce}'`,
    "style-src-attr 'unsafe-inline'",
    "font-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}

export function isConsole(asked: string): boolean {
  // Routes are found whatever the case of their letters.
  const path = asked.toLowerCase()
  return path === '/console' || path.startsWith('/console/') || path.startsWith('/console.')
}

/** Of a file with a hash in its name, and of answers that are no page: nothing in them is run. */
const filePolicy = "default-src 'none'; frame-ancestors 'none'"

export type Secured = {
  /** The address asked, as the site map knows it. */
  readonly path: string
  /** True where the answer is made for one person: the console's, and those to whom a cookie speaks. */
  readonly personal: boolean
  /** True where people reach this site over TLS. */
  readonly tls: boolean
  readonly nonce?: string
}

/** The same answer with its security headers. What is made for one person is never kept by a cache. */
export function secure(response: Response, { path, personal, tls, nonce }: Secured): Response {
  const headers = new Headers(response.headers)
  for (const [name, value] of Object.entries(everywhere)) headers.set(name, value)
  if (tls) headers.set('strict-transport-security', OVER_TLS_ALONE)
  headers.set('content-security-policy', policyOf(path, nonce))
  if (isConsole(path) || personal || headers.has('set-cookie')) headers.set('cache-control', 'private, no-store')
  else if (!headers.has('cache-control')) headers.set('cache-control', 'no-cache')
  return new Response(response.body, { status: response.status, headers })
}

function policyOf(path: string, nonce: string | undefined): string {
  if (isConsole(path) && nonce !== undefined) return consolePolicy(nonce)
  return path.startsWith('/assets/') ? filePolicy : citizenPolicy
}

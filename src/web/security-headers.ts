const everywhere: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
}

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
 * The console runs our own scripts, and the inline ones that carry this answer's nonce. Its component library writes
 * style attributes (never style elements without the nonce): they can be attributes only.
 */
function consolePolicy(nonce: string): string {
  return [
    "default-src 'none'",
    `script-src 'self' 'nonce-${nonce}'`,
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

/** The same answer with its security headers. What the console answers is never kept by a cache. */
export function secure(path: string, response: Response, nonce: string): Response {
  const headers = new Headers(response.headers)
  for (const [name, value] of Object.entries(everywhere)) headers.set(name, value)
  headers.set('content-security-policy', isConsole(path) ? consolePolicy(nonce) : citizenPolicy)
  if (isConsole(path)) headers.set('cache-control', 'private, no-store')
  else if (!headers.has('cache-control')) headers.set('cache-control', 'no-cache')
  return new Response(response.body, { status: response.status, headers })
}

/** A refusal of the API (RFC 9457). The type names the code; `title` is the same for every occurrence of it. */
export type Problem = {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail?: string
}

const TITLES: Readonly<Record<string, { readonly status: number; readonly title: string }>> = {
  key_missing: { status: 401, title: 'No key was sent; send Authorization: Bearer with the key of a service account' },
  key_unknown: { status: 401, title: 'This key is not known' },
  key_expired: { status: 401, title: 'This key has ended; use the one that replaced it' },
  service_expired: { status: 401, title: 'This service account has ended' },
  service_revoked: { status: 401, title: 'This service account was revoked' },
  scope_missing: { status: 403, title: 'This service account was not given what this asks for' },
  request_malformed: { status: 422, title: 'The request is not as /api/v1/openapi.json describes it' },
  too_many_tries: { status: 429, title: 'This person was asked about too often' },
  too_many_requests: { status: 429, title: 'This key asks too often' },
  no_messages: { status: 503, title: 'Nothing carries messages here' },
  not_found: { status: 404, title: 'There is nothing at this address' },
  failed: { status: 500, title: 'Something failed here; it was written down' },
}

export function problem(code: keyof typeof TITLES & string, headers: Readonly<Record<string, string>> = {}): Response {
  const { status, title } = TITLES[code] ?? TITLES.failed!
  const body: Problem = { type: `urn:socle:problem:${code}`, title, status }
  return new Response(JSON.stringify(body), {
    status,
    headers: {
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      ...(status === 401 ? { 'www-authenticate': 'Bearer' } : {}),
      ...headers,
    },
  })
}

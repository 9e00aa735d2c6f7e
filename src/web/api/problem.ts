import { z } from '@hono/zod-openapi'

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
  not_whole_country: {
    status: 403,
    title: 'A run decides a whole country: this service account was given a part of it, or another programme',
  },
  run_unknown: { status: 404, title: 'There is no such run' },
  run_finished: { status: 409, title: 'This run is finished: it stands, and the next one says what is new' },
  run_not_finished: { status: 409, title: 'This run is not finished, or was given up: there is no list' },
  pack_unknown: { status: 422, title: 'There is no such programme' },
  programme_not_in_force: { status: 422, title: 'The programme is not in force in that month' },
  programme_not_begun: { status: 422, title: 'The programme has not begun in that month' },
  programme_over: { status: 422, title: 'The programme is over in that month' },
  no_shock: { status: 422, title: 'The programme pays only in a declared shock, and none counts in that month' },
  month_too_far: {
    status: 422,
    title:
      'That month is too far ahead: what is owed is recorded for good, and its facts and its law are not known yet',
  },
  no_household: { status: 422, title: 'There is no household to decide' },
  facts_lacking: { status: 422, title: 'The programme needs facts that the snapshot does not hold: take a new one' },
  snapshot_later: { status: 422, title: 'The snapshot holds facts of a day after that month' },
  snapshot_of_another_register: { status: 422, title: 'The snapshot is not of this register' },
  trial_of_own_register: { status: 422, title: 'The snapshot is of this register: it is no trial' },
  run_open: { status: 422, title: 'Another run of this programme is under way' },
  no_snapshot: { status: 422, title: 'There is no such snapshot' },
  manifest_refused: { status: 422, title: 'The snapshot is not what was written: its manifest was altered' },
  file_refused: { status: 422, title: 'The snapshot is not what was written: a file of it was altered or is gone' },
  other_country: { status: 422, title: 'The snapshot is of another country' },
  other_catalogue: { status: 422, title: 'The snapshot was taken by another fact catalogue: take a new one' },
  feed_refused: { status: 422, title: 'The rows cannot be read as this feed' },
  not_authentic: {
    status: 422,
    title: 'What was said is not what the register holds of this person, or nobody is named',
  },
  application_refused: { status: 422, title: 'The programme does not take this application' },
  no_messages: { status: 503, title: 'Nothing carries messages here' },
  not_found: { status: 404, title: 'There is nothing at this address' },
  failed: { status: 500, title: 'Something failed here; it was written down' },
}

export function problem(
  code: keyof typeof TITLES & string,
  headers: Readonly<Record<string, string>> = {},
  detail = '',
): Response {
  const { status, title } = TITLES[code] ?? TITLES.failed!
  const body: Problem = { type: `urn:socle:problem:${code}`, title, status, ...(detail === '' ? {} : { detail }) }
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

const ProblemSchema = z
  .object({ type: z.string(), title: z.string(), status: z.int(), detail: z.string().optional() })
  .openapi('Problem')

/** A refusal in the description of an operation. */
export const problemOf = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: ProblemSchema } },
})

/** What every operation may answer. */
export const refusals = {
  401: problemOf('No key, or one that opens nothing'),
  429: problemOf('Too many requests'),
}

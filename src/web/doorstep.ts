import { clientAddress, type IsProxy, subscriberOf } from './client-address.ts'
import { withForm, withMessage } from './form-body.ts'
import { languageOf } from './language.ts'
import { kindOf, limits, type PaceOf } from './pace.ts'
import type { RefusalPages } from './refusal-page.ts'
import { isConsole } from './security-headers.ts'
import { carriesFile, isOfProgram, type Reach, type Refusal, turnedAway } from './turned-away.ts'

export type Doorstep = {
  readonly reach: Reach
  readonly isProxy: IsProxy
  readonly paces: { readonly address: PaceOf; readonly account: PaceOf }
  readonly refusals: RefusalPages
}

/** Counts a request of an account: the seconds that it must wait, 0 where it may pass. */
export type AccountPace = (account: string) => number

/** What every request passes before a page sees it: where it comes from, what it is, how often. */
export function createDoorstep({ reach, isProxy, paces, refusals }: Doorstep) {
  const ofAddress = limits(paces.address)
  const ofAccount = limits(paces.account)

  function refuse(request: Request, why: Refusal | { status: 500; kind: 'broken' }, wait?: number): Response {
    const { status, kind } = why
    const language = languageOf(request)
    const console = isConsole(new URL(request.url).pathname)
    const home = console ? '/console' : language === 'fr' ? '/' : `/${language}`
    const headers = new Headers({ 'content-type': 'text/html; charset=utf-8', 'content-language': language })
    if (wait !== undefined) headers.set('retry-after', String(wait))
    if (status === 405) headers.set('allow', 'GET, HEAD, POST')
    // What was sent and not read must not be taken for the next request.
    if (request.method !== 'GET' && request.method !== 'HEAD') headers.set('connection', 'close')
    return new Response(refusals.html(kind, language, home), { status, headers })
  }

  const hurried = (request: Request, wait: number) => refuse(request, { status: 429, kind: 'hurried' }, wait)

  return {
    refuse,
    /** The page's answer, or why the request does not reach it. */
    async answer(
      request: Request,
      socket: string,
      page: (request: Request, pace: AccountPace, client: string) => Promise<Response>,
    ): Promise<Response> {
      const refusal = turnedAway(request, reach)
      if (refusal) return refuse(request, refusal)
      const { pathname } = new URL(request.url)
      const kind = kindOf(request.method, pathname)
      const now = performance.now() / 1000
      const client = clientAddress(socket, request.headers.get('x-forwarded-for'), isProxy)
      let wait = ofAddress(kind, subscriberOf(client), now)
      if (wait > 0) return hurried(request, wait)
      const taken = isOfProgram(pathname) ? withMessage : withForm
      // A file is read by whoever takes it in: it is never whole in memory.
      const whole = request.method === 'POST' && !carriesFile(pathname)
      const read = whole ? await taken(request) : request
      if (!read) return refuse(request, { status: 400, kind: 'malformed' })
      const pace = (account: string) => {
        wait = ofAccount(kind, account, now)
        return wait
      }
      const response = await page(read, pace, client)
      if (response.status !== 429 || response.headers.has('retry-after')) return response
      if (response.body === null) return hurried(request, wait || A_MINUTE)
      const headers = new Headers(response.headers)
      headers.set('retry-after', String(wait || A_MINUTE))
      return new Response(response.body, { status: 429, headers })
    },
  }
}

/** Where a page refuses by a count of its own and does not say for how long. */
const A_MINUTE = 60

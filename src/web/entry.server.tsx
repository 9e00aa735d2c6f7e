import { renderToReadableStream } from 'react-dom/server'
import {
  createRequestHandler,
  type EntryContext,
  isRouteErrorResponse,
  type RouterContextProvider as Provider,
  RouterContextProvider,
  type ServerBuild,
  ServerRouter,
} from 'react-router'
import { type Language, languages } from '#kernel'
import { loadCatalogues } from './catalogues.ts'
import type { Doors, Log } from './context.ts'
import { languageOf } from './language.ts'
import { clientKey, doorsKey, logKey, nonceKey, paceKey, speechKey, themeKey } from './load-context.ts'
import { NonceProvider } from './nonce-context.tsx'
import { createSpeech, type Speech } from './speech.ts'
import { SpeechProvider } from './speech-context.tsx'

const speeches = new Map<Language, Speech>()
for (const language of languages) speeches.set(language, createSpeech(language, await loadCatalogues(language)))

/** Renders a page whole before the first byte leaves: nothing on it waits for a script, and it can be compressed well. */
export default async function handleRequest(
  request: Request,
  status: number,
  headers: Headers,
  page: EntryContext,
  context: Provider,
): Promise<Response> {
  const speech = context.get(speechKey)
  const nonce = context.get(nonceKey)
  let failed = false
  const stream = await renderToReadableStream(
    <SpeechProvider value={speech}>
      <NonceProvider value={nonce}>
        <ServerRouter context={page} url={request.url} nonce={nonce} />
      </NonceProvider>
    </SpeechProvider>,
    {
      nonce,
      onError(error) {
        failed = true
        context.get(logKey).error({ err: error, path: pathOf(request) }, 'a page could not be rendered')
      },
    },
  )
  await stream.allReady
  headers.set('content-type', 'text/html; charset=utf-8')
  headers.set('content-language', speech.language)
  return new Response(stream, { status: failed ? 500 : status, headers })
}

/** What a request may use. `client` is the address that it came from. `pace` counts a request of an account: the seconds that it must wait, 0 where it may pass. */
type Given = { doors: Doors; theme: string; nonce: string; log: Log; pace: (account: string) => number; client: string }

/** What `http.ts` takes from the built module: the pages, as a function of a request and of what it may use. */
export function createPages(build: ServerBuild) {
  const handle = createRequestHandler(build, 'production')
  return (request: Request, given: Given): Promise<Response> => {
    const context = new RouterContextProvider()
    context.set(speechKey, speeches.get(languageOf(request))!)
    context.set(doorsKey, given.doors)
    context.set(themeKey, given.theme)
    context.set(nonceKey, given.nonce)
    context.set(logKey, given.log)
    context.set(paceKey, given.pace)
    context.set(clientKey, given.client)
    return handle(request, context)
  }
}
export type Pages = ReturnType<typeof createPages>

/** What a loader or an action throws reaches the log, never the page: React Router strips it in production. */
export function handleError(error: unknown, { request, context }: { request: Request; context: Provider }): void {
  // A page that is not there, or a form that nobody takes, is an answer. What was searched for stays out of the log.
  if (request.signal.aborted || (isRouteErrorResponse(error) && error.status < 500)) return
  context.get(logKey).error({ err: error, path: pathOf(request) }, 'a page failed')
}

function pathOf(request: Request): string {
  return new URL(request.url).pathname
}

import { randomBytes, timingSafeEqual } from 'node:crypto'
import { type HttpBindings, type ServerType, serve } from '@hono/node-server'
import { type Context, Hono } from 'hono'
import { createPartnerApi } from './api/partner-api.ts'
import type { BuiltSite } from './build.ts'
import { type IsProxy, isLoopback } from './client-address.ts'
import { compressed } from './compression.ts'
import { boundConnections, boundRequests, type Patience, serverOptions, usualPatience } from './connections.ts'
import type { Doors, Log } from './context.ts'
import { createDoorstep } from './doorstep.ts'
import { createMetrics } from './metrics.ts'
import { accountPaces, addressPaces, type PaceOf } from './pace.ts'
import { listen } from './port.ts'
import { refusalPages } from './refusal-page.ts'
import { secure } from './security-headers.ts'
import { forever, readAssets } from './static-files.ts'
import { themeOf } from './theme.ts'
import { takesLargeFile } from './turned-away.ts'
import { answerPaymentWebhook } from './webhooks/payment-answers.ts'

export type WebOptions = {
  readonly doors: Doors
  readonly site: BuiltSite
  readonly log: Log
  readonly host: string
  /** Taken ports are passed over: the next free one is used. 0 lets the system choose. */
  readonly port: number
  /** The address that people type; https there means TLS in front of this process. */
  readonly publicUrl?: string | undefined
  /** Proxies whose word about the client is taken; nobody unless said. */
  readonly isProxy?: IsProxy | undefined
  /** Opens /metrics to whoever bears it; without it, to this machine alone. */
  readonly metricsToken?: string | undefined
  /** How often one address, and one account, may ask; the usual paces unless said. */
  readonly paces?: { readonly address: PaceOf; readonly account: PaceOf } | undefined
  /** How long a client may take; the usual patience unless said. */
  readonly patience?: Patience | undefined
  /** Prometheus lines of other modules, appended to our own. */
  readonly metrics?: () => Promise<string>
}

export type WebServer = {
  readonly url: string
  readonly port: number
  /** Stops taking requests, lets those under way end, then resolves. */
  readonly close: () => Promise<void>
}

type Asked = Context<{ Bindings: HttpBindings }>
const nobody: IsProxy = () => false

/** Serves the pages, their files and the three addresses that operations watch. */
export async function createWebServer(options: WebOptions): Promise<WebServer> {
  const { doors, site, log, isProxy = nobody } = options
  const pages = await site.pages()
  const assets = await readAssets(site.clientFolder)
  const metrics = createMetrics()
  const theme = themeOf(doors.site.accent)
  const refusals = refusalPages()
  const publicUrl = options.publicUrl === undefined ? undefined : new URL(options.publicUrl)
  const tls = publicUrl?.protocol === 'https:'
  const doorstep = createDoorstep({
    reach: { publicUrl, loopback: options.host === 'localhost' || isLoopback(options.host) },
    isProxy,
    paces: options.paces ?? { address: addressPaces, account: accountPaces },
    refusals,
  })
  const app = new Hono<{ Bindings: HttpBindings }>()

  const secured = (context: Asked, response: Response, nonce?: string) =>
    secure(response, {
      path: context.req.path,
      personal: context.req.header('cookie') !== undefined,
      tls,
      ...(nonce === undefined ? {} : { nonce }),
    })
  const style = ({ css }: { css: string }) =>
    new Response(css, { headers: { ...forever, 'content-type': 'text/css; charset=utf-8' } })

  app.get('/healthz', context => context.text('ok\n'))
  app.get('/readyz', async context =>
    (await doors.ready().catch(() => false)) ? context.text('ready\n') : context.text('database unreachable\n', 503),
  )
  app.get('/metrics', async context => {
    if (!mayMeasure(context, options.metricsToken)) return context.notFound()
    return context.text(metrics.text() + ((await options.metrics?.()) ?? ''), 200, {
      'content-type': 'text/plain; version=0.0.4; charset=utf-8',
    })
  })
  app.get(theme.path, () => style(theme))
  app.get(refusals.style.path, () => style(refusals.style))
  app.get('/assets/*', async context => {
    const response = await assets.answer(context.req.raw)
    // Of a file that everybody may keep, a cookie says nothing.
    return response ? secure(response, { path: context.req.path, personal: false, tls }) : context.notFound()
  })

  const partners = createPartnerApi({ partners: doors.partners, log })
  const answer = (context: Asked, nonce: string) =>
    doorstep.answer(context.req.raw, socketOf(context), async (request, pace, client) =>
      context.req.path.startsWith('/api/')
        ? partners.fetch(request)
        : pages(request, { doors, theme: theme.path, nonce, log, pace, client }),
    )

  app.post('/webhooks/payments/:provider', async context => {
    const response = await doorstep.answer(context.req.raw, socketOf(context), request =>
      answerPaymentWebhook(request, context.req.param('provider'), { door: doors.webhooks, log }),
    )
    return secured(context, response)
  })
  app.all('*', async context => {
    const started = performance.now()
    const nonce = randomBytes(16).toString('base64url')
    const response = await answer(context, nonce).catch(error => {
      log.error({ err: error }, 'a request failed')
      return doorstep.refuse(context.req.raw, { status: 500, kind: 'broken' })
    })
    metrics.observe(context.req.path, response.status, (performance.now() - started) / 1000)
    return compressed(context.req.raw, secured(context, response, nonce))
  })

  const patience = options.patience ?? usualPatience
  const { server, port } = await listen(options, port => start(app, options.host, port, patience))
  boundConnections(server, isProxy)
  boundRequests(server, patience, takesLargeFile)
  return {
    url: `http://${options.host}:${port}`,
    port,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        if ('closeIdleConnections' in server) server.closeIdleConnections()
      }),
  }
}

function start(app: Hono<{ Bindings: HttpBindings }>, hostname: string, port: number, patience: Patience): ServerType {
  return serve({
    fetch: app.fetch,
    hostname,
    port,
    overrideGlobalObjects: false,
    serverOptions: serverOptions(patience),
  })
}

function socketOf(context: Asked): string {
  return context.env.incoming.socket.remoteAddress ?? ''
}

/** Who measures: the bearer of the token, or, without one, this machine itself, unless it speaks for somebody else. */
function mayMeasure(context: Asked, token: string | undefined): boolean {
  if (token !== undefined) {
    const [given, right] = [Buffer.from(context.req.header('authorization') ?? ''), Buffer.from(`Bearer ${token}`)]
    return given.length === right.length && timingSafeEqual(given, right)
  }
  const forwarded = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'].some(name => context.req.header(name))
  return !forwarded && isLoopback(socketOf(context))
}

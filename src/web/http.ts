import { randomBytes } from 'node:crypto'
import { type ServerType, serve } from '@hono/node-server'
import { Hono } from 'hono'
import type { BuiltSite } from './build.ts'
import { compressed } from './compression.ts'
import type { Doors, Log } from './context.ts'
import { createMetrics } from './metrics.ts'
import { listen } from './port.ts'
import { secure } from './security-headers.ts'
import { forever, readAssets } from './static-files.ts'
import { themeOf } from './theme.ts'
import { turnedAway } from './turned-away.ts'

export type WebOptions = {
  readonly doors: Doors
  readonly site: BuiltSite
  readonly log: Log
  readonly host: string
  /** Taken ports are passed over: the next free one is used. 0 lets the system choose. */
  readonly port: number
  /** Prometheus lines of other modules, appended to our own. */
  readonly metrics?: () => Promise<string>
}

export type WebServer = {
  readonly url: string
  readonly port: number
  /** Stops taking requests, lets those under way end, then resolves. */
  readonly close: () => Promise<void>
}

/** Serves the pages, their files and the three addresses that operations watch. */
export async function createWebServer(options: WebOptions): Promise<WebServer> {
  const { doors, site, log } = options
  const pages = await site.pages()
  const assets = await readAssets(site.clientFolder)
  const metrics = createMetrics()
  const theme = themeOf(doors.site.accent)
  const app = new Hono()

  app.get('/healthz', context => context.text('ok\n'))
  app.get('/readyz', async context =>
    (await doors.ready().catch(() => false)) ? context.text('ready\n') : context.text('database unreachable\n', 503),
  )
  app.get('/metrics', async context => {
    // Behind a proxy every client looks local: a forwarded request is somebody else's.
    if (context.req.header('x-forwarded-for')) return context.notFound()
    return context.text(metrics.text() + ((await options.metrics?.()) ?? ''), 200, {
      'content-type': 'text/plain; version=0.0.4; charset=utf-8',
    })
  })
  app.get(theme.path, context =>
    context.body(theme.css, 200, { ...forever, 'content-type': 'text/css; charset=utf-8' }),
  )
  app.get('/assets/*', context => assets.answer(context.req.raw) ?? context.notFound())
  app.all('*', async context => {
    const status = turnedAway(context.req.raw)
    if (status) return context.text('refused\n', status)
    const started = performance.now()
    const nonce = randomBytes(16).toString('base64url')
    const response = await pages(context.req.raw, { doors, theme: theme.path, nonce, log })
    metrics.observe(context.req.path, response.status, (performance.now() - started) / 1000)
    return compressed(context.req.raw, secure(context.req.path, response, nonce))
  })

  const { server, port } = await listen(options, port => start(app, options.host, port))
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

function start(app: Hono, hostname: string, port: number): ServerType {
  return serve({ fetch: app.fetch, hostname, port, overrideGlobalObjects: false })
}

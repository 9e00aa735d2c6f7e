import type { Socket } from 'node:net'
import type { ServerType } from '@hono/node-server'
import type { IsProxy } from './client-address.ts'

/** A browser opens six; an office behind one address some hundreds. */
const MOST_FROM_ONE = 512

/** How long a client may take, in milliseconds, and how much it may say about itself: whoever sends a letter a second is cut off, and leaves the place to others. */
export type Patience = Readonly<Record<keyof typeof usualPatience, number>>
export const usualPatience = {
  maxHeaderSize: 16 * 1024,
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  /** Longer than the minute for which proxies keep a connection. */
  keepAliveTimeout: 65_000,
  connectionsCheckingInterval: 1_000,
}
/** A download that nobody reads. */
const IDLE = 120_000

/** Closes the connections of one address beyond its share. A proxy, which brings many people, has no such share. */
export function boundConnections(server: ServerType, isProxy: IsProxy, most = MOST_FROM_ONE): void {
  const open = new Map<string, number>()
  if ('setTimeout' in server) server.setTimeout(IDLE)
  server.on('connection', (socket: Socket) => {
    const from = socket.remoteAddress
    if (from === undefined || isProxy(from)) return
    const held = (open.get(from) ?? 0) + 1
    open.set(from, held)
    socket.once('close', () => {
      const left = (open.get(from) ?? 1) - 1
      if (left > 0) open.set(from, left)
      else open.delete(from)
    })
    if (held > most) socket.destroy()
  })
}

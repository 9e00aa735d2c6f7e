import type { IncomingMessage, ServerOptions, ServerResponse } from 'node:http'
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
  /** Of a large file that comes in earnest: at least `uploadLeast` bytes in each `requestTimeout`. */
  uploadTimeout: 3_600_000,
  /** 17 kbit a second: what a poor line of a telephone carries. */
  uploadLeast: 64 * 1024,
  /** Longer than the minute for which proxies keep a connection. */
  keepAliveTimeout: 65_000,
  connectionsCheckingInterval: 1_000,
}
/** What the server itself is told: of the time of a request it keeps the longest there is, {@link boundRequests} the rest. */
export const serverOptions = (patience: Patience): ServerOptions => ({
  maxHeaderSize: patience.maxHeaderSize,
  headersTimeout: patience.headersTimeout,
  requestTimeout: patience.uploadTimeout,
  keepAliveTimeout: patience.keepAliveTimeout,
  connectionsCheckingInterval: patience.connectionsCheckingInterval,
})

/**
 * Cuts off whoever does not end what was begun to be sent. The addresses that take a large file wait longer, as long as it keeps coming
 * and nobody has answered: who may not send one is answered before it is read, and has no more time than anybody.
 */
export function boundRequests(server: ServerType, patience: Patience, takesLong: (path: string) => boolean): void {
  server.on('request', (asked: IncomingMessage, answer: ServerResponse) => {
    if (!hasBody(asked)) return
    const { socket } = asked
    const isLong = takesLong((asked.url ?? '').split('?')[0]!)
    let brought = socket.bytesRead
    const timer = setInterval(() => {
      if (asked.complete) return clearInterval(timer)
      const since = socket.bytesRead - brought
      brought = socket.bytesRead
      if (isLong && since >= patience.uploadLeast && !answer.writableEnded) return
      clearInterval(timer)
      cutOff(socket, answer)
    }, patience.requestTimeout)
    timer.unref()
    // Of a connection that was lost the next look finds nothing come.
    asked.on('close', () => clearInterval(timer))
  })
}

const hasBody = ({ headers }: IncomingMessage) =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0

function cutOff(socket: Socket, answer: ServerResponse): void {
  if (!answer.headersSent && socket.writable) {
    socket.write('HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n')
  }
  socket.destroySoon()
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

import type { AddressInfo } from 'node:net'
import type { ServerType } from '@hono/node-server'

const attempts = 50

/** Starts a server on the port asked, or on the next free one after it. Any other refusal of the system is thrown. */
export async function listen(
  { port }: { readonly port: number },
  start: (port: number) => ServerType,
): Promise<{ server: ServerType; port: number }> {
  for (let tried = port; tried < port + attempts; tried++) {
    const server = start(tried)
    if (await listening(server)) return { server, port: (server.address() as AddressInfo).port }
  }
  throw new Error(`Ports ${port} to ${port + attempts - 1} are all taken: set SOCLE_PORT to a free one`)
}

function listening(server: ServerType): Promise<boolean> {
  return new Promise((resolve, reject) => {
    server.once('listening', () => resolve(true))
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(false)
      else reject(error)
    })
  })
}

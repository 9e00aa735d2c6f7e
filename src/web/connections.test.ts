import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { after, test } from 'node:test'
import { boundConnections, usualPatience } from './connections.ts'

const short = { ...usualPatience, headersTimeout: 150, requestTimeout: 300, connectionsCheckingInterval: 30 }

async function serve(most?: number): Promise<number> {
  const server = createServer(short, (asked, answer) => asked.resume().on('end', () => answer.end('whole')))
  boundConnections(server, () => false, most)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  after(() => {
    server.closeAllConnections()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

/** What the server says until it closes, to somebody who sends this and then nothing. */
function begin(port: number, bytes: string): Promise<string> {
  return new Promise(resolve => {
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes))
    let said = ''
    socket.on('data', piece => {
      said += piece
    })
    socket.on('error', () => {})
    socket.on('close', () => resolve(said))
  })
}

test('whoever begins a request and does not end it is cut off: in the headers, and in the body', async () => {
  const port = await serve()
  assert.match(await begin(port, 'GET / HTTP/1.1\r\nHost: x\r\nX-Slow: a'), /^HTTP\/1\.1 408/)
  assert.match(await begin(port, 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\na'), /^HTTP\/1\.1 408/)
})

test('the usual patience is seconds, not minutes', () => {
  assert.ok(usualPatience.headersTimeout <= 10_000 && usualPatience.requestTimeout <= 30_000)
  assert.ok(usualPatience.connectionsCheckingInterval <= 1_000 && usualPatience.maxHeaderSize <= 16 * 1024)
})

test('one address holds no more connections than its share, and may open others once it closes some', async () => {
  const port = await serve(3)
  const open = () =>
    new Promise<ReturnType<typeof connect>>(resolve => {
      const socket = connect(port, '127.0.0.1', () => resolve(socket))
      socket.on('error', () => {})
    })
  const closed = (socket: ReturnType<typeof connect>) => new Promise(resolve => socket.once('close', resolve))
  const held = [await open(), await open(), await open()]
  await closed((await open()).resume())
  const gone = held.map(closed)
  for (const socket of held) socket.resume().end()
  await Promise.all(gone)
  const answer = begin(port, 'GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')
  assert.match(await answer, /whole/)
})

import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { after, test } from 'node:test'
import { boundConnections, boundRequests, serverOptions, usualPatience } from './connections.ts'

const short = {
  ...{ ...usualPatience, headersTimeout: 150, requestTimeout: 300, connectionsCheckingInterval: 30 },
  ...{ uploadTimeout: 60_000, uploadLeast: 10 },
}

async function serve(most?: number): Promise<number> {
  const server = createServer(serverOptions(short), (asked, answer) => {
    if (asked.url === '/large?refused') return void answer.end('not for you')
    asked.resume().on('end', () => answer.end('whole'))
  })
  boundConnections(server, () => false, most)
  boundRequests(server, short, path => path === '/large')
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

/** Ten bytes every tenth of a second, until all are sent or the server closes: what it said, and after how many bytes. */
function trickle(
  port: number,
  path: string,
  bytes: number,
  { most = bytes, connection = 'close' } = {},
): Promise<{ said: string; sent: number }> {
  return new Promise(resolve => {
    let said = ''
    let sent = 0
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(`POST ${path} HTTP/1.1\r\nHost: x\r\nConnection: ${connection}\r\nContent-Length: ${bytes}\r\n\r\n`)
    })
    const timer = setInterval(() => {
      if (sent >= most) return
      socket.write('a'.repeat(10))
      sent += 10
    }, 100)
    socket.on('data', piece => {
      said += piece
    })
    socket.on('error', () => {})
    socket.on('close', () => {
      clearInterval(timer)
      resolve({ said, sent })
    })
  })
}

test('a large file may come slowly where one is taken, and as long as it comes; elsewhere nothing may', async () => {
  const port = await serve()
  assert.match((await trickle(port, '/large', 120)).said, /whole/)
  const elsewhere = await trickle(port, '/other', 120)
  assert.match(elsewhere.said, /^HTTP\/1\.1 408/)
  assert.ok(elsewhere.sent < 120)
  assert.match((await trickle(port, '/large', 120, { most: 30 })).said, /^HTTP\/1\.1 408/)
})

test('who is answered before the file is read keeps the connection no longer than anybody', async () => {
  const port = await serve()
  const { said, sent } = await trickle(port, '/large?refused', 100_000, { connection: 'keep-alive' })
  assert.match(said, /not for you/)
  assert.ok(sent < 200, `${sent} bytes were let in`)
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

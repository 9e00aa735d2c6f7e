import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { exampleDoors } from '../../test/example-doors.ts'
import { createWebServer, type WebOptions } from './http.ts'
import { LARGEST_FORM } from './turned-away.ts'

// Pages that let everything pass: what is refused is refused before them.
const folder = mkdtempSync(join(tmpdir(), 'socle-http-'))
mkdirSync(join(folder, 'assets'))
writeFileSync(join(folder, 'assets', 'a.js'), 'export {}')
const logged: string[] = []
const pages = async (asked: Request, { pace }: { pace: (account: string) => number }) => {
  const account = asked.headers.get('x-account')
  if (account !== null && pace(account) > 0) return new Response(null, { status: 429 })
  if (asked.url.endsWith('/broken')) throw new Error('the inner side of Fatima "Benali"')
  return new Response(asked.method === 'POST' ? await asked.text() : 'page')
}
const often = { burst: 1e9, perSecond: 1e9 }
const unhurried = { page: often, form: often, file: often }

async function serve(options: Partial<WebOptions> = {}) {
  const server = await createWebServer({
    doors: exampleDoors(),
    site: { folder, clientFolder: folder, built: false, pages: async () => pages },
    host: '127.0.0.1',
    port: 0,
    log: { error: (_facts, says) => void logged.push(says) },
    paces: { address: unhurried, account: unhurried },
    ...options,
  })
  after(() => server.close())
  return server
}
const server = await serve()
after(() => rmSync(folder, { recursive: true }))

const form = 'application/x-www-form-urlencoded'
const host = new URL(server.url).host

/** One request as it is written, headers that fetch would refuse included. */
function ask(options: {
  readonly url?: string
  readonly path?: string
  readonly method?: string
  readonly headers?: Record<string, string>
  readonly body?: string | Buffer
}): Promise<{ status: number; headers: Record<string, string | string[] | undefined>; body: string }> {
  const { hostname, port } = new URL(options.url ?? server.url)
  const { method = 'GET', path = '/', headers = {} } = options
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, path, method, headers, agent: false }, response => {
      const pieces: Buffer[] = []
      response.on('data', piece => pieces.push(piece))
      response.on('end', () => {
        resolve({ status: response.statusCode!, headers: response.headers, body: Buffer.concat(pieces).toString() })
      })
    })
    sent.on('error', reject)
    sent.end(options.body)
  })
}

/** Bytes as they are, and the status of each answer until the server closes. */
function raw(bytes: string): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1', () => socket.write(bytes))
    let said = ''
    socket.on('data', piece => {
      said += piece
    })
    socket.on('close', () => resolve([...said.matchAll(/^HTTP\/1\.1 (\d+)/gm)].map(match => match[1]!)))
    socket.on('error', reject)
  })
}

type FormCase = { name: string; headers: Record<string, string>; status: number }
const forms: FormCase[] = [
  { name: 'of our own page', headers: { 'sec-fetch-site': 'same-origin', origin: server.url }, status: 200 },
  { name: 'of a browser that names the site alone', headers: { origin: server.url, cookie: 's=1' }, status: 200 },
  { name: 'of an old browser that names the page alone', headers: { referer: `${server.url}/console` }, status: 200 },
  { name: 'of a program, which names nothing', headers: {}, status: 200 },
  { name: 'that names nothing and brings a cookie', headers: { cookie: 's=1' }, status: 403 },
  { name: 'of another site', headers: { 'sec-fetch-site': 'cross-site', origin: 'https://evil.test' }, status: 403 },
  { name: 'of a neighbour', headers: { 'sec-fetch-site': 'same-site' }, status: 403 },
  { name: 'of another site, named alone', headers: { origin: 'https://evil.test' }, status: 403 },
  { name: 'of a page of another site', headers: { referer: 'https://evil.test/console' }, status: 403 },
  { name: 'of another port', headers: { origin: `${server.url}0` }, status: 403 },
  { name: 'of nowhere', headers: { origin: 'null' }, status: 403 },
  {
    name: 'whose proxy is invented',
    headers: { origin: 'https://evil.test', 'x-forwarded-host': 'evil.test' },
    status: 403,
  },
  { name: 'that is no form', headers: { 'content-type': 'application/json' }, status: 415 },
  { name: 'that is packed', headers: { 'content-encoding': 'gzip' }, status: 415 },
]
for (const { name, headers, status } of forms) {
  test(`a form ${name} is answered ${status}, at every address`, async () => {
    for (const path of ['/console/sign-in', '/console/sign-out', '/console/preferences']) {
      const sent = await ask({
        path,
        method: 'POST',
        body: 'a=b',
        headers: { 'content-type': form, 'content-length': '3', host, ...headers },
      })
      assert.equal(sent.status, status)
    }
  })
}

test('a form of the address that people type is ours, behind a proxy that keeps or changes the host', async () => {
  const { url } = await serve({ publicUrl: 'https://social.test' })
  const post = (headers: Record<string, string>) =>
    ask({ url, method: 'POST', body: 'a=b', headers: { 'content-type': form, 'content-length': '3', ...headers } })
  assert.equal((await post({ host: 'social.test', origin: 'https://social.test' })).status, 200)
  assert.equal((await post({ host: '127.0.0.1', origin: 'https://social.test' })).status, 200)
  assert.equal((await post({ host: 'social.test', origin: 'https://evil.test' })).status, 403)
})

test('a form larger than any of ours is not read', async () => {
  const send = (body: BodyInit) => {
    const init = { method: 'POST', body, headers: { 'content-type': form }, duplex: 'half' }
    return fetch(`${server.url}/console/sign-in`, init)
  }
  assert.equal((await send(`a=${'a'.repeat(LARGEST_FORM - 2)}`)).status, 200)
  assert.equal((await send('a'.repeat(LARGEST_FORM + 1))).status, 413)
  assert.equal((await send(new Blob(['a=b']).stream())).status, 411)
})

test('a form that breaks off, brings a file, a zero byte or a thousand fields never reaches an action', async () => {
  const parts = (text: string) => ({ headers: { 'content-type': 'multipart/form-data; boundary=x' }, body: text })
  const fields = (body: string) => ({ headers: { 'content-type': form }, body })
  const cases = {
    'garbage in parts': parts('garbage'),
    'no boundary': { headers: { 'content-type': 'multipart/form-data' }, body: 'a' },
    'a part without end': parts('--x\r\ncontent-disposition: form-data; name="a"\r\n\r\nb'),
    'a file': parts(
      '--x\r\ncontent-disposition: form-data; name="a"; filename="../../etc/passwd"\r\n\r\nb\r\n--x--\r\n',
    ),
    'a zero byte': fields('email=a%00b'),
    'a zero byte in a name': fields('a%00=b'),
    'a thousand fields': fields('a=b&'.repeat(1000)),
    'a long name': fields(`${'a'.repeat(300)}=b`),
  }
  for (const [name, { headers, body }] of Object.entries(cases)) {
    const answer = await fetch(`${server.url}/console/sign-in`, { method: 'POST', headers, body })
    assert.equal(answer.status, 400, name)
  }
  const whole = parts('--x\r\ncontent-disposition: form-data; name="a"\r\n\r\nb\r\n--x--\r\n')
  assert.equal((await fetch(`${server.url}/x`, { method: 'POST', ...whole })).status, 200)
  assert.equal(
    await (await fetch(`${server.url}/x`, { method: 'POST', ...fields('a=%F0%9F%98%80') })).text(),
    'a=%F0%9F%98%80',
  )
})

test('an address that no page can have is refused, not a failure', async () => {
  for (const path of [
    '/console/search?q=a%00b',
    '/%',
    '/%ff',
    '/fr//evil.test',
    '//evil.test',
    '/a%5cevil.test',
    '/a%0d%0ab',
    '/a%e2%80%a8',
  ]) {
    assert.equal((await ask({ path })).status, 400, path)
  }
  assert.equal((await ask({ path: `/console/search?q=${'a'.repeat(5000)}` })).status, 414)
  assert.equal((await ask({ path: '/', headers: { 'x-long': 'a'.repeat(20_000) } })).status, 431)
})

test('a method that has no meaning here is refused, whatever another header says', async () => {
  for (const method of ['PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND', 'TRACE']) {
    const { status, headers } = await ask({ path: '/console/sign-in', method })
    assert.equal(status, 405, method)
    assert.equal(headers.allow, 'GET, HEAD, POST')
  }
  const disguised = { 'x-http-method-override': 'DELETE' }
  assert.equal((await ask({ path: '/', headers: disguised })).body, 'page')
})

test('a name that another site made lead here is not this site', async () => {
  for (const name of ['evil.test', 'localhost.evil.test', '127.0.0.1.evil.test', 'evil.test:80']) {
    const { status } = await ask({ headers: { host: name } })
    assert.equal(status, 421, name)
  }
  for (const name of [host, 'localhost', 'localhost:3000', '[::1]:3000']) {
    assert.equal((await ask({ headers: { host: name } })).status, 200, name)
  }
  const { url } = await serve({ publicUrl: 'https://social.test' })
  for (const [name, status] of [
    ['social.test', 200],
    ['social.test:443', 200],
    ['evil.test', 421],
    ['10.0.0.7', 200],
  ] as const) {
    assert.equal((await ask({ url, headers: { host: name } })).status, status, name)
  }
})

test('two readings of where a request ends are never possible', async () => {
  const head = `POST / HTTP/1.1\r\nHost: ${host}\r\nContent-Type: ${form}\r\n`
  const smuggled = 'GET /console HTTP/1.1\r\nHost: x\r\n\r\n'
  for (const [name, bytes] of Object.entries({
    'length and chunks': `${head}Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${smuggled}`,
    'two lengths': `${head}Content-Length: 3\r\nContent-Length: 40\r\n\r\na=b${smuggled}`,
    'a space before the colon': `${head}Content-Length : 3\r\n\r\na=b`,
    'a folded header': `${head}Content-Length: 3\r\nX-A: b\r\n c\r\n\r\na=b`,
    'no host': `GET / HTTP/1.0\r\n\r\n`,
    'a length with a sign': `${head}Content-Length: +3\r\n\r\na=b`,
    'chunks in disguise': `${head}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n${smuggled}`,
  })) {
    const statuses = await raw(bytes)
    assert.ok(statuses.length === 1 && /^4/.test(statuses[0]!), `${name}: ${statuses}`)
  }
})

test('whoever is turned away is told what to do, in the language of the address, and nothing of the inside', async () => {
  const arabic = await ask({ path: '/ar', method: 'PUT' })
  assert.match(arabic.body, /<html lang="ar" dir="rtl">/)
  const cookie = { 'content-type': form, 'content-length': '3', cookie: 'socle-language=en; s=1' }
  const english = await ask({ path: '/console/sign-out', method: 'POST', body: 'a=b', headers: cookie })
  assert.match(english.body, /This form does not come from our pages/)
  assert.match(english.body, /href="\/console"/)
  const broken = await ask({ path: '/en/broken' })
  assert.deepEqual([broken.status, logged.at(-1)], [500, 'a request failed'])
  assert.match(broken.body, /We cannot show this page at the moment/)
  for (const { body, headers } of [arabic, english, broken]) {
    assert.doesNotMatch(body, /Fatima|\.ts|Error|<script|style=|<style/)
    assert.match(String(headers['content-security-policy']), /default-src 'none'/)
  }
  const style = /href="(\/refusal-[^"]+)"/.exec(broken.body)?.[1]
  assert.match((await ask({ path: style! })).body, /^:root/)
})

test('a page for one person is kept by no cache: the console, whatever the case of its address, and wherever a cookie speaks', async () => {
  for (const path of ['/console/search', '/CONSOLE/search', '/Console.data']) {
    const { headers } = await fetch(server.url + path)
    assert.equal(headers.get('cache-control'), 'private, no-store', path)
    assert.match(headers.get('content-security-policy') ?? '', /script-src 'nonce-/)
  }
  assert.equal((await ask({ path: '/ar' })).headers['cache-control'], 'no-cache')
  assert.equal((await ask({ path: '/ar', headers: { cookie: 'a=b' } })).headers['cache-control'], 'private, no-store')
  assert.match(
    String((await ask({ path: '/assets/a.js', headers: { cookie: 'a=b' } })).headers['cache-control']),
    /immutable/,
  )
})

test('every answer says how it may be used; behind TLS it asks to be kept there', async () => {
  const { url } = await serve({ publicUrl: 'https://social.test' })
  for (const path of ['/', '/console', '/assets/a.js', '/nowhere']) {
    const { headers } = await ask({ path })
    assert.deepEqual(
      [
        'x-content-type-options',
        'x-frame-options',
        'referrer-policy',
        'cross-origin-opener-policy',
        'cross-origin-resource-policy',
      ].map(name => headers[name]),
      ['nosniff', 'DENY', 'same-origin', 'same-origin', 'same-origin'],
      path,
    )
    assert.match(String(headers['permissions-policy']), /camera=\(\).*geolocation=\(\)/)
    assert.equal(headers['strict-transport-security'], undefined)
    assert.match(String((await ask({ url, path })).headers['strict-transport-security']), /max-age=63072000/)
  }
})

const slow = { burst: 2, perSecond: 0.01 }
const hurried = { page: slow, form: slow, file: slow }

test('an address that asks too often waits, and is told how long; whom a proxy speaks for waits alone', async () => {
  const { url } = await serve({
    paces: { address: hurried, account: unhurried },
    isProxy: address => address.startsWith('127.'),
  })
  const from = (address: string) => ask({ url, path: '/en', headers: { 'x-forwarded-for': address } })
  assert.deepEqual([(await from('1.1.1.1')).status, (await from('1.1.1.1')).status], [200, 200])
  const third = await from('9.9.9.9, 1.1.1.1')
  assert.deepEqual([third.status, third.headers['retry-after']], [429, '100'])
  assert.match(third.body, /Too many requests at once/)
  assert.equal((await from('2.2.2.2')).status, 200)
})

test('without a trusted proxy, nobody names himself another address', async () => {
  const { url } = await serve({ paces: { address: hurried, account: unhurried } })
  const statuses = []
  for (let i = 0; i < 4; i++) statuses.push((await ask({ url, headers: { 'x-forwarded-for': `1.1.1.${i}` } })).status)
  assert.deepEqual(statuses, [200, 200, 429, 429])
})

test('an account that asks too often waits, from whatever address', async () => {
  const { url } = await serve({ paces: { address: unhurried, account: hurried } })
  const as = (account: string) => ask({ url, path: '/en', headers: { 'x-account': account } })
  await as('a')
  await as('a')
  const third = await as('a')
  assert.deepEqual([third.status, third.headers['retry-after']], [429, '100'])
  assert.match(third.body, /Too many requests/)
  assert.equal((await as('b')).status, 200)
})

test('figures are for this machine, or for whoever bears the token', async () => {
  const asked = (url: string, headers: Record<string, string> = {}) => ask({ url, path: '/metrics', headers })
  assert.equal((await asked(server.url)).status, 200)
  for (const name of ['x-forwarded-for', 'forwarded', 'x-real-ip', 'via']) {
    assert.equal((await asked(server.url, { [name]: '127.0.0.1' })).status, 404, name)
  }
  const { url } = await serve({ metricsToken: 'a token of the monitoring' })
  assert.equal((await asked(url)).status, 404)
  assert.equal((await asked(url, { authorization: 'Bearer a token of the monitorinG' })).status, 404)
  assert.equal((await asked(url, { authorization: 'Bearer a token of the monitoring' })).status, 200)
})

test('a packed page does not unfold on the way in', async () => {
  const body = gzipSync(Buffer.alloc(LARGEST_FORM * 100, 'a'))
  assert.ok(body.length < LARGEST_FORM)
  const headers = { 'content-type': form, 'content-encoding': 'gzip', 'content-length': String(body.length) }
  assert.equal((await ask({ path: '/', method: 'POST', headers, body })).status, 415)
})

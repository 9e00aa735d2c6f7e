import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { exampleDoors } from '../../test/example-doors.ts'
import { createWebServer } from './http.ts'
import { LARGEST_FORM } from './turned-away.ts'

// Pages that let everything pass: what is refused is refused before them.
const folder = mkdtempSync(join(tmpdir(), 'socle-http-'))
mkdirSync(join(folder, 'assets'))
const pages = async () => new Response('page')
const server = await createWebServer({
  doors: exampleDoors(),
  site: { folder, clientFolder: folder, built: false, pages: async () => pages },
  host: '127.0.0.1',
  port: 0,
  log: { error: () => assert.fail('nothing is logged here') },
})
after(async () => {
  await server.close()
  rmSync(folder, { recursive: true })
})

const form = 'application/x-www-form-urlencoded'
const host = new URL(server.url).host

const forms: { name: string; headers: Record<string, string>; status: number }[] = [
  { name: 'of our own page', headers: { 'sec-fetch-site': 'same-origin', origin: server.url }, status: 200 },
  { name: 'of a browser that names the site alone', headers: { origin: server.url }, status: 200 },
  { name: 'of a program, which names nothing', headers: {}, status: 200 },
  { name: 'behind a proxy', headers: { origin: 'https://s.test', 'x-forwarded-host': 's.test' }, status: 200 },
  { name: 'of another site', headers: { 'sec-fetch-site': 'cross-site', origin: 'https://evil.test' }, status: 403 },
  { name: 'of a neighbour', headers: { 'sec-fetch-site': 'same-site' }, status: 403 },
  { name: 'of another site, named alone', headers: { origin: 'https://evil.test' }, status: 403 },
  { name: 'of another port', headers: { origin: `${server.url}0` }, status: 403 },
  { name: 'of nowhere', headers: { origin: 'null' }, status: 403 },
  { name: 'that is no form', headers: { 'content-type': 'application/json' }, status: 415 },
]
for (const { name, headers, status } of forms) {
  test(`a form ${name} is answered ${status}, at every address`, async () => {
    for (const path of ['/console/sign-in', '/console/sign-out', '/console/preferences']) {
      const request = { method: 'POST', body: 'a=b', headers: { 'content-type': form, host, ...headers } }
      assert.equal((await fetch(server.url + path, request)).status, status)
    }
  })
}

test('a form larger than any of ours is not read', async () => {
  const send = (body: BodyInit) => {
    const request = { method: 'POST', body, headers: { 'content-type': form }, duplex: 'half' }
    return fetch(`${server.url}/console/sign-in`, request)
  }
  assert.equal((await send('a'.repeat(LARGEST_FORM))).status, 200)
  assert.equal((await send('a'.repeat(LARGEST_FORM + 1))).status, 413)
  assert.equal((await send(new Blob(['a=b']).stream())).status, 411)
})

test('an address with a zero byte and a method without meaning are refused, not failures', async () => {
  assert.equal((await fetch(`${server.url}/console/search?q=a%00b`)).status, 400)
  for (const method of ['PUT', 'PATCH', 'DELETE']) {
    assert.equal((await fetch(`${server.url}/console/sign-in`, { method })).status, 405)
  }
})

test('the console is kept by no cache, whatever the case of its address', async () => {
  for (const path of ['/console/search', '/CONSOLE/search', '/Console.data']) {
    const { headers } = await fetch(server.url + path)
    assert.equal(headers.get('cache-control'), 'private, no-store', path)
    assert.match(headers.get('content-security-policy') ?? '', /script-src 'self' 'nonce-/)
  }
})

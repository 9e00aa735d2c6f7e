import assert from 'node:assert/strict'
import { chmod, cp, mkdtemp, rm, symlink } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { exampleDoors } from '../../test/example-doors.ts'
import { serveSite } from '../../test/site.ts'
import { buildWeb } from './build.ts'
import { createWebServer } from './http.ts'

const example = exampleDoors()
const logged: string[] = []
let databaseAnswers = true
const url = await serveSite(
  exampleDoors({
    ready: async () => databaseAnswers,
    console: {
      ...example.console,
      work: async () => {
        throw new Error('the password of the database is hunter2')
      },
    },
  }),
  logged,
)
const signedIn = { cookie: 'session=1' }

test('a citizen page may run nothing and load nothing but our own style, font and image', async () => {
  const response = await fetch(`${url}/ar`)
  assert.equal(response.status, 200)
  assert.equal(response.headers.get('content-language'), 'ar')
  const policy = response.headers.get('content-security-policy') ?? ''
  assert.match(policy, /^default-src 'none'; style-src 'self'/)
  assert.doesNotMatch(policy, /script-src|unsafe|nonce|data:/)
  const page = await response.text()
  assert.doesNotMatch(page, /<script|<style|\sstyle=|\son[a-z]+=/)
})

test('a console page runs what carries the nonce of its answer, and no cache keeps it', async () => {
  const response = await fetch(`${url}/console/search`, { headers: signedIn })
  const nonce = /script-src 'nonce-([\w-]+)'/.exec(response.headers.get('content-security-policy') ?? '')?.[1]
  assert.ok(nonce)
  assert.equal(response.headers.get('cache-control'), 'private, no-store')
  const page = await response.text()
  for (const [script] of page.matchAll(/<script\b[^>]*>/g)) assert.ok(script.includes(`nonce="${nonce}"`), script)
  assert.doesNotMatch(page, /<style/)
})

test('what breaks shows a page that says what to do, and tells the log alone why', async () => {
  const response = await fetch(`${url}/console`, { headers: { ...signedIn, 'accept-language': 'en' } })
  assert.equal(response.status, 500)
  const page = await response.text()
  assert.match(page, /We cannot show this page at the moment/)
  assert.doesNotMatch(page, /hunter2|\.ts:\d|node_modules/)
  assert.ok(logged.some(line => line.includes('hunter2')))
})

test('an address that no page has, or a language that nobody speaks here, is a page that says so', async () => {
  for (const [path, words] of [
    ['/nowhere', 'Cette page n’existe pas'],
    ['/de', 'Cette page n’existe pas'],
    ['/ar/nowhere', 'هذه الصفحة غير موجودة'],
  ] as const) {
    const response = await fetch(url + path)
    assert.equal(response.status, 404, path)
    assert.match(await response.text(), new RegExp(words))
  }
  const french = await fetch(`${url}/fr`, { redirect: 'manual' })
  assert.deepEqual([french.status, french.headers.get('location')], [301, '/'])
})

test('a form of another site cannot act in the name of who is signed in', async () => {
  const response = await fetch(`${url}/console/preferences`, {
    method: 'POST',
    headers: { ...signedIn, origin: 'https://elsewhere.test', 'content-type': 'application/x-www-form-urlencoded' },
    body: 'language=ar',
  })
  assert.equal(response.status, 403)
  assert.equal(response.headers.get('set-cookie'), null)
})

test('operations can ask whether the process lives, whether it can serve, and how it does', async () => {
  assert.equal((await fetch(`${url}/healthz`)).status, 200)
  assert.equal((await fetch(`${url}/readyz`)).status, 200)
  databaseAnswers = false
  assert.equal((await fetch(`${url}/readyz`)).status, 503)
  assert.equal((await fetch(`${url}/healthz`)).status, 200)
  const metrics = await (await fetch(`${url}/metrics`)).text()
  assert.match(metrics, /socle_pages_seconds_count\{face="citizen",status="200"\} [1-9]/)
  assert.match(metrics, /socle_pages_seconds_bucket\{face="console",status="500",le="\+Inf"\} 1/)
  assert.equal((await fetch(`${url}/metrics`, { headers: { 'x-forwarded-for': '1.2.3.4' } })).status, 404)
})

test('files are kept for a year under a name that changes with them, and leave compressed', async () => {
  const page = await (await fetch(url)).text()
  const style = /href="(\/assets\/[^"]+\.css)"/.exec(page)?.[1]
  assert.ok(style)
  const response = await fetch(url + style, { headers: { 'accept-encoding': 'br' } })
  assert.equal(response.headers.get('content-encoding'), 'br')
  assert.match(response.headers.get('cache-control') ?? '', /immutable/)
  assert.equal((await fetch(`${url}/assets/../../package.json`)).status, 404)
  assert.equal((await fetch(`${url}/assets/%2e%2e/server/index.js`)).status, 404)
})

test('a port that is taken is passed over for the next free one', async () => {
  const other = createServer()
  await new Promise<void>(resolve => other.listen(0, '127.0.0.1', resolve))
  after(() => other.close())
  const { port } = other.address() as AddressInfo
  const site = await buildWeb({ dataFolder: tmpdir() })
  const server = await createWebServer({ doors: example, site, host: '127.0.0.1', port, log: { error() {} } })
  assert.ok(server.port > port && server.port < port + 50)
  assert.equal((await fetch(`${server.url}/healthz`)).status, 200)
  await server.close()
})

test('a checkout that cannot be written, under a path with a space and an accent, is built into the data folder, once', async t => {
  const folder = await mkdtemp(join(tmpdir(), 'socle été '))
  t.after(async () => {
    await chmod(join(folder, 'checkout'), 0o755)
    await rm(folder, { recursive: true, force: true })
  })
  const root = fileURLToPath(new URL('../..', import.meta.url))
  for (const part of ['src', 'locales', 'package.json', 'package-lock.json']) {
    await cp(join(root, part), join(folder, 'checkout', part), { recursive: true })
  }
  await symlink(join(root, 'node_modules'), join(folder, 'checkout', 'node_modules'))
  // Root writes wherever it likes, so a file stands where the folder of builds would: neither can make that folder.
  await cp(join(root, 'package.json'), join(folder, 'checkout', 'build'))
  await chmod(join(folder, 'checkout', 'build'), 0o444)
  const { buildWeb: buildThere } = await import(join(folder, 'checkout', 'src', 'web', 'build.ts'))
  const dataFolder = join(folder, 'data')
  const first = await buildThere({ dataFolder })
  assert.ok(first.built && first.folder.startsWith(dataFolder))
  const pages = await first.pages()
  const answer = await pages(new Request('http://socle.test/'), {
    doors: example,
    theme: '/x.css',
    nonce: 'n',
    log: { error() {} },
  })
  assert.equal(answer.status, 200)
  assert.equal((await buildThere({ dataFolder })).built, false)
})

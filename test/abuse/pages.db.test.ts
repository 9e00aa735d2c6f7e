// Every form and every address of the site, given everything of the corpus: an answer in words, never a failure, nothing
// of the inside shown, nothing written by what was refused.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { sql } from 'kysely'
import { transaction, workerActor } from '#db'
import { type Person, serveWorld } from '../world.ts'
import { anyText, corpus, fewer, insideShown, MARK } from './corpus.ts'
import { forms } from './forms.ts'
import { rowCounts } from './row-counts.ts'
import { type Address, addresses, plainAddresses } from './surface.ts'

const desk: Person = {
  name: 'Salma Guichet',
  email: 'salma@abuse.example',
  territory: '',
  roles: [
    'territory_supervisor',
    'paying_agent',
    'programme_manager',
    'payment_preparer',
    'payment_approver',
    'auditor',
    'policy_officer',
  ],
}
const world = await serveWorld(25, [desk])
const cookie = Object.entries(await world.cookiesOf(desk))
  .map(([name, value]) => `${name}=${value}`)
  .join('; ')
const stranger = { 'sec-fetch-site': 'same-origin', 'accept-language': 'en' }
const own = { cookie, 'sec-fetch-site': 'same-origin', 'accept-language': 'en' }

// All that is waited for stands before the first test: tests begin, and may end, while a file is still read.
/** What a citizen's browser holds while a code is awaited. */
const asked = await fetch(`${world.url}/en/dossier`, {
  method: 'POST',
  body: new URLSearchParams({ phone: '0611223344' }),
  headers: stranger,
  redirect: 'manual',
})
const waiting = asked.headers
  .getSetCookie()
  .map(each => each.split(';')[0])
  .join('; ')

const found = await transaction(world.databases.worker, workerActor('test'), tx =>
  sql<{ household: string; person: string; run: string; reference: string }>`
  select h.id as household, (select id from population.person limit 1) as person, (select id from programmes.determination_run limit 1) as run,
    (select reference from payments.run limit 1) as reference
  from households.household h limit 1`.execute(tx),
)
const real: Readonly<Record<string, string>> = {
  ':id': found.rows[0]!.household,
  ':one': '0199f000-0000-7000-8000-000000000009',
  ':other': '0199f000-0000-7000-8000-00000000000b',
  ':run': found.rows[0]!.run,
  ':reference': found.rows[0]!.reference,
  ':point': '0199f000-0000-7000-8000-00000000001c',
  ':payment': '0199f000-0000-7000-8000-00000000001d',
  ':given': '0199f000-0000-7000-8000-00000000001e',
  ':study': '0199f000-0000-7000-8000-00000000000a',
  ':draft': '0199f000-0000-7000-8000-00000000000d',
  ':step': 'dwelling',
  ':lang?': 'ar',
  '*': 'nowhere',
}

const takingForms = addresses.filter(({ takesForm }) => takesForm)

test('every form of the site is attacked below, in every field', () => {
  assert.deepEqual(takingForms.map(({ path }) => path).sort(), Object.keys(forms).sort())
  for (const { path, fields } of takingForms) assert.deepEqual(Object.keys(forms[path]!).sort(), fields, path)
})

test('every address that is no page is known: none of them takes a form, and only the webhook a parameter', () => {
  // What is sent to the webhook is attacked in src/web/webhooks/webhooks.db.test.ts.
  const webhook = "'/webhooks/payments/:provider'"
  const own = ["'/healthz'", "'/readyz'", "'/metrics'", 'theme.path', 'refusals.style.path', "'/assets/*'"]
  assert.deepEqual(plainAddresses(), [...own, webhook, "'*'"])
})

const rows = () => rowCounts(world.databases)

test('what is counted before and after is the register, the decisions and the money', async () => {
  const counts = await rows()
  for (const table of ['households.household', 'population.person', 'programmes.determination', 'payments.run']) {
    assert.ok((counts[table] ?? 0) > 0, table)
  }
})

/** What every answer keeps to, whatever was asked. */
async function checked(response: Response, sent: string, where: string): Promise<string> {
  const body = await response.text()
  assert.ok(response.status < 500, `${where}: ${response.status}\n${body.slice(0, 300)}`)
  assert.equal(insideShown(body, sent), undefined, where)
  const kind = response.headers.get('content-type') ?? ''
  if (kind.startsWith('text/html')) {
    for (const [tag] of body.matchAll(/<[a-z/!][^>]*>/gi)) {
      // A value between quotes is text; whatever else of a tag is ours alone.
      assert.ok(!tag.replaceAll(/"[^"]*"/g, '').includes(MARK), `${where}: ${tag.slice(0, 200)}`)
    }
    // What the page hands to its own script is text inside a script: it must not be able to end it.
    assert.ok(
      !/<script[^>]*>(?:(?!<\/script>)[\s\S])*<\/?script>[^<]*socle_ran/.test(body) ||
        !body.includes(`<script>${MARK}`),
      where,
    )
    assert.ok(!body.includes(`<script>${MARK}`), where)
  }
  const to = response.headers.get('location')
  if (to !== null) {
    assert.match(to, /^\/(?![/\\])/, `${where}: leads to ${to}`)
    assert.equal(new URL(to, world.url).origin, world.url, where)
  }
  for (const set of response.headers.getSetCookie()) assert.match(set, /^(__Secure-)?socle[-.]/, where)
  return body
}

/** Forms of the door are for those who are not in yet. */
const headersFor = (path: string) =>
  path.endsWith('/dossier/code')
    ? { ...stranger, cookie: waiting }
    : /sign-in|invitation|dossier|preinscription/.test(path)
      ? stranger
      : own
const addressOf = (path: string) =>
  world.url +
  path.replace('/:lang?', '/en').replace(':id', path.includes('/persons/') ? found.rows[0]!.person : real[':id']!)

async function send(path: string, fields: Readonly<Record<string, string>>) {
  const headers = headersFor(path)
  const body = new URLSearchParams(fields)
  return fetch(addressOf(path), { method: 'POST', body, headers, redirect: 'manual' })
}

for (const [path, honest] of Object.entries(forms)) {
  if (path === '/console/sign-out') continue
  test(`the form ${path}: everything of the corpus in every field, a field missing, a field twice, a field that is a file`, async () => {
    const before = await rows()
    const fields = Object.keys(honest)
    // The fields of a form share the corpus among them: together they are given all of it.
    const share = fields.length === 1 ? 1 : Math.max(2, Math.floor(fields.length / 2))
    for (const [at, field] of fields.entries()) {
      for (const { name, text } of corpus.filter((_, index) => (index + at) % share === 0)) {
        const response = await send(path, { ...honest, [field]: text })
        await checked(response, text, `${path} ${field}: ${name}`)
        const expected =
          path === '/console/preferences' || path === '/console/account' ? [303, 400] : [303, 400, 401, 404, 422, 429]
        // A code that is over sends back to where another is asked for.
        if (path === '/:lang?/dossier/code') expected.push(302)
        assert.ok(expected.includes(response.status), `${path} ${field}: ${name}: ${response.status}`)
      }
      const { [field]: _left, ...rest } = honest
      await checked(await send(path, rest), '', `${path} without ${field}`)
      const twice = new URLSearchParams([...Object.entries(honest), [field, 'again']])
      await checked(
        await fetch(addressOf(path), { method: 'POST', body: twice, headers: headersFor(path), redirect: 'manual' }),
        '',
        path,
      )
      const file = new FormData()
      file.set(field, new Blob(['x']), '../../etc/passwd')
      const refused = await fetch(addressOf(path), {
        method: 'POST',
        body: file,
        headers: headersFor(path),
        redirect: 'manual',
      })
      assert.equal(refused.status, 400)
    }
    await checked(await send(path, { ...honest, ['a'.repeat(100)]: 'b', constructor: 'x', __proto__x: 'y' }), '', path)
    assert.deepEqual(await rows(), before, 'nothing was written')
  })
}

/** Text that an answer may say again without showing anything of the inside. */
const plainText = anyText.filter(text => insideShown(text) === undefined)

test('forms of any fields with any text are answered', async () => {
  const paths = Object.keys(forms).filter(path => path !== '/console/sign-out' && path !== '/console/sign-in')
  const before = await rows()
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...paths), fc.infiniteStream(plainText), async (path, texts) => {
      const fields = Object.fromEntries(Object.keys(forms[path]!).map(field => [field, texts.next().value as string]))
      await checked(await send(path, fields), '', path)
    }),
    { numRuns: 60 },
  )
  assert.deepEqual(await rows(), before)
})

/** What an address hands on whole to a library that reads it. */
const handedOn: Readonly<Record<string, readonly string[]>> = {
  '/console/sign-in/oidc/callback': ['code', 'state', 'iss', 'error'],
}

/** Every address with one of its parts hostile, and the others as they are. */
function* attacks({ path, query }: Address, text: string, more: boolean): Iterable<string> {
  const coded = encodeURIComponent(text.toWellFormed())
  const parts = path.split('/')
  for (const [index, part] of parts.entries()) {
    if (!(part in real)) continue
    yield parts
      .map((each, at) => (at === index ? coded : encodeURIComponent(real[each] ?? each)))
      .join('/')
      .replaceAll('%2F', '%2f')
  }
  const honest = parts.map(each => encodeURIComponent(real[each] ?? each)).join('/')
  for (const name of [...query, ...(handedOn[path] ?? [])]) yield `${honest}?${name}=${coded}`
  if (!more) return
  yield `${honest}?${coded}`
  if (query.length > 0) yield `${honest}?${query.map(name => `${name}=${coded}&${name}=x`).join('&')}`
}

/** Signed in, all of the corpus, in parts that each end within a test's time. */
const parts = [0, 1, 2, 3].map(part => corpus.filter((_, index) => index % 4 === part))
for (const [who, hostiles, headers] of [
  ...parts.map((part, index) => [index === 0 ? 'signed in' : `signed in, part ${index + 1}`, part, own] as const),
  ['by a stranger', fewer, stranger] as const,
]) {
  test(`every address, every part of it and every question, ${who}: answered, as a page and as data`, async () => {
    const before = await rows()
    for (const hostile of hostiles) {
      const paths = addresses.flatMap(address => [...attacks(address, hostile.text, fewer.includes(hostile))])
      await Promise.all(
        paths.map(async path => {
          const where = `${path.slice(0, 200)}: ${hostile.name}`
          await checked(await fetch(world.url + path, { headers, redirect: 'manual' }), hostile.text, where)
        }),
      )
    }
    assert.deepEqual(await rows(), before, 'reading writes nothing')
  })
}

test('the data of a page, as its script asks for them, are as careful', async () => {
  for (const { name, text } of corpus) {
    const coded = encodeURIComponent(text.toWellFormed())
    for (const path of [
      `/console/search.data?q=${coded}`,
      `/console/search.data?_routes=${coded}`,
      `/console/households/${coded}.data`,
    ]) {
      await checked(
        await fetch(world.url + path, { headers: own, redirect: 'manual' }),
        text,
        `${path.slice(0, 100)}: ${name}`,
      )
    }
  }
})

test('lists that leave as files hold no cell that a spreadsheet would run, whatever was asked', async () => {
  for (const { text } of corpus) {
    const response = await fetch(`${world.url}/console/search.csv?q=${encodeURIComponent(text.toWellFormed())}`, {
      headers: own,
    })
    if (response.status !== 200) continue
    const cells: string[][] = parse((await response.text()).replace(/^\ufeff/, ''), {
      relax_column_count: false,
      bom: true,
    })
    for (const cell of cells.flat()) assert.doesNotMatch(cell, /^[=+@\t\r-](?![\d\s.,]+$)/)
  }
})

/** Every operation of the partners' API, as its own description lists them. */
const operations = [
  'GET /api/v1/whoami',
  'POST /api/v1/persons/authenticate',
  'POST /api/v1/persons/authenticate/code',
  'POST /api/v1/persons/authenticate/code/confirm',
  'GET /api/v1/runs',
  'POST /api/v1/runs',
  'GET /api/v1/runs/{run}',
  'POST /api/v1/runs/{run}/cancel',
  'GET /api/v1/runs/{run}/differences',
  'POST /api/v1/feeds/{kind}',
  'POST /api/v1/applications',
  'POST /api/v1/mapper/sync/link',
  'POST /api/v1/mapper/sync/update',
  'POST /api/v1/mapper/sync/unlink',
  'POST /api/v1/mapper/sync/resolve',
]

test('every operation of the API is attacked: its key, its address, its question, its body', async () => {
  const described = await (await fetch(`${world.url}/api/v1/openapi.json`)).json()
  const listed = Object.entries(described.paths as Record<string, object>).flatMap(([path, methods]) =>
    Object.keys(methods).map(method => `${method.toUpperCase()} ${path.startsWith('/api') ? path : `/api/v1${path}`}`),
  )
  assert.deepEqual(listed, operations)
  const before = await rows()
  for (const { name, text } of corpus) {
    const coded = encodeURIComponent(text.toWellFormed())
    const asked: [string, RequestInit][] = [
      [`/api/v1/whoami?${coded}=${coded}`, { headers: { authorization: `Bearer ${coded.slice(0, 190)}` } }],
      [`/api/v1/${coded}`, {}],
      ['/api/v1/whoami', { method: 'POST', body: text, headers: { 'content-type': 'application/json' } }],
      ['/api/v1/persons/authenticate', { method: 'POST', body: text, headers: { 'content-type': 'application/json' } }],
      [
        '/api/v1/persons/authenticate/code',
        { method: 'POST', body: text, headers: { 'content-type': 'application/json' } },
      ],
      [
        '/api/v1/persons/authenticate/code/confirm',
        { method: 'POST', body: text, headers: { 'content-type': 'application/json' } },
      ],
      [`/api/v1/runs?programme=${coded}&after=${coded}&limit=${coded}`, {}],
      ['/api/v1/runs', { method: 'POST', body: text, headers: { 'content-type': 'application/json' } }],
      [`/api/v1/runs/${coded}?level=${coded}`, {}],
      [`/api/v1/runs/${coded}/cancel`, { method: 'POST', body: text }],
      [`/api/v1/runs/${coded}/differences?difference=${coded}&after=${coded}`, { headers: { accept: 'text/csv' } }],
      [`/api/v1/feeds/${coded}`, { method: 'POST', body: text }],
      ['/api/v1/applications', { method: 'POST', body: text, headers: { 'content-type': 'application/json' } }],
      ...['link', 'update', 'unlink', 'resolve', coded].map((act): [string, RequestInit] => [
        `/api/v1/mapper/sync/${act}`,
        { method: 'POST', body: text, headers: { 'content-type': 'application/json' } },
      ]),
      ['/api/v1/feeds/school', { method: 'POST', body: text, headers: { 'content-type': 'text/csv' } }],
      ['/api/v1/whoami', { method: 'PUT', body: text, headers: { 'content-type': 'application/json' } }],
    ]
    for (const [path, init] of asked) {
      const response = await fetch(world.url + path, init)
      assert.ok(response.status >= 400 && response.status < 500, `${path.slice(0, 80)}: ${name}: ${response.status}`)
      assert.equal(insideShown(await response.text(), text), undefined, name)
    }
  }
  assert.deepEqual(await rows(), before)
})

test('signing out takes no field, and what else is sent with it means nothing', async () => {
  for (const { text } of corpus.slice(0, 5))
    await checked(await send('/console/sign-out', { next: text }), text, 'sign-out')
})

import assert from 'node:assert/strict'
import { createSign, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import Provider from 'oidc-provider'
import { anonymous, transaction, workerActor } from '#db'
import { newId } from '#kernel'
import { openSignIn, registerStaff, type SignIn, type StaffId } from '#security'
import { testDatabase } from '../../test/database.ts'

const doors: SignIn[] = []
const servers: Server[] = []
after(async () => {
  await Promise.all(doors.map(each => each.close()))
  for (const server of servers) server.close(() => {}).closeAllConnections()
})
const { app, owner, urls } = await testDatabase()
const RETURN = 'https://social.test/console/sign-in/oidc/callback'
const CLIENT = { clientId: 'socle', clientSecret: 'a secret of the test, shared with the provider' }
const base = { appUrl: urls.app, app, secret: 's'.repeat(40), secure: false }

async function listen(answer: RequestListener): Promise<string> {
  const server = createServer(answer)
  servers.push(server)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

function doorTo(issuer: string): SignIn {
  const door = openSignIn({ ...base, outside: { name: 'Ministère', issuer, redirectUri: RETURN, ...CLIENT } })
  doors.push(door)
  return door
}

async function account(email: string): Promise<StaffId> {
  const person = { id: newId<'staff'>() as StaffId, name: `Agent ${email}` }
  await transaction(owner, workerActor('test'), tx => registerStaff(tx, person))
  await doors[0]!.openAccount({ ...person, email, password: 'a long enough password' })
  return person.id
}

const asCookies = (cookies: readonly string[]) => cookies.map(cookie => cookie.split(';')[0]).join('; ')

/** What a browser does between the button and the return: answers the parameters that it comes back with. */
async function walk(from: string): Promise<URLSearchParams> {
  const jar = new Map<string, string>()
  let at = from
  for (let step = 0; step < 10; step++) {
    const cookie = [...jar].map(pair => pair.join('=')).join('; ')
    const response = await fetch(at, { redirect: 'manual', headers: cookie ? { cookie } : {} })
    for (const each of response.headers.getSetCookie()) {
      const [name = '', value = ''] = each.split(';')[0]!.split('=')
      jar.set(name, value)
    }
    const location = response.headers.get('location')
    if (location === null) throw new Error(`${response.status} ${await response.text()}`)
    at = new URL(location, at).href
    if (at.startsWith(RETURN)) return new URL(at).searchParams
  }
  throw new Error('the provider never sent back')
}

// A real provider -------------------------------------------------------------------------------------------------------

const people: Record<string, { email: string; email_verified: boolean }> = {
  amina: { email: 'Amina@social.test', email_verified: true },
  unverified: { email: 'driss@social.test', email_verified: false },
  stranger: { email: 'stranger@social.test', email_verified: true },
}
let who = 'amina'
let issuer = ''
let door: SignIn

before(async () => {
  const handle: { answer: RequestListener } = { answer: () => {} }
  issuer = await listen((request, response) => handle.answer(request, response))
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const provider = new Provider(issuer, {
    clients: [{ client_id: CLIENT.clientId, client_secret: CLIENT.clientSecret, redirect_uris: [RETURN] }],
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), kty: 'RSA', kid: 'one', alg: 'RS256', use: 'sig' }] },
    cookies: { keys: ['of the test'] },
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    findAccount: (_context, id) => ({ accountId: id, claims: async () => ({ sub: id, ...people[id] }) }),
    features: { devInteractions: { enabled: false } },
    pkce: { required: () => true },
    interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
    async loadExistingGrant(context) {
      const grant = new context.oidc.provider.Grant({
        clientId: context.oidc.client!.clientId,
        accountId: context.oidc.session!.accountId!,
      })
      grant.addOIDCScope('openid email profile')
      await grant.save()
      return grant
    },
  })
  const callback = provider.callback()
  handle.answer = (request, response) => {
    if (!request.url?.startsWith('/interaction/')) return void callback(request, response)
    void provider.interactionFinished(request, response, { login: { accountId: who } })
  }
  door = doorTo(issuer)
  await account('amina@social.test')
  await account('driss@social.test')
})

async function begun(from = door) {
  const start = await from.beginOutside(new Headers(), '/console/search?q=a')
  assert.ok(start)
  return { ...start, headers: new Headers({ cookie: asCookies(start.cookies) }) }
}

test('somebody with a verified address and an account signs in, goes on to the page asked for, and is in the audit', async () => {
  who = 'amina'
  for (const time of ['the first time, linked by the address', 'again, by what the provider calls the person']) {
    const { location, headers } = await begun()
    const asked = new URL(location).searchParams
    assert.equal(asked.get('code_challenge_method'), 'S256')
    assert.ok(asked.get('state') && asked.get('nonce'), time)
    assert.equal(asked.get('redirect_uri'), RETURN)
    const answer = await door.finishOutside(headers, await walk(location))
    assert.ok(answer.ok, time)
    assert.equal(answer.value.next, '/console/search?q=a')
    const self = await door.of(new Headers({ cookie: asCookies(answer.value.cookies) }))
    assert.equal(self?.email, 'amina@social.test')
    assert.equal(self?.secondFactorAt, undefined)
  }
  const { rows } = await transaction(app, anonymous, tx =>
    sql<{ kept: string }>`
      select count(*)::text || coalesce(max(access_token || id_token || refresh_token), ' no token') as kept
      from security.staff_credential where provider_id = 'oidc'`.execute(tx),
  )
  assert.deepEqual(rows, [{ kept: '1 no token' }])
})

for (const [name, about] of [
  ['unverified', 'an address that the provider did not verify opens nobody’s account'],
  ['stranger', 'somebody without an account is given none'],
] as const) {
  test(about, async () => {
    who = name
    const { location, headers } = await begun()
    assert.deepEqual(await door.finishOutside(headers, await walk(location)), {
      ok: false,
      refusal: { code: 'outside_unknown' },
    })
    assert.equal(
      await transaction(owner, workerActor('test'), tx =>
        sql<{ n: number }>`select count(*)::int as n from security.staff_account`
          .execute(tx)
          .then(({ rows }) => rows[0]!.n),
      ),
      2,
    )
  })
}

const refused = { ok: false, refusal: { code: 'outside_refused' } }

test('a return with another state, another browser’s, or none is refused', async () => {
  who = 'amina'
  const { location, headers } = await begun()
  const answer = await walk(location)
  for (const state of ['x'.repeat(32), '']) {
    const altered = new URLSearchParams(answer)
    altered.set('state', state)
    assert.deepEqual(await door.finishOutside(headers, altered), refused)
  }
  assert.deepEqual(await door.finishOutside(new Headers(), answer), refused)
  const other = await begun()
  assert.deepEqual(await door.finishOutside(other.headers, answer), refused)
})

test('a code serves once, and only to whoever asked for it', async () => {
  who = 'amina'
  const { location, headers } = await begun()
  const answer = await walk(location)
  assert.ok((await door.finishOutside(headers, answer)).ok)
  assert.deepEqual(await door.finishOutside(headers, answer), refused)
  const [mine, theirs] = [await begun(), await begun()]
  const stolen = new URLSearchParams(await walk(mine.location))
  stolen.set('code', (await walk(theirs.location)).get('code')!)
  assert.deepEqual(await door.finishOutside(mine.headers, stolen), refused)
})

test('a provider that refuses, or odd parameters, end at the sign-in page', async () => {
  for (const query of ['error=access_denied', 'code=', '', 'code=a&state=%00', `code=${'x'.repeat(5000)}&state=y`]) {
    const { location, headers } = await begun()
    const answer = new URLSearchParams(query)
    if (query.startsWith('error')) answer.set('state', new URL(location).searchParams.get('state')!)
    assert.deepEqual(await door.finishOutside(headers, answer), refused)
  }
})

// A provider that lies --------------------------------------------------------------------------------------------------

type Claims = Record<string, unknown>
type Lie = { readonly claims?: Claims; readonly alg?: string; readonly key?: KeyObject; readonly token?: false }

async function lying() {
  const own = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const state: { nonce: string; lie: Lie } = { nonce: '', lie: {} }
  const url: { issuer: string } = { issuer: '' }
  url.issuer = await listen((request, response) => {
    const json = (body: unknown) => response.setHeader('content-type', 'application/json').end(JSON.stringify(body))
    const path = request.url ?? ''
    if (path.startsWith('/.well-known/')) {
      return json({
        issuer: url.issuer,
        authorization_endpoint: `${url.issuer}/auth`,
        token_endpoint: `${url.issuer}/token`,
        userinfo_endpoint: `${url.issuer}/me`,
        jwks_uri: `${url.issuer}/jwks`,
        id_token_signing_alg_values_supported: ['RS256'],
      })
    }
    if (path === '/jwks') {
      return json({ keys: [{ ...own.publicKey.export({ format: 'jwk' }), kid: 'one', alg: 'RS256', use: 'sig' }] })
    }
    const person = { sub: 'liar', email: 'amina@social.test', email_verified: true }
    if (path === '/me') return json(person)
    const now = Math.floor(Date.now() / 1000)
    const claims = {
      ...person,
      iss: url.issuer,
      aud: 'socle',
      nonce: state.nonce,
      iat: now,
      exp: now + 300,
      ...state.lie.claims,
    }
    const idToken = signed(claims, state.lie.alg ?? 'RS256', state.lie.key ?? own.privateKey)
    return json({
      access_token: 'x',
      token_type: 'Bearer',
      ...(state.lie.token === false ? {} : { id_token: idToken }),
    })
  })
  const liar = doorTo(url.issuer)
  return async (lie: Lie) => {
    const { location, headers } = await begun(liar)
    const asked = new URL(location).searchParams
    state.nonce = asked.get('nonce') ?? ''
    state.lie = lie
    return liar.finishOutside(headers, new URLSearchParams({ code: 'c', state: asked.get('state')! }))
  }
}

function signed(claims: Claims, alg: string, key: KeyObject): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const text = `${part({ alg, kid: 'one', typ: 'JWT' })}.${part(claims)}`
  if (alg === 'none') return `${text}.`
  return `${text}.${createSign('RSA-SHA256').update(text).sign(key).toString('base64url')}`
}

const answers = await lying()
const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
const lies: Record<string, Lie> = {
  'a nonce of another sign-in': { claims: { nonce: 'another' } },
  'no nonce': { claims: { nonce: undefined } },
  'the token of another issuer': { claims: { iss: 'https://other.test' } },
  'a token made for another client': { claims: { aud: 'another' } },
  'a token that is over': { claims: { exp: 1_000_000_000, iat: 999_999_000 } },
  'a token signed by somebody else': { key: stranger },
  'a token that nobody signed': { alg: 'none' },
  'no token at all, only who the access token says': { token: false },
  'a person whom the other answer contradicts': { claims: { sub: 'another', email: undefined } },
}

for (const [name, lie] of Object.entries(lies)) {
  test(`a provider’s answer is refused with ${name}`, async () => {
    assert.deepEqual(await answers(lie), refused)
  })
}

test('the same answer without a lie is taken: the tests above fail for what they say', async () => {
  assert.ok((await answers({})).ok)
})

test('a second factor set up here is asked after the provider too', async () => {
  who = 'amina'
  await transaction(owner, workerActor('test'), tx =>
    sql`insert into security.second_factor (staff_id, secret, confirmed_at)
      select id, '\\x00', now() from security.staff_account where email = 'amina@social.test'`.execute(tx),
  )
  const { location, headers } = await begun()
  const answer = await door.finishOutside(headers, await walk(location))
  assert.ok(answer.ok && answer.value.codeAwaited)
  assert.equal(await door.of(new Headers({ cookie: asCookies(answer.value.cookies) })), undefined)
})

test('without a provider there is no button and nowhere to go', async () => {
  const plain = openSignIn(base)
  doors.push(plain)
  assert.equal(plain.outside, undefined)
  assert.equal(await plain.beginOutside(new Headers(), '/console'), undefined)
  assert.deepEqual(await plain.finishOutside(new Headers(), new URLSearchParams('code=a&state=b')), refused)
})

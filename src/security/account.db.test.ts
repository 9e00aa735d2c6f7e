import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import { transaction, workerActor } from '#db'
import { newId } from '#kernel'
import { auditOf, inviteStaff, openSignIn, registerStaff, type SignedIn, type SignIn, type StaffId } from '#security'
import { testDatabase } from '../../test/database.ts'

const doors: SignIn[] = []
after(() => Promise.all(doors.map(each => each.close())))
const { app, owner, urls } = await testDatabase()
const door = openSignIn({ appUrl: urls.app, app, secret: 's'.repeat(40), secure: false })
doors.push(door)
const password = 'a long enough password'
const worker = workerActor('test')

async function account(email: string) {
  const person = { id: newId<'staff'>() as StaffId, name: `Agent ${email}` }
  await transaction(owner, worker, tx => registerStaff(tx, person))
  await door.openAccount({ ...person, email, password })
  return { ...person, email }
}

async function opened(email: string, secret = password): Promise<Headers> {
  const asked = new Headers({ 'user-agent': 'Test/1', 'socle-client': '192.0.2.7', 'x-forwarded-for': '203.0.113.9' })
  const answer = await door.signIn(asked, { email, password: secret })
  assert.ok(answer.ok, email)
  return new Headers({ cookie: answer.value.cookies.map(cookie => cookie.split(';')[0]).join('; ') })
}

async function self(headers: Headers): Promise<SignedIn> {
  const found = await door.of(headers)
  assert.ok(found)
  return found
}

const actsOn = (id: StaffId) =>
  transaction(owner, worker, tx => auditOf(tx, { kind: 'staff', id }, 50)).then(acts => acts.map(act => act.action))

test('own sessions are listed with where they were opened; others’ are not; one is ended, then all others', async () => {
  const [mine, other] = [await account('list@socle.test'), await account('other@socle.test')]
  const [first, second, third] = [await opened(mine.email), await opened(mine.email), await opened(mine.email)]
  const theirs = await opened(other.email)
  const me = await self(first)
  const sessions = await door.account.sessions(me)
  assert.deepEqual(
    sessions.map(({ current, address, agent }) => ({ current, address, agent })),
    [true, false, false].map(current => ({ current, address: '192.0.2.7', agent: 'Test/1' })),
  )
  assert.equal(await door.account.endSessions(me, (await self(theirs)).session), 0)
  assert.equal(await door.account.endSessions(me, (await self(second)).session), 1)
  assert.equal(await door.of(second), undefined)
  assert.equal(await door.account.endSessions(me, 'others'), 1)
  assert.equal(await door.of(third), undefined)
  assert.ok(await door.of(first))
  assert.ok(await door.of(theirs))
  assert.deepEqual((await actsOn(mine.id)).slice(0, 2), ['session.revoke', 'session.revoke'])
})

test('what is no session id ends nothing', async () => {
  const { email } = await account('odd@socle.test')
  const me = await self(await opened(email))
  for (const which of ['', "' or true --", 'OTHERS']) {
    assert.equal(await door.account.endSessions(me, which as SignedIn['session']), 0)
  }
})

test('a session is not kept open beyond a week, however much it is used', async () => {
  const { email } = await account('week@socle.test')
  const me = await self(await opened(email))
  const { rows } = await transaction(app, worker, tx =>
    sql<{ days: number }>`
      update security.staff_session set expires_at = now() + interval '1 year' where id = ${me.session}
      returning extract(epoch from expires_at - created_at)::int / 86400 as days`.execute(tx),
  )
  assert.deepEqual(rows, [{ days: 7 }])
})

test('a password is changed by who knows it; the others’ sessions end; the old one opens nothing', async () => {
  const { id, email } = await account('change@socle.test')
  const [here, elsewhere] = [await opened(email), await opened(email)]
  const me = await self(here)
  const next = 'sept chats bleus'
  const refused = [
    { passwords: { current: 'wrong', next }, code: 'password_wrong' },
    { passwords: { current: password, next: password }, code: 'password_unchanged' },
    { passwords: { current: password, next: 'short' }, code: 'password_too_short' },
    { passwords: { current: password, next: 'password-2026' }, code: 'password_common' },
    { passwords: { current: password, next: 'change-change' }, code: 'password_like_account' },
  ]
  for (const { passwords, code } of refused) {
    const answer = await door.account.changePassword(me, passwords)
    assert.equal(!answer.ok && answer.refusal.code, code)
  }
  assert.ok(await door.of(elsewhere))
  assert.ok((await door.account.changePassword(me, { current: password, next })).ok)
  assert.ok(await door.of(here))
  assert.equal(await door.of(elsewhere), undefined)
  assert.equal((await door.signIn(new Headers(), { email, password })).ok, false)
  assert.ok(await door.of(await opened(email, next)))
  assert.ok((await actsOn(id)).includes('password.change'))
})

test('guesses at the password of an open session are counted as guesses at the door are', async () => {
  const { email } = await account('guess@socle.test')
  const me = await self(await opened(email))
  for (let guess = 0; guess < 5; guess++) await door.account.changePassword(me, { current: 'wrong', next: 'x' })
  const answer = await door.signIn(new Headers(), { email, password })
  assert.ok(!answer.ok && answer.refusal.code === 'too_many_attempts')
})

const invite = (email: string, hours = 48) =>
  transaction(app, worker, tx => inviteStaff(tx, { email, name: 'Aïcha Nouvelle', hours }))

test('an invitation lets somebody choose a password, once, and makes an account', async () => {
  const { token, staffId } = await invite('New@socle.test')
  assert.deepEqual(await door.invitation(token), { name: 'Aïcha Nouvelle', email: 'new@socle.test' })
  const weak = await door.acceptInvitation(token, 'aicha nouvelle')
  assert.ok(!weak.ok && weak.refusal.code === 'password_like_account')
  const answers = await Promise.all(
    ['sept chats bleus', 'huit chats verts'].map(each => door.acceptInvitation(token, each)),
  )
  assert.equal(answers.filter(answer => answer.ok).length, 1)
  const chosen = answers[0]!.ok ? 'sept chats bleus' : 'huit chats verts'
  assert.equal((await self(await opened('new@socle.test', chosen))).id, staffId)
  assert.equal(await door.invitation(token), undefined)
  assert.deepEqual(await actsOn(staffId), ['session.open', 'password.choose', 'staff.invite'])
})

test('inviting again withdraws the link before; one who forgot a password keeps the same person and loses open sessions', async () => {
  const first = await invite('again@socle.test')
  const second = await invite('again@socle.test')
  assert.equal(first.staffId, second.staffId)
  assert.equal(await door.invitation(first.token), undefined)
  assert.ok((await door.acceptInvitation(second.token, 'sept chats bleus')).ok)
  const headers = await opened('again@socle.test', 'sept chats bleus')
  const third = await invite('again@socle.test')
  assert.equal(third.staffId, first.staffId)
  assert.ok((await door.acceptInvitation(third.token, 'huit chats verts')).ok)
  assert.equal(await door.of(headers), undefined)
  assert.equal(
    (await door.signIn(new Headers(), { email: 'again@socle.test', password: 'sept chats bleus' })).ok,
    false,
  )
  assert.ok(await door.of(await opened('again@socle.test', 'huit chats verts')))
})

test('a link that is over, unknown or odd opens nothing; the database holds no link', async () => {
  const late = await invite('late@socle.test', 0)
  for (const token of [late.token, '', 'x', "' or true --", late.token.slice(1)]) {
    assert.equal(await door.invitation(token), undefined)
    const answer = await door.acceptInvitation(token, 'sept chats bleus')
    assert.ok(!answer.ok && answer.refusal.code === 'invitation_unknown')
  }
  const { rows } = await transaction(app, worker, tx =>
    sql<{ all: string }>`select string_agg(i::text, '') as all from security.invitation i`.execute(tx),
  )
  const kept = rows[0]!.all
  assert.ok(!kept.includes(late.token) && !kept.includes(Buffer.from(late.token, 'base64url').toString('hex')))
})

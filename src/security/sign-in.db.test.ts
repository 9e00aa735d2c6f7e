import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import { anonymous, transaction, workerActor } from '#db'
import { newId } from '#kernel'
import { openSignIn, registerStaff, type SignIn, type StaffId } from '#security'
import { testDatabase } from '../../test/database.ts'

// Hooks run in the order they are given: the door's own connections leave before their database is dropped.
const doors: SignIn[] = []
after(() => Promise.all(doors.map(each => each.close())))
const databases = await testDatabase()
const settings = { appUrl: databases.urls.app, app: databases.app, secret: 's'.repeat(40), secure: false }
const door = openSignIn(settings)
doors.push(door)
const worker = workerActor('test')

async function account(email: string) {
  const person = { id: newId<'staff'>() as StaffId, name: `Agent ${email}` }
  await transaction(databases.owner, worker, tx => registerStaff(tx, person))
  const opened = await door.openAccount({ ...person, email, password: 'a long enough password' })
  assert.ok(opened.ok)
  return { ...person, email, password: 'a long enough password' }
}

/** What a browser sends back of the cookies it was given. */
function withCookies(cookies: readonly string[]): Headers {
  return new Headers({ cookie: cookies.map(cookie => cookie.split(';')[0]).join('; ') })
}

test('the right password opens a session that says who it is, until signing out', async () => {
  const agent = await account('one@socle.test')
  assert.equal(await door.of(new Headers()), undefined)
  const opened = await door.signIn(new Headers(), { email: 'One@Socle.Test', password: agent.password })
  assert.ok(opened.ok)
  assert.ok(opened.value.cookies.every(cookie => /httponly/i.test(cookie) && /samesite=lax/i.test(cookie)))
  const headers = withCookies(opened.value.cookies)
  const { session, ...who } = (await door.of(headers))!
  const nothingShown = { secondFactor: false, secondFactorAt: undefined }
  assert.deepEqual(who, { id: agent.id, name: agent.name, email: agent.email, ...nothingShown })
  assert.match(session, /^[0-9a-f-]{36}$/)
  await door.signOut(headers)
  assert.equal(await door.of(headers), undefined)
})

test('a cookie that was altered, or signed with another secret, is nobody', async () => {
  const agent = await account('two@socle.test')
  const opened = await door.signIn(new Headers(), agent)
  assert.ok(opened.ok)
  const cookie = withCookies(opened.value.cookies).get('cookie') ?? ''
  const altered = cookie.replace(/=(.)/, (_, first) => `=${first === 'A' ? 'B' : 'A'}`)
  assert.equal(await door.of(new Headers({ cookie: altered })), undefined)
  const other = openSignIn({ ...settings, secret: 't'.repeat(40) })
  try {
    assert.equal(await other.of(new Headers({ cookie })), undefined)
  } finally {
    await other.close()
  }
})

test('behind TLS the cookies travel over it alone', async () => {
  const agent = await account('tls@socle.test')
  const secure = openSignIn({ ...settings, secure: true })
  try {
    const opened = await secure.signIn(new Headers(), agent)
    assert.ok(opened.ok)
    assert.ok(opened.value.cookies.every(cookie => /; secure/i.test(cookie)))
  } finally {
    await secure.close()
  }
})

test('a wrong password and an address without account are refused alike', async () => {
  const agent = await account('three@socle.test')
  const refused = { ok: false, refusal: { code: 'credentials_refused' } }
  assert.deepEqual(await door.signIn(new Headers(), { ...agent, password: 'wrong' }), refused)
  assert.deepEqual(await door.signIn(new Headers(), { email: 'nobody@socle.test', password: 'wrong' }), refused)
  assert.deepEqual(await door.signIn(new Headers(), { email: "' or true --", password: '' }), refused)
})

test('five failures close an address for a while, the right password too; a success before that counts afresh', async () => {
  const agent = await account('four@socle.test')
  const wrong = { ...agent, password: 'wrong' }
  for (let i = 0; i < 4; i++) await door.signIn(new Headers(), wrong)
  assert.ok((await door.signIn(new Headers(), agent)).ok)
  for (let i = 0; i < 5; i++) assert.equal((await door.signIn(new Headers(), wrong)).ok, false)
  const closed = await door.signIn(new Headers(), agent)
  assert.ok(!closed.ok && closed.refusal.code === 'too_many_attempts')
  assert.ok(closed.refusal.seconds > 800 && closed.refusal.seconds <= 900)
})

test('guesses sent all at once are counted like guesses sent one after the other', async () => {
  const { email } = await account('crowd@socle.test')
  const guesses = Array.from({ length: 12 }, (_, i) => door.signIn(new Headers(), { email, password: `guess ${i}` }))
  const refusals = (await Promise.all(guesses)).map(each => !each.ok && each.refusal.code)
  assert.equal(refusals.filter(code => code === 'credentials_refused').length, 5)
})

test('an account is opened once; another person cannot take its address', async () => {
  const agent = await account('five@socle.test')
  assert.deepEqual(await door.openAccount(agent), { ok: true, value: { opened: false } })
  const other = { ...agent, id: newId<'staff'>() as StaffId }
  const refused = await door.openAccount(other)
  assert.ok(!refused.ok && refused.refusal.code === 'email_taken')
})

test('no password stands in the database, and the worker reaches neither sessions nor credentials', async () => {
  const agent = await account('six@socle.test')
  const { rows } = await transaction(databases.app, anonymous, tx =>
    sql<{ password: string }>`
      select password from security.staff_credential where staff_id = ${agent.id}`.execute(tx),
  )
  assert.ok(rows[0]?.password && !rows[0].password.includes(agent.password))
  for (const table of ['staff_credential', 'staff_session', 'staff_account'] as const) {
    const read = transaction(databases.worker, worker, tx => tx.selectFrom(`security.${table}`).selectAll().execute())
    await assert.rejects(read, { code: '42501' })
  }
})

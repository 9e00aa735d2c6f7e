import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import { anonymous, transaction, workerActor } from '#db'
import { newId } from '#kernel'
import { auditOf, openSignIn, registerStaff, resetSecondFactor, type SignIn, type StaffId } from '#security'
import { testDatabase } from '../../test/database.ts'
import { codeAt } from './totp.ts'

const doors: SignIn[] = []
after(() => Promise.all(doors.map(each => each.close())))
const { app, owner, urls } = await testDatabase()
const settings = { appUrl: urls.app, app, secret: 's'.repeat(40), secure: false }
const door = openSignIn(settings)
doors.push(door)
const password = 'a long enough password'

async function account(email: string) {
  const person = { id: newId<'staff'>() as StaffId, name: `Agent ${email}` }
  await transaction(owner, workerActor('test'), tx => registerStaff(tx, person))
  await door.openAccount({ ...person, email, password })
  return { ...person, email, password }
}

async function opened(email: string): Promise<Headers> {
  const answer = await door.signIn(new Headers(), { email, password })
  assert.ok(answer.ok, email)
  return new Headers({ cookie: answer.value.cookies.map(cookie => cookie.split(';')[0]).join('; ') })
}

/** The code that an authenticator shows so many steps from now, by the clock that decides. The next is right for a while yet. */
async function codeOf(secret: string, steps = 1): Promise<string> {
  const { rows } = await transaction(app, anonymous, tx =>
    sql<{ step: number }>`select floor(extract(epoch from clock_timestamp()) / 30)::int as step`.execute(tx),
  )
  return codeAt(bytesOf(secret), rows[0]!.step + steps)
}

/** What an authenticator makes of the text it is told (RFC 4648, base 32). */
function bytesOf(text: string): Uint8Array {
  const bits = [...text]
    .map(letter => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'))
    .join('')
  return Uint8Array.from(bits.match(/.{8}/g) ?? [], byte => Number.parseInt(byte, 2))
}

/** Somebody with an authenticator, signed in: the code of this step was used to confirm it. */
async function enrolled(email: string) {
  const person = await account(email)
  const headers = await opened(email)
  const self = (await door.of(headers))!
  await door.account.beginSecondFactor(self)
  const begun = await door.account.secondFactor(self)
  assert.ok(begun.state === 'begun')
  const confirmed = await door.account.confirmSecondFactor(self, { code: await codeOf(begun.secret, 0), password })
  assert.ok(confirmed.ok)
  return { ...person, headers, secret: begun.secret, recoveryCodes: confirmed.value.recoveryCodes }
}

test('once enrolled, a password alone opens nothing; with the code it does, and the session says when it was shown', async () => {
  const person = await enrolled('a@socle.test')
  const headers = await opened(person.email)
  assert.equal(await door.of(headers), undefined)
  assert.equal(await door.codeAwaited(headers), true)
  assert.ok((await door.enterCode(headers, await codeOf(person.secret))).ok)
  const self = await door.of(headers)
  assert.ok(self?.secondFactor && self.secondFactorAt)
  assert.equal(await door.codeAwaited(headers), false)
})

test('enrolling ends the other sessions, and the one that enrolled has shown its second factor', async () => {
  const { email } = await account('others@socle.test')
  const [elsewhere, here] = [await opened(email), await opened(email)]
  const self = (await door.of(here))!
  await door.account.beginSecondFactor(self)
  const begun = await door.account.secondFactor(self)
  assert.ok(begun.state === 'begun')
  await door.account.confirmSecondFactor(self, { code: await codeOf(begun.secret), password })
  assert.equal(await door.of(elsewhere), undefined)
  assert.ok((await door.of(here))?.secondFactorAt)
})

test('a code is taken once: not again, not one before it, not by two requests at the same moment', async () => {
  const person = await enrolled('replay@socle.test')
  const [first, second] = [await opened(person.email), await opened(person.email)]
  const code = await codeOf(person.secret)
  const answers = await Promise.all([door.enterCode(first, code), door.enterCode(second, code)])
  assert.equal(answers.filter(answer => answer.ok).length, 1)
  const third = await opened(person.email)
  for (const steps of [1, 0]) {
    const again = await door.enterCode(third, await codeOf(person.secret, steps))
    assert.ok(!again.ok && again.refusal.code === 'code_used')
  }
})

test('a recovery code stands in for the authenticator, once, however it is typed; none is kept in the clear', async () => {
  const person = await enrolled('recovery@socle.test')
  assert.equal(new Set(person.recoveryCodes).size, 10)
  const [code] = person.recoveryCodes as [string]
  assert.ok((await door.enterCode(await opened(person.email), ` ${code.toUpperCase().replace('-', ' ')}`)).ok)
  const again = await door.enterCode(await opened(person.email), code)
  assert.deepEqual(again, { ok: false, refusal: { code: 'code_wrong' } })
  const self = (await door.of(person.headers))!
  const state = await door.account.secondFactor(self)
  assert.ok(state.state === 'on' && state.recoveryCodesLeft === 9)
  const { rows } = await transaction(app, anonymous, tx =>
    sql<{ all: string }>`
      select string_agg(r::text, '') || (select f::text from security.second_factor f where f.staff_id = ${person.id}) as all
      from security.recovery_code r where r.staff_id = ${person.id}`.execute(tx),
  )
  const kept = rows[0]!.all
  for (const each of person.recoveryCodes) assert.ok(!kept.includes(Buffer.from(each.replace('-', '')).toString('hex')))
  assert.ok(!kept.includes(Buffer.from(bytesOf(person.secret)).toString('hex')))
})

test('five wrong codes close the second step, the right code too, whatever passwords are given between them', async () => {
  const person = await enrolled('guess@socle.test')
  for (let guess = 0; guess < 5; guess++) {
    const answer = await door.enterCode(await opened(person.email), 'abcdef')
    assert.ok(!answer.ok && answer.refusal.code === 'code_wrong')
  }
  const closed = await door.enterCode(await opened(person.email), await codeOf(person.secret))
  assert.ok(!closed.ok && closed.refusal.code === 'too_many_attempts')
})

test('guesses at codes sent all at once are counted like guesses sent one after the other', async () => {
  const person = await enrolled('crowd@socle.test')
  const headers = await opened(person.email)
  const answers = await Promise.all(Array.from({ length: 12 }, () => door.enterCode(headers, '------')))
  assert.equal(answers.filter(answer => !answer.ok && answer.refusal.code === 'code_wrong').length, 5)
})

test('no session is opened past the second factor, whatever writes it; it waits ten minutes', async () => {
  const person = await enrolled('past@socle.test')
  const { rows } = await transaction(app, anonymous, tx =>
    sql<{ due: boolean; at: Date | null; minutes: number }>`
      insert into security.staff_session (id, staff_id, token, expires_at, created_at, updated_at, second_factor_due, second_factor_at)
      values (${newId()}, ${person.id}, 'made by hand', now() + interval '1 year', now(), now(), false, now())
      returning second_factor_due as due, second_factor_at as at, extract(epoch from expires_at - created_at)::int / 60 as minutes`.execute(
      tx,
    ),
  )
  assert.deepEqual(rows, [{ due: true, at: null, minutes: 10 }])
})

test('an authenticator is bound by who knows the password, and its code; a wrong one of either binds nothing', async () => {
  const { email } = await account('bind@socle.test')
  const self = (await door.of(await opened(email)))!
  await door.account.beginSecondFactor(self)
  const begun = await door.account.secondFactor(self)
  assert.ok(begun.state === 'begun')
  const code = await codeOf(begun.secret)
  const tries = [
    { given: { code, password: 'wrong' }, refusal: 'password_wrong' },
    { given: { code: '000000x', password }, refusal: 'code_wrong' },
  ]
  for (const { given, refusal } of tries) {
    const answer = await door.account.confirmSecondFactor(self, given)
    assert.ok(!answer.ok && answer.refusal.code === refusal)
  }
  assert.equal((await door.account.secondFactor(self)).state, 'begun')
})

test('a confirmed authenticator is not replaced by beginning again: it is removed with a code first', async () => {
  const person = await enrolled('replace@socle.test')
  const self = (await door.of(person.headers))!
  await door.account.beginSecondFactor(self)
  assert.equal((await door.account.secondFactor(self)).state, 'on')
  assert.equal((await door.account.removeSecondFactor(self, 'abcdef')).ok, false)
  assert.ok((await door.account.removeSecondFactor(self, await codeOf(person.secret))).ok)
  assert.equal((await door.account.secondFactor(self)).state, 'off')
  assert.equal((await door.of(await opened(person.email)))?.secondFactor, false)
})

test('under another secret no authenticator is read, and nothing opens: an administrator resets it', async () => {
  const person = await enrolled('rotated@socle.test')
  const other = openSignIn({ ...settings, secret: 't'.repeat(40) })
  doors.push(other)
  const answer = await other.signIn(new Headers(), person)
  assert.ok(answer.ok && answer.value.codeAwaited)
  const headers = new Headers({ cookie: answer.value.cookies.map(cookie => cookie.split(';')[0]).join('; ') })
  for (const code of [await codeOf(person.secret), person.recoveryCodes[0]!])
    assert.equal((await other.enterCode(headers, code)).ok, false)
})

test('an administrator resets it: sessions end, the password alone is asked, and the audit says who did it', async () => {
  const person = await enrolled('lost@socle.test')
  const chief = await account('chief@socle.test')
  const actor = { kind: 'staff' as const, staffId: chief.id, name: chief.name, territories: [''] }
  const purpose = 'administration: test' as const
  assert.equal(await transaction(app, actor, tx => resetSecondFactor(tx, person.id, { purpose })), true)
  assert.equal(await door.of(person.headers), undefined)
  assert.equal((await door.of(await opened(person.email)))?.secondFactor, false)
  const acts = await transaction(app, actor, tx => auditOf(tx, { kind: 'staff', id: person.id }, 20))
  assert.deepEqual(
    acts.map(({ action, by }) => `${action} ${by}`),
    [
      `session.open ${person.name}`,
      `second_factor.reset ${chief.name}`,
      `second_factor.enrol ${person.name}`,
      `session.open ${person.name}`,
    ],
  )
})

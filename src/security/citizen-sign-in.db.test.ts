import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { anonymous, transaction, workerActor } from '#db'
import { type Id, newId } from '#kernel'
import { openCitizenSignIn } from '#security'
import { testDatabase } from '../../test/database.ts'

const { app, owner } = await testDatabase()
const failed: unknown[] = []
const door = openCitizenSignIn({ app, secret: 's'.repeat(40), onError: error => void failed.push(error) })
const person = newId<'Person'>()

let drawn = 0
/** A telephone that nobody asked for before, from a network of its own. */
const another = () => ({ phone: `+2126${String(++drawn).padStart(8, '0')}`, client: `network ${drawn}` })

async function ask(of: { phone: string; client: string }, has: readonly Id<'Person'>[] = [person]) {
  const sent: string[] = []
  const send = async (code: string) => void sent.push(code)
  const answer = await door.request({ ...of, known: async () => has, send })
  await door.settled()
  return { answer, sent }
}

async function asked(has: readonly Id<'Person'>[] = [person]) {
  const { answer, sent } = await ask(another(), has)
  assert.ok(answer.ok)
  return { challenge: answer.value.challenge, code: sent[0] }
}

const age = (seconds: number) =>
  transaction(owner, workerActor('test'), tx =>
    sql`update security.citizen_code set asked_at = asked_at - make_interval(secs => ${seconds}),
      expires_at = expires_at - make_interval(secs => ${seconds})`.execute(tx),
  )

test('the code that was sent opens a session, in the browser that asked, once', async () => {
  const { challenge, code } = await asked()
  assert.match(code!, /^\d{6}$/)
  assert.equal(await door.awaited(challenge), true)
  const typed = [...code!].map((digit, at) => (at < 3 ? digit : '٠١٢٣٤٥٦٧٨٩'[Number(digit)])).join(' ')
  const entered = await door.enter(challenge, typed)
  assert.ok(entered.ok)
  assert.deepEqual(await door.of(entered.value.token), { persons: [person] })
  assert.deepEqual(await door.enter(challenge, code!), { ok: false, refusal: { code: 'citizen_code_over' } })
  await door.end(entered.value.token)
  assert.equal(await door.of(entered.value.token), undefined)
})

test('a code opens nothing in another browser', async () => {
  const [mine, theirs] = [await asked(), await asked()]
  if (mine.code === theirs.code) return
  assert.equal((await door.enter(mine.challenge, theirs.code!)).ok, false)
  for (const challenge of ['', 'x', "' or true --"]) {
    assert.deepEqual(await door.enter(challenge, mine.code!), { ok: false, refusal: { code: 'citizen_code_over' } })
  }
})

test('a telephone that nobody has is answered alike, and nothing is sent; no code opens it', async () => {
  const of = another()
  const { answer, sent } = await ask(of, [])
  assert.ok(answer.ok)
  assert.match(answer.value.challenge, /^[\w-]{43}$/)
  assert.deepEqual(sent, [])
  assert.equal(await door.awaited(answer.value.challenge), true)
  assert.deepEqual(await door.enter(answer.value.challenge, '000000'), {
    ok: false,
    refusal: { code: 'citizen_code_wrong', left: 4 },
  })
  const again = await ask(of, [])
  assert.ok(!again.answer.ok && again.answer.refusal.code === 'code_wait')
  const known = another()
  await ask(known)
  assert.deepEqual((await ask(known)).answer.ok, again.answer.ok)
})

test('the answer does not wait for who has the telephone, nor for the message', async () => {
  let found = (_persons: readonly Id<'Person'>[]) => {}
  const known = new Promise<readonly Id<'Person'>[]>(resolve => {
    found = resolve
  })
  const sent: string[] = []
  const answer = await door.request({ ...another(), known: () => known, send: async code => void sent.push(code) })
  assert.ok(answer.ok)
  assert.deepEqual(sent, [])
  found([person])
  await door.settled()
  assert.equal(sent.length, 1)
})

test('five guesses, one after the other or all at once, and the code is over', async () => {
  const { challenge, code } = await asked()
  const wrong = code === '123456' ? '654321' : '123456'
  const answers = await Promise.all(Array.from({ length: 12 }, () => door.enter(challenge, wrong)))
  const codes = answers.map(answer => !answer.ok && answer.refusal.code)
  assert.equal(codes.filter(each => each === 'citizen_code_wrong').length, 5)
  assert.deepEqual(await door.enter(challenge, code!), { ok: false, refusal: { code: 'citizen_code_over' } })
})

test('a code is over after ten minutes', async () => {
  const { challenge, code } = await asked()
  await age(600)
  assert.deepEqual(await door.enter(challenge, code!), { ok: false, refusal: { code: 'citizen_code_over' } })
})

test('messages cannot be pumped: to one telephone, from one network, all at once', async () => {
  const one = another()
  const to = await Promise.all(Array.from({ length: 8 }, (_, at) => ask({ ...one, client: `crowd ${at}` })))
  assert.equal(to.filter(({ answer }) => answer.ok).length, 1)
  const from = await Promise.all(Array.from({ length: 30 }, () => ask({ ...another(), client: 'one network' }, [])))
  assert.equal(from.filter(({ answer }) => answer.ok).length, 20)
})

test('a message that does not leave is told to who watches, and the citizen may ask again', async () => {
  const answer = await door.request({
    ...another(),
    known: async () => [person],
    send: async () => {
      throw new Error('the gateway is away')
    },
  })
  await door.settled()
  assert.ok(answer.ok)
  assert.match(String(failed.at(-1)), /gateway is away/)
})

test('the database holds neither telephone, code, challenge nor session', async () => {
  const of = another()
  const { answer, sent } = await ask(of)
  assert.ok(answer.ok)
  const entered = await door.enter(answer.value.challenge, sent[0]!)
  assert.ok(entered.ok)
  const { rows } = await transaction(app, anonymous, tx =>
    sql<{ all: string }>`
      select (select string_agg(c::text, '') from security.citizen_code c) || (select string_agg(s::text, '') from security.citizen_session s)
        as all`.execute(tx),
  )
  const secrets = [of.phone.slice(1), of.client, answer.value.challenge, entered.value.token, `,${sent[0]},`]
  for (const secret of secrets) assert.ok(!rows[0]!.all.includes(secret), secret)
})

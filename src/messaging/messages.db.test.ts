import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { anonymous, type StaffActor, transaction, workerActor } from '#db'
import { type Id, newId } from '#kernel'
import {
  type CarriedMessage,
  type Carrier,
  messagesOf,
  type Notice,
  notify,
  resealMessages,
  sendMessages,
} from '#messaging'
import { forgetColumnKeys, rotateColumnKeys } from '#security'
import { TEST_WRAPPING, testDatabase } from '../../test/database.ts'

const { app, worker, owner } = await testDatabase()
const TERRITORY = '07.351.01'

const agent = (territory: string): StaffActor => ({
  kind: 'staff',
  staffId: newId(),
  name: 'Agent',
  territories: [territory],
  permission: 'household.read',
})

const person = () => newId<'Person'>()
const notice = (to: Id<'Person'>, key = `number_given ${to}`): Notice => ({
  key,
  to: { person: to, territory: TERRITORY },
  kind: 'number_given',
  values: { number: '123 456 789 012' },
  language: 'fr',
})

/** A carrier that remembers what it took, and does as it is told. */
function carrier(answer: (message: CarriedMessage) => Awaited<ReturnType<Carrier['carry']>> = () => ({ taken: true })) {
  const took: CarriedMessage[] = []
  const phones = new Map<string, string>()
  return {
    took,
    phones,
    sending: {
      carrier: {
        name: 'test',
        carry: async (message: CarriedMessage) => {
          took.push(message)
          return answer(message)
        },
      },
      phonesOf: async (_tx: unknown, persons: readonly Id<'Person'>[]) =>
        new Map(persons.flatMap(id => (phones.has(id) ? [[id, phones.get(id)!] as const] : []))),
    },
  }
}

const queue = (...notices: Notice[]) => transaction(app, agent(TERRITORY), tx => notify(tx, notices))
const told = (of: Id<'Person'>, territory = TERRITORY) =>
  transaction(app, agent(territory), tx => messagesOf(tx, [of], 10))
/** As if the pause before the next try were over. */
const hurry = () =>
  transaction(owner, workerActor('test'), tx =>
    sql`update messaging.message set due_at = clock_timestamp() where sent_at is null and failed_at is null`.execute(
      tx,
    ),
  )

test('a message leaves once, at the telephone that the person has when it leaves', async () => {
  const [who, { took, phones, sending }] = [person(), carrier()]
  assert.equal(await queue(notice(who)), 1)
  assert.equal((await told(who))[0]?.state, 'queued')
  phones.set(who, '+212600000001')
  assert.equal(await sendMessages(worker, sending), 1)
  assert.equal(await sendMessages(worker, sending), 0)
  assert.deepEqual(
    took.map(({ to, text }) => ({ to, text })),
    [
      {
        to: '+212600000001',
        text: 'Votre numéro unique est 123 456 789 012. Gardez-le: il sert à toutes vos démarches sociales.',
      },
    ],
  )
  const [message] = await told(who)
  assert.equal(message?.state, 'sent')
  assert.equal(message?.text, took[0]!.text)
})

test('asked for again under the same key it is the same message, at once or later, by one or by many', async () => {
  const who = person()
  assert.equal(await queue(notice(who), notice(who)), 1)
  const again = await Promise.all(Array.from({ length: 6 }, () => queue(notice(who))))
  assert.deepEqual(again, [0, 0, 0, 0, 0, 0])
  assert.equal((await told(who)).length, 1)
})

test('a transaction that does not commit tells nobody', async () => {
  const who = person()
  await assert.rejects(
    transaction(app, agent(TERRITORY), async tx => {
      await notify(tx, [notice(who)])
      throw new Error('stopped')
    }),
    /stopped/,
  )
  assert.deepEqual(await told(who), [])
})

test('any number of workers send each message once', async () => {
  const people = Array.from({ length: 120 }, person)
  const { took, phones, sending } = carrier()
  for (const [at, who] of people.entries()) phones.set(who, `+2126${String(at).padStart(8, '0')}`)
  await queue(...people.map(who => notice(who)))
  await Promise.all(Array.from({ length: 4 }, () => sendMessages(worker, sending)))
  const mine = took.filter(message => message.to.startsWith('+21260000'))
  assert.equal(mine.length, 120)
  assert.equal(new Set(mine.map(message => message.id)).size, 120)
})

test('a carrier that is away is tried again with the same id, and given up after seven tries', async () => {
  const who = person()
  const away = carrier(() => {
    throw new Error('the gateway is away')
  })
  away.phones.set(who, '+212600000002')
  await queue(notice(who))
  for (let round = 1; round <= 9; round += 1) {
    await sendMessages(worker, away.sending)
    await hurry()
  }
  assert.equal(away.took.length, 7)
  assert.equal(new Set(away.took.map(message => message.id)).size, 1)
  const [message] = await told(who)
  assert.deepEqual([message?.state, message?.failure], ['failed', 'too_often'])
})

test('who was tried in vain and reached later is told once', async () => {
  const who = person()
  let up = false
  const flaky = carrier(() => {
    if (!up) throw new Error('away')
    return { taken: true, receipt: 'r-7' }
  })
  flaky.phones.set(who, '+212600000003')
  await queue(notice(who))
  await sendMessages(worker, flaky.sending)
  assert.equal((await told(who))[0]?.state, 'queued')
  assert.equal(await sendMessages(worker, flaky.sending), 0, 'not before its pause is over')
  up = true
  await hurry()
  assert.equal(await sendMessages(worker, flaky.sending), 1)
  assert.equal((await told(who))[0]?.state, 'sent')
})

test('no telephone, a refusal and lateness each have their name', async () => {
  const [without, refused, late] = [person(), person(), person()]
  const strict = carrier(() => ({ taken: false, says: 'no such number' }))
  strict.phones.set(refused, '+212600000004')
  await queue(notice(without), notice(refused))
  await sendMessages(worker, strict.sending)
  assert.equal((await told(without))[0]?.failure, 'no_phone')
  assert.equal((await told(refused))[0]?.failure, 'refused')
  await queue(notice(late))
  await transaction(owner, workerActor('test'), tx =>
    sql`update messaging.message set expires_at = clock_timestamp() where person_id = ${late}`.execute(tx),
  )
  await sendMessages(worker, undefined)
  assert.equal((await told(late))[0]?.failure, 'expired')
})

test('a code goes to a telephone of nobody, asked for by nobody known, and is forgotten once it has left', async () => {
  const { took, sending } = carrier()
  const code: Notice = {
    key: 'phone_code of a test',
    to: { phone: '+212611223344' },
    kind: 'phone_code',
    values: { code: '482913' },
    language: 'ar',
  }
  assert.equal(await transaction(app, anonymous, tx => notify(tx, [code])), 1)
  const held = () =>
    transaction(owner, workerActor('test'), async tx => {
      const { rows } = await sql<{ text: Buffer | null; all: string }>`
        select text_sealed as text, m::text as all from messaging.message m where key = ${code.key}`.execute(tx)
      return rows[0]!
    })
  const before = await held()
  assert.ok(before.text && !before.all.includes('482913') && !before.all.includes('611223344'))
  await sendMessages(worker, sending)
  assert.match(took.at(-1)!.text, /482913/)
  assert.equal((await held()).text, null)
})

test('what has ended never changes, and nobody but the worker touches a message', async () => {
  const who = person()
  await queue(notice(who))
  for (const actor of [agent(TERRITORY), anonymous]) {
    await assert.rejects(
      transaction(app, actor, tx => sql`update messaging.message set attempts = 0`.execute(tx)),
      /permission denied/,
    )
  }
  await sendMessages(worker, carrier().sending)
  for (const change of [
    sql`update messaging.message set failure = 'refused' where person_id = ${who}`,
    sql`delete from messaging.message where person_id = ${who}`,
  ]) {
    await assert.rejects(
      transaction(owner, workerActor('test'), tx => change.execute(tx)),
      /stays as it was/,
    )
  }
})

test('an agent of another territory sees nothing, and the audit says what was queued and sent', async () => {
  const [who, { phones, sending }] = [person(), carrier()]
  phones.set(who, '+212600000005')
  await queue(notice(who))
  await sendMessages(worker, sending)
  assert.deepEqual(await told(who, '08'), [])
  const { rows } = await transaction(owner, workerActor('test'), tx =>
    sql<{ action: string }>`
      select action from security.audit_record where subject_kind = 'person' and subject_id = ${who} order by position`.execute(
      tx,
    ),
  )
  assert.deepEqual(
    rows.map(row => row.action),
    ['message.queue', 'message.send'],
  )
})

test('messages to telephones of nobody leave after a month, those of persons stay', async () => {
  const who = person()
  await queue(notice(who))
  await transaction(owner, workerActor('test'), async tx => {
    await sql`alter table messaging.message disable trigger keep_message`.execute(tx)
    await sql`update messaging.message set queued_at = queued_at - interval '31 days'`.execute(tx)
    await sql`alter table messaging.message enable trigger keep_message`.execute(tx)
  })
  const { rows } = await transaction(worker, workerActor('test'), tx =>
    sql<{ gone: bigint }>`select messaging.forget_passing() as gone`.execute(tx),
  )
  assert.ok(rows[0]!.gone >= 1n)
  assert.equal((await told(who)).length, 1)
})

test('after a rotation of keys every message is sealed again, and says the same', async () => {
  const [who, { phones, sending }] = [person(), carrier()]
  phones.set(who, '+212600000006')
  await queue(notice(who))
  await sendMessages(worker, sending)
  const [before] = await told(who)
  await transaction(worker, workerActor('test'), tx =>
    rotateColumnKeys(tx, { from: [TEST_WRAPPING], to: TEST_WRAPPING }),
  )
  forgetColumnKeys([app, worker])
  assert.ok((await resealMessages(worker)) > 0)
  assert.equal(await resealMessages(worker), 0)
  assert.equal((await told(who))[0]?.text, before?.text)
})

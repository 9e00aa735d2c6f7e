import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import { openCountry } from '#countries'
import { type CitizenActor, transaction, workerActor } from '#db'
import type { Notice } from '#messaging'
import { toldToPayees } from '#payments'
import { modelledPhones } from '#population'
import { openCitizenSignIn } from '#security'
import { demonstrate } from '../src/cli/demonstration/demonstrate.ts'
import { citizenDoor } from '../src/web/doors/citizen.ts'
import { testDatabase } from './database.ts'

const databases = await testDatabase()
const { app, worker } = databases
const data = mkdtempSync(join(tmpdir(), 'socle-citizen-'))
after(() => rmSync(data, { recursive: true, force: true }))
const country = openCountry('ma')
const silent = {
  stdin: Readable.from([]),
  out() {},
  err() {},
  interactive: false,
  signal: new AbortController().signal,
  flush: async () => {},
}
await demonstrate(databases, { country, households: 60, seed: 1, data }, silent)

const sent: Notice[] = []
const failed: unknown[] = []
const signIn = openCitizenSignIn({ app, secret: 's'.repeat(40), onError: error => void failed.push(error) })
const door = citizenDoor({
  app,
  country,
  signIn,
  tell: async notice => void sent.push(notice),
  secure: true,
  demonstration: undefined,
})
const people = await transaction(worker, workerActor('test'), tx => modelledPhones(tx, 40))

function codeOf(notice: Notice): { readonly to: string; readonly code: string } {
  assert.ok(notice.kind === 'sign_in_code' && 'phone' in notice.to)
  return { to: notice.to.phone, code: notice.values.code }
}

/** Asks for a code and answers what was sent for it. */
async function ask(phone: string) {
  await transaction(databases.owner, workerActor('test'), tx =>
    sql`update security.citizen_code set asked_at = asked_at - interval '2 days'`.execute(tx),
  )
  const before = sent.length
  const asked = await door.ask({ phone, client: '192.0.2.7', language: 'fr' })
  await signIn.settled()
  return { asked, messages: sent.slice(before).map(codeOf) }
}

const cookiesOf = (cookies: readonly string[]) =>
  new Headers({ cookie: cookies.map(cookie => cookie.split(';')[0]).join('; ') })

async function open(phone: string): Promise<Headers> {
  const { asked, messages } = await ask(phone)
  assert.ok(asked.ok && messages[0])
  const entered = await door.enter(cookiesOf(asked.value.cookies), messages[0].code)
  assert.ok(entered.ok)
  return cookiesOf(entered.value.cookies)
}

test('a telephone is known however it is typed, and the message goes to the number of the register', async () => {
  const { phone } = people[0]!
  const national = `0${phone.slice(4)}`
  const arabic = [...national].map(digit => '٠١٢٣٤٥٦٧٨٩'[Number(digit)]).join('')
  for (const typed of [phone, national, `00212 ${phone.slice(4)}`, phone.replace(/(\d{3})/g, '$1 '), arabic]) {
    const { asked, messages } = await ask(typed)
    assert.ok(asked.ok, typed)
    assert.deepEqual(
      messages.map(message => message.to),
      [phone],
      typed,
    )
  }
})

test('a number of another country with the same last digits receives nothing: it is another telephone', async () => {
  const { phone } = people[0]!
  const { asked, messages } = await ask(`+33${phone.slice(4)}`)
  assert.ok(asked.ok)
  assert.deepEqual(messages, [])
})

test('what no telephone has is refused before anything is counted', async () => {
  for (const phone of ['', '12', 'abc', '+', '0'.repeat(500), "' or true --", '+999999999999999999']) {
    const { asked } = await ask(phone)
    assert.deepEqual(asked, { ok: false, refusal: { code: 'phone_malformed' } }, phone)
  }
})

test('each citizen sees the own household and no other; cookies are for us alone and over TLS alone', async () => {
  const seen = new Map<string, readonly string[]>()
  for (const { person, phone } of people.slice(0, 6)) {
    const { asked } = await ask(phone)
    assert.ok(asked.ok && asked.value.cookies.every(cookie => /HttpOnly; SameSite=Lax; Secure/.test(cookie)))
    const files = await door.own(await open(phone))
    seen.set(person, files?.map(file => file.sourceId) ?? [])
  }
  const { rows } = await transaction(worker, workerActor('test'), tx =>
    sql<{ person: string; source: string }>`
      select b.person_id as person, h.source_id as source from households.published_belonging b
      join households.household h on h.id = b.household_id
      where b.holds and b.person_id = any (${[...seen.keys()]}::uuid[])`.execute(tx),
  )
  for (const [person, sources] of seen) {
    assert.deepEqual(
      sources,
      rows.filter(row => row.person === person).map(row => row.source),
    )
  }
})

test('an altered, an ended and no session at all show nothing', async () => {
  const headers = await open(people[7]!.phone)
  assert.ok(await door.own(headers))
  assert.equal(await door.own(new Headers()), undefined)
  assert.equal(await door.own(new Headers({ cookie: 'socle-citizen=x' })), undefined)
  await door.leave(headers)
  assert.equal(await door.own(headers), undefined)
})

test('payments are told to their payees where they live, and to nobody from elsewhere', async () => {
  const { rows } = await transaction(worker, workerActor('test'), tx =>
    sql<{
      payee: string
      territory: string
    }>`select payee_id as payee, territory from payments.instruction limit 1`.execute(tx),
  )
  const { payee, territory } = rows[0]!
  const told = (territories: readonly string[]) => {
    const actor: CitizenActor = { kind: 'citizen', citizenId: payee, name: '', territories }
    return transaction(app, actor, tx => toldToPayees(tx, [payee], 10))
  }
  assert.equal((await told([territory])).length, 1)
  for (const elsewhere of [[], ['zz'], [`${territory}9`]]) assert.deepEqual(await told(elsewhere), [])
})

test('a citizen reads neither runs nor budget lines nor who approved them', async () => {
  const actor: CitizenActor = { kind: 'citizen', citizenId: people[0]!.person, name: '', territories: [''] }
  for (const table of ['payments.run', 'payments.run_event', 'payments.budget_line'] as const) {
    assert.deepEqual(await transaction(app, actor, tx => tx.selectFrom(table).selectAll().execute()), [])
  }
})

test('nothing failed on the way', () => assert.deepEqual(failed, []))

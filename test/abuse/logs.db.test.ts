// A day of work, and everything that was written to a log or a terminal meanwhile: nobody is named there, and no secret is.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import { transaction, workerActor } from '#db'
import { newId } from '#kernel'
import { openSignIn, recordGrant, registerStaff } from '#security'
import { commands } from '../../src/cli/commands.ts'
import { runSocle } from '../../src/cli/socle.ts'
import { buildWeb } from '../../src/web/build.ts'
import type { Doors } from '../../src/web/context.ts'
import { fillDoors } from '../../src/web/doors/fill.ts'
import { staffDoor } from '../../src/web/doors/staff.ts'
import { createWebServer } from '../../src/web/http.ts'
import { createLog } from '../../src/web/log.ts'
import { TEST_KEY } from '../database.ts'
import { demonstrated } from '../demonstrated.ts'

// Before the database goes, which waits for nobody.
const closing: (() => unknown)[] = []
after(async () => {
  for (const close of closing) await close()
})
const { databases, country, data } = await demonstrated(15)
const folder = mkdtempSync(join(tmpdir(), 'socle-logs-'))
closing.push(() => rmSync(folder, { recursive: true, force: true }))
const lines: string[] = []
const log = createLog('trace', { write: line => void lines.push(line) })

const desk = { id: newId<'staff'>(), name: 'Salma Guichetière', email: 'salma.guichetiere@abuse.example' }
const password = 'a password that nobody may read in a log'
const secret = 'a secret of this test, long enough to sign with it'
const signIn = openSignIn({ appUrl: databases.urls.app, app: databases.app, secret, secure: false })
closing.push(signIn.close)
await transaction(databases.worker, workerActor('test'), async tx => {
  await registerStaff(tx, { id: desk.id, name: desk.name })
  await recordGrant(tx, desk.id, { id: newId(), role: 'territory_supervisor', territory: '', sensitivity: 'sensitive' })
})
await signIn.openAccount({ ...desk, password })

/** Somebody whom every failure below could name. */
const citizen = { given: 'Zoubaïda', family: 'Benchekroun-Idrissi', phone: '+212698765432', number: 'MA-SECRET-4711' }
const doors = fillDoors({
  app: databases.app,
  worker: databases.worker,
  payments: { retriesMost: 3, coolingDays: 7, amountTimes: 10 },
  country,
  staff: staffDoor(signIn, country, []),
  modelled: true,
})
const broken: Doors = {
  ...doors,
  console: {
    ...doors.console,
    // A failure as the database words it, with a person's data in its detail.
    paymentRuns: async () => {
      throw Object.assign(new Error(`duplicate key value: Key (phone)=("${citizen.phone}") of "${citizen.family}"`), {
        detail: `Key (given_name, phone)=(${citizen.given}, ${citizen.phone}) already exists.`,
        where: `COPY person, line 1: "${citizen.given}"`,
        query: `select '${citizen.number}'`,
        parameters: [citizen.given],
      })
    },
  } as Doors['console'],
}
const server = await createWebServer({
  doors: broken,
  site: await buildWeb({ dataFolder: folder }),
  host: '127.0.0.1',
  port: 0,
  log,
})
closing.push(server.close)

async function socle(args: readonly string[], stdin = ''): Promise<void> {
  const code = await runSocle(
    args,
    {
      stdin: Readable.from([stdin]),
      out() {},
      err: text => void lines.push(text),
      interactive: false,
      signal: AbortSignal.timeout(60_000),
      flush: async () => {},
    },
    commands,
  )
  assert.ok(code <= 2)
}

test('the log of a day of work names nobody and holds no secret', async () => {
  const origin = { origin: server.url }
  const post = (path: string, fields: Record<string, string>, cookie = '') =>
    fetch(server.url + path, {
      method: 'POST',
      body: new URLSearchParams(fields),
      headers: { ...origin, cookie },
      redirect: 'manual',
    })
  await post('/console/sign-in', { email: desk.email, password: `${password}, wrong` })
  const opened = await post('/console/sign-in', { email: desk.email, password })
  assert.equal(opened.status, 303)
  const cookie = opened.headers
    .getSetCookie()
    .map(each => each.split(';')[0])
    .join('; ')
  const headers = { cookie }
  const household = await transaction(databases.worker, workerActor('test'), tx =>
    sql<{ id: string }>`select id from households.household limit 1`.execute(tx),
  )
  for (const path of [
    `/console/search?q=${encodeURIComponent(`${citizen.given} ${citizen.family}`)}`,
    `/console/search.csv?q=${citizen.family}`,
    `/console/households/${household.rows[0]!.id}`,
    `/console/households/${citizen.number}`,
    `/console/payments?of=${citizen.phone}`,
    `/console/payments.csv`,
    `/%ff?${citizen.family}`,
    `/${encodeURIComponent(citizen.given)}`,
    `/api/v1/whoami?key=${citizen.number}`,
  ]) {
    await (await fetch(server.url + path, { headers })).text()
  }
  await post('/console/account/password', { current: password, next: citizen.number }, cookie)
  await post('/console/invitation', { token: citizen.number, password }, cookie)
  const before = lines.length
  assert.ok(before > 0, 'the failures above were logged')

  // The commands open what the test's database sealed.
  writeFileSync(join(data, 'column-keys'), `${TEST_KEY.toString('base64url')}\n`, { mode: 0o600 })
  Object.assign(process.env, {
    DATABASE_URL: databases.urls.owner,
    SOCLE_DATA: data,
    SOCLE_SECRET: secret,
    SOCLE_LOG: 'trace',
  })
  const rows = join(folder, 'rows.csv')
  const people = join(folder, 'people.csv')
  writeFileSync(rows, `source_id,territory,rooms\n${citizen.number},07,many\nb,07,2\n`)
  writeFileSync(
    people,
    `household_source_id,source_id,given_name,family_name,phone,relation\nb,1,${citizen.given},${citizen.family},${citizen.phone},head\nb,2,${citizen.given},x,not ${citizen.phone},child\n`,
  )
  const rejects = join(folder, 'rejects.csv')
  await socle([
    'import',
    'households',
    '--country',
    'ma',
    '--households',
    rows,
    '--members',
    people,
    '--rejects',
    rejects,
  ])
  await socle(['determine', '--programme', 'ma/asd', '--month', '2026-11'])
  await socle(['audit', 'verify', '--chain'])
  await socle(['pay', 'list'])
  assert.ok(lines.length > before, 'commands say what they do')

  const written = lines.join('\n')
  const { rows: persons } = await transaction(databases.worker, workerActor('test'), tx =>
    sql<{ given: string; family: string; phone: string | null }>`
      select given_name as given, family_name as family, phone from population.person limit 500`.execute(tx),
  )
  const databaseSecrets = Object.values(databases.urls).map(url => new URL(url).password)
  const cookies = cookie.split('; ').map(each => each.split('=')[1]!)
  const never = [
    ...[password, secret, desk.email, ...databaseSecrets, ...cookies],
    ...Object.values(citizen),
    ...persons.flatMap(({ given, family, phone }) => [`${given} ${family}`, family, phone ?? '']),
  ].filter(text => text !== null && text.length > 5)
  assert.ok(never.length > 30)
  for (const text of new Set(never)) {
    assert.ok(
      !written.includes(text) && !written.includes(encodeURIComponent(text)),
      `a log holds ${JSON.stringify(text)}`,
    )
  }
  assert.match(written, /a page failed/, 'what broke is still known')
})

import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { after } from 'node:test'
import { openCountry } from '#countries'
import { transaction, workerActor } from '#db'
import { modelSnapshot, noScanner, openEvidenceStore } from '#households'
import { newId } from '#kernel'
import { type Sending, shownCarrier, shownMessages, tellAtOnce } from '#messaging'
import { phonesToReach } from '#population'
import { openCitizenSignIn, openSignIn, type Role, recordGrant, registerStaff, type SignIn } from '#security'
import type { Io } from '../src/cli/command.ts'
import { demonstrate } from '../src/cli/demonstration/demonstrate.ts'
import { citizenDoor } from '../src/web/doors/citizen.ts'
import { fillDoors } from '../src/web/doors/fill.ts'
import { paidPhones } from '../src/web/doors/paid-phones.ts'
import { preRegistrationDoor } from '../src/web/doors/pre-registration.ts'
import { openStudyDesk } from '../src/web/doors/simulation-desk.ts'
import { staffDoor } from '../src/web/doors/staff.ts'
import { openPrinter } from '../src/web/print/printer.ts'
import { writableFolder } from './chromium.ts'
import { testDatabase } from './database.ts'
import { serveSite } from './site.ts'

/** A person of the journeys, where that person may work and as what: a supervisor who also prepares payments, unless said. */
export type Person = {
  readonly name: string
  readonly email: string
  readonly territory: string
  readonly roles?: readonly Role[]
}
const silent: Io = {
  stdin: Readable.from([]),
  out() {},
  err() {},
  interactive: false,
  signal: new AbortController().signal,
  flush: async () => {},
}
const password = 'a password of the journeys'

const USUAL: readonly Role[] = ['territory_supervisor', 'payment_preparer']

/**
 * The whole chain on a database of its own: a demonstration of `households` modelled households of Morocco, scored,
 * decided and paid, served to the members of staff given; with a snapshot of `frozen` more, where studies are tried.
 * Answers the address and how to sign in.
 */
export async function serveWorld(households: number, people: readonly Person[], frozen = 0) {
  // Before the database goes, which waits for nobody.
  let signIn: SignIn | undefined
  after(async () => signIn?.close())
  const databases = await testDatabase()
  const data = await mkdtemp(join(tmpdir(), 'socle-world-'))
  const country = openCountry('ma')
  await demonstrate(databases, { country, households, seed: 1, data }, silent)
  const opened = openSignIn({
    appUrl: databases.urls.app,
    app: databases.app,
    secret: 'a secret of the journeys, long enough to sign',
    secure: false,
  })
  signIn = opened
  for (const { name, email, territory, roles = USUAL } of people) {
    const id = newId<'staff'>()
    await transaction(databases.worker, workerActor('test'), async tx => {
      await registerStaff(tx, { id, name })
      for (const role of roles) {
        await recordGrant(tx, id, { id: newId(), role, territory, sensitivity: 'sensitive' })
      }
    })
    await opened.openAccount({ id, name, email, password })
  }
  const staff = staffDoor(opened, country, [])
  const sending: Sending = { carrier: shownCarrier(databases.worker), phonesOf: phonesToReach(country.code) }
  const evidence = openEvidenceStore({ folder: join(data, 'evidence'), scanner: noScanner })
  const citizen = citizenDoor({
    app: databases.app,
    country,
    signIn: openCitizenSignIn({
      app: databases.app,
      secret: 'a secret of the journeys, long enough to sign',
      onError(error) {
        throw error
      },
    }),
    tell: notice => tellAtOnce(databases, sending, [notice]),
    secure: false,
    demonstration: {
      messages: () => shownMessages(databases.worker),
      phones: () => paidPhones(databases.worker),
    },
    evidence,
  })
  const preRegistration = preRegistrationDoor({
    app: databases.app,
    country,
    tell: notice => tellAtOnce(databases, sending, [notice]),
    secure: false,
    demonstration: true,
  })
  const folder = join(data, 'snapshots')
  if (frozen > 0) await modelSnapshot({ country, folder, households: frozen, seed: 4, threads: 1 })
  const failed: unknown[] = []
  const desk = openStudyDesk({ country, worker: databases.worker, folder, onError: error => failed.push(error) })
  after(async () => {
    await desk.close()
    await printer.close()
    assert.deepEqual(failed, [])
  })
  const printer = openPrinter({ folder: await writableFolder(), onError: error => failed.push(error) })
  const url = await serveSite(
    fillDoors({
      app: databases.app,
      worker: databases.worker,
      payments: { retriesMost: 3, coolingDays: 7, amountTimes: 10 },
      country,
      staff,
      citizen,
      preRegistration,
      tell: notice => tellAtOnce(databases, sending, [notice]),
      desk,
      evidence,
      printer,
      modelled: true,
    }),
  )
  after(() => rm(data, { recursive: true, force: true }))
  /** The cookies of a person who has signed in. */
  async function cookiesOf(person: Person): Promise<Record<string, string>> {
    const answer = await opened.signIn(new Headers(), { email: person.email, password })
    if (!answer.ok) throw new Error(answer.refusal.code)
    return Object.fromEntries(answer.value.cookies.map(cookie => cookie.split(';')[0]!.split('=') as [string, string]))
  }
  return { url, databases, country, sending, cookiesOf, password, snapshots: folder }
}

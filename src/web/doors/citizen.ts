import type { Country } from '#countries'
import { type Database, type Transaction, transaction } from '#db'
import { type EvidenceStore, findHouseholdFile, type HouseholdFile, householdsOfPersons } from '#households'
import { err, newId, ok } from '#kernel'
import type { Notice } from '#messaging'
import { toldToPayees } from '#payments'
import { homesOf, knownByPhone, normalPhone } from '#population'
import { rectificationsOf } from '#privacy'
import { determinationsOf } from '#programmes'
import { appendAudit, type CitizenSignIn, citizenActor, type PurposeText } from '#security'
import { subscriberOf } from '../client-address.ts'
import type { PersonName } from '../context.ts'
import type { CitizenDoor, OwnFile } from '../own-file.ts'
import { maybeAmount } from './amount.ts'
import { cookieIn, cookieText } from './cookies.ts'
import { rowOf } from './corrections-page.ts'
import { nameOf } from './household.ts'
import { ownCorrectionsDoor } from './own-corrections.ts'
import { ownDeclarationDoor } from './own-declaration.ts'
import { ownProgrammesDoor } from './own-programmes.ts'
import { readingsOfHousehold, toldReadings } from './readings.ts'
import { readCurrent, transferRows } from './receiving.ts'
import { readPayments, readReceipt, readStatement } from './statement.ts'
import { placeOf, wordsOf } from './words.ts'

export type CitizenParts = {
  readonly app: Database
  readonly country: Country
  readonly signIn: CitizenSignIn
  /** Sends what somebody waits for. */
  readonly tell: (notice: Notice) => Promise<void>
  /** True behind TLS: cookies are then sent over it alone. */
  readonly secure: boolean
  readonly demonstration: CitizenDoor['demonstration']
  /** Where papers lie; left out where none are taken. */
  readonly evidence?: EvidenceStore | undefined
}

const SESSION = 'socle-citizen'
const CHALLENGE = 'socle-citizen-code'
const PAYMENTS_SHOWN = 12
const READINGS_SHOWN = 50
const CORRECTIONS_SHOWN = 5

export function citizenDoor(parts: CitizenParts): CitizenDoor {
  const { app, country, signIn, tell, secure, demonstration, evidence } = parts
  const normal = (text: string) => normalPhone(text, country.code)
  const cookie = (name: string, value: string) => cookieText(name, value, secure)
  const holder = async (headers: Headers) => {
    const token = cookieIn(headers, SESSION)
    return token === '' ? undefined : signIn.of(token)
  }
  /** Reads something of each household of whoever holds the session; undefined where nobody does. */
  async function eachOwn<Value>(
    headers: Headers,
    read: (tx: Transaction, file: HouseholdFile) => Promise<Value>,
  ): Promise<readonly Value[] | undefined> {
    const citizen = await holder(headers)
    if (!citizen) return undefined
    const actor = citizenActor(citizen, await homesOf(app, citizen.persons))
    return transaction(app, actor, async tx => {
      const values: Value[] = []
      for (const id of await householdsOfPersons(tx, citizen.persons)) {
        const file = await findHouseholdFile(tx, id)
        if (file?.country === country.code) values.push(await read(tx, file))
      }
      return values
    })
  }
  return {
    ...ownDeclarationDoor({ app, country, holder }),
    ...ownProgrammesDoor({ app, country, holder }),
    ...ownCorrectionsDoor({ app, country, holder, store: evidence }),
    demonstration,
    async ask({ phone: typed, client, language }) {
      const phone = normal(typed)
      if (phone === undefined) return err({ code: 'phone_malformed' })
      const asked = await signIn.request({
        phone,
        client: subscriberOf(client),
        known: async () => (await knownByPhone(app, phone, normal)).map(one => one.person),
        send: code =>
          tell({ key: `sign_in_code ${newId()}`, to: { phone }, kind: 'sign_in_code', values: { code }, language }),
      })
      return asked.ok ? ok({ cookies: [cookie(CHALLENGE, asked.value.challenge)] }) : asked
    },
    awaited: headers => signIn.awaited(cookieIn(headers, CHALLENGE)),
    async enter(headers, code) {
      const entered = await signIn.enter(cookieIn(headers, CHALLENGE), code)
      if (!entered.ok) return entered
      return ok({ cookies: [cookie(SESSION, entered.value.token), cookie(CHALLENGE, '')] })
    },
    own: headers => eachOwn(headers, (tx, file) => readOwn(tx, country, file)),
    statement: (headers, year) =>
      eachOwn(headers, async (tx, file) => {
        await tellReading(tx, file, 'data_rights: own statement')
        return readStatement(tx, country, file, year)
      }),
    async receipt(headers, payment) {
      const found = await eachOwn(headers, async (tx, file) => readReceipt(tx, country, file.id, payment))
      return found && (found.find(one => one !== undefined) ?? null)
    },
    async leave(headers) {
      await signIn.end(cookieIn(headers, SESSION))
      return [cookie(SESSION, ''), cookie(CHALLENGE, '')]
    },
  }
}

/** What two persons decided of who receives: neither who asked nor on what proof is told to whoever shares a telephone. */
async function ownTransfers(tx: Transaction, { id }: HouseholdFile): Promise<OwnFile['transfers']> {
  return (await transferRows(tx, { household: id }))
    .filter(({ decidedAt }) => decidedAt !== null)
    .map(({ id, name, capacity, from, until }) => ({ id, name, capacity, from, until }))
}

async function tellReading(tx: Transaction, file: HouseholdFile, purpose: PurposeText): Promise<void> {
  await appendAudit(tx, {
    action: 'household.read',
    subject: { kind: 'household', id: file.id },
    territory: file.territory,
    purpose,
  })
}

async function readOwn(tx: Transaction, country: Country, file: HouseholdFile): Promise<OwnFile> {
  const determinations = (await determinationsOf(tx, file.id)).filter(
    each => country.book.packs.get(each.pack)?.score === null,
  )
  const people = file.members.map(member => member.person)
  const runs = await toldToPayees(tx, people, PAYMENTS_SHOWN)
  const readings = await readingsOfHousehold(tx, file, runs, READINGS_SHOWN)
  await tellReading(tx, file, 'data_rights: own page')
  return {
    sourceId: file.sourceId,
    territory: placeOf(country, file.territory),
    members: file.members.length,
    receives: await readCurrent(tx, file.id),
    transfers: await ownTransfers(tx, file),
    decisions: determinations
      .filter((row, index) => determinations.findIndex(other => other.pack === row.pack) === index)
      .map(({ pack, until: month, outcome, amountMinor, currency }) => ({
        name: country.book.packs.get(pack)?.names ?? wordsOf(pack),
        month,
        outcome,
        amount: maybeAmount(amountMinor, currency),
      })),
    payments: (await readPayments(tx, country, file.id)).slice(0, PAYMENTS_SHOWN),
    corrections: await correctionsOf(tx, country, file),
    readings: await toldReadings(tx, country, readings),
  }
}

/** What was asked to be put right, with the answers. */
async function correctionsOf(tx: Transaction, country: Country, file: HouseholdFile): Promise<OwnFile['corrections']> {
  const names = new Map<string, PersonName>(file.members.map(member => [member.person, nameOf(member)]))
  const requests = await rectificationsOf(tx, file.id)
  return requests.slice(0, CORRECTIONS_SHOWN).map(request => {
    const { id, field, member, decided, motive, askedAt, decidedAt } = rowOf(
      country,
      names.get(request.person ?? ''),
      request,
      '',
    )
    return { id, field, member, decided, motive, askedAt, decidedAt }
  })
}

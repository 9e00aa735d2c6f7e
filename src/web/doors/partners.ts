import { createHash } from 'node:crypto'
import type { Country } from '#countries'
import { type Database, type Transaction, transaction } from '#db'
import { type FeedRecord, findHouseholdFile, householdsOfPersons, rejectsOf, takeFeed } from '#households'
import { err, type Id, type Language, type Month, newId, ok, type Result } from '#kernel'
import type { Notice } from '#messaging'
import {
  askPhoneCode,
  confirmPhoneCode,
  isAuthentic,
  type Named,
  partnerCodesOf,
  personAsOf,
  personNamed,
  phonesToReach,
} from '#population'
import { applyFor } from '#programmes'
import { appendAudit, CODE_SECONDS, findService, type Service, serviceActor } from '#security'
import type { PartnerApplication } from '../api/application-api.ts'
import type { FeedTaken, FeedTold } from '../api/feed-api.ts'
import type { AuthenticationAsked, PartnerDoor } from '../api/partner-api.ts'
import { paces } from '../pace.ts'
import { todayIn } from './today.ts'

/** What a register tells under its own name, as far as its service account sees the persons. Refusals of rows come with the answer. */
async function takeRows(app: Database, country: Country, service: Service, { kind, month, rows }: FeedTold) {
  const actor = serviceActor(service, 'feed.write')
  const header = [...new Set(rows.flatMap(row => Object.keys(row)))]
  const records = rows.map((cells, at): FeedRecord => ({ row: at + 1, cells }))
  const taken = await takeFeed(
    app,
    actor,
    {
      country,
      kind,
      source: service.name,
      header,
      ...(month !== undefined && { month: month as Month }),
      content: createHash('sha256').update(JSON.stringify(rows)).digest('hex'),
      channel: 'api',
      label: service.organisation,
      askedBy: service.name,
      today: await transaction(app, actor, tx => todayIn(tx, country)),
      decimalComma: false,
    },
    async function* () {
      yield records
    },
  )
  if (!taken.ok) return taken
  const rejects = await transaction(app, actor, tx => rejectsOf(tx, taken.value.id, 0, records.length))
  return ok<FeedTaken>({ report: taken.value, rejects })
}

/** Five tries at one person by one partner, then one every twelve minutes: more is guessing. */
const TRIES = { burst: 5, perSecond: 1 / 720 }

/** What programs of partners ask, answered from the modules' doors. */
export function partnerDoor(
  app: Database,
  country: Country,
  tell: ((notice: Notice) => Promise<void>) | undefined,
): Omit<PartnerDoor, 'determinations' | 'mapAddresses'> {
  const tries = paces(TRIES)
  return {
    askCode: tell && ((service, asked) => askCode(app, country, tell, service, asked)),
    confirmCode: (service, asked) => confirmCode(app, service, asked),
    service: key => findService(app, key),
    takeFeed: (service, told) => takeRows(app, country, service, told),
    async authenticate(service, asked, now) {
      const { named } = asked
      const wait = tries.take(`${service.id} ${named.by} ${named.value}`, now)
      if (wait > 0) return { wait }
      const person = await transaction(app, serviceActor(service, 'person.authenticate'), tx =>
        authenticated(tx, country, service, asked, now, tries),
      )
      return { authentic: person !== undefined }
    },
    async apply(service, asked, now) {
      const { named } = asked
      const wait = tries.take(`${service.id} ${named.by} ${named.value}`, now)
      if (wait > 0) return err({ code: 'too_many_tries', wait })
      return transaction(app, serviceActor(service, 'enrolment.write'), async tx => {
        const person = await authenticated(tx, country, service, asked, now, tries)
        return person === undefined ? err({ code: 'not_authentic' }) : applyForPerson(tx, country, person, asked)
      })
    },
  }
}

/** For the household of whoever was confirmed; the same application again is answered as it was. */
async function applyForPerson(
  tx: Transaction,
  country: Country,
  person: Id<'Person'>,
  { id, programme: pack, channel }: PartnerApplication,
): ReturnType<PartnerDoor['apply']> {
  const [household] = await householdsOfPersons(tx, [person])
  const file = household && (await findHouseholdFile(tx, household))
  if (file?.country !== country.code) return err({ code: 'household_unknown' })
  const done = await applyFor(tx, country, { id, household: file.id, pack, channel, on: await todayIn(tx, country) })
  return done.ok ? ok({ id, state: done.value.state }) : done
}

/**
 * Who is named, where all that is claimed is what the register holds. Undefined where it is not, where nobody is named, where the
 * partner may not see the person, and where the same person was tried too often under other names: whoever asks cannot tell which.
 * Each is written down; the person sees it among the readings.
 */
async function authenticated(
  tx: Transaction,
  country: Country,
  service: Service,
  { named, claimed }: AuthenticationAsked,
  now: number,
  tries: ReturnType<typeof paces>,
): Promise<Id<'Person'> | undefined> {
  const person = await personNamed(tx, country.code, `partner:${service.name}`, named)
  const found = person && (await isAuthentic(tx, person, claimed, FAR))
  const spent = person !== undefined && tries.take(`${service.id} ${person}`, now) > 0
  const authentic = found !== undefined && !spent && found.authentic
  await appendAudit(tx, {
    action: 'authentication.read',
    subject: found && person ? { kind: 'person', id: person } : { kind: 'service', id: service.id },
    ...(found ? { territory: found.territory } : {}),
    purpose: 'exchange: authentication',
    detail: { by: named.by, fields: Object.keys(claimed).sort(), authentic },
  })
  return authentic ? person : undefined
}

/** Beyond every state: the one of now. */
const FAR = new Date('9999-12-31T00:00:00Z')

/** Messages that all partners together may have sent to one person in a day: more is a nuisance, or an attack. */
const CODES_A_DAY = 5

/**
 * A code to the registered telephone of whoever is named, told to nobody else. The answer is the same, and is waited for alike,
 * where nobody is named, where the partner may not see the person, and where the person has no telephone or had enough codes.
 */
async function askCode(
  app: Database,
  country: Country,
  tell: (notice: Notice) => Promise<void>,
  service: Service,
  { named, language }: { readonly named: Named; readonly language: Language },
): Promise<Result<{ readonly challenge: string; readonly seconds: number }, { readonly wait: number }>> {
  const asked = await transaction(app, serviceActor(service, 'person.authenticate'), async tx => {
    const person = await personNamed(tx, country.code, `partner:${service.name}`, named)
    const state = person && (await personAsOf(tx, person, FAR))
    const phone = person && state && (await phonesToReach(country.code)(tx, [person])).get(person)
    const isSent = phone !== undefined && (await partnerCodesOf(tx, person!)) < CODES_A_DAY
    const drawn = await askPhoneCode(tx, {
      purpose: 'partner',
      asker: service.id,
      subject: `${service.id} ${named.by} ${named.value}`,
      phone: null,
      person: state ? person : null,
      isSent,
    })
    if (!drawn.ok) return drawn
    await appendAudit(tx, {
      action: 'authentication_code.read',
      subject: state ? { kind: 'person', id: person! } : { kind: 'service', id: service.id },
      ...(state ? { territory: state.territory } : {}),
      purpose: 'exchange: authentication by code',
      detail: { by: named.by, sent: isSent },
    })
    return ok({ ...drawn.value, phone: isSent ? phone : undefined })
  })
  if (!asked.ok) return err({ wait: asked.refusal.code === 'code_wait' ? asked.refusal.seconds : 3600 })
  const { challenge, code, phone } = asked.value
  if (phone !== undefined) {
    // Not waited for: the answer takes as long whether or not a message leaves. What fails is tried again by the worker.
    void tell({
      key: `partner_code ${newId()}`,
      to: { phone },
      kind: 'partner_code',
      values: { code, partner: service.organisation },
      language,
    }).catch(() => {})
  }
  return ok({ challenge, seconds: CODE_SECONDS })
}

/** Yes or no, written down where the person can see it. A code serves the partner that asked for it, once, within five tries. */
function confirmCode(
  app: Database,
  service: Service,
  { challenge, code }: { readonly challenge: string; readonly code: string },
): Promise<{ readonly authentic: boolean }> {
  return transaction(app, serviceActor(service, 'person.authenticate'), async tx => {
    const confirmed = await confirmPhoneCode(tx, { purpose: 'partner', asker: service.id, challenge, typed: code })
    const person = confirmed.ok ? confirmed.value.person : null
    const state = person && (await personAsOf(tx, person, FAR))
    await appendAudit(tx, {
      action: 'authentication.read',
      subject: state ? { kind: 'person', id: person } : { kind: 'service', id: service.id },
      ...(state ? { territory: state.territory } : {}),
      purpose: 'exchange: authentication by code',
      detail: { by: 'code', authentic: Boolean(state) },
    })
    return { authentic: Boolean(state) }
  })
}

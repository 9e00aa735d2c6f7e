import type { Country } from '#countries'
import type { Database, Transaction } from '#db'
import { err, type Id, ok, parseDate, type Result } from '#kernel'
import {
  aliasesOf,
  besideStates,
  changedSince,
  correctPerson,
  documentsOf,
  issueAlias,
  type PersonState,
  recordDeath,
  recordDocument,
  revokeAlias,
  statesOf,
  versionOf,
  withdrawDocument,
} from '#population'
import { appendAudit } from '#security'
import type { StaffMember } from '../context.ts'
import type { PersonChange, PersonChangeDoor, PersonChangeRefusal, PersonForm } from '../person-change.ts'
import { nameOf } from './household.ts'
import { documentLine, householdsOf } from './person.ts'
import { answersOf, detailsOfAnswers, documentOfAnswers } from './person-answers.ts'
import { openAs, readAs } from './reader.ts'
import { todayIn } from './today.ts'
import { placeOf } from './words.ts'

export function personChangeDoor(app: Database, country: Country): PersonChangeDoor {
  return {
    personForm: (reader, id) =>
      openAs(app, reader, 'person.correct', async tx => {
        const state = await standing(tx, country, id)
        if (!state) return undefined
        return { value: await formOf(tx, country, state), act: { ...actOn(state), action: 'person.read' } }
      }),
    changePerson: (reader, id, change) =>
      readAs(app, reader, 'person.correct', async tx => {
        const state = await standing(tx, country, id)
        if (!state) return undefined
        if (change.evidence.trim() === '') return err({ code: 'evidence_missing' })
        const done = await apply(tx, country, reader, state, change)
        if (done.ok) {
          await appendAudit(tx, { ...actOn(state), action: 'person.correct', detail: { change: change.change } })
        }
        return done
      }),
  }
}

const actOn = ({ id, territory }: PersonState) =>
  ({ subject: { kind: 'person', id }, territory, purpose: 'registration: person page' }) as const

async function standing(tx: Transaction, country: Country, id: Id<'Person'>): Promise<PersonState | undefined> {
  const [state] = await statesOf(tx, id)
  return state?.country === country.code && state.supersededAt === null ? state : undefined
}

async function formOf(tx: Transaction, country: Country, state: PersonState): Promise<PersonForm> {
  const { id } = state
  const { diedOn } = await besideStates(tx, id, FAR)
  const aliases = await aliasesOf(tx, id)
  return {
    id,
    name: nameOf(state),
    version: (await versionOf(tx, id))!,
    answers: await answersOf(tx, state),
    absentSince: state.absentSince ?? '',
    isDead: diedOn !== null,
    places: country.territories.all.map(({ code }) => ({ code, path: placeOf(country, code) })),
    documents: (await documentsOf(tx, id)).filter(each => each.endedAt === null).map(each => documentLine(each, false)),
    aliases: aliases
      .filter(({ revokedAt }) => revokedAt === null)
      .map(({ alias, expiresAt }) => ({ alias, until: expiresAt?.toISOString() })),
    households: await householdsOf(tx, id),
  }
}

/** Beyond every state: the one of now. */
const FAR = new Date('9999-12-31T00:00:00Z')

type Done = Result<undefined, PersonChangeRefusal>

async function apply(
  tx: Transaction,
  country: Country,
  reader: StaffMember,
  state: PersonState,
  change: PersonChange,
): Promise<Done> {
  const person = state.id
  const shown = { source: change.channel, evidence: change.evidence.trim() }
  const today = await todayIn(tx, country)
  const happened = (said: boolean): Done => (said ? ok(undefined) : err({ code: 'nothing_changes' }))
  switch (change.change) {
    case 'details': {
      const stale = await staleFor(tx, person, change.version)
      if (stale) return err(stale)
      const details = await detailsOfAnswers(tx, country, change.answers, { person, kept: state })
      if (!details.ok) return err({ code: 'faulty', faults: details.refusal })
      return happened(await correctPerson(tx, { person, ...details.value }, reader.name, shown))
    }
    case 'absence': {
      const stale = await staleFor(tx, person, change.version)
      if (stale) return err(stale)
      const since = change.since === '' ? null : parseDate(change.since)
      if (since === undefined || (since !== null && since > today)) return err({ code: 'date_malformed' })
      return happened(await correctPerson(tx, { person, absentSince: since }, reader.name, shown))
    }
    case 'death':
      return recordedDeath(tx, reader, person, change.on, today)
    case 'document': {
      const document = documentOfAnswers(change.document, today)
      if (!document) return err({ code: 'faulty', faults: [{ field: 'doc_type_0', code: 'type_unknown' }] })
      if (!document.ok) {
        const faults = document.refusal.map(({ field, code }) => ({ field: `doc_${field}_0`, code }))
        return err({ code: 'faulty', faults })
      }
      return happened(await recordDocument(tx, person, document.value, shown))
    }
    case 'withdraw': {
      const own = (await documentsOf(tx, person)).find(each => each.id === change.document)
      return happened(own !== undefined && (await withdrawDocument(tx, own.id, shown.evidence)))
    }
    case 'alias':
      return givenAlias(tx, country, person, change.until)
    case 'revoke': {
      const own = (await aliasesOf(tx, person)).some(each => each.alias === change.alias)
      return happened(own && (await revokeAlias(tx, country.code, change.alias, shown.evidence)))
    }
  }
}

async function staleFor(tx: Transaction, person: Id<'Person'>, version: string) {
  const meanwhile = await changedSince(tx, person, version)
  if (!meanwhile) return undefined
  return { code: 'changed_meanwhile', ...meanwhile, version: (await versionOf(tx, person)) ?? '' } as const
}

/** The death of whoever lives in a household is an event of the household, which changes with it. */
async function recordedDeath(
  tx: Transaction,
  reader: StaffMember,
  person: Id<'Person'>,
  day: string,
  today: string,
): Promise<Done> {
  if ((await householdsOf(tx, person)).length > 0) return err({ code: 'in_household' })
  const on = parseDate(day)
  if (on === undefined || on > today) return err({ code: 'date_malformed' })
  const { diedOn } = await besideStates(tx, person, FAR)
  if (diedOn !== null) return err({ code: 'nothing_changes' })
  await recordDeath(tx, { person, on, by: reader.name })
  return ok(undefined)
}

async function givenAlias(tx: Transaction, country: Country, person: Id<'Person'>, until: string): Promise<Done> {
  const day = until === '' ? null : parseDate(until)
  if (day === undefined) return err({ code: 'date_malformed' })
  const end = day && Temporal.PlainDate.from(day).add({ days: 1 }).toZonedDateTime(country.timeZone)
  const given = await issueAlias(tx, person, { expiresAt: end && new Date(end.epochMilliseconds) })
  if (given.ok) return ok(undefined)
  return err({ code: given.refusal.code === 'too_many_aliases' ? 'too_many_aliases' : 'date_malformed' })
}

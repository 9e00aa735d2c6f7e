import type { Country } from '#countries'
import type { Database, Transaction } from '#db'
import { err, type Id, newId, ok, type Result } from '#kernel'
import {
  type Candidate,
  closePreRegistration,
  type DetailField,
  findCandidates,
  findPreRegistration,
  numbersOf,
  type PersonDetails,
  type PersonDocument,
  type PersonState,
  type PreRegistration,
  personsWithDocument,
  readReference,
  registeredAs,
  registerPerson,
  settlePair,
  statesOf,
  waitingPreRegistrations,
} from '#population'
import { appendAudit } from '#security'
import type { StaffMember } from '../context.ts'
import type { AnswerFault } from '../person-answers.ts'
import type { DetailValue } from '../person-file.ts'
import type {
  CandidateFile,
  RegistrationAsked,
  RegistrationChecked,
  RegistrationDoor,
  RegistrationRow,
} from '../registration-door.ts'
import { evidenceLines } from './compared.ts'
import { nameOf } from './household.ts'
import { NOTHING_KNOWN } from './nothing-known.ts'
import { answersOf, detailsOfAnswers, documentOfAnswers } from './person-answers.ts'
import { listAs, readAs } from './reader.ts'
import { todayIn } from './today.ts'
import { placeOf } from './words.ts'

const WAITING_SHOWN = 100

export function registrationDoor(app: Database, country: Country): RegistrationDoor {
  return {
    registrations: (reader, reference) =>
      listAs(app, reader, 'person.register', async tx => {
        const { total, rows } = await foundOrWaiting(tx, country, reference)
        return {
          value: { total, rows: rows.map(row => rowOf(country, row)) },
          reading: {
            action: 'pre_registration.list',
            kind: 'person',
            members: rows.flatMap(({ person, territory }) => (person ? [{ id: person, territory }] : [])),
            purpose: 'registration: work list',
            detail: { total },
          },
        }
      }),
    registrationForm: (reader, from) =>
      readAs(app, reader, 'person.register', async tx => {
        const places = country.territories.all.map(({ code }) => ({ code, path: placeOf(country, code) }))
        if (from === undefined) {
          return { from: undefined, answers: await answersOf(tx, NOTHING_KNOWN), language: 'fr' as const, places }
        }
        const found = await findPreRegistration(tx, country.code, { id: from })
        if (!found || found.outcome !== null) return undefined
        await appendAudit(tx, {
          action: 'pre_registration.read',
          subject: { kind: 'pre_registration', id: found.id },
          territory: found.territory,
          purpose: 'registration: desk',
        })
        const answers = await answersOf(tx, { ...NOTHING_KNOWN, ...saidOf(found), phone: found.phone })
        return { from: { id: found.id, reference: found.reference }, answers, language: found.language, places }
      }),
    checkRegistration: (reader, asked) =>
      readAs(app, reader, 'person.register', async tx => {
        const said = await readAsked(tx, country, asked)
        return said.ok ? ok(await checkedOf(tx, country, asked, said.value)) : said
      }),
    recordRegistration: (reader, asked) =>
      readAs(app, reader, 'person.register', tx => record(tx, country, reader, asked)).catch((error: unknown) => {
        if (error instanceof ClosedMeanwhile) return err({ code: 'closed_meanwhile' })
        throw error
      }),
    closeRegistration: (reader, id, end) =>
      readAs(app, reader, 'person.register', tx =>
        closePreRegistration(
          tx,
          id,
          'known' in end ? { outcome: 'known', person: end.known } : { outcome: 'refused', reason: end.refused },
        ),
      ),
  }
}

async function foundOrWaiting(tx: Transaction, country: Country, text: string) {
  if (text === '') return waitingPreRegistrations(tx, country.code, WAITING_SHOWN)
  const reference = readReference(text)
  const found = reference === undefined ? undefined : await findPreRegistration(tx, country.code, { reference })
  return { total: found ? 1 : 0, rows: found ? [found] : [] }
}

function rowOf(country: Country, row: PreRegistration): RegistrationRow {
  const { birthDate: date, birthPrecision: precision } = row
  return {
    id: row.id,
    reference: row.reference,
    name: nameOf(row),
    birth: date === null || precision === null ? undefined : { date, precision },
    territory: placeOf(country, row.territory),
    saidAt: row.saidAt.toISOString(),
    outcome: row.outcome ?? undefined,
    person: row.person ?? undefined,
  }
}

function saidOf(row: PreRegistration) {
  const { territory, givenName, familyName, givenNameAr, familyNameAr, sex, birthDate, birthPrecision } = row
  return { territory, givenName, familyName, givenNameAr, familyNameAr, sex, birthDate, birthPrecision }
}

type Read = { readonly details: PersonDetails; readonly documents: readonly PersonDocument[] }

async function readAsked(
  tx: Transaction,
  country: Country,
  { person, answers, documents }: RegistrationAsked,
): Promise<Result<Read, readonly AnswerFault[]>> {
  const today = await todayIn(tx, country)
  const details = await detailsOfAnswers(tx, country, answers, { person })
  const papers = documents.map(each => documentOfAnswers(each, today))
  const faults = [
    ...(details.ok ? [] : details.refusal),
    ...papers.flatMap((paper, at) =>
      paper && !paper.ok ? paper.refusal.map(({ field, code }) => ({ field: `doc_${field}_${at}`, code })) : [],
    ),
    ...(answers.sex === '' ? [{ field: 'sex', code: 'sex_missing' }] : []),
    ...(answers.birth_year === '' ? [{ field: 'birth', code: 'birth_missing' }] : []),
  ]
  if (!details.ok || faults.length > 0) return err(faults)
  return ok({ details: details.value, documents: papers.flatMap(paper => (paper?.ok ? [paper.value] : [])) })
}

/** Who is alike, by what the register learnt, and whoever has one of the documents. */
async function alike(tx: Transaction, country: Country, person: Id<'Person'>, { details, documents }: Read) {
  const found = await findCandidates(tx, country.code, await registeredAs(tx, person, details))
  const byModel = found.ok ? found.value : []
  const holders: (readonly [string, PersonDocument])[] = []
  for (const document of documents) {
    for (const holder of await personsWithDocument(tx, document.number, document.type)) {
      if (holder !== person) holders.push([holder, document])
    }
  }
  const others = holders
    .map(([holder]) => holder)
    .filter((holder, at, all) => all.indexOf(holder) === at && byModel.every(each => each.person !== holder))
  const candidates: Candidate[] = [
    ...others.map(holder => ({ person: holder, probability: 1, evidence: [] })),
    ...byModel,
  ]
  return { candidates, holders, isSearched: found.ok }
}

async function checkedOf(
  tx: Transaction,
  country: Country,
  asked: RegistrationAsked,
  said: Read,
): Promise<RegistrationChecked> {
  const { candidates, holders, isSearched } = await alike(tx, country, asked.person, said)
  const numbers = await numbersOf(
    tx,
    candidates.map(each => each.person as Id<'Person'>),
  )
  const files: CandidateFile[] = []
  for (const candidate of candidates) {
    const person = candidate.person as Id<'Person'>
    const [known] = await statesOf(tx, person)
    if (!known) continue
    await appendAudit(tx, {
      action: 'person.read',
      subject: { kind: 'person', id: person },
      territory: known.territory,
      purpose: 'registration: alike at the desk',
    })
    const papers = holders.filter(([holder]) => holder === person)
    files.push({
      person,
      name: nameOf(known),
      number: numbers.find(each => each.person === person)?.number,
      percent: Math.round(candidate.probability * 100),
      rows: comparedWith(country, said.details, known),
      evidence: [
        ...papers.map(([, { type }]) => ({ kind: 'document', type, same: true, weight: 'strong_for' }) as const),
        ...evidenceLines(candidate),
      ],
    })
  }
  return { name: nameOf(said.details), candidates: files, isSearched }
}

const COMPARED = [
  'givenName',
  'familyName',
  'givenNameAr',
  'familyNameAr',
  'sex',
  'birthDate',
  'territory',
  'phone',
] as const satisfies DetailField[]

function comparedWith(country: Country, said: PersonDetails, known: PersonState): CandidateFile['rows'] {
  return COMPARED.map(field => ({
    field,
    said: saidValue(country, said, field),
    known: saidValue(country, known, field),
  })).filter(row => row.said !== undefined || row.known !== undefined)
}

function saidValue(
  country: Country,
  details: PersonDetails,
  field: (typeof COMPARED)[number],
): DetailValue | undefined {
  const text = details[field]
  if (text === null || text === '') return undefined
  if (field === 'sex') return { kind: 'sex', sex: details.sex! }
  if (field === 'territory') return { kind: 'place', path: placeOf(country, text) }
  if (field === 'birthDate') return { kind: 'birth', date: text, precision: details.birthPrecision ?? 'day' }
  // Of a telephone its end is enough to be recognised by whoever has it.
  return { kind: 'text', text: field === 'phone' ? `…${text.slice(-3)}` : text }
}

async function record(
  tx: Transaction,
  country: Country,
  reader: StaffMember,
  asked: RegistrationAsked & { readonly others: readonly string[] },
): ReturnType<RegistrationDoor['recordRegistration']> {
  const said = await readAsked(tx, country, asked)
  if (!said.ok) return err({ code: 'faulty', faults: said.refusal })
  const { candidates } = await alike(tx, country, asked.person, said.value)
  if (candidates.some(each => !asked.others.includes(each.person))) return err({ code: 'unanswered' })
  const recorded = await registerPerson(tx, {
    person: asked.person,
    country: country.code,
    details: said.value.details,
    documents: said.value.documents,
    channel: 'desk',
    evidence: asked.evidence.trim() || null,
    language: asked.language,
    preRegistration: asked.from ?? null,
    recordedBy: reader.name,
  })
  if (recorded === 'exists') return ok(asked.person)
  for (const { person } of candidates) {
    const settled = await settlePair(tx, {
      id: newId<'MatchDecision'>(),
      persons: [asked.person, person],
      decision: 'different',
      reason: 'seen at registration',
      decidedBy: reader.name,
      purpose: 'registration: desk',
    })
    // Two who live far from each other: a pair that only a wider territory may settle is found again by its search.
    if (!settled.ok && settled.refusal.code !== 'beyond_territory') throw new Error(settled.refusal.code)
  }
  const { from, person } = asked
  if (from && !(await closePreRegistration(tx, from, { outcome: 'registered', person }))) throw new ClosedMeanwhile()
  return ok(person)
}

/** Takes the whole registration back. */
class ClosedMeanwhile extends Error {}

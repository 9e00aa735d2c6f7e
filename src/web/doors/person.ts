import type { Country } from '#countries'
import type { Database, Transaction } from '#db'
import { findHouseholdFile, householdsOfPersons } from '#households'
import { type Id, languages, type Words } from '#kernel'
import {
  besideStates,
  changedFields,
  type DetailField,
  type DocumentRow,
  documentsOf,
  numbersOf,
  type PersonState,
  personAsOf,
  statesOf,
  statusOf,
} from '#population'
import { decideAccess, type PurposeText, type StaffAccess } from '#security'
import { CHANNELS, type DetailValue, type DocumentLine, type PersonFile, type StateLine } from '../person-file.ts'
import { nameOf } from './household.ts'
import { openWith, readWith } from './reader.ts'
import { placeOf } from './words.ts'

/**
 * A person's page. Number, households and history are those of now, whatever day is asked for. 'not_yet_known' where the
 * register held nothing of the person on that day; undefined where the reader may not see them.
 */
export async function readPerson(
  app: Database,
  country: Country,
  access: StaffAccess,
  id: Id<'Person'>,
  day: string | undefined,
  purpose: PurposeText = 'examination: person page',
): Promise<PersonFile | 'not_yet_known' | undefined> {
  const [latest] = await readWith(app, access, 'household.read', tx => statesOf(tx, id))
  if (latest?.country !== country.code || latest.supersededAt !== null) return undefined
  const to = { territory: latest.territory, programme: null, sensitivity: 'sensitive' } as const
  const sensitive = decideAccess(access.grants, 'household.read', to, access.at).ok
  return openWith(app, access, 'household.read', async tx => {
    const value = await personFile(tx, country, id, day, sensitive)
    const act = {
      action: 'person.read',
      subject: { kind: 'person', id },
      territory: latest.territory,
      purpose,
    } as const
    return { value, act }
  })
}

async function personFile(
  tx: Transaction,
  country: Country,
  id: Id<'Person'>,
  day: string | undefined,
  sensitive: boolean,
): Promise<PersonFile | 'not_yet_known'> {
  const states = await statesOf(tx, id)
  const end = day === undefined ? FAR : endOf(day, country.timeZone)
  const state = await personAsOf(tx, id, end)
  if (!state) return 'not_yet_known'
  const documents = day === undefined ? await documentsOf(tx, id) : state.documents
  const [number] = await numbersOf(tx, [id])
  return {
    id,
    name: nameOf(state),
    number: number?.number,
    modelled: state.modelled,
    territory: placeOf(country, state.territory),
    day,
    status: statusOf(state.absentSince, await besideStates(tx, id, end)),
    details: await detailsOf(tx, country, state),
    documents: documents.map(each => documentLine(each, sensitive)),
    states: states.map((each, index) => stateLine(each, states[index + 1])),
    households: await householdsOf(tx, id),
  }
}

/** Beyond every state: the one of now. */
const FAR = new Date('9999-12-31T00:00:00Z')

/** The last millisecond of a day, where the country is. */
function endOf(day: string, timeZone: string): Date {
  const next = Temporal.PlainDate.from(day).add({ days: 1 }).toZonedDateTime(timeZone)
  return new Date(next.epochMilliseconds - 1)
}

export async function householdsOf(tx: Transaction, id: Id<'Person'>): Promise<PersonFile['households']> {
  const found: { id: Id<'Household'>; sourceId: string }[] = []
  for (const household of await householdsOfPersons(tx, [id])) {
    const file = await findHouseholdFile(tx, household)
    if (file) found.push({ id: household, sourceId: file.sourceId })
  }
  return found
}

const TEXTS = [
  'givenName',
  'familyName',
  'givenNameAr',
  'familyNameAr',
  'nickname',
  'nicknameAr',
  'fatherName',
  'fatherNameAr',
  'motherName',
  'motherNameAr',
] as const satisfies DetailField[]

async function detailsOf(tx: Transaction, country: Country, state: PersonState): Promise<PersonFile['details']> {
  const { sex, birthDate: date, birthPrecision: precision, nationalities, absentSince } = state
  const text = (field: 'birthPlace' | 'phone' | 'address' | 'biometricSystem' | 'biometricReference' | 'photo') =>
    state[field] === null ? undefined : ({ kind: 'text', text: state[field] } as const)
  const parent = async (id: Id<'Person'> | null): Promise<DetailValue | undefined> => {
    if (id === null) return undefined
    const [known] = await statesOf(tx, id)
    return { kind: 'person', id, name: known && nameOf(known) }
  }
  const said: (readonly [DetailField, DetailValue | undefined])[] = [
    ...TEXTS.map(field => {
      const name = state[field]
      return [field, name === null ? undefined : ({ kind: 'text', text: name } as const)] as const
    }),
    ['sex', sex === null ? undefined : { kind: 'sex', sex }],
    ['birthDate', date === null || precision === null ? undefined : { kind: 'birth', date, precision }],
    [
      'birthPlaceCode',
      state.birthPlaceCode === null ? undefined : { kind: 'place', path: placeOf(country, state.birthPlaceCode) },
    ],
    ['birthPlace', text('birthPlace')],
    ['father', await parent(state.father)],
    ['mother', await parent(state.mother)],
    [
      'nationalities',
      nationalities === null ? undefined : { kind: 'countries', names: nationalities.map(countryName) },
    ],
    ['phone', text('phone')],
    ['address', text('address')],
    ['absentSince', absentSince === null ? undefined : { kind: 'date', date: absentSince }],
    ['photo', text('photo')],
    ['biometricSystem', text('biometricSystem')],
    ['biometricReference', text('biometricReference')],
  ]
  return said.flatMap(([field, value]) => (value ? [{ field, value }] : []))
}

const regions = Object.fromEntries(
  languages.map(language => [language, new Intl.DisplayNames([language], { type: 'region' })]),
)

function countryName(code: string): Words {
  const names = languages.map(language => [language, regions[language]?.of(code) ?? code])
  return Object.fromEntries(names) as Words
}

export function documentLine(row: DocumentRow, sensitive: boolean): DocumentLine {
  return {
    id: row.id,
    type: row.type,
    number: sensitive ? row.number : `…${row.number.slice(-3)}`,
    issuer: row.issuer ?? undefined,
    issuedOn: row.issuedOn ?? undefined,
    expiresOn: row.expiresOn ?? undefined,
    withdrawn: row.endReason ?? undefined,
  }
}

function stateLine(state: PersonState, before: PersonState | undefined): StateLine {
  return {
    at: state.recordedAt.toISOString(),
    by: state.recordedBy,
    channel: CHANNELS.find(each => each === state.source),
    source: state.source,
    evidence: state.evidence ?? undefined,
    changed: changedFields(state, before),
    first: before === undefined,
  }
}

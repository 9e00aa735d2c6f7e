import type { Country } from '#countries'
import { type Database, type Transaction, transaction } from '#db'
import { findHouseholdFile } from '#households'
import type { Id } from '#kernel'
import {
  accessPage,
  accessText,
  answerRectification,
  askRectification,
  collectAccessFile,
  heldCase,
  personFields,
  type Rectification,
  rectificationsOf,
  registerOf,
} from '#privacy'
import { actorFor, decideAccess, type StaffAccess } from '#security'
import type { DownloadFile, PersonName, StaffMember } from '../context.ts'
import type {
  CorrectionEvent,
  CorrectionRow,
  CorrectionsPage,
  FieldName,
  PersonalDataDoor,
  ProcessingsPage,
} from '../personal-data.ts'
import { factValue } from './facts.ts'
import { nameOf, opened } from './household.ts'
import { accessOf, openWith } from './reader.ts'

/** The register of processing; it names nobody. */
export function processingsPage(country: Country): ProcessingsPage {
  const { law, sources } = country.personalData
  const { household, member } = country.catalogue
  const labelOf = (fact: string) => {
    const [of, name] = fact.split('.') as ['household' | 'member', string]
    return (of === 'household' ? household : member).get(name)!.label
  }
  return {
    law: { ...law, source: sources[law.source]! },
    rows: registerOf(country).map(({ facts, basis, retention, ...row }) => ({
      ...row,
      basis: { ...basis, source: sources[basis.source]! },
      retention: retention && { ...retention, source: retention.source && sources[retention.source]! },
      facts: facts.map(labelOf),
    })),
  }
}

export type PersonalDataParts = {
  readonly app: Database
  readonly worker: Database
  readonly country: Country
}

/** A household's own data: requests to put right, and the file for the right of access. */
export function personalDataDoor({ app, worker, country }: PersonalDataParts): PersonalDataDoor {
  const doing = async <Value>(
    reader: StaffMember,
    permission: 'household.write' | 'personal_data.correct',
    work: (tx: Transaction) => Promise<Value>,
  ) => transaction(app, actorFor(await accessOf(app, reader), permission), work)
  return {
    async corrections(reader, household, chosen) {
      const access = await accessOf(app, reader)
      return openWith(app, access, 'household.read', async tx => {
        const file = await findHouseholdFile(tx, household)
        const held = await heldCase(tx, household)
        if (!held || file?.country !== country.code) return undefined
        const value = await correctionsPage(tx, { country, access, reader, file, held, chosen })
        return { value, act: opened(file, 'corrections page') }
      })
    },
    askCorrection: (reader, request) => doing(reader, 'household.write', tx => askRectification(tx, country, request)),
    answerCorrection: (reader, answer) =>
      doing(reader, 'personal_data.correct', tx => answerRectification(tx, country, answer)),
    async personalFile(reader, household, as) {
      const by = actorFor(await accessOf(app, reader), 'personal_data.read')
      const subject = { kind: 'household', id: household } as const
      const made = await collectAccessFile({ app, worker }, { country, subject, by })
      if (!made.ok) return undefined
      const name = `${country.code}-${household}`
      const file: DownloadFile =
        as === 'json'
          ? { name: `${name}.json`, type: 'application/json', content: accessText(made.value) }
          : {
              name: `${name}.html`,
              type: 'text/html; charset=utf-8',
              content: accessPage(made.value, country, as.words),
            }
      return file
    },
  }
}

type Reading = {
  readonly country: Country
  readonly access: StaffAccess
  readonly reader: StaffMember
  readonly file: NonNullable<Awaited<ReturnType<typeof findHouseholdFile>>>
  readonly held: NonNullable<Awaited<ReturnType<typeof heldCase>>>
  readonly chosen: string | undefined
}

async function correctionsPage(tx: Transaction, reading: Reading): Promise<CorrectionsPage> {
  const { country, file, held, chosen, reader } = reading
  const names = new Map<string, PersonName>(held.filed.map(member => [member.person, nameOf(member)]))
  const isOpen = openFields(reading)
  const facts = (of: 'household' | 'member', person?: string) =>
    [...country.catalogue[of].values()]
      .filter(fact => isOpen(`${of}.${fact.name}`))
      .map(fact => ({
        value: `${of}.${fact.name}${person ? `|${person}` : ''}`,
        field: { label: fact.label } as FieldName,
      }))
  const groups = [
    { member: undefined, options: facts('household') },
    ...held.members.map(({ id }) => ({
      member: names.get(id) ?? { latin: undefined, arabic: undefined },
      options: [
        ...personFields.map(field => ({ value: `person.${field}|${id}`, field: { person: field } as FieldName })),
        ...facts('member', id),
      ],
    })),
  ]
  const known = groups.flatMap(group => group.options.map(option => ({ ...option, member: group.member })))
  const option = known.find(each => each.value === chosen)
  const requests = (await rectificationsOf(tx, file.id)).filter(request => isOpen(request.field))
  return {
    household: file.id,
    sourceId: file.sourceId,
    head: names.get(file.members[0]?.person ?? '') ?? { latin: undefined, arabic: undefined },
    groups,
    chosen: option && { ...option, ...inputOf(country, held, option.value) },
    requests: requests.map(request => rowOf(country, names, request, `staff:${reader.id}`)),
  }
}

/** Fields that a request may name and the reader may see: what is sensitive only where the grant reaches it. */
function openFields({ country, access, file }: Reading): (field: string) => boolean {
  const to = { territory: file.territory, programme: null, sensitivity: 'sensitive' } as const
  const sensitive = decideAccess(access.grants, 'household.read', to, access.at).ok
  const closed = new Set(['household.territory', 'member.relation'])
  if (!sensitive) for (const { of, name } of country.personalData.sensitiveFacts) closed.add(`${of}.${name}`)
  return field => !closed.has(field)
}

const INPUTS = {
  boolean: 'yes_no',
  integer: 'number',
  decimal: 'text',
  money: 'text',
  date: 'date',
  territory: 'text',
  code: 'code',
} as const

function inputOf(country: Country, held: Reading['held'], value: string) {
  const [field = '', person = ''] = value.split('|', 2)
  const [of = '', name = ''] = field.split('.', 2)
  const before =
    of === 'person'
      ? held.names.get(person)?.[name as (typeof personFields)[number]]
      : (of === 'household' ? held.household : held.members.find(each => each.id === person))?.[name]
  const fact = of === 'person' ? undefined : country.catalogue[of as 'household' | 'member'].get(name)
  return {
    input: fact ? INPUTS[fact.type] : ('text' as const),
    codes: [...(fact?.codes ?? [])].map(([code, words]) => ({ code, words })),
    wire: before === null || before === undefined ? '' : String(before),
    now: shown(country, field, before === null || before === undefined ? null : String(before)),
  }
}

/** A value as it travels, in words. */
function shown(country: Country, field: string, value: string | null): CorrectionRow['before'] {
  const [of = '', name = ''] = field.split('.', 2)
  if (value === null) return { kind: 'unknown' }
  const fact = of === 'person' ? undefined : country.catalogue[of as 'household' | 'member'].get(name)
  if (!fact) return { kind: 'text', text: value }
  return factValue(country, fact, fact.type === 'boolean' ? value === 'true' : value)
}

/** Requests and answers as they stand on the journey; the fields that the reader may not see are left out. */
export async function correctionEvents(
  tx: Transaction,
  country: Country,
  household: Id<'Household'>,
  sensitive: boolean,
): Promise<CorrectionEvent[]> {
  const closed = new Set(sensitive ? [] : country.personalData.sensitiveFacts.map(({ of, name }) => `${of}.${name}`))
  const requests = (await rectificationsOf(tx, household)).filter(request => !closed.has(request.field))
  return requests.flatMap(({ field, askedAt, askedName, decided, decidedAt, decidedName, motive }) => {
    const told = { kind: 'correction', field: fieldName(country, field) } as const
    const asked = { ...told, at: askedAt.toISOString(), state: 'asked', by: askedName, motive: null } as const
    if (decided === null) return [asked]
    return [{ ...told, at: decidedAt!.toISOString(), state: decided, by: decidedName ?? '', motive }, asked]
  })
}

function fieldName(country: Country, field: string): FieldName {
  const [of = '', name = ''] = field.split('.', 2)
  const fact = of === 'person' ? undefined : country.catalogue[of as 'household' | 'member'].get(name)
  return fact ? { label: fact.label } : { person: name }
}

function rowOf(
  country: Country,
  names: ReadonlyMap<string, PersonName>,
  request: Rectification,
  reader: string,
): CorrectionRow {
  const { id, field, person, says, askedName, decided, motive, decidedName } = request
  return {
    id,
    field: fieldName(country, field),
    member: person === null ? undefined : (names.get(person) ?? { latin: undefined, arabic: undefined }),
    before: shown(country, field, request.before),
    asked: shown(country, field, request.asked),
    says,
    askedAt: request.askedAt.toISOString(),
    askedName,
    own: request.askedBy === reader,
    decided,
    motive,
    decidedAt: request.decidedAt?.toISOString(),
    decidedName,
  }
}

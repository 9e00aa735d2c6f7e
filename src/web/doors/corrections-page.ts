import type { Country } from '#countries'
import type { Transaction } from '#db'
import { type findHouseholdFile, type ToldFact, toldFacts } from '#households'
import type { Id } from '#kernel'
import { statesOf } from '#population'
import {
  type heldCase,
  isSealedField,
  needsProof,
  papersOfRequests,
  personFields,
  type Rectification,
  type RectificationPaper,
  rectificationsOf,
} from '#privacy'
import type { PersonName } from '../context.ts'
import type { CorrectionEvent, CorrectionRow, CorrectionsPage, FieldName, ToldValue } from '../personal-data.ts'
import { factValue } from './facts.ts'
import { nameOf } from './household.ts'

export type CorrectionsReading = {
  readonly country: Country
  /** Whether the reader sees what is sensitive of this household. */
  readonly sensitive: boolean
  /** Who reads, as the register names actors. */
  readonly actor: string
  readonly file: NonNullable<Awaited<ReturnType<typeof findHouseholdFile>>>
  readonly held: NonNullable<Awaited<ReturnType<typeof heldCase>>>
  readonly chosen: string | undefined
}

/** What may be put right of a household, what was chosen of it, and every request with its answer. */
export async function correctionsPage(tx: Transaction, reading: CorrectionsReading): Promise<CorrectionsPage> {
  const { country, file, held, chosen, actor } = reading
  const names = new Map<string, PersonName>(held.filed.map(member => [member.person, nameOf(member)]))
  const isOpen = openFields(country, reading.sensitive)
  const options = (of: 'household' | 'member', person?: string) =>
    [...country.catalogue[of].values()]
      .filter(fact => isOpen(`${of}.${fact.name}`))
      .map(fact => ({
        value: `${of}.${fact.name}${person ? `|${person}` : ''}`,
        field: { label: fact.label } as FieldName,
      }))
  const groups = [
    { of: 'household', member: undefined, options: options('household') },
    ...held.members.map(({ id }) => ({
      of: id,
      member: names.get(id) ?? { latin: undefined, arabic: undefined },
      options: [
        ...personFields.map(field => ({ value: `person.${field}|${id}`, field: { person: field } as FieldName })),
        ...options('member', id),
      ],
    })),
  ]
  const known = groups.flatMap(group => group.options.map(option => ({ ...option, member: group.member })))
  const option = known.find(each => each.value === chosen)
  const [field, about = ''] = option?.value.split('|', 2) ?? []
  const [state] = field === 'person.address' ? await statesOf(tx, about as Id<'Person'>) : []
  const requests = (await rectificationsOf(tx, file.id)).filter(request => isOpen(request.field))
  const papers = await papersOfRequests(tx, file.id)
  const facts = await toldFacts(
    tx,
    held.filed.map(member => member.person),
  )
  const toldOf = (what: string, person: string | null) => toldValue(country, facts, what, person)
  return {
    household: file.id,
    sourceId: file.sourceId,
    head: names.get(file.members[0]?.person ?? '') ?? { latin: undefined, arabic: undefined },
    groups,
    chosen: option && {
      ...option,
      ...inputOf(country, held, option.value, state?.address ?? null),
      told: toldOf(field ?? '', about),
    },
    requests: requests.map(request => ({
      ...rowOf(country, names.get(request.person ?? ''), request, actor),
      papers: papers.filter(paper => paper.request === request.id).map(paperOf),
      told: toldOf(request.field, request.person),
    })),
  }
}

/** Fields that a request may name and the reader may see: what is sensitive only where the grant reaches it. */
function openFields(country: Country, sensitive: boolean): (field: string) => boolean {
  const closed = new Set(['household.territory', 'member.relation'])
  if (!sensitive) for (const { of, name } of country.personalData.sensitiveFacts) closed.add(`${of}.${name}`)
  return field => !closed.has(field)
}

function paperOf({ id, name, size, scan }: RectificationPaper): CorrectionRow['papers'][number] {
  return { id, name, size, scanned: scan === 'clean' }
}

type Chosen = Pick<NonNullable<CorrectionsPage['chosen']>, 'input' | 'codes' | 'wire' | 'now'>

const INPUTS = {
  boolean: 'yes_no',
  integer: 'number',
  decimal: 'text',
  money: 'text',
  date: 'date',
  territory: 'text',
  code: 'code',
} as const

function inputOf(country: Country, held: CorrectionsReading['held'], value: string, address: string | null): Chosen {
  const [field = '', person = ''] = value.split('|', 2)
  const [of = '', name = ''] = field.split('.', 2)
  if (of === 'person' && (isSealedField(field) || name === 'address')) {
    const input = name === 'document' ? 'document' : name === 'phone' ? 'phone' : 'text'
    if (isSealedField(field)) return { input, codes: [], wire: '', now: { kind: 'kept' } }
    return { input, codes: [], wire: address ?? '', now: shown(country, field, address) }
  }
  const before =
    of === 'person'
      ? held.names.get(person)?.[name as 'given_name']
      : (of === 'household' ? held.household : held.members.find(each => each.id === person))?.[name]
  const fact = of === 'person' ? undefined : country.catalogue[of as 'household' | 'member'].get(name)
  return {
    input: fact ? INPUTS[fact.type] : ('text' as const),
    codes: [...(fact?.codes ?? [])].map(([code, words]) => ({ code, words })),
    wire: before === null || before === undefined ? '' : String(before),
    now: shown(country, field, before === null || before === undefined ? null : String(before)),
  }
}

/** What another register told last of a member's fact: the household never declared it, and pages would say that nobody knows. */
function toldValue(
  country: Country,
  facts: readonly ToldFact[],
  field: string,
  person: string | null,
): ToldValue | undefined {
  const [of = '', name = ''] = field.split('.', 2)
  const told = of === 'member' ? facts.find(each => each.person === person && each.fact === name) : undefined
  if (!told) return undefined
  const { value, source, period: month, on } = told
  return { value: shown(country, field, value === null ? null : String(value)), source, month, on }
}

/** A value as it travels, in words. */
function shown(country: Country, field: string, value: string | null): CorrectionRow['before'] {
  const [of = '', name = ''] = field.split('.', 2)
  if (value === null) return { kind: 'unknown' }
  const fact = of === 'person' ? undefined : country.catalogue[of as 'household' | 'member'].get(name)
  if (!fact) return { kind: 'text', text: value }
  return factValue(country, fact, fact.type === 'boolean' ? value === 'true' : value)
}

function documentShown(asked: string | null): CorrectionRow['asked'] {
  const [type = '', ...number] = (asked ?? '').split(' ')
  return { kind: 'document', type, number: number.join(' ') }
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

/** A request as pages show it; `actor` is who reads. */
export function rowOf(
  country: Country,
  member: PersonName | undefined,
  request: Rectification,
  actor: string,
): Omit<CorrectionRow, 'papers'> {
  const { id, field, person, says, askedName, decided, motive, decidedName, channel, shown: proof } = request
  const sealed = isSealedField(field)
  return {
    id,
    field: fieldName(country, field),
    member: person === null ? undefined : (member ?? { latin: undefined, arabic: undefined }),
    before: sealed ? { kind: 'kept' } : shown(country, field, request.before),
    asked: field === 'person.document' ? documentShown(request.asked) : shown(country, field, request.asked),
    says,
    channel,
    proved: channel === 'web' && needsProof(field),
    shown: proof,
    askedAt: request.askedAt.toISOString(),
    askedName,
    own: request.askedBy === actor,
    decided,
    motive,
    decidedAt: request.decidedAt?.toISOString(),
    decidedName,
  }
}

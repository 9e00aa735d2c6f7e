import type { CorrectedFacts } from '#households'
import type { DateText, Id, Month, Result } from '#kernel'
import { err, ok, type TerritoryTree } from '#kernel'
import {
  checkDocument,
  DOCUMENT_TYPES,
  type DocumentId,
  type DocumentType,
  type PersonCorrection,
  validPhone,
} from '#population'
import { type Catalogue, type Fact, parseCase } from '#rules'

export type RectificationId = Id<'Rectification'>

/** What can be put right: a fact of the household, a fact of a member, or what tells who a person is. */
export type RectifiedField = `household.${string}` | `member.${string}` | `person.${PersonField}`
const nameFields = ['given_name', 'family_name', 'given_name_ar', 'family_name_ar'] as const
export const personFields = [...nameFields, 'phone', 'address', 'document'] as const
type NameField = (typeof nameFields)[number]
export type PersonField = (typeof personFields)[number]

/** What the register holds sealed stands sealed in a request as well. */
const SEALED: readonly string[] = ['person.phone', 'person.document']
export const isSealedField = (field: string): boolean => SEALED.includes(field)

/** What says who somebody is, or opens the file to whoever holds it: changed on proof alone. */
const PROVED: readonly string[] = [
  ...nameFields.map(name => `person.${name}`),
  ...SEALED,
  'member.sex',
  'member.birth_date',
]
export const needsProof = (field: string): boolean => PROVED.includes(field)

export type RectificationRefusal =
  | { readonly code: 'field_unknown'; readonly field: string }
  /** Where a household lives, and who is who in it, changes by a declaration of its own. */
  | { readonly code: 'field_declared_otherwise'; readonly field: string }
  | { readonly code: 'member_unknown'; readonly person: string | null }
  | { readonly code: 'value_not_accepted'; readonly field: string; readonly says: string }
  | { readonly code: 'nothing_changes'; readonly field: string }
  | { readonly code: 'reason_missing' }
  /** The same field is asked about already, and waits for its answer. */
  | { readonly code: 'asked_already'; readonly field: string }
  | { readonly code: 'too_many_waiting'; readonly most: number }

/** The last declaration as a case, and the names of its members. */
export type HeldCase = {
  readonly at: Month
  readonly household: Readonly<Record<string, unknown>>
  readonly members: readonly ({ readonly id: string } & Readonly<Record<string, unknown>>)[]
  readonly names: ReadonlyMap<string, Readonly<Record<NameField, string | null>>>
}

/** What the register knows of whom a request is about, beside names: to tell a change from none. */
export type HeldContact = {
  readonly phone: string | null
  readonly address: string | null
  /** `TYPE NUMBER` of each document that stands. */
  readonly documents: readonly string[]
}

export type RectificationAsked = {
  readonly field: string
  readonly person: string | null
  /** As typed or chosen; empty for "not known"; `TYPE NUMBER` for a document. */
  readonly value: string
  readonly says: string
}

/** What is recorded of a request: field, person, value before and value asked, as they travel. */
export type CheckedRectification = {
  readonly field: RectifiedField
  readonly person: string | null
  readonly before: string | null
  readonly asked: string | null
  readonly says: string
}

/** Facts of where the household lives and of who is the head: a declaration of its own, since others depend on them. */
const DECLARED_OTHERWISE = ['household.territory', 'member.relation']
const LONGEST_NAME = 200
const LONGEST_ADDRESS = 300

type Terms = { readonly code: string; readonly catalogue: Catalogue; readonly territories: TerritoryTree }

/** Checks a request against the catalogue and what is held: an accepted request can be carried out as it stands. */
export function checkRectification(
  { code, catalogue, territories }: Terms,
  held: HeldCase,
  asked: RectificationAsked,
  contact: HeldContact = { phone: null, address: null, documents: [] },
): Result<CheckedRectification, RectificationRefusal> {
  const { field } = asked
  const [of = '', name = ''] = field.split('.', 2)
  if (DECLARED_OTHERWISE.includes(field)) return err({ code: 'field_declared_otherwise', field })
  if (asked.says.trim() === '') return err({ code: 'reason_missing' })
  const person = of === 'household' ? null : asked.person
  const member = held.members.find(each => each.id === person)
  if (of !== 'household' && !member) return err({ code: 'member_unknown', person })
  const rest = { field: field as RectifiedField, person, says: asked.says.trim().slice(0, 1000) }
  if (of === 'person') {
    if (!(personFields as readonly string[]).includes(name)) return err({ code: 'field_unknown', field })
    if (name === 'phone' || name === 'address' || name === 'document') {
      return contactChange(code, rest, name, contact, asked.value)
    }
    return nameChange(rest, held.names.get(person!)?.[name as NameField] ?? null, asked.value)
  }
  const fact = of === 'household' ? catalogue.household.get(name) : catalogue.member.get(name)
  if (!fact || (of !== 'household' && of !== 'member')) return err({ code: 'field_unknown', field })
  const before = wireText((of === 'household' ? held.household : member!)[name])
  const value = wireValue(fact, asked.value)
  const corrected = withValue(held, { of, name, person }, value)
  const parsed = parseCase({ id: 'rectified', ...corrected }, catalogue, territories)
  if (!parsed.ok) return err({ code: 'value_not_accepted', field, says: parsed.refusal.message })
  const after = wireText(value)
  return before === after ? err({ code: 'nothing_changes', field }) : ok({ ...rest, before, asked: after })
}

function nameChange(
  rest: Asking,
  before: string | null,
  typed: string,
): Result<CheckedRectification, RectificationRefusal> {
  const asked = typed.trim().normalize('NFC') || null
  const { field } = rest
  if (asked !== null && (asked.length > LONGEST_NAME || !/^[\p{L}\p{M}\s'’.-]+$/u.test(asked))) {
    return err({
      code: 'value_not_accepted',
      field,
      says: `letters, spaces, hyphens and apostrophes, ${LONGEST_NAME} at most`,
    })
  }
  return before === asked ? err({ code: 'nothing_changes', field }) : ok({ ...rest, before, asked })
}

type Asking = Pick<CheckedRectification, 'field' | 'person' | 'says'>

/** A telephone as the register writes it, an address, or a document as `TYPE NUMBER`. What is held sealed is not repeated. */
function contactChange(
  country: string,
  rest: Asking,
  name: 'phone' | 'address' | 'document',
  held: HeldContact,
  typed: string,
): Result<CheckedRectification, RectificationRefusal> {
  const { field } = rest
  const text = typed.normalize('NFC').replaceAll(/\s+/gu, ' ').trim()
  const refused = (says: string) => err({ code: 'value_not_accepted', field, says } as const)
  if (name === 'document') {
    const said = documentOf(text)
    if (!said) return refused('a kind of document and its number')
    const asked = `${said.type} ${said.number}`
    if (held.documents.includes(asked)) return err({ code: 'nothing_changes', field })
    return ok({ ...rest, before: null, asked })
  }
  if (name === 'phone') {
    const asked = text === '' ? null : validPhone(text, country)
    if (asked === undefined) return refused('a telephone number as it is dialled')
    return asked === held.phone ? err({ code: 'nothing_changes', field }) : ok({ ...rest, before: null, asked })
  }
  const asked = text || null
  if (text.length > LONGEST_ADDRESS || /[\p{Cc}\p{Cf}]/u.test(text))
    return refused(`${LONGEST_ADDRESS} characters at most`)
  return asked === held.address ? err({ code: 'nothing_changes', field }) : ok({ ...rest, before: held.address, asked })
}

/** A document written as `TYPE NUMBER`, as the register would record it; undefined for what is none. */
export function documentOf(text: string): { readonly type: DocumentType; readonly number: string } | undefined {
  const [, written, number = ''] = /^([a-z_]+) (.+)$/.exec(text) ?? []
  const type = DOCUMENT_TYPES.find(each => each === written)
  if (!type) return undefined
  const said = { id: '' as DocumentId, type, number, issuer: null, issuedOn: null, expiresOn: null }
  const checked = checkDocument(said, { today: '9999-12-31' })
  return checked.ok ? { type, number: checked.value.number } : undefined
}

type Place = { readonly of: string; readonly name: string; readonly person: string | null }

function withValue({ at, household, members }: HeldCase, { of, name, person }: Place, value: unknown) {
  const put = (facts: Readonly<Record<string, unknown>>) => ({ ...facts, [name]: value })
  return {
    at,
    household: of === 'household' ? put(household) : household,
    members: of === 'member' ? members.map(each => (each.id === person ? put(each) : each)) : members,
  }
}

/** What was typed, in the form in which the fact travels; what cannot be is left for the catalogue to refuse. */
function wireValue(fact: Fact, typed: string): unknown {
  const text = typed.trim()
  if (text === '') return null
  if (fact.type === 'boolean') return text === 'true' ? true : text === 'false' ? false : text
  if (fact.type === 'integer') return /^\d{1,15}$/.test(text) ? Number(text) : text
  return text
}

function wireText(value: unknown): string | null {
  return value === null || value === undefined ? null : String(value)
}

/** What carries out an accepted request: facts of the declaration to append, states of persons to record. */
export function correctionOf(
  catalogue: Catalogue,
  { field, person, asked }: Pick<CheckedRectification, 'field' | 'person' | 'asked'>,
): {
  readonly facts: CorrectedFacts
  readonly members: Readonly<Record<string, CorrectedFacts>>
  readonly persons: readonly PersonCorrection[]
} {
  const [of = '', name = ''] = field.split('.', 2)
  // A document is recorded beside the person's states.
  if (field === 'person.document') return { facts: {}, members: {}, persons: [] }
  if (of === 'person')
    return {
      facts: {},
      members: {},
      persons: [{ person: person as Id<'Person'>, [camel[name as keyof typeof camel]]: asked }],
    }
  const fact = (of === 'household' ? catalogue.household : catalogue.member).get(name)
  if (!fact) throw new Error(`the catalogue has no longer ${field}`)
  const value = wireValue(fact, asked ?? '') as string | number | boolean | null
  if (of === 'household') return { facts: { [name]: value }, members: {}, persons: [] }
  return {
    facts: {},
    members: { [person!]: { [name]: value } },
    persons: ofPerson(person as Id<'Person'>, name, asked),
  }
}

const camel = {
  given_name: 'givenName',
  family_name: 'familyName',
  given_name_ar: 'givenNameAr',
  family_name_ar: 'familyNameAr',
  phone: 'phone',
  address: 'address',
} as const satisfies Record<Exclude<PersonField, 'document'>, keyof PersonCorrection>

/** Sex and birth are facts of the declaration and of the person alike. */
function ofPerson(person: Id<'Person'>, name: string, asked: string | null): PersonCorrection[] {
  if (name === 'sex') return [{ person, sex: asked === 'female' || asked === 'male' ? asked : null }]
  if (name === 'birth_date') return [{ person, birthDate: asked as DateText | null }]
  return []
}

export type DecisionRefusal =
  | { readonly code: 'request_unknown' }
  | { readonly code: 'decided_before'; readonly outcome: 'accepted' | 'refused' }
  /** Who asked does not decide. */
  | { readonly code: 'own_request' }
  | { readonly code: 'motive_missing' }
  /** Nobody has written what was shown, and the change says who somebody is. */
  | { readonly code: 'proof_missing' }

export type AnswerGiven = {
  readonly outcome: 'accepted' | 'refused'
  readonly motive: string
  /** What was shown for it, in words. */
  readonly shown: string
  readonly by: string
}

/**
 * Whether an answer may be given: another than who asked, once, with a motive when refused. What a citizen asked that says
 * who somebody is wants proof, as any change of it at a desk does; there, what was shown stands in the request itself.
 */
export function decideAnswer(
  request: Pick<Waiting, 'askedBy' | 'decided' | 'channel' | 'field'> | undefined,
  answer: AnswerGiven,
): Result<{ readonly motive: string | null; readonly shown: string | null }, DecisionRefusal> {
  if (!request) return err({ code: 'request_unknown' })
  if (request.decided !== null) return err({ code: 'decided_before', outcome: request.decided })
  if (request.askedBy === answer.by) return err({ code: 'own_request' })
  const motive = answer.motive.trim().slice(0, 1000)
  if (answer.outcome === 'refused' && motive === '') return err({ code: 'motive_missing' })
  const shown = answer.shown.trim().slice(0, 300)
  const unproved = answer.outcome === 'accepted' && request.channel === 'web' && needsProof(request.field)
  if (unproved && shown === '') return err({ code: 'proof_missing' })
  return ok({ motive: motive || null, shown: shown || null })
}

type Waiting = {
  readonly askedBy: string
  readonly decided: 'accepted' | 'refused' | null
  readonly channel: 'desk' | 'web'
  readonly field: string
}

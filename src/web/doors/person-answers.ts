import type { Country } from '#countries'
import type { Transaction } from '#db'
import { err, type Id, ok, parseId, type Result } from '#kernel'
import {
  checkDetails,
  checkDocument,
  type DetailField,
  DOCUMENT_TYPES,
  type DocumentFault,
  numbersOf,
  type PersonDetails,
  type PersonDocument,
  personWithNumber,
} from '#population'
import { birthAnswers, birthOf } from '../birth-fields.ts'
import type { AnswerFault, DocumentAnswers, PersonAnswers, PersonField } from '../person-answers.ts'
import { NOTHING_KNOWN } from './nothing-known.ts'
import { todayIn } from './today.ts'

/** Fields that are one text here and there. */
const PLAIN = {
  given_name: 'givenName',
  family_name: 'familyName',
  given_name_ar: 'givenNameAr',
  family_name_ar: 'familyNameAr',
  father_name: 'fatherName',
  father_name_ar: 'fatherNameAr',
  mother_name: 'motherName',
  mother_name_ar: 'motherNameAr',
  nickname: 'nickname',
  nickname_ar: 'nicknameAr',
  birth_place: 'birthPlace',
  birth_place_code: 'birthPlaceCode',
  phone: 'phone',
  address: 'address',
  photo: 'photo',
  biometric_system: 'biometricSystem',
  biometric_reference: 'biometricReference',
} as const satisfies Partial<Record<PersonField, DetailField>>

const FIELD_OF: Readonly<Partial<Record<DetailField, string>>> = {
  ...Object.fromEntries(Object.entries(PLAIN).map(([field, detail]) => [detail, field])),
  birthDate: 'birth',
  birthPrecision: 'birth',
  sex: 'sex',
  territory: 'territory',
  father: 'father',
  mother: 'mother',
  nationalities: 'nationalities',
}

/**
 * What a form says of a person, as it may be recorded, or every fault, each with its field. A parent is named by the unique
 * number, and must be seen by the actor. `kept`: what the form does not speak of.
 */
export async function detailsOfAnswers(
  tx: Transaction,
  country: Country,
  answers: PersonAnswers,
  { person, kept }: { readonly person: Id<'Person'>; readonly kept?: PersonDetails },
): Promise<Result<PersonDetails, readonly AnswerFault[]>> {
  const born = birthOf(answers)
  const [father, mother] = [await parentOf(tx, country, answers.father), await parentOf(tx, country, answers.mother)]
  const texts = Object.entries(PLAIN).map(([field, detail]) => [detail, answers[field as PersonField] || null])
  const nationalities = answers.nationalities
    .toUpperCase()
    .split(/[\s,;]+/)
    .filter(code => code !== '')
  const said: PersonDetails = {
    ...NOTHING_KNOWN,
    ...(kept ? { absentSince: kept.absentSince } : {}),
    ...Object.fromEntries(texts),
    territory: answers.territory,
    sex: answers.sex === 'female' || answers.sex === 'male' ? answers.sex : null,
    ...(born ?? { birthDate: null, birthPrecision: null }),
    father: father ?? null,
    mother: mother ?? null,
    nationalities: nationalities.length > 0 ? nationalities : null,
  }
  const today = await todayIn(tx, country)
  const { find } = country.territories
  const checked = checkDetails(said, {
    country: country.code,
    today,
    isTerritory: code => find(code) !== undefined,
    person,
  })
  const faults: AnswerFault[] = [
    ...(checked.ok ? [] : checked.refusal.map(({ field, code }) => ({ field: FIELD_OF[field] ?? field, code }))),
    ...(born === undefined ? [{ field: 'birth', code: 'date_malformed' }] : []),
    ...(answers.sex === '' || said.sex ? [] : [{ field: 'sex', code: 'sex_unknown' }]),
    ...(father === undefined ? [{ field: 'father', code: 'number_unknown' }] : []),
    ...(mother === undefined ? [{ field: 'mother', code: 'number_unknown' }] : []),
  ]
  return checked.ok && faults.length === 0 ? ok(checked.value) : err(faults)
}

/** Null for nobody named, undefined for a number that names nobody whom the actor sees. */
async function parentOf(tx: Transaction, country: Country, said: string): Promise<Id<'Person'> | null | undefined> {
  const number = said.replaceAll(/\s/g, '')
  return number === '' ? null : personWithNumber(tx, country.code, number)
}

/** A state of a person as a form shows it. */
export async function answersOf(tx: Transaction, details: PersonDetails): Promise<PersonAnswers> {
  const parents = await numbersOf(
    tx,
    [details.father, details.mother].flatMap(id => id ?? []),
  )
  const numberOf = (id: Id<'Person'> | null) => parents.find(({ person }) => person === id)?.number ?? ''
  const texts = Object.entries(PLAIN).map(([field, detail]) => [field, details[detail] ?? ''])
  return {
    ...(Object.fromEntries(texts) as { readonly [Field in keyof typeof PLAIN]: string }),
    ...birthAnswers(details),
    territory: details.territory,
    sex: details.sex ?? '',
    father: numberOf(details.father),
    mother: numberOf(details.mother),
    nationalities: (details.nationalities ?? []).join(' '),
  }
}

const DOCUMENT_FIELD: Readonly<Record<DocumentFault['field'], string>> = {
  type: 'type',
  number: 'number',
  issuer: 'issuer',
  issuedOn: 'issued_on',
  expiresOn: 'expires_on',
}

/** A document as it may be recorded, or its faults; undefined where the form says nothing of one. */
export function documentOfAnswers(
  answers: DocumentAnswers,
  today: string,
): Result<PersonDocument, readonly AnswerFault[]> | undefined {
  const { id, type, number, issuer, issued_on, expires_on } = answers
  if ([type, number, issuer, issued_on, expires_on].every(text => text === '')) return undefined
  const known = DOCUMENT_TYPES.find(each => each === type)
  const checked = checkDocument(
    {
      id: parseId<'PersonDocument'>(id) ?? (id as PersonDocument['id']),
      type: known ?? 'other',
      number,
      issuer: issuer || null,
      issuedOn: issued_on || null,
      expiresOn: expires_on || null,
    },
    { today },
  )
  const faults: AnswerFault[] = [
    ...(known ? [] : [{ field: 'type', code: 'type_unknown' }]),
    ...(parseId(id) ? [] : [{ field: 'number', code: 'number_malformed' }]),
    ...(checked.ok ? [] : checked.refusal.map(({ field, code }) => ({ field: DOCUMENT_FIELD[field], code }))),
  ]
  return checked.ok && faults.length === 0 ? ok(checked.value) : err(faults)
}

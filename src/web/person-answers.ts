import type { BirthAnswers } from './birth-fields.ts'

/** Fields of a form about a person, as texts: what a page sends and fills in again. */
export const PERSON_FIELDS = [
  'given_name',
  'family_name',
  'given_name_ar',
  'family_name_ar',
  'sex',
  'birth_day',
  'birth_month',
  'birth_year',
  'birth_estimated',
  'birth_place_code',
  'birth_place',
  'father_name',
  'father_name_ar',
  'mother_name',
  'mother_name_ar',
  'father',
  'mother',
  'nickname',
  'nickname_ar',
  'nationalities',
  'phone',
  'territory',
  'address',
  'photo',
  'biometric_system',
  'biometric_reference',
] as const satisfies readonly (string | keyof BirthAnswers)[]
export type PersonField = (typeof PERSON_FIELDS)[number]
export type PersonAnswers = { readonly [Field in PersonField]: string }

/** Kinds of documents that a form offers; words under `person:document.type`. */
export const documentKinds = [
  'national_id',
  'passport',
  'residence_permit',
  'birth_record',
  'family_book',
  'consular_card',
  'voter_card',
  'refugee_card',
  'other',
] as const

export const DOCUMENT_FIELDS = ['type', 'number', 'issuer', 'issued_on', 'expires_on'] as const
export type DocumentField = (typeof DOCUMENT_FIELDS)[number]
export type DocumentAnswers = { readonly [Field in DocumentField]: string } & { readonly id: string }

/** What is wrong with a field; `document` counts from 0. Words under `registration:fault`. */
export type AnswerFault = { readonly field: string; readonly code: string }

/** A form of a person, read from what was sent: texts without stray spaces, none longer than a form may be. */
export function personAnswers(text: (name: PersonField) => string): PersonAnswers {
  return Object.fromEntries(PERSON_FIELDS.map(field => [field, text(field)])) as PersonAnswers
}

/** The document at a place of a form. */
export function documentAnswers(text: (name: string) => string, at: number): DocumentAnswers {
  const of = (field: DocumentField | 'id') => text(`doc_${field}_${at}`)
  return {
    id: of('id'),
    type: of('type'),
    number: of('number'),
    issuer: of('issuer'),
    issued_on: of('issued_on'),
    expires_on: of('expires_on'),
  }
}

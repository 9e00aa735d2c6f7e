import { err, type Id, ok, parseDate, type Result } from '#kernel'

/** What may show who somebody is. Their names for people are in `locales/`. */
export const DOCUMENT_TYPES = [
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
export type DocumentType = (typeof DOCUMENT_TYPES)[number]
export type DocumentId = Id<'PersonDocument'>

export type PersonDocument = {
  readonly id: DocumentId
  readonly type: DocumentType
  readonly number: string
  readonly issuer: string | null
  readonly issuedOn: string | null
  readonly expiresOn: string | null
}

export type DocumentFault = {
  readonly field: 'type' | 'number' | 'issuer' | 'issuedOn' | 'expiresOn'
  readonly code:
    | 'type_unknown'
    | 'number_malformed'
    | 'too_long'
    | 'date_malformed'
    | 'date_in_future'
    | 'ends_before_it_begins'
}

/** A document as it is to be recorded, or every fault of it. One that has expired still says who somebody was: it is kept. */
export function checkDocument(
  said: PersonDocument,
  { today }: { readonly today: string },
): Result<PersonDocument, readonly DocumentFault[]> {
  const number = said.number.normalize('NFKC').replaceAll(/\s+/gu, ' ').trim().toUpperCase()
  const issuer = said.issuer?.replaceAll(/\s+/gu, ' ').trim() || null
  const { issuedOn, expiresOn } = said
  const dates = [issuedOn, expiresOn].map(date => (date === null ? undefined : parseDate(date)))
  const faults: (readonly [DocumentFault['field'], DocumentFault['code'], boolean])[] = [
    ['type', 'type_unknown', !DOCUMENT_TYPES.includes(said.type)],
    ['number', 'number_malformed', !/^[\p{L}\p{N}][\p{L}\p{N} ./-]{0,39}$/u.test(number) || sameNumber(number) === ''],
    ['issuer', 'too_long', (issuer ?? '').length > 120],
    ['issuedOn', 'date_malformed', issuedOn !== null && dates[0] === undefined],
    ['issuedOn', 'date_in_future', dates[0] !== undefined && dates[0] > today],
    ['expiresOn', 'date_malformed', expiresOn !== null && dates[1] === undefined],
    ['expiresOn', 'ends_before_it_begins', dates[0] !== undefined && dates[1] !== undefined && dates[1] < dates[0]],
  ]
  const broken = faults.filter(([, , is]) => is).map(([field, code]) => ({ field, code }))
  return broken.length > 0 ? err(broken) : ok({ ...said, number, issuer })
}

/** What equal numbers share: letters and digits alone, in capitals, ASCII digits. */
export function sameNumber(number: string): string {
  return number
    .normalize('NFKC')
    .replaceAll(/[٠-٩]/g, digit => `${digit.charCodeAt(0) - 0x660}`)
    .replaceAll(/[^\p{L}\p{N}]/gu, '')
    .toUpperCase()
}

import { err, type Id, ok, parseDate, type Result } from '#kernel'
import { validPhone } from '../phone-number.ts'
import { BIRTH_PRECISIONS, type BirthPrecision, birthDateOf } from './birth-date.ts'

/** All that a state of a person holds, as it is said. Null: not known, or (family name) the person has none. */
export type PersonDetails = {
  readonly territory: string
  readonly givenName: string | null
  readonly familyName: string | null
  readonly givenNameAr: string | null
  readonly familyNameAr: string | null
  readonly fatherName: string | null
  readonly fatherNameAr: string | null
  readonly motherName: string | null
  readonly motherNameAr: string | null
  readonly nickname: string | null
  readonly nicknameAr: string | null
  readonly sex: 'female' | 'male' | null
  readonly birthDate: string | null
  readonly birthPrecision: BirthPrecision | null
  readonly birthPlaceCode: string | null
  readonly birthPlace: string | null
  readonly father: Id<'Person'> | null
  readonly mother: Id<'Person'> | null
  /** ISO 3166-1 alpha-2, capitals. */
  readonly nationalities: readonly string[] | null
  readonly phone: string | null
  readonly address: string | null
  /** SHA-256 of the photograph, 64 hexadecimal digits. */
  readonly photo: string | null
  readonly absentSince: string | null
  readonly biometricSystem: string | null
  readonly biometricReference: string | null
}

export type DetailField = keyof PersonDetails

export type DetailFault = {
  readonly field: DetailField
  readonly code:
    | 'no_name'
    | 'too_long'
    | 'name_malformed'
    | 'date_malformed'
    | 'date_in_future'
    | 'before_1880'
    | 'precision_unknown'
    | 'sex_unknown'
    | 'territory_unknown'
    | 'phone_malformed'
    | 'nationality_unknown'
    | 'hash_malformed'
    | 'own_parent'
    | 'half_a_reference'
}

export type DetailTerms = {
  readonly country: string
  /** 'YYYY-MM-DD'. */
  readonly today: string
  readonly isTerritory: (code: string) => boolean
  readonly person?: Id<'Person'>
}

const NAMES = [
  'givenName',
  'familyName',
  'givenNameAr',
  'familyNameAr',
  'fatherName',
  'fatherNameAr',
  'motherName',
  'motherNameAr',
  'nickname',
  'nicknameAr',
] as const satisfies DetailField[]

const TEXTS = ['birthPlace', 'address', 'biometricSystem', 'biometricReference'] as const satisfies DetailField[]
const LONGEST = { name: 120, text: 300 }
/** Letters of any script, with the marks, spaces and signs that names have: no digits, no codes. */
const NAME = /^[\p{L}\p{M}][\p{L}\p{M} .'’ʼ\-‑/]*$/u
const REGIONS = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' })

/**
 * Details as they are to be recorded: texts without stray spaces and empty ones null, the telephone in one form, birth date
 * cut to what is known of it. Refused with every fault at once, in the order of the fields.
 */
export function checkDetails(said: PersonDetails, terms: DetailTerms): Result<PersonDetails, readonly DetailFault[]> {
  const details = tidied(said)
  const faults = [...nameFaults(details), ...birthFaults(details, terms), ...otherFaults(details, terms)]
  if (faults.length > 0) return err(faults)
  const { phone, birthDate, birthPrecision } = details
  return ok({
    ...details,
    phone: phone && (validPhone(phone, terms.country) ?? null),
    birthDate: birthDate && birthPrecision && birthDateOf(birthDate, birthPrecision),
  })
}

function tidied(said: PersonDetails): PersonDetails {
  const texts = [...NAMES, ...TEXTS, 'phone'] as const
  const tidy = texts.map(field => [field, said[field]?.normalize('NFC').replaceAll(/\s+/gu, ' ').trim() || null])
  return { ...said, ...Object.fromEntries(tidy) }
}

type Faults = readonly (readonly [DetailField, DetailFault['code'], boolean])[]
const found = (faults: Faults): DetailFault[] =>
  faults.filter(([, , is]) => is).map(([field, code]) => ({ field, code }))

function nameFaults(details: PersonDetails): DetailFault[] {
  return found([
    ['givenName', 'no_name', NAMES.slice(0, 4).every(field => details[field] === null)],
    ...NAMES.flatMap(field => {
      const name = details[field] ?? 'a'
      return [
        [field, 'too_long', name.length > LONGEST.name],
        [field, 'name_malformed', !NAME.test(name)],
      ] as const
    }),
  ])
}

function birthFaults({ birthDate, birthPrecision, birthPlaceCode }: PersonDetails, terms: DetailTerms): DetailFault[] {
  const date = birthDate === null ? undefined : parseDate(birthDate)
  return found([
    ['birthDate', 'date_malformed', birthDate !== null && date === undefined],
    ['birthDate', 'date_in_future', date !== undefined && date > terms.today],
    ['birthDate', 'before_1880', date !== undefined && date < '1880-01-01'],
    [
      'birthPrecision',
      'precision_unknown',
      (birthDate === null) !== (birthPrecision === null) ||
        (birthPrecision !== null && !BIRTH_PRECISIONS.includes(birthPrecision)),
    ],
    ['birthPlaceCode', 'territory_unknown', birthPlaceCode !== null && !terms.isTerritory(birthPlaceCode)],
  ])
}

function otherFaults(details: PersonDetails, { country, today, isTerritory, person }: DetailTerms): DetailFault[] {
  const { sex, father, mother, nationalities, phone, photo, absentSince } = details
  const absent = absentSince === null ? undefined : parseDate(absentSince)
  return found([
    ['territory', 'territory_unknown', !isTerritory(details.territory)],
    ['sex', 'sex_unknown', sex !== null && sex !== 'female' && sex !== 'male'],
    ['father', 'own_parent', father !== null && (father === person || father === mother)],
    ['mother', 'own_parent', mother !== null && mother === person],
    ['nationalities', 'nationality_unknown', nationalities !== null && !areNationalities(nationalities)],
    ['phone', 'phone_malformed', phone !== null && validPhone(phone, country) === undefined],
    ...TEXTS.map(field => [field, 'too_long', (details[field] ?? '').length > LONGEST.text] as const),
    ['photo', 'hash_malformed', photo !== null && !/^[0-9a-f]{64}$/.test(photo)],
    ['absentSince', 'date_malformed', absentSince !== null && absent === undefined],
    ['absentSince', 'date_in_future', absent !== undefined && absent > today],
    [
      'biometricReference',
      'half_a_reference',
      (details.biometricSystem === null) !== (details.biometricReference === null),
    ],
  ])
}

function areNationalities(codes: readonly string[]): boolean {
  return (
    codes.length >= 1 &&
    codes.length <= 5 &&
    new Set(codes).size === codes.length &&
    codes.every(code => /^[A-Z]{2}$/.test(code) && code !== 'ZZ' && REGIONS.of(code) !== undefined)
  )
}
